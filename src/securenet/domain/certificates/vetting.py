"""Whether a CA certificate may come into the trust store: all that can be told before two persons decide (R52)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from securenet.domain.certificates.judging import CertificateRefused, read_certificate, trust_of
from securenet.domain.certificates.models import Authority, MemberCertificate
from securenet.domain.certificates.trust import NotAnAuthority
from securenet.domain.profile.trust import TrustEntry
from securenet.foundation.actor import Actor
from securenet.foundation.refusal import Refusal
from securenet.foundation.x509 import Authority as TrustedAuthority
from securenet.foundation.x509 import Certificate, Reason, Refused, is_anchored, read_authority

LONGEST = 300
"""Characters of an address."""


class AboutTheFile(Refusal):
    """What the file of a CA's certificate can be refused for."""

    field = "file"


class MayNotSign(AboutTheFile):
    """Without keyCertSign what it issues proves nothing (RFC 5280 section 4.2.1.3)."""

    sentence = _("The certificate does not allow its key to sign certificates: key usage lacks “keyCertSign”.")


class MayNotSignLists(AboutTheFile):
    """Its lists would all be refused."""

    sentence = _(
        "The certificate does not allow its key to sign revocation lists: key usage lacks “cRLSign”. "
        "Leave out the addresses of lists, or ask the authority."
    )


class NotARoot(AboutTheFile):
    """A root is signed by itself."""

    sentence = _("This is not a root: it was issued by another authority. Choose “intermediate”.")


class ARoot(AboutTheFile):
    """An intermediate is signed by somebody else."""

    sentence = _("This is a root: it was issued by itself. Choose “root”.")


class NoPath(AboutTheFile):
    """No accepted root leads to it (RFC 5280 section 6.1)."""

    sentence = _("No accepted root of this set leads to this certificate. The authority that issued it comes first.")


class AlreadyAccepted(AboutTheFile):
    """It is there."""

    sentence = _("This certificate is in this set already.")


class MembersKey(AboutTheFile):
    """Somebody who could sign in with the key of a CA could issue certificates of others."""

    sentence = _("The key of this certificate is that of a member's certificate.")


class WrongName(Refusal):
    """The name is what people read in lists."""

    sentence = _("Write the authority's name in one line, without spaces at its ends.")
    field = "name"


class WrongHost(Refusal):
    """Host names only."""

    sentence = _("Write each host by its name only, in small letters, for example crl.ca.example.")
    field = "allowed_hosts"


class WrongListAddress(Refusal):
    """Nothing else is ever fetched (R44)."""

    sentence = _("Each address of a list begins with http:// or https:// and is on an allowed host.")
    field = "crl_urls"


class WrongResponderAddress(Refusal):
    """Nothing else is ever asked (R44)."""

    sentence = _("Each address of a responder begins with http:// or https:// and is on an allowed host.")
    field = "ocsp_urls"


class NoEvidence(Refusal):
    """What nothing can be known of is refused: such a CA would shut everybody out."""

    sentence = _(
        "Give the address of a revocation list: without one, every certificate below this authority is refused. "
        "An intermediate can have a responder instead."
    )
    field = "crl_urls"


FAULTY: dict[str, type[Refusal]] = {
    "name": WrongName,
    "allowed_hosts": WrongHost,
    "crl_urls": WrongListAddress,
    "ocsp_urls": WrongResponderAddress,
}


def require_entry(**facts: object) -> TrustEntry:
    """Return what is to be known of a CA beside its certificate.

    Raises WrongName, WrongHost, WrongListAddress, WrongResponderAddress, or NoEvidence.
    """
    try:
        entry = TrustEntry.model_validate(facts)
    except ValidationError as error:
        raise FAULTY[str(error.errors()[0]["loc"][0])] from error
    for urls, refusal in ((entry.crl_urls, WrongListAddress), (entry.ocsp_urls, WrongResponderAddress)):
        if not all(_is_on(url, entry.allowed_hosts) for url in urls):
            raise refusal
    if not entry.crl_urls and (entry.kind == "root" or not entry.ocsp_urls):
        raise NoEvidence
    return entry


def _is_on(url: str, hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.hostname in hosts and parts.username is None and parts.port != 0 and len(url) <= LONGEST
    except ValueError:
        return False


def require_addable(entry: TrustEntry, data: bytes, *, by: Actor) -> Certificate:
    """Return the certificate in the file of a CA that may be added to a set.

    Raises CertificateRefused with every reason, NotAnAuthority, or what `AboutTheFile` is the base of.
    """
    certificate = read_certificate(data)
    if reasons := tuple(_weaknesses(certificate, by.at)):
        raise CertificateRefused(reasons)
    if not certificate.is_ca:
        raise NotAnAuthority(file=entry.file)
    ca = _read(certificate)
    if not ca.may_sign_certificates:
        raise MayNotSign
    if entry.crl_urls and not ca.may_sign_lists:
        raise MayNotSignLists
    _require_new(certificate, entry)
    _require_place(ca, entry, by.at)
    return certificate


def _weaknesses(certificate: Certificate, at: datetime) -> Iterator[Reason]:
    yield from certificate.findings
    if at < certificate.not_before:
        yield Reason.NOT_YET_VALID
    if at > certificate.not_after:
        yield Reason.EXPIRED


def _read(certificate: Certificate) -> TrustedAuthority:
    try:
        return read_authority(certificate.der)
    except Refused as refused:
        raise CertificateRefused(refused.reasons) from refused


def _require_new(certificate: Certificate, entry: TrustEntry) -> None:
    accepted = Authority.objects.filter(trust_set=entry.set, withdrawn_at=None)
    if accepted.filter(sha256=certificate.sha256).exists():
        raise AlreadyAccepted
    if MemberCertificate.objects.filter(spki_sha256=certificate.spki_sha256).exists():
        raise MembersKey


def _require_place(ca: TrustedAuthority, entry: TrustEntry, at: datetime) -> None:
    """A root proves itself, an intermediate is below an accepted root."""
    if entry.kind == "root":
        if not ca.is_self_signed:
            raise NotARoot
        return
    if ca.is_self_signed:
        raise ARoot
    if not is_anchored(ca, trust_of(Authority.objects.filter(trust_set=entry.set, withdrawn_at=None)), at):
        raise NoPath
