"""What is not signed, not for us, not whole or not as it should be: refused, each with its own word."""

from io import BytesIO

import pytest
from asn1crypto import cms

from securenet.foundation.cms import FileKey, Reason, Refused, rewrap
from securenet.foundation.cms.ciphers import Encryption, new_algorithm
from securenet.foundation.cms.recipients import wrap_key
from securenet.foundation.cms.sealing import Envelope
from tests.foundation.cms.people import opened, person, private, sealed

pytestmark = pytest.mark.rule("R47")


def refused(data, key=None):
    """Why a file is refused."""
    with pytest.raises(Refused) as why:
        opened(data, key)
    assert str(why.value).endswith(".")
    return why.value.reason


def enveloped(plain, *to, cipher="aes-256-gcm"):
    """Anything encrypted, signed or not."""
    key, algorithm, out = b"k" * 32, new_algorithm(cipher), BytesIO()
    envelope = Envelope(out, algorithm, *wrap_key(key, [each.certificate for each in to or (person(),)]))
    encryption = Encryption(algorithm, key)
    envelope.write(encryption.update(plain))
    rest, tag = encryption.finish()
    envelope.write(rest)
    envelope.close(tag)
    return out.getvalue()


def changed(openssl, change, *signers):
    """A file whose SignedData was changed before it was encrypted."""
    info = cms.ContentInfo.load(openssl.sign(b"content", *(signers or (person(),))))
    change(info["content"])
    return enveloped(info.dump(force=True))


@pytest.mark.parametrize("kind", ["rsa-2048", "p-256", "p-384"])
def test_it_is_for_its_recipient_alone(kind):
    assert refused(sealed(b"for Anong", person(kind)), person("p-256", "ekachai")) is Reason.OTHER_RECIPIENT


@pytest.mark.parametrize("kind", ["rsa-2048", "p-256"])
def test_the_right_certificate_with_another_key_opens_nothing(kind):
    thief = FileKey(private(kind, "ekachai"), person(kind).certificate)
    assert refused(sealed(b"for Anong", person(kind)), thief) is Reason.ALTERED


@pytest.mark.parametrize("data", [b"", b"\n", b"PK\x03\x04", b"-----BEGIN", b"0" * 99, b"\x30\x80\x06\x01\x00"])
def test_what_is_not_encrypted_is_told_so(data):
    assert refused(data) is Reason.NOT_ENCRYPTED


def test_signed_only_is_not_encrypted(openssl):
    assert refused(openssl.sign(b"readable by all", person())) is Reason.NOT_ENCRYPTED


@pytest.mark.parametrize("cipher", ["aes-256-gcm", "aes-256-cbc"])
@pytest.mark.parametrize("plain", [b"", b"only encrypted", b"\x30\x80\x06\x03\x2a\x03\x04\x00\x00", b"\x30" * 40])
def test_encrypted_only_is_not_signed(plain, cipher):
    assert refused(enveloped(plain, cipher=cipher)) is Reason.UNSIGNED


def test_signed_data_without_a_signer_is_not_signed(openssl):
    def nobody(signed):
        signed["signer_infos"] = []

    assert refused(changed(openssl, nobody)) is Reason.UNSIGNED


def test_a_file_has_one_signer(openssl):
    data = openssl.sign(b"content", person(), person("p-256", "boonmee"))
    assert refused(enveloped(data)) is Reason.SEVERAL_SIGNERS


def test_a_signature_without_its_content_signs_nothing(openssl):
    assert refused(enveloped(openssl.sign(b"content", person(), more=()))) is Reason.NO_CONTENT


def test_a_signature_of_another_key_does_not_verify(openssl):
    def forge(signed):
        signer = signed["signer_infos"][0]
        other = FileKey(private("p-256", "ekachai"), person().certificate)
        signer["signature"] = other.sign(signer["signed_attrs"].untag().dump())

    assert refused(changed(openssl, forge)) is Reason.BAD_SIGNATURE


def test_content_that_was_exchanged_under_a_signature_is_refused(openssl):
    def exchange(signed):
        signed["encap_content_info"]["content"] = b"CONTENT"

    assert refused(changed(openssl, exchange)) is Reason.ALTERED


