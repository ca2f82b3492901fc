"""Too few Organization Admins, or none: noticed, told, and settled when its time is over (R22b, R22f)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from securenet.domain import links
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.moving import hand_over_cases
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.life import change_status
from securenet.domain.entitlements.models import HELD, Entitlement, Role, Shortage, Status, in_force
from securenet.domain.entitlements.queries import organization_desk
from securenet.domain.letters import letterhead, write_to
from securenet.domain.organizations.models import Appointment, Rung
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.mail.actions import queue_mail

REMINDED_BEFORE = timedelta(days=14)
KINDS = Shortage.Kind


class ShortageEvent(StrEnum):
    """What the ledger calls what happens around Organization Admins who are missing."""

    BEGAN = "shortage.began"
    REMINDED = "shortage.reminded"
    SETTLED = "shortage.settled"
    ENDED = "shortage.ended"


Place = tuple[int, str]


def short_places(at: datetime) -> dict[Place, str]:
    """Return the organizations and services that lack Organization Admins at `at`, with the kind of shortage."""
    day = local_date(at)
    admin = Q(role=Role.ORGANIZATION_ADMIN, status=Status.ACTIVE)
    counted = (
        Entitlement.objects.held()
        .filter(in_force(day), organization__ended_at=None)
        .order_by()
        .values_list("organization_id", "service")
        .annotate(admins=Count("pk", filter=admin), others=Count("pk", filter=Q(role=Role.OFFICER)))
    )
    found: dict[Place, str] = {}
    for organization, service, admins, others in counted:
        if not admins and others:
            found[organization, service] = KINDS.VACANCY
        elif 0 < admins < profile().service(service).two_person.min_admins:
            found[organization, service] = KINDS.TOO_FEW
    return found


@transaction.atomic
def follow_shortages(*, by: Actor) -> None:
    """Begin the shortages that are new and end those that are over, each once (R22b, R22f)."""
    short = short_places(by.at)
    for shortage in Shortage.objects.filter(ended_at=None).select_related("organization"):
        place = (shortage.organization_id, shortage.service)
        if short.get(place) == shortage.kind:
            del short[place]
        elif Shortage.objects.filter(pk=shortage.pk, ended_at=None).update(ended_at=by.at) == 1:
            _record(ShortageEvent.ENDED, shortage, by=by)
    for (organization, service), kind in sorted(short.items()):
        begin_shortage(organization, service, kind=kind, by=by)


@transaction.atomic
def begin_shortage(organization: int, service: str, *, kind: str, by: Actor) -> Shortage | None:
    """Note since when Organization Admins are missing, and tell whom it concerns; nothing where it is noted already."""
    policy = profile().service(service).policy
    days = policy.vacancy_grace_days if kind == KINDS.VACANCY else policy.admins_countdown_days
    due = local_date(by.at) + timedelta(days=days)
    try:
        with transaction.atomic():
            shortage = Shortage.objects.create(
                organization_id=organization, service=service, kind=kind, since=by.at, due_date=due
            )
    except IntegrityError:
        return None
    _record(ShortageEvent.BEGAN, shortage, by=by)
    if kind == KINDS.VACANCY:
        desk = organization_desk(organization, service)
        hand_over_cases(Case.objects.filter(entitlement__organization=organization), before=desk, by=by)
    tell_of_shortage(shortage, "began", by=by)
    return shortage


def to_remind(at: datetime) -> QuerySet[Shortage]:
    """Return the shortages that are settled soon and of which nobody was reminded."""
    last = local_date(at + REMINDED_BEFORE)
    return Shortage.objects.filter(ended_at=None, settled_at=None, reminded_at=None, due_date__lte=last)


def to_settle(at: datetime) -> QuerySet[Shortage]:
    """Return the shortages whose last day has passed."""
    return Shortage.objects.filter(ended_at=None, settled_at=None, due_date__lt=local_date(at))


@transaction.atomic
def remind_of_shortage(shortage: Shortage, *, by: Actor) -> bool:
    """Remind, once, whom a shortage concerns; return whether it was done now."""
    if Shortage.objects.filter(pk=shortage.pk, reminded_at=None, ended_at=None).update(reminded_at=by.at) != 1:
        return False
    _record(ShortageEvent.REMINDED, shortage, by=by)
    tell_of_shortage(shortage, "ending", by=by)
    return True


@transaction.atomic
def settle_shortage(shortage: Shortage, *, by: Actor) -> bool:
    """Do what follows, once, when nobody was named in time: officers' rights are suspended; too few are only told.

    Returns whether it was done now.
    """
    if Shortage.objects.filter(pk=shortage.pk, settled_at=None, ended_at=None).update(settled_at=by.at) != 1:
        return False
    rights = officers_of(shortage) if shortage.kind == KINDS.VACANCY else Entitlement.objects.none()
    told = list(rights)
    with override(profile().operator.default_language):
        reason = _("No Organization Admin was named in time.")
    for right in told:
        change_status(right, Status.SUSPENDED, by=by, reason=reason)
    _record(ShortageEvent.SETTLED, shortage, by=by, suspended=len(told))
    for right in told:
        _write(right, shortage, "over", by=by)
    _tell_desk(shortage, "over", by=by)
    return True


def officers_of(shortage: Shortage) -> QuerySet[Entitlement]:
    """Return the officers' rights that a shortage concerns."""
    return _rights(shortage).filter(role=Role.OFFICER, status=Status.ACTIVE).select_related("member")


