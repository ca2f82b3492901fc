"""The trust store changes when one administrator proposes it and another person approves (R52)."""

from __future__ import annotations

import json
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from securenet.domain import links
from securenet.domain.approvals.actions import decide_case, move_case
from securenet.domain.approvals.flow import OPEN, State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.proposing import propose_act
from securenet.domain.certificates.actions import close_certificate_request, turn_certificate
from securenet.domain.certificates.losing import lost_with
from securenet.domain.certificates.models import Authority, MemberCertificate, Status, TrustChange
from securenet.domain.certificates.trust import accept_authority
from securenet.domain.certificates.vetting import require_addable
from securenet.domain.letters import write_to
from securenet.domain.profile.trust import TrustEntry
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal


class ChangeEvent(StrEnum):
    """What the ledger calls changes by two persons."""

    PROPOSED = "authority.proposed"
    WITHDRAWAL_PROPOSED = "authority.withdrawal-proposed"
    WITHDRAWN = "authority.withdrawn"
    CERTIFICATE_ENDED = "certificate.ended-with-its-authority"


class ChangeOpen(Refusal):
    """One proposal about a CA at a time."""

    sentence = _("A proposal about this authority waits for another person already.")


class AlreadyWithdrawn(Refusal):
    """Nothing is left to withdraw."""

    sentence = _("This authority has been withdrawn already.")


NOT_ACCEPTED = _(
    "The authority that issued this certificate (%(issuer)s) is no longer accepted here. To use a certificate, obtain "
    "one from an accepted authority and register it."
)
"""Why a request ends that waits for a certificate of an authority that is withdrawn."""


@transaction.atomic
def propose_authority(entry: TrustEntry, data: bytes, *, reason: str, by: Actor) -> Case:
    """Return the case by which another person decides whether a CA is accepted, from its file (R52).

    Raises ChangeOpen, and what `require_addable` and `propose_act` raise. What the file holds else is not kept.
    """
    certificate = require_addable(entry, data, by=by)
    waiting = TrustChange.objects.filter(case__state__in=OPEN, entry__set=entry.set)
    if waiting.filter(entry__sha256=certificate.sha256).exists():
        raise ChangeOpen
    case = propose_act("trust_store", by=by)
    kept = entry.model_copy(update={"sha256": certificate.sha256})
    TrustChange.objects.create(
        case=case, entry=kept.model_dump(mode="json"), der=certificate.der, reason=masked(reason)
    )
    record(
        ChangeEvent.PROPOSED,
        by=by,
        about=f"authority {certificate.sha256[:16]}",
        submission=case.submission_id,
        name=entry.name,
        set=entry.set,
        kind=entry.kind,
        hosts=list(entry.allowed_hosts),
        lists=list(entry.crl_urls),
        responders=list(entry.ocsp_urls),
        reason=masked(reason),
    )
    return case


@transaction.atomic
def propose_withdrawal(authority: Authority, *, reason: str, by: Actor) -> Case:
    """Return the case by which another person decides whether a CA is withdrawn (R52).

    Raises AlreadyWithdrawn, ChangeOpen, or what `propose_act` raises.
    """
    if authority.withdrawn_at is not None:
        raise AlreadyWithdrawn
    if authority.changes.filter(case__state__in=OPEN).exists():
        raise ChangeOpen
    lost = lost_with(authority, at=by.at)
    case = propose_act("trust_store", by=by)
    TrustChange.objects.create(case=case, authority=authority, reason=masked(reason))
    record(
        ChangeEvent.WITHDRAWAL_PROPOSED,
        by=by,
        about=authority.about,
        submission=case.submission_id,
        name=authority.name,
        set=authority.trust_set,
        reason=masked(reason),
        certificates=len(lost.certificates),
        requests=len(lost.requests),
    )
    return case


@transaction.atomic
def decide_trust(case: Case, *, verb: Verb, by: Actor, reason: str = "") -> State:
    """Decide on a change of the trust store; approved by the last voice it takes effect at once (R52).

    A certificate to add is checked again first. Raises what `require_addable` raises, AlreadyWithdrawn, or what
    `decide_case` raises.
    """
    state = decide_case(case, verb=verb, by=by, reason=reason)
    if state is State.APPROVED:
        change = TrustChange.objects.select_related("authority").get(case=case)
        if change.authority is None:
            _accept(change, by=by)
        else:
            _withdraw(change.authority, by=by)
    return state


def _accept(change: TrustChange, *, by: Actor) -> None:
    entry = require_as_proposed(change, by=by)
    change.authority = accept_authority(entry, bytes(change.der), by=by)
    change.save(update_fields=["authority"])


def require_as_proposed(change: TrustChange, *, by: Actor) -> TrustEntry:
    """Return what is to be accepted, checked as it was when proposed. Raises what `require_addable` raises."""
    entry = TrustEntry.model_validate_json(json.dumps(change.entry))  # from JSON lists become a profile's tuples
    require_addable(entry, bytes(change.der), by=by)
    return entry


def _withdraw(authority: Authority, *, by: Actor) -> None:
    """Withdraw a CA; the certificates that no other path proves end, their sessions and open requests with them.

    Raises AlreadyWithdrawn; Overtaken where one of them has just changed, and nothing happens then.
    """
    lost = lost_with(authority, at=by.at)
    if Authority.objects.filter(pk=authority.pk, withdrawn_at=None).update(withdrawn_at=by.at) != 1:
        raise AlreadyWithdrawn
    record(
        ChangeEvent.WITHDRAWN,
        by=by,
        about=authority.about,
        name=authority.name,
        set=authority.trust_set,
        certificates=len(lost.certificates),
        requests=len(lost.requests),
    )
    for certificate in lost.certificates:
        _end(certificate, by=by)
    for case in lost.requests:
        close_certificate_request(case, reason=_why(case.certificate), by=by)


def _why(certificate: MemberCertificate) -> str:
    with override(certificate.holder.language):
        return str(NOT_ACCEPTED % {"issuer": certificate.issuer})


def _end(certificate: MemberCertificate, *, by: Actor) -> None:
    for case in Case.objects.open().filter(release__certificate=certificate).select_related("submission__applicant"):
        move_case(case, Verb.CLOSE, by=by, reason=_why(certificate), tells=False)
    turn_certificate(
        certificate, Status.DELETED, ChangeEvent.CERTIFICATE_ENDED, by=by, reason="its authority was withdrawn"
    )
    write_to(
        certificate.holder,
        "certificate-authority-withdrawn",
        about=certificate.about,
        issuer=certificate.issuer,
        serial=certificate.serial,
        ends_at=by.at,
        link=links.certificates(),
        by=by,
    )
