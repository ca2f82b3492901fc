"""What the certificates of each profile look like."""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from securenet.foundation.testca.keys import PublicKey

KEY_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


class Profile(StrEnum):
    PERSON = "person"
    """As national CAs issue today: EKU clientAuth and emailProtection, CRL and OCSP addresses (R44)."""
    PERSON_MANUAL = "person-manual"
    """As in the reference manual: a serial number of four octets, no EKU."""
    SERVER = "server"
    """A TLS server: names in the subjectAltName."""


@dataclass(frozen=True)
class Person:
    """Who a person's certificate is for. `organization` is the 13-digit number, which the reference CA writes in O."""

    name: str
    email: str
    organization: str
    unit: str = "Customer"
    country: str = "TH"


@dataclass(frozen=True)
class Server:
    """DNS names (a leading `*.` allowed) and IP addresses of a TLS server; the first one is the common name."""

    hosts: tuple[str, ...]


Subject = Person | Server


def subject_name(subject: Subject) -> x509.Name:
    """The subject; a person's common name and e-mail share ONE relative name, as the reference CA has it."""
    if isinstance(subject, Server):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject.hosts[0])])
    return x509.Name(
        [
            _relative((NameOID.COUNTRY_NAME, subject.country)),
            _relative((NameOID.ORGANIZATION_NAME, subject.organization)),
            _relative((NameOID.ORGANIZATIONAL_UNIT_NAME, subject.unit)),
            _relative((NameOID.COMMON_NAME, subject.name), (NameOID.EMAIL_ADDRESS, subject.email)),
        ]
    )


def serial_number(profile: Profile) -> int:
    if profile is Profile.PERSON_MANUAL:
        return 1 << 30 | secrets.randbits(30)
    return x509.random_serial_number()


def extensions(
    profile: Profile, alternative: x509.SubjectAlternativeName | None, key: PublicKey, ca: str, base_url: str
) -> list[tuple[x509.ExtensionType, bool]]:
    """The extensions with their criticality, without the key identifiers."""
    uses = ["digital_signature"]
    if profile is not Profile.SERVER:
        uses.append("content_commitment")
    if isinstance(key, rsa.RSAPublicKey):
        uses.append("key_encipherment")
    elif profile is not Profile.SERVER:
        uses.append("key_agreement")
    made: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (key_usage(*uses), True),
        *((addresses, False) for addresses in _addresses(ca, base_url)),
    ]
    purposes = {
        Profile.PERSON: [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION],
        Profile.PERSON_MANUAL: [],
        Profile.SERVER: [ExtendedKeyUsageOID.SERVER_AUTH],
    }[profile]
    if purposes:
        made.append((x509.ExtendedKeyUsage(purposes), False))
    if alternative:
        made.append((alternative, False))
    return made


def alternative_name(profile: Profile, subject: Subject) -> x509.SubjectAlternativeName | None:
    if isinstance(subject, Server):
        return x509.SubjectAlternativeName([_host(name) for name in subject.hosts])
    if profile is Profile.PERSON:
        return x509.SubjectAlternativeName([x509.RFC822Name(subject.email)])
    return None


def key_usage(*uses: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in uses for use in KEY_USES})


def _addresses(ca: str, base_url: str) -> tuple[x509.CRLDistributionPoints, x509.AuthorityInformationAccess]:
    def address(path: str) -> x509.UniformResourceIdentifier:
        return x509.UniformResourceIdentifier(f"{base_url}/{path}")

    return (
        x509.CRLDistributionPoints([x509.DistributionPoint([address(f"{ca}.crl")], None, None, None)]),
        x509.AuthorityInformationAccess(
            [
                x509.AccessDescription(AuthorityInformationAccessOID.OCSP, address(f"ocsp/{ca}")),
                x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, address(f"{ca}.cer")),
            ]
        ),
    )


def _relative(*pairs: tuple[x509.ObjectIdentifier, str]) -> x509.RelativeDistinguishedName:
    return x509.RelativeDistinguishedName([x509.NameAttribute(kind, value) for kind, value in pairs])


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
