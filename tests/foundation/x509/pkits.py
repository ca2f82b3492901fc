"""NIST's PKITS, as the package cryptography_vectors carries it: its cases, by section, and what we say of each."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import cryptography_vectors
from cryptography import x509

from securenet.foundation.x509 import (
    Authority,
    CrlIndex,
    Refused,
    RevocationList,
    Trust,
    check,
    read_authority,
    read_crl,
    read_upload,
)
from securenet.foundation.x509.revocation import load_crl, name_of

DATA = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data"
AT = datetime(2026, 11, 23, tzinfo=UTC)
ROOT = "TrustAnchorRootCertificate.crt"
SECTIONS = (
    ("4.1", "Signature verification", r"CertificatePathTest|CASignature|EESignature|DSA"),
    ("4.2", "Validity periods", r"notBefore|notAfter"),
    ("4.3", "Verifying name chaining", r"NameChaining|NameUIDs|RFC3280|Rollover|UTF8String"),
    ("4.5", "Self-issued certificates", r"BasicSelfIssued"),
    ("4.6", "Basic constraints", r"basicConstraints|cAFalse|pathLen"),
    ("4.7", "Key usage", r"[kK]eyUsage"),
    ("4.8", "Certificate policies", r"PoliciesTest|[aA]nyPolicyTest1[14]|Qualifier"),
    ("4.9", "Require explicit policy", r"requireExplicit"),
    ("4.11", "Inhibit policy mapping", r"inhibitPolicyMapping"),
    ("4.12", "Inhibit any policy", r"inhibitAnyPolicy"),
    ("4.10", "Policy mappings", r"PolicyMapping|MappingFrom|MappingTo"),
    ("4.13", "Name constraints", r"nameConstraints"),
    ("4.14", "Distribution points", r"[dD]istributionPoint|onlyContains|onlySomeReasons|IDPwith|cRLIssuer"),
    ("4.15", "Delta-CRLs", r"deltaCRL"),
    ("4.16", "Private certificate extensions", r"CriticalCertificateExtension"),
    ("4.4", "Basic certificate revocation", r"CRL|Revoked|SerialNumber"),
)
"""Number, title, and how the names of the cases tell; the first that fits counts."""
STRICTER = {  # valid by RFC 5280, refused by our own rules: why
    "ValidDNnameConstraintsTest14": "subject",  # an empty subject
    "ValidDSAParameterInheritanceTest5": "malformed",
    "ValidDSASignaturesTest4": "key-algorithm",
    "ValidGeneralizedTimenotBeforeDateTest4": "time",  # before 2050
    "ValidUnknownNotCriticalCertificateExtensionTest1": "unaccepted-issuer",  # by the root itself
    "ValidonlyContainsCACertsTest13": "ca-certificate",
    "ValidpathLenConstraintTest8": "ca-certificate",
    "ValidpathLenConstraintTest14": "ca-certificate",
    "ValiddeltaCRLTest5": "on-hold",  # a hold ends with the next complete list only
}
UNKNOWN = {  # their status hangs on indirect or partial lists, or on a key of the CA other than the signing one
    "ValidBasicSelfIssuedCRLSigningKeyTest6", "ValidBasicSelfIssuedNewWithOldTest4",
    "ValidBasicSelfIssuedOldWithNewTest1", "ValidDNnameConstraintsTest19", "ValidIDPwithindirectCRLTest22",
    "ValidIDPwithindirectCRLTest24", "ValidIDPwithindirectCRLTest25", "ValidSelfIssuedinhibitAnyPolicyTest7",
    "ValidSelfIssuedinhibitAnyPolicyTest9", "ValidSelfIssuedinhibitPolicyMappingTest7",
    "ValidSelfIssuedpathLenConstraintTest15", "ValidSelfIssuedpathLenConstraintTest17",
    "ValidSelfIssuedrequireExplicitPolicyTest6", "ValidSeparateCertificateandCRLKeysTest19",
    "ValidcRLIssuerTest28", "ValidcRLIssuerTest29", "ValidcRLIssuerTest30", "ValidcRLIssuerTest33",
    "ValiddistributionPointTest4", "ValiddistributionPointTest5", "ValiddistributionPointTest7",
    "ValidonlySomeReasonsTest18", "ValidonlySomeReasonsTest19",
}  # fmt: skip
NAMES = sorted(path.name.removesuffix("EE.crt") for path in (DATA / "certs").glob("*EE.crt"))


def section_of(name: str) -> str:
    """Return the number of the section that a case belongs to. Raises StopIteration for a name that fits none."""
    return next(number for number, _title, pattern in SECTIONS if re.search(pattern, name))


def _authorities() -> list[Authority]:
    found = []
    for path in (DATA / "certs").glob("*Cert.crt"):
        try:
            found.append(read_authority(path.read_bytes()))
        except Refused:
            continue
    return found


def _lists(signers: list[Authority]) -> list[RevocationList]:
    found = []
    for data in (path.read_bytes() for path in (DATA / "crls").glob("*.crl")):
        name = name_of(load_crl(data))
        for signer in (each for each in signers if each.name == name):
            try:
                found.append(read_crl(data, signer))
            except Refused:
                continue
    return found


@cache
def world() -> tuple[Trust, CrlIndex]:
    """Return every CA of the suite as approved, with every list that one of them has signed."""
    root = x509.load_der_x509_certificate((DATA / "certs" / ROOT).read_bytes())
    trust = Trust.of([root], (authority.certificate for authority in _authorities()))
    return trust, CrlIndex(_lists(list(trust.authorities)))


def reasons(name: str) -> tuple[str, ...]:
    """Return what the whole checker says against a case, nothing where it accepts."""
    trust, crls = world()
    try:
        certificate = read_upload((DATA / "certs" / f"{name}EE.crt").read_bytes())
    except Refused as refused:
        return refused.reasons
    return check(certificate, trust=trust, at=AT, purpose="signature", crls=crls).reasons
