"""NIST's PKITS certificates and lists through the whole checker: nothing invalid is ever accepted.

Every CA of the suite counts as approved. Policy settings stay at our defaults, so only the certificates that the suite
names valid or invalid whatever the settings are judged.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
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

vectors = pytest.importorskip("cryptography_vectors")
pytestmark = pytest.mark.rule("R44")

PKITS = Path(vectors.__file__).parent / "x509" / "PKITS_data"
AT = datetime(2026, 11, 23, tzinfo=UTC)
ROOT = "TrustAnchorRootCertificate.crt"
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
NAMES = sorted(path.name.removesuffix("EE.crt") for path in (PKITS / "certs").glob("*EE.crt"))


def authorities() -> list[Authority]:
    found = []
    for path in (PKITS / "certs").glob("*Cert.crt"):
        try:
            found.append(read_authority(path.read_bytes()))
        except Refused:
            continue
    return found


def lists(signers: list[Authority]) -> list[RevocationList]:
    found = []
    for data in (path.read_bytes() for path in (PKITS / "crls").glob("*.crl")):
        name = name_of(load_crl(data))
        for signer in (each for each in signers if each.name == name):
            try:
                found.append(read_crl(data, signer))
            except Refused:
                continue
    return found


@pytest.fixture(scope="module")
def trust() -> Trust:
    root = x509.load_der_x509_certificate((PKITS / "certs" / ROOT).read_bytes())
    return Trust.of([root], (authority.certificate for authority in authorities()))


@pytest.fixture(scope="module")
def crls(trust: Trust) -> CrlIndex:
    return CrlIndex(lists(list(trust.authorities)))


def reasons(name: str, trust: Trust, crls: CrlIndex) -> tuple[str, ...]:
    try:
        certificate = read_upload((PKITS / "certs" / f"{name}EE.crt").read_bytes())
    except Refused as refused:
        return refused.reasons
    return check(certificate, trust=trust, at=AT, purpose="signature", crls=crls).reasons


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("Invalid")])
def test_what_pkits_calls_invalid_is_refused(name: str, trust: Trust, crls: CrlIndex) -> None:
    assert reasons(name, trust, crls)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("Valid")])
def test_what_pkits_calls_valid_is_accepted_or_refused_by_a_stricter_rule(
    name: str, trust: Trust, crls: CrlIndex
) -> None:
    found = reasons(name, trust, crls)

    if name in STRICTER:
        assert STRICTER[name] in found
    elif name in UNKNOWN:
        assert found == ("revocation-unknown",)
    else:
        assert not found
