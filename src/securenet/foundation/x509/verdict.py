"""The whole check of a certificate (R44) and its verdict."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NotRequired, TypedDict, Unpack

from cryptography import x509

from securenet.foundation.x509.certificate import Certificate
from securenet.foundation.x509.evidence import Crls, Evidence
from securenet.foundation.x509.ocsp import OcspAnswer
from securenet.foundation.x509.path import Judgement, judge_path, openssl_accepts
from securenet.foundation.x509.purposes import Purpose, purpose_reasons, purpose_remarks
from securenet.foundation.x509.reasons import Reason, Refused
from securenet.foundation.x509.revocation import Status
from securenet.foundation.x509.trust import Authority, Trust

NEAR_END = timedelta(days=30)

Revocation = Literal["good", "revoked", "unknown", "not-checked"]


@dataclass(frozen=True)
class Known:
    """A certificate seen before, with a label of its owner; None where the owner is not known."""

    certificate: Certificate
    owner: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What was found: every reason against the certificate, none when it is accepted. `path` has the root first."""

    accepted: bool
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    revocation: Revocation
    path: tuple[x509.Certificate, ...]


def check(
    certificate: Certificate,
    *,
    trust: Trust,
    at: datetime,
    purpose: Purpose = "login",
    crls: Crls | None = None,
    ocsp: Iterable[OcspAnswer] | None = None,
    known: Iterable[Known] = (),
    owner: str | None = None,
) -> Verdict:
    """Return the verdict on a certificate at a moment, by the certificates and evidence given and nothing else.

    With neither `crls` nor `ocsp` revocation is not checked; with either, the certificate and every CA below the
    root must be known as good. `known` are certificates seen before: another's key, or another certificate with the
    same issuer and serial number, is refused. Raises ValueError for a moment without time zone.
    """
    if at.utcoffset() is None:
        raise ValueError("the moment has no time zone")
    evidence = Evidence.of(crls, ocsp)
    reasons = [*certificate.findings, *_time_reasons(certificate, at)]
    if certificate.is_ca:
        return Verdict(False, (*reasons, Reason.CA_CERTIFICATE), (), _told("unknown", evidence), ())
    judgement = judge_path(certificate.loaded, certificate.der, trust, at)
    statuses = list(_statuses(certificate, judgement.path, evidence, at))
    seen = tuple(known)
    reasons += _path_reasons(certificate, judgement)
    reasons += _revocation_reasons(statuses, provable=not judgement.reasons)
    reasons += purpose_reasons(certificate.loaded, purpose)
    reasons += _reuse_reasons(certificate, trust, seen, owner)
    if not reasons and not openssl_accepts(judgement.path, certificate.der, at):
        reasons.append(Reason.UNTRUSTED_PATH)
    remarks = [*certificate.remarks, *_time_remarks(certificate, at), *purpose_remarks(certificate.loaded, purpose)]
    return Verdict(
        accepted=not reasons,
        reasons=tuple(dict.fromkeys(reasons)),
        warnings=tuple(dict.fromkeys([*remarks, *_reuse_remarks(certificate, seen, owner)])),
        revocation=_told(_summary(statuses), evidence),
        path=tuple(authority.certificate for authority in judgement.path),
    )


class Conditions(TypedDict):
    """The arguments of `check` after the certificate."""

    trust: Trust
    at: datetime
    purpose: NotRequired[Purpose]
    crls: NotRequired[Crls | None]
    ocsp: NotRequired[Iterable[OcspAnswer] | None]
    known: NotRequired[Iterable[Known]]
    owner: NotRequired[str | None]


def require_trusted(certificate: Certificate, **conditions: Unpack[Conditions]) -> Verdict:
    """Return the verdict of `check`, which takes the same arguments; raises Refused with every reason against it."""
    verdict = check(certificate, **conditions)
    if not verdict.accepted:
        raise Refused(*verdict.reasons)
    return verdict


def _path_reasons(certificate: Certificate, judgement: Judgement) -> Iterator[Reason]:
    """Yield what speaks against the path, leaving out what the findings have told already."""
    told: set[Reason] = set()
    if Reason.SIGNATURE_ALGORITHM in certificate.findings:
        told.add(Reason.BAD_SIGNATURE)  # it was not looked at
    if Reason.UNKNOWN_CRITICAL_EXTENSION in certificate.findings:
        told.add(Reason.UNTRUSTED_PATH)
    yield from (reason for reason in judgement.reasons if reason not in told)


