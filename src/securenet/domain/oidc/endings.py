"""Sessions ended by their member: at the portal, with what services were granted in them, or at one service (R92)."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction

from securenet.domain.accounts.models import Session, User
from securenet.domain.accounts.sessions import SessionStore
from securenet.domain.oidc.actions import announce_logout, end_grants
from securenet.domain.oidc.models import Grant
from securenet.domain.oidc.queries import session_index
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record

SESSION = "oidc_session"
"""Where the portal keeps in a session what stands for it in grants."""


class EndingEvent(StrEnum):
    """What the ledger calls these acts."""

    SESSION_ENDED = "account.session-ended"
    OTHERS_ENDED = "account.other-sessions-ended"


@transaction.atomic
def end_session(session: Session, *, by: Actor) -> None:
    """End one of the actor's sessions at the portal and the sign-ins at services that came of it (R85, R92).

    Nothing happens where it has ended already.
    """
    deleted, _rows = Session.objects.filter(pk=session.pk, user=by.user).delete()
    if deleted:
        announce_logout(_provider_session(session), by=by)
        record(EndingEvent.SESSION_ENDED, by=by, about=by.user.about, address=session.address, since=session.opened_at)


@transaction.atomic
def end_other_sessions(kept: str, *, by: Actor) -> int:
    """End all of the actor's sessions at the portal but the one with the key `kept`, and return how many (R85, R92).

    The sign-ins at services end too, but for those that came of the kept session.
    """
    own = Session.objects.filter(pk=kept, user=by.user).first()
    ended = end_portal_sessions(by.user, but=kept)
    living = Grant.objects.filter(user=by.user, ended_at=None).select_related("relying_party", "user")
    end_grants(living.exclude(session_index=session_index(_provider_session(own))) if own else living, by=by)
    record(EndingEvent.OTHERS_ENDED, by=by, about=by.user.about, sessions=ended)
    return ended


@transaction.atomic
def end_service_sign_in(grant: Grant, *, by: Actor) -> int:
    """End what the grant's service was given in the grant's session, tell it, and return how many grants (R92)."""
    same = Grant.objects.filter(
        user=by.user, relying_party=grant.relying_party, session_index=grant.session_index, ended_at=None
    )
    return end_grants(same.select_related("relying_party", "user"), by=by)


def end_portal_sessions(user: User, *, but: str = "") -> int:
    """Delete a member's sessions at the portal but the one with that key, and return how many there were."""
    return Session.objects.filter(user=user, surface="portal").exclude(pk=but).delete()[0]


def _provider_session(session: Session) -> str:
    return str(SessionStore().decode(session.session_data).get(SESSION, ""))