def _rights(shortage: Shortage) -> QuerySet[Entitlement]:
    return Entitlement.objects.filter(
        organization=shortage.organization_id, service=shortage.service, status__in=HELD, member__closed_at=None
    )


def tell_of_shortage(shortage: Shortage, moment: str, *, by: Actor) -> None:
    """Write to the service desk, and to officers where nobody is left, to admins and signatories where some are."""
    if shortage.kind == KINDS.VACANCY:
        concerned: Iterable[Entitlement] = officers_of(shortage)
    else:
        concerned = _rights(shortage).filter(role=Role.ORGANIZATION_ADMIN, status=Status.ACTIVE)
    for right in concerned:
        _write(right, shortage, moment, by=by)
    for signatory in _signatories(shortage):
        _queue(shortage, moment, signatory.holder_email, signatory.holder_name, by=by)
    _tell_desk(shortage, moment, by=by)


def _signatories(shortage: Shortage) -> QuerySet[Appointment]:
    living = Appointment.objects.filter(organization=shortage.organization_id, rung=Rung.SIGNATORY, ended_at=None)
    return living.exclude(holder_email="")


def _template(shortage: Shortage, moment: str) -> str:
    return f"{'vacancy' if shortage.kind == KINDS.VACANCY else 'admins'}-{moment}"


def _write(right: Entitlement, shortage: Shortage, moment: str, *, by: Actor) -> None:
    write_to(right.member, _template(shortage, moment), by=by, **_words(shortage, right.member.language))


def _tell_desk(shortage: Shortage, moment: str, *, by: Actor) -> None:
    operator = profile().operator
    name = operator.service_desk.name.in_(operator.default_language)
    link = links.organization(shortage.organization_id)
    _queue(shortage, moment, operator.service_desk.email, name, by=by, desk=True, link=link)


def _queue(shortage: Shortage, moment: str, to: str, name: str, *, by: Actor, **words: Any) -> None:
    language = profile().operator.default_language
    queue_mail(
        _template(shortage, moment),
        to=to,
        language=language,
        context=letterhead(language) | {"name": name} | _words(shortage, language) | words,
        about=shortage.organization.about,
        by=by,
    )


def _words(shortage: Shortage, language: str) -> dict[str, Any]:
    service = profile().service(shortage.service)
    return {
        "organization": shortage.organization.name,
        "service": service.name.in_(language),
        "due": shortage.due_date,
        "wanted": service.two_person.min_admins,
        "link": links.own_organization(),
    }


def _record(event: ShortageEvent, shortage: Shortage, *, by: Actor, **facts: Any) -> None:
    record(event, by=by, about=shortage.organization.about, service=shortage.service, kind=shortage.kind, **facts)
