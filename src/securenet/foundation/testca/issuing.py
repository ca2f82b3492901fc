"""Issuing and renewing certificates."""

from datetime import datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from securenet.foundation.testca.files import exclusive, replace_file
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.keys import DIGEST, PublicKey, require_usable
from securenet.foundation.testca.profiles import (
    Person,
    Profile,
    Subject,
    alternative_name,
    extensions,
    serial_number,
    subject_name,
)
from securenet.foundation.testca.refusals import (
    BadRequestSignature,
    BadValidity,
    NamesMissing,
    UnreadableRequest,
    UnusableNames,
)
from securenet.foundation.testca.register import Entry, Register, moment
from securenet.foundation.x509.extensions import extension_of

BACKDATED = timedelta(minutes=5)
"""So that a clock that is a little behind finds the certificate valid at once."""
Certifiable = PublicKey | x509.CertificateSigningRequest
_UNREADABLE = (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)


def load_request(content: bytes) -> x509.CertificateSigningRequest:
    """A PKCS#10 request from PEM or DER, of which every part can be read. Raises UnreadableRequest."""
    try:
        pem = content.lstrip().startswith(b"-----BEGIN")
        request = x509.load_pem_x509_csr(content) if pem else x509.load_der_x509_csr(content)
        _parsed = request.subject, request.extensions, request.public_key(), request.is_signature_valid
    except _UNREADABLE as problem:
        raise UnreadableRequest from problem
    return request


def issue(
    hierarchy: Hierarchy,
    ca: str,
    key: Certifiable,
    subject: Subject,
    profile: Profile,
    *,
    not_before: datetime,
    not_after: datetime,
) -> x509.Certificate:
    """A new certificate, entered in the register.

    Of a request only its key is taken, after its signature has proved that the key is held (RFC 2986 section 3); what
    name it asks for is not. Raises UnknownCA, BadRequestSignature, UnusableKey, BadValidity.
    """
    named = subject_name(subject), alternative_name(profile, subject)
    return _certify(hierarchy, ca, key, named, profile, (not_before, not_after))


def issue_as_requested(
    hierarchy: Hierarchy,
    ca: str,
    request: x509.CertificateSigningRequest,
    *,
    not_before: datetime,
    not_after: datetime,
) -> x509.Certificate:
    """A person's certificate for the name in a request that an RA has checked; the same request gets the same one.

    So an RA that has lost the answer asks again, and nothing is issued twice. Raises NamesMissing, UnusableNames, and
    what `issue` raises.
    """
    subject = _person_in(request)
    try:
        named = subject_name(subject), alternative_name(Profile.PERSON, subject)
    except ValueError as problem:
        raise UnusableNames(str(problem)) from problem
    digest = sha256(request.public_bytes(Encoding.DER)).hexdigest()
    return _certify(hierarchy, ca, request, named, Profile.PERSON, (not_before - BACKDATED, not_after), digest)


def _person_in(request: x509.CertificateSigningRequest) -> Person:
    alternative = extension_of(request, x509.SubjectAlternativeName) or x509.SubjectAlternativeName([])
    addresses = alternative.get_values_for_type(x509.RFC822Name)
    found = {
        kind: [str(attribute.value) for attribute in request.subject.get_attributes_for_oid(oid)]
        for kind, oid in _WANTED.items()
    }
    found["email"] += addresses
    if not all(found.values()):
        raise NamesMissing
    return Person(**{kind: values[0] for kind, values in found.items()})


_WANTED = {
    "name": NameOID.COMMON_NAME,
    "email": NameOID.EMAIL_ADDRESS,
    "organization": NameOID.ORGANIZATION_NAME,
}


def renew(
    hierarchy: Hierarchy, serial: int, key: Certifiable, *, not_before: datetime, not_after: datetime
) -> x509.Certificate:
    """A certificate for the same subject by the same CA with another key. The old one stays as it is.

    Raises UnknownSerial and what `issue` raises.
    """
    entry = Register.load(hierarchy.register_path).find(serial)
    old = issued(hierarchy, entry)
    named = old.subject, extension_of(old, x509.SubjectAlternativeName)
    return _certify(hierarchy, entry.ca, key, named, Profile(entry.profile), (not_before, not_after))


def issued(hierarchy: Hierarchy, entry: Entry) -> x509.Certificate:
    return x509.load_der_x509_certificate((hierarchy.directory / "issued" / _file_name(entry)).read_bytes())


def _certify(
    hierarchy: Hierarchy,
    ca: str,
    certifiable: Certifiable,
    named: tuple[x509.Name, x509.SubjectAlternativeName | None],
    profile: Profile,
    validity: tuple[datetime, datetime],
    request: str = "",
) -> x509.Certificate:
    builder = _builder(hierarchy, ca, _proved_key(certifiable), named, profile, validity)
    with exclusive(hierarchy.lock_path):
        register = Register.load(hierarchy.register_path)
        if answered := register.answer_to(request, ca):
            return issued(hierarchy, answered)
        builder = builder.serial_number(_unused_serial(register, ca, profile))
        certificate = builder.sign(hierarchy.key(ca), DIGEST)
        entry = Entry(
            ca=ca,
            serial=f"{certificate.serial_number:X}",
            subject=certificate.subject.rfc4514_string(),
            profile=profile.value,
            not_before=moment(validity[0]),
            not_after=moment(validity[1]),
            request=request,
        )
        replace_file(hierarchy.directory / "issued" / _file_name(entry), certificate.public_bytes(Encoding.DER))
        register.entries.append(entry)
        register.save()
    return certificate


def _builder(
    hierarchy: Hierarchy,
    ca: str,
    key: PublicKey,
    named: tuple[x509.Name, x509.SubjectAlternativeName | None],
    profile: Profile,
    validity: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    """Everything but the serial number. Raises UnknownCA, BadValidity."""
    issuer = hierarchy.certificate(ca)
    if validity[0] >= validity[1]:
        raise BadValidity
    authority = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateBuilder()
        .subject_name(named[0])
        .issuer_name(issuer.subject)
        .public_key(key)
        .not_valid_before(validity[0])
        .not_valid_after(validity[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority), critical=False)
    )
    for extension, critical in extensions(profile, named[1], key, ca, hierarchy.base_url):
        builder = builder.add_extension(extension, critical=critical)
    return builder


def _proved_key(certifiable: Certifiable) -> PublicKey:
    if not isinstance(certifiable, x509.CertificateSigningRequest):
        return require_usable(certifiable)
    if not certifiable.is_signature_valid:
        raise BadRequestSignature
    return require_usable(certifiable.public_key())


def _unused_serial(register: Register, ca: str, profile: Profile) -> int:
    used = {entry.number for entry in register.of(ca)}
    while (serial := serial_number(profile)) in used:
        pass
    return serial


def _file_name(entry: Entry) -> str:
    return f"{entry.ca}-{entry.serial}.cer"