@pytest.mark.parametrize("attribute", ["content_type", "message_digest"])
def test_what_a_signature_must_say_must_be_there(openssl, attribute):
    def forget(signed):
        signer = signed["signer_infos"][0]
        left = [each for each in signer["signed_attrs"] if each["type"].native != attribute]
        signer["signed_attrs"] = cms.CMSAttributes(left)
        signer["signature"] = person().sign(signer["signed_attrs"].untag().dump())

    assert refused(changed(openssl, forget)) is Reason.MALFORMED


def test_a_signer_whose_certificate_is_not_there_is_nobody(openssl):
    data = openssl.sign(b"content", person(), more=("-nodetach", "-nocerts"))
    assert refused(enveloped(data)) is Reason.SIGNER_CERTIFICATE


@pytest.mark.parametrize(
    ("more", "reason"),
    [(("-nodetach", "-md", "sha1"), Reason.ALGORITHM), (("-nodetach", "-noattr"), Reason.MALFORMED)],
)
def test_weak_signatures_are_refused(openssl, more, reason):
    assert refused(enveloped(openssl.sign(b"content", person(), more=more))) is reason


@pytest.mark.parametrize("cipher", ["-aes-128-cbc", "-aes-128-gcm", "-des3"])
def test_other_ciphers_are_refused(openssl, cipher):
    data = openssl.encrypt(openssl.sign(b"content", person()), person(), more=(cipher,))
    assert refused(data) is Reason.ALGORITHM


def test_keys_transported_the_old_way_are_refused(openssl):
    key = person("rsa-2048")
    certificate, _key = openssl.files(key)
    signed = openssl.sign(b"content", key)
    data = openssl.run("-encrypt", "-aes-256-gcm", "-recip", certificate, "-outform", "DER", data=signed)
    assert refused(data, key) is Reason.ALGORITHM


def test_nothing_may_follow():
    assert refused(sealed(b"content") + b"\0") is Reason.TRAILING_DATA
    assert refused(sealed(b"content", cipher="aes-256-cbc") + b"more") is Reason.TRAILING_DATA


def test_what_is_cut_off_is_told_so():
    data = sealed(b"content" * 100)
    assert {refused(data[:end]) for end in (len(data) - 1, len(data) - 30, len(data) // 2)} == {Reason.TRUNCATED}


@pytest.mark.parametrize("kind", ["rsa-2048", "p-256"])
def test_a_certificate_that_is_not_for_encryption_receives_nothing(kind):
    with pytest.raises(Refused) as why:
        sealed(b"content", person(), person(kind, "signs-only", uses=("digital_signature",)))
    assert why.value.reason is Reason.RECIPIENT_KEY


def test_lengths_beyond_reason_cost_nothing():
    assert refused(b"\x30\x80\x06\x0b" + b"\x00" * 11) is Reason.NOT_ENCRYPTED
    assert refused(sealed(b"")[:19] + b"\x02\x88" + b"\xff" * 8) is Reason.MALFORMED


@pytest.mark.parametrize("cipher", ["aes-256-gcm", "aes-256-cbc"])
def test_a_file_is_encrypted_anew_without_its_content_coming_out(cipher):
    old, renewed = person("rsa-2048"), person("p-256", "renewed")
    out = BytesIO()
    told = rewrap(BytesIO(sealed(b"kept" * 9999, old, cipher=cipher)), out, old, [renewed.certificate])
    content, again = opened(out.getvalue(), renewed)
    assert (content, again) == (b"kept" * 9999, told)
    assert refused(out.getvalue(), old) is Reason.OTHER_RECIPIENT


def test_what_was_altered_is_not_encrypted_anew():
    data = bytearray(sealed(b"kept" * 9999))
    data[len(data) // 2] ^= 1
    with pytest.raises(Refused) as why:
        rewrap(BytesIO(bytes(data)), BytesIO(), person(), [person("rsa-2048").certificate])
    assert why.value.reason is Reason.ALTERED
