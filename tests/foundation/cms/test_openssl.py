"""OpenSSL reads what we write, and we what it writes."""

import pytest

from tests.foundation.cms.people import KINDS, opened, person, sealed

pytestmark = pytest.mark.rule("R47")
CONTENT = bytes(range(256)) * 300  # more than one of OpenSSL's pieces


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cipher", ["aes-256-gcm", "aes-256-cbc"])
def test_openssl_decrypts_and_verifies_ours(openssl, kind, cipher):
    key = person(kind)
    assert openssl.open(sealed(CONTENT, key, cipher=cipher), key, key) == CONTENT


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [("-aes-256-gcm",), ("-aes-256-cbc",), ("-aes-256-cbc", "-stream")])
def test_ours_decrypts_and_verifies_openssls(openssl, kind, more):
    key, boonmee = person(kind), person("p-256", "boonmee")
    signed = openssl.sign(CONTENT, key, more=("-nodetach", "-stream"))
    content, told = opened(openssl.encrypt(signed, boonmee, key, more=more), key)
    assert (content, told.certificate) == (CONTENT, key.certificate)


@pytest.mark.parametrize("more", [("-keyid",), ("-md", "sha512"), ("-keyopt", "rsa_padding_mode:pss")])
def test_other_ways_to_sign_and_to_name_a_signer_are_read(openssl, more):
    key = person("rsa-2048")
    certificate, pem = openssl.files(key)
    signer = ("-signer", certificate, "-inkey", pem)
    signed = openssl.run("-sign", *signer, "-nodetach", *more, "-outform", "DER", data=CONTENT)
    assert opened(openssl.encrypt(signed, key), key)[0] == CONTENT


def test_a_recipient_named_by_key_is_found(openssl):
    key = person("rsa-2048")
    data = openssl.encrypt(openssl.sign(CONTENT, key), key, more=("-aes-256-gcm", "-keyid"))
    assert opened(data, key)[0] == CONTENT
