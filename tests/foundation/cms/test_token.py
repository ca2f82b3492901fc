"""Keys inside a token: they sign and open files, and never come out."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute, ObjectClass

from securenet.foundation.cms import UnusableKey
from securenet.foundation.cms.token import oaep_decode, open_token
from securenet.foundation.x509 import read_upload
from tests.foundation.cms.people import USES, certify, opened, person, private, sealed
from tests.tools.token import Token, softhsm_module

pytestmark = pytest.mark.rule("R47")
KINDS = ("rsa-2048", "rsa-4096", "p-256", "p-384")


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A token with a key of each kind; its certificates are signed by a key outside of it."""
    token = Token.create(tmp_path_factory.mktemp("token"))
    for kind in KINDS:
        token.make_key(kind, kind)
        uses = (*USES, "key_encipherment" if kind.startswith("rsa") else "key_agreement")
        public = token.request(kind).public_key()
        token.store_certificate(kind, certify(public, private("p-256", "ca"), kind, uses, "ca"))
    return token


@pytest.fixture
def unplugged(token, monkeypatch):
    """The environment that the token is found in."""
    monkeypatch.setenv("SOFTHSM2_CONF", token.environment["SOFTHSM2_CONF"])
    return token


def certificate(token, label):
    """The certificate as it is exported from the token."""
    with token.session() as session:
        (stored,) = session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.LABEL: label})
        return read_upload(bytes(stored[Attribute.VALUE]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_signs_and_opens(unplugged, kind):
    mine = certificate(unplugged, kind)
    with open_token(softhsm_module(), unplugged.label, unplugged.pin, mine) as key:
        content, told = opened(sealed(b"from a token", key), key)
    assert (content, told.certificate) == (b"from a token", mine)


@pytest.mark.parametrize("kind", ["rsa-2048", "p-384"])
def test_openssl_and_a_token_understand_each_other(unplugged, openssl, kind):
    boonmee = person("p-256", "boonmee")
    with open_token(softhsm_module(), unplugged.label, unplugged.pin, certificate(unplugged, kind)) as key:
        signed = openssl.sign(b"from OpenSSL", boonmee)
        pem = openssl.write("token.pem", key.certificate.loaded.public_bytes(Encoding.PEM))
        oaep = ("-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256") if kind == "rsa-2048" else ()
        data = openssl.run("-encrypt", "-aes-256-gcm", "-recip", pem, *oaep, "-outform", "DER", data=signed)
        assert opened(data, key)[0] == b"from OpenSSL"
        ours = sealed(b"from a token", key, boonmee)
    assert openssl.open(ours, boonmee, key) == b"from a token"


def test_a_token_with_several_keys_asks_which(unplugged):
    with pytest.raises(UnusableKey, match="several keys: choose one by --certificate"):
        open_token(softhsm_module(), unplugged.label, unplugged.pin).__enter__()


def test_a_certificate_that_is_not_on_the_token_has_no_key_there(unplugged):
    with pytest.raises(UnusableKey, match="no such certificate"):
        open_token(softhsm_module(), unplugged.label, unplugged.pin, person().certificate).__enter__()


def test_a_wrong_pin_another_label_and_no_library_are_told_apart(unplugged, tmp_path):
    module = softhsm_module()
    for where, label, pin, words in (
        (module, unplugged.label, "654321", "PIN is not right"),
        (module, "Another", unplugged.pin, "cannot be opened"),
        (tmp_path / "none.so", unplugged.label, unplugged.pin, "cannot be opened"),
    ):
        with pytest.raises(UnusableKey, match=words):
            open_token(where, label, pin).__enter__()


@pytest.mark.parametrize("digest", [hashes.SHA384(), hashes.SHA256(), hashes.SHA512()])
def test_padding_taken_off_here_is_what_the_library_put_on(digest):
    key = private("rsa-2048")
    encrypted = key.public_key().encrypt(b"k" * 32, padding.OAEP(padding.MGF1(digest), digest, None))
    numbers = key.private_numbers()
    block = pow(int.from_bytes(encrypted), numbers.d, numbers.public_numbers.n).to_bytes(256)
    assert oaep_decode(block, digest) == b"k" * 32
    for broken in (block[:-1] + bytes([block[-1] ^ 1]), b"\1" + block[1:], bytes(256)):
        with pytest.raises(ValueError, match="OAEP"):
            oaep_decode(broken, digest)
