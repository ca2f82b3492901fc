"""Officers invited by e-mail: a link that opens the request with organization and role filled in (R22)."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from securenet.domain import links
from securenet.domain.accounts.models import User
from securenet.domain.approvals.queries import hashed
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.authority import NotTheirAdmin
from securenet.domain.entitlements.life import RightChanged
from securenet.domain.entitlements.models import Entitlement, Invitation, Role
from securenet.domain.letters import letterhead
from securenet.domain.organizations.models import Organization
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.mail.actions import queue_mail
from securenet.foundation.refusal import Refusal

MOST_SENT = 5
LEAST_BETWEEN = timedelta(minutes=10)


class InvitationEvent(StrEnum):
    """What the ledger calls acts with invitations."""

    SENT = "invitation.sent"
    RESENT = "invitation.resent"
    CANCELLED = "invitation.cancelled"
    ACCEPTED = "invitation.accepted"


class InvitedAlready(Refusal):
    """The address has an open invitation to the same."""

    sentence = _("This address has an open invitation already. You can send it again from the list.")
    field = "email"


class SentOften(Refusal):
    """A mail that was sent a moment ago, or many times, is sent again."""

    sentence = _("This invitation was sent a moment ago or several times already. Please wait, or cancel it.")


class InvitationUnknown(Refusal):
    """No invitation has this link."""

    sentence = _("This link belongs to no invitation. Please copy it from the mail in full.")


class InvitationUsed(Refusal):
    """The link was followed before."""

    sentence = _("This invitation has been taken up already.")


class InvitationOver(Refusal):
    """The link is too old, or was called back."""

    sentence = _("This invitation has ended. Please ask your Organization Admin for a new one.")


def places_of(member: User, day: date) -> QuerySet[Entitlement]:
    """Return the rights by which `member` invites: those of an Organization Admin, limited to no functions."""
    own = Entitlement.objects.full_admins(day).filter(member=member)
    return own.select_related("organization").order_by("organization_name", "service")


def open_invitations(member: User, day: date) -> QuerySet[Invitation]:
    """Return the invitations that wait, of the organizations and services that `member` administers in full."""
    found = Invitation.objects.none()
    for organization, service in places_of(member, day).values_list("organization_id", "service"):
        found |= Invitation.objects.filter(organization=organization, service=service)
    waiting = found.filter(used_at=None, cancelled_at=None)
    return waiting.select_related("organization", "invited_by").order_by("-invited_at", "-pk")


@transaction.atomic
def invite_officer(organization: Organization, *, service: str, email: str, language: str, by: Actor) -> Invitation:
    """Return the invitation that goes to an address, good for the profile's days (R22).

    Raises NotTheirAdmin, InvitedAlready, or UnknownRole.
    """
    _require_admin_at(organization.pk, service, by=by)
    profile().require_role(service, Role.OFFICER)
    same = Invitation.objects.filter(organization=organization, service=service, email=email)
    same.filter(used_at=None, cancelled_at=None, expires_at__lte=by.at).update(cancelled_at=by.at)
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                organization=organization,
                service=service,
                email=email,
                language=language,
                invited_by=by.user,
                invited_at=by.at,
                sent_at=by.at,
                token_hash=hashed(token),
                expires_at=by.at + timedelta(days=profile().deadlines.invitation_days),
            )
    except IntegrityError as error:
        raise InvitedAlready from error
    record(InvitationEvent.SENT, by=by, about=invitation.about, organization=organization.number, service=service)
    _send(invitation, token, by=by)
    return invitation


@transaction.atomic
def resend_invitation(invitation: Invitation, *, by: Actor) -> None:
    """Send an open invitation with a new link; the old one ends. Raises NotTheirAdmin, SentOften, or RightChanged."""
    _require_admin_at(invitation.organization_id, invitation.service, by=by)
    if invitation.sent_times >= MOST_SENT or by.at < invitation.sent_at + LEAST_BETWEEN:
        raise SentOften
    token = secrets.token_urlsafe(32)
    unchanged = Invitation.objects.filter(
        pk=invitation.pk, used_at=None, cancelled_at=None, sent_times=invitation.sent_times
    )
    changed = unchanged.update(
        token_hash=hashed(token),
        sent_at=by.at,
        sent_times=invitation.sent_times + 1,
        expires_at=by.at + timedelta(days=profile().deadlines.invitation_days),
    )
    if changed != 1:
        raise RightChanged
    invitation.refresh_from_db()
    record(InvitationEvent.RESENT, by=by, about=invitation.about)
    _send(invitation, token, by=by)


@transaction.atomic
def cancel_invitation(invitation: Invitation, *, by: Actor) -> None:
    """Call an open invitation back; its link ends. Raises NotTheirAdmin or RightChanged."""
    _require_admin_at(invitation.organization_id, invitation.service, by=by)
    waiting = Invitation.objects.filter(pk=invitation.pk, used_at=None, cancelled_at=None)
    if waiting.update(cancelled_at=by.at) != 1:
        raise RightChanged
    record(InvitationEvent.CANCELLED, by=by, about=invitation.about)


def require_invitation(token: str, *, by: Actor) -> Invitation:
    """Return the open invitation of a link. Raises InvitationUnknown, InvitationUsed, or InvitationOver."""
    found = Invitation.objects.select_related("organization").filter(token_hash=hashed(token)).first()
    if found is None:
        raise InvitationUnknown
    if found.used_at is not None:
        raise InvitationUsed
    if found.cancelled_at is not None or found.expires_at <= by.at:
        raise InvitationOver
    return found


@transaction.atomic
def accept_invitation(token: str, *, by: Actor) -> Invitation:
    """Return the invitation that is taken up by its link, once (R22).

    Raises InvitationUnknown, InvitationUsed, or InvitationOver.
    """
    invitation = require_invitation(token, by=by)
    if Invitation.objects.filter(pk=invitation.pk, used_at=None, cancelled_at=None).update(used_at=by.at) != 1:
        raise InvitationUsed
    record(InvitationEvent.ACCEPTED, by=by, about=invitation.about)
    return invitation


def _require_admin_at(organization_id: int, service: str, *, by: Actor) -> None:
    admins = Entitlement.objects.full_admins(local_date(by.at)).filter(organization=organization_id, service=service)
    if by.user is None or not admins.filter(member=by.user).exists():
        raise NotTheirAdmin


def _send(invitation: Invitation, token: str, *, by: Actor) -> None:
    language = invitation.language
    queue_mail(
        "invitation",
        to=invitation.email,
        language=language,
        context=letterhead(language)
        | {
            "organization": invitation.organization.name,
            "service": profile().service(invitation.service).name.in_(language),
            "admin": by.user.name_in(language),
            "until": invitation.expires_at,
            "link": links.invitation(token),
        },
        about=invitation.about,
        by=by,
    )
