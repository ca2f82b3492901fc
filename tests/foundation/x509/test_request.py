"""Requests for certificates (PKCS#10): what is read of them, and every reason for which one is not taken."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
    pkcs12,
)
from cryptography.x509.oid import AttributeOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from securenet.foundation.x509 import REQUEST_REFUSALS, RequestReason, RequestRefused, read_request
from securenet.foundation.x509.der import parse

pytestmark = pytest.mark.rule("R40")
NUMBER = "0105561000011"


@cache
def key(kind="p-256"):
    """Return a key of a kind, made once."""
    if kind == "rsa-1024":
        return rsa.generate_private_key(65537, 1024)  # noqa: S505  what is to be refused
    if kind == "rsa-2048":
        return rsa.generate_private_key(65537, 2048)
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    curves = {"p-256": ec.SECP256R1(), "p-384": ec.SECP384R1(), "p-224": ec.SECP224R1(), "secp256k1": ec.SECP256K1()}
    return ec.generate_private_key(curves[kind])


def builder(**changes):
    """Return Anong's request, not yet signed; a change to None leaves that part of the name out."""
    facts = {"C": "TH", "O": NUMBER, "OU": "Customer", "CN": "Anong Jaidee", "E": "anong@alpha.example"} | changes
    oids = {
        "C": NameOID.COUNTRY_NAME,
        "O": NameOID.ORGANIZATION_NAME,
        "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "CN": NameOID.COMMON_NAME,
        "E": NameOID.EMAIL_ADDRESS,
    }
    name = x509.Name([x509.NameAttribute(oids[part], value) for part, value in facts.items() if value is not None])
    return x509.CertificateSigningRequestBuilder().subject_name(name)


def signed(request=None, *, kind="p-256", digest=None, **facts):
    """Return the request of a builder, or Anong's, signed with a key of a kind."""
    digest = None if kind == "ed25519" else digest or hashes.SHA256()
    return (request or builder()).sign(key(kind), digest, **facts)


def der(*arguments, **facts):
    """Return the octets of such a request."""
    return signed(*arguments, **facts).public_bytes(Encoding.DER)


def pem(*arguments, **facts):
    """Return it in PEM."""
    return signed(*arguments, **facts).public_bytes(Encoding.PEM)


def reasons(data):
    with pytest.raises(RequestRefused) as refused:
        read_request(data)
    return set(refused.value.reasons)


def certificate():
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Anong")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key().public_key())
    made = made.serial_number(7).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    return made.not_valid_after(datetime(2027, 1, 1, tzinfo=UTC)).sign(key(), hashes.SHA256())


def test_its_facts_are_read():
    request = read_request(der())

    assert request.common_name == "Anong Jaidee"
    assert request.emails == ("anong@alpha.example",)
    assert request.organization_number == NUMBER
    assert request.public_key == "EC P-256"
    assert "CN=Anong Jaidee" in request.subject


def test_an_address_in_the_alternative_name_counts_too():
    alternative = x509.SubjectAlternativeName([x509.RFC822Name("anong@alpha.example")])
    assert read_request(der(builder(E=None).add_extension(alternative, False))).emails == ("anong@alpha.example",)


@pytest.mark.parametrize("kind", ["rsa-2048", "p-256", "p-384"])
def test_the_keys_that_certificates_may_have_are_taken(kind):
    assert read_request(der(kind=kind))


def test_rsa_pss_is_taken():
    way = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    assert read_request(der(kind="rsa-2048", rsa_padding=way))


def test_der_and_pem_and_pasted_text_are_one_request():
    made = signed()
    plain, text = made.public_bytes(Encoding.DER), made.public_bytes(Encoding.PEM)
    older = text.replace(b"CERTIFICATE REQUEST", b"NEW CERTIFICATE REQUEST")
    windows = b"\xef\xbb\xbf  \r\n" + text.replace(b"\n", b"\r\n")
    assert {read_request(each) for each in (plain, text, older, windows)} == {read_request(plain)}


