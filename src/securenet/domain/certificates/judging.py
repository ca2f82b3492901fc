"""What a certificate is worth now: the pure checks over the trust store, and what only the database knows (R44)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from securenet.domain.accounts.models import User
from securenet.domain.certificates.models import (
    LIVING,
    Authority,
    MemberCertificate,
    RevocationException,
    RevocationListFile,
    Status,
)
from securenet.domain.profile.queries import accepted_set, profile
from securenet.domain.profile.trust import TrustSet
from securenet.foundation.actor import Actor
from securenet.foundation.compiled import compiled
from securenet.foundation.refusal import Refusal
from securenet.foundation.x509 import (
    REFUSALS,
    WARNINGS,
    Certificate,
    CrlIndex,
    OcspAnswer,
    Purpose,
    Reason,
    Refused,
    RevocationList,
    Trust,
    Verdict,
    check,
    is_excusable,
    names_match,
    read_authority,
    read_crl,
    read_upload,
)
from securenet.foundation.x509 import Authority as TrustedAuthority

LIST_STATE = ("pk", "this_update", "fetched_at", "number")
ListState = tuple[Any, ...]  # the row of a list and what tells one state of it from another
_PARSED: dict[ListState, RevocationList] = {}
_PARSING = Lock()


class CertificateRefused(Refusal):
    """The certificate does not pass; `reasons` are all of the findings."""

    field = "file"

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__()
        self.reasons = reasons

    def __str__(self) -> str:
        return " ".join(words(reason) for reason in self.reasons)


def words(reason: Reason, *, warning: bool = False) -> str:
    """Return the sentence of a reason, or of a warning, in the active language."""
    sentence = (WARNINGS if warning else REFUSALS)[reason]
    return sentence.th if (get_language() or "th").startswith("th") else sentence.en


def read_certificate(data: bytes) -> Certificate:
    """Return the certificate in an uploaded file. Raises CertificateRefused."""
    try:
        return read_upload(data)
    except Refused as refused:
        raise CertificateRefused(refused.reasons) from refused


@dataclass(frozen=True)
class Accepted:
    """The CAs accepted at a moment, their newest lists, and the keys of those whose responder may be asked."""

    trust: Trust
    crls: CrlIndex
    responding: frozenset[int]


def judge(
    certificate: Certificate,
    *,
    by: Actor,
    accepted: Accepted | None = None,
    purpose: Purpose = "login",
    answers: tuple[OcspAnswer, ...] = (),
    signs_in: bool = False,
) -> Verdict:
    """Return the verdict at this moment over the accepted CAs of the right set, their newest lists, and `answers`.

    The profile says what a missing keyUsage means, and what happens when nothing fresh is known of revocation. For who
    `signs_in`, an exception of two persons can stand in for what is not known, never for what is.
    """
    policy, accepted = profile().certificate, accepted or trust_now()
    trust, crls = accepted.trust, accepted.crls
    verdict = check(certificate, trust=trust, at=by.at, purpose=purpose, crls=crls, ocsp=answers)
    excused = policy.unknown_revocation == "accept"
    if verdict.reasons == (Reason.REVOCATION_UNKNOWN,) and signs_in and not excused:
        excused = is_excusable(certificate, verdict, excepted(by.at), at=by.at, crls=crls, ocsp=answers)
    if verdict.reasons == (Reason.REVOCATION_UNKNOWN,) and excused:
        verdict = replace(check(certificate, trust=trust, at=by.at, purpose=purpose), revocation="unknown")
    if Reason.KEY_USAGE in verdict.warnings and policy.missing_key_usage == "refuse":
        verdict = replace(verdict, accepted=False, reasons=(*verdict.reasons, Reason.KEY_USAGE))
    return verdict


def excepted(at: datetime) -> set[bytes]:
    """Return the CAs, each as its DER, for which an exception of two persons is in force (R44)."""
    running = RevocationException.objects.running(at).filter(authority__trust_set=accepted_set())
    return {bytes(der) for der in running.values_list("authority__der", flat=True)}


def trust_now() -> Accepted:
    """Return the trust store and its revocation lists as they are in the database, parsed once per change."""
    state = _state(accepted_set())
    return _accepted(tuple((pk, sha256, bool(urls), *of_list) for pk, sha256, urls, *of_list in state))


@compiled
def _state(trust_set: TrustSet) -> QuerySet[Authority, tuple[Any, ...]]:
    rows = Authority.objects.filter(trust_set=trust_set, withdrawn_at=None).order_by("pk", "crls__pk")
    return rows.values_list("pk", "sha256", "ocsp_urls", *(f"crls__{column}" for column in LIST_STATE))


@lru_cache(maxsize=1)
def _accepted(state: tuple[tuple[Any, ...], ...]) -> Accepted:
    responding = {pk: responds for pk, _sha256, responds, *_list in state}
    lists = tuple((*of_list, sha256) for _pk, sha256, _responds, *of_list in state if of_list[1] is not None)
    rows = list(Authority.objects.filter(pk__in=responding))
    read = {row.pk: read_authority(bytes(row.der)) for row in rows}
    asked = frozenset(pk for pk, responds in responding.items() if responds)
    return Accepted(trust_of(rows), CrlIndex(_lists(lists, read)), asked)


def trust_of(rows: Iterable[Authority]) -> Trust:
    """Return accepted CAs as paths are judged by them."""
    read = [(row.kind, read_authority(bytes(row.der)).certificate) for row in rows]
    return Trust.of(
        [certificate for kind, certificate in read if kind == Authority.Kind.ROOT],
        [certificate for kind, certificate in read if kind == Authority.Kind.INTERMEDIATE],
    )


def _lists(states: tuple[ListState, ...], authorities: dict[int, TrustedAuthority]) -> list[RevocationList]:
    """Return the lists in force. Each is parsed once and by one thread; one that is no longer in force is forgotten."""
    with _PARSING:
        kept = {state: _PARSED[state] for state in states if state in _PARSED}
        new = {state[0]: state for state in states if state not in kept}
        for row in RevocationListFile.objects.filter(pk__in=new).iterator(chunk_size=1):
            kept[new[row.pk]] = read_crl(bytes(row.der), authorities[row.authority_id])
        _PARSED.clear()
        _PARSED.update(kept)
    return list(kept.values())


def register_findings(certificate: Certificate, holder: User, *, own: int = 0) -> list[Reason]:
    """Return what the register says against this certificate for this holder, the row `own` left aside (R44)."""
    findings = []
    others = MemberCertificate.objects.exclude(status=Status.REJECTED).exclude(pk=own)
    same = others.filter(sha256=certificate.sha256, status__in=LIVING).first()
    if same is not None:
        findings.append(Reason.ALREADY_REGISTERED if same.holder_id == holder.pk else Reason.OTHER_OWNER)
    if others.filter(spki_sha256=certificate.spki_sha256).exclude(holder=holder).exists():
        findings.append(Reason.KEY_REUSE)
    if others.filter(issuer_serial=certificate.issuer_serial).exclude(sha256=certificate.sha256).exists():
        findings.append(Reason.DUPLICATE_SERIAL)
    revoked = MemberCertificate.objects.filter(spki_sha256=certificate.spki_sha256, status=Status.REVOKED)
    if revoked.exclude(sha256=certificate.sha256).exists():
        findings.append(Reason.COMPROMISED_KEY)
    return findings


def require_registrable(certificate: Certificate, holder: User, *, by: Actor) -> Verdict:
    """Return the verdict of a certificate that may be registered. Raises CertificateRefused with every reason."""
    verdict = judge(certificate, by=by)
    reasons = (*verdict.reasons, *register_findings(certificate, holder))
    if reasons:
        raise CertificateRefused(reasons)
    return verdict


def belongs_to(certificate: Certificate, holder: User) -> list[tuple[str, bool]]:
    """Return how the certificate's names compare with the account, as facts for the approver (R44).

    Each is a label key (`name`, `email`, `organization`) and whether it agrees.
    """
    numbers = set(holder.entitlements.filter(status="active").values_list("organization_number", flat=True))
    names = [name for name in (holder.name_th, holder.name_en) if name]
    addresses = {address.lower() for address in certificate.emails}
    return [
        ("name", any(names_match(certificate.common_name, name) for name in names)),
        ("email", holder.email.lower() in addresses),
        ("organization", certificate.organization_number in numbers),
    ]