def _time_reasons(certificate: Certificate, at: datetime) -> Iterator[Reason]:
    if at < certificate.not_before:
        yield Reason.NOT_YET_VALID
    if at > certificate.not_after:
        yield Reason.EXPIRED


def _time_remarks(certificate: Certificate, at: datetime) -> Iterator[Reason]:
    if at <= certificate.not_after < at + NEAR_END:
        yield Reason.LIFETIME


def is_excusable(
    certificate: Certificate,
    verdict: Verdict,
    excused: Container[bytes],
    *,
    at: datetime,
    crls: Crls | None,
    ocsp: Iterable[OcspAnswer] | None,
) -> bool:
    """Whether all CAs on the path of whose certificates nothing fresh is known are `excused` (by their DER).

    Never where the last that was heard, however long ago, was a revocation or a hold. The evidence is that of `check`.
    """
    evidence, path = Evidence.of(crls, ocsp), [Authority.of(each) for each in verdict.path]
    steps = _steps(certificate, path)
    silent = [step[:2] for step in steps if evidence.status(*step[:2], at, is_ca=step[2]) == "unknown"]
    return all(issuer.der in excused and not evidence.has_bad_news(issued, issuer) for issued, issuer in silent)


def _statuses(
    certificate: Certificate, path: Sequence[Authority], evidence: Evidence, at: datetime
) -> Iterator[Status]:
    """Yield the status of the certificate, then of each CA on its path from the issuing one up, without the root."""
    if not evidence.is_wanted:
        return
    if not path:
        yield "unknown"
        return
    for issued, issuer, is_ca in _steps(certificate, path):
        yield evidence.status(issued, issuer, at, is_ca=is_ca)


def _steps(certificate: Certificate, path: Sequence[Authority]) -> Iterator[tuple[x509.Certificate, Authority, bool]]:
    """Yield what was issued, who issued it, and whether it is a CA, from the certificate up to what the root issued."""
    yield certificate.loaded, path[-1], False
    for authority, above in zip(path[:0:-1], path[-2::-1], strict=True):
        yield authority.certificate, above, True


def _revocation_reasons(statuses: list[Status], provable: bool) -> Iterator[Reason]:
    """Yield what the statuses mean; that nothing is known counts only where the path is good (`provable`)."""
    if not statuses:
        return
    own, *above = statuses
    if own == "revoked":
        yield Reason.REVOKED
    if own == "on-hold":
        yield Reason.ON_HOLD
    if "revoked" in above or "on-hold" in above:
        yield Reason.CHAIN_REVOKED
    if "unknown" in statuses and provable:
        yield Reason.REVOCATION_UNKNOWN


def _summary(statuses: list[Status]) -> Status:
    """Return the certificate's own status; it is not known as good while its CA's is unknown."""
    return "unknown" if not statuses or (statuses[0] == "good" and "unknown" in statuses) else statuses[0]


def _told(status: Status, evidence: Evidence) -> Revocation:
    if not evidence.is_wanted:
        return "not-checked"
    return "revoked" if status == "on-hold" else status


def _reuse_reasons(
    certificate: Certificate, trust: Trust, known: tuple[Known, ...], owner: str | None
) -> Iterator[Reason]:
    others = [each for each in known if each.certificate != certificate]
    if any(each.certificate.issuer_serial == certificate.issuer_serial for each in others):
        yield Reason.DUPLICATE_SERIAL
    if any(authority.spki_sha256 == certificate.spki_sha256 for authority in trust.authorities):
        yield Reason.KEY_REUSE
    if any(_is_others(each, owner) for each in _same_key(certificate, known)):
        yield Reason.KEY_REUSE


def _reuse_remarks(certificate: Certificate, known: tuple[Known, ...], owner: str | None) -> Iterator[Reason]:
    if any(not _is_others(each, owner) for each in _same_key(certificate, known)):
        yield Reason.KEY_REUSE


def _same_key(certificate: Certificate, known: tuple[Known, ...]) -> list[Known]:
    same = [each for each in known if each.certificate.spki_sha256 == certificate.spki_sha256]
    return [each for each in same if each.certificate != certificate]


def _is_others(known: Known, owner: str | None) -> bool:
    return None not in (known.owner, owner) and known.owner != owner