FILES = {
    RequestReason.EMPTY: lambda: b" \n",
    RequestReason.TOO_LARGE: lambda: pem() + b"\n" * 70_000,
    RequestReason.NOT_A_REQUEST: lambda: b"hello",
    RequestReason.CERTIFICATE: lambda: certificate().public_bytes(Encoding.PEM),
    RequestReason.PRIVATE_KEY: lambda: pem() + key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    RequestReason.PKCS7: lambda: pkcs7.serialize_certificates([certificate()], Encoding.DER),
    RequestReason.PKCS12: lambda: pkcs12.serialize_key_and_certificates(
        b"a", key(), certificate(), None, BestAvailableEncryption(b"secret")
    ),
    RequestReason.SEVERAL_REQUESTS: lambda: pem() + pem(),
    RequestReason.ENCODING: lambda: pem().decode().encode("utf-16"),
    RequestReason.TRAILING_DATA: lambda: der() + b"\0",
    RequestReason.MALFORMED: lambda: der().replace(b"\x06\x03\x55\x04\x03", b"\x06\x03\x55\x04\x80", 1),
    RequestReason.WEAK_KEY: lambda: der(kind="rsa-1024"),
    RequestReason.KEY_ALGORITHM: lambda: der(kind="ed25519"),
    RequestReason.SUBJECT: lambda: der(builder(CN="Anong\u202egnonA")),
    RequestReason.CHALLENGE_PASSWORD: lambda: der(builder().add_attribute(AttributeOID.CHALLENGE_PASSWORD, b"secret")),
    RequestReason.CA_CERTIFICATE: lambda: der(builder().add_extension(x509.BasicConstraints(True, None), True)),
    RequestReason.BAD_SIGNATURE: lambda: der().replace(b"Anong Jaidee", b"Boonmee Sris"),
}


@pytest.mark.parametrize("reason", FILES)
def test_what_is_not_taken_says_why(reason):
    assert reasons(FILES[reason]()) == {reason}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda: certificate().public_bytes(Encoding.DER), RequestReason.CERTIFICATE),
        (lambda: key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), RequestReason.PRIVATE_KEY),
        (lambda: der()[:-1], RequestReason.NOT_A_REQUEST),
        (lambda: re.sub(rb"-----.*-----\n", b"", pem()), RequestReason.NOT_A_REQUEST),
        (lambda: pem().replace(b"END", b"FIN"), RequestReason.NOT_A_REQUEST),
        (lambda: der(kind="p-224"), RequestReason.WEAK_KEY),
        (lambda: der(kind="secp256k1"), RequestReason.KEY_ALGORITHM),
        (lambda: der(builder(C=None, O=None, OU=None, CN=None, E=None)), RequestReason.SUBJECT),
        (lambda: der(builder(E="anong@alpha.example\r\nBcc: all")), RequestReason.SUBJECT),
        (lambda: pem(kind="rsa-2048", digest=hashes.SHA224()), RequestReason.SIGNATURE_ALGORITHM),
    ],
)
def test_other_forms_of_the_same_are_not_taken_either(data, reason):
    assert reasons(data()) == {reason}


def test_a_request_signed_with_another_key_proves_nothing():
    _own, *rest = parse(der()).children
    body = signed(kind="p-384").tbs_certrequest_bytes + b"".join(part.encoding for part in rest)
    assert reasons(b"\x30\x82" + len(body).to_bytes(2) + body) == {RequestReason.BAD_SIGNATURE}


def test_every_reason_at_once():
    made = builder(CN="a\u200bb").add_attribute(AttributeOID.CHALLENGE_PASSWORD, b"secret")
    expected = {RequestReason.SUBJECT, RequestReason.CHALLENGE_PASSWORD, RequestReason.WEAK_KEY}
    assert reasons(der(made, kind="rsa-1024")) == expected


def test_every_reason_has_its_sentences():
    assert set(REQUEST_REFUSALS) == set(RequestReason)
    for sentence in REQUEST_REFUSALS.values():
        assert re.search("[ก-๙]", sentence.th)
        assert sentence.en.endswith(".")


@given(st.integers(0, 400), st.integers(0, 255))
def test_no_changed_octet_passes_or_crashes(place, octet):
    data = bytearray(der())
    place %= len(data)
    if data[place] == octet:
        return
    data[place] = octet
    with pytest.raises(RequestRefused):
        read_request(bytes(data))


@given(st.binary(max_size=300))
def test_no_octets_crash_it(data):
    with pytest.raises(RequestRefused):
        read_request(data)
