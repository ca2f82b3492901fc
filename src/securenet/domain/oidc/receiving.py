"""What a service of our own does on the provider's word that a sign-in ended (R92)."""

from __future__ import annotations

from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.models import Session
from securenet.domain.accounts.sessions import SessionStore
from securenet.domain.oidc.models import ReceivedLogout, Subject, digest
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal

SID = "sid"
"""Where a surface keeps in its sessions the sign-in at the provider that opened them."""


class Event(StrEnum):
    """What the ledger calls these acts."""

    SESSIONS_ENDED = "service-session.ended"


class LogoutReplayed(Refusal):
    """A logout token that was acted on before."""

    sentence = _("This message was received before.")


@transaction.atomic
def end_service_sessions(client_id: str, *, jti: str, sub: str, sid: str, by: Actor) -> int:
    """End a member's sessions at the actor's surface, those of one sign-in or without `sid` all; return how many.

    Raises LogoutReplayed for a `jti` that came before.
    """
    try:
        with transaction.atomic():
            ReceivedLogout.objects.create(digest=digest(jti), received_at=by.at)
    except IntegrityError as error:
        raise LogoutReplayed from error
    subjects = Subject.objects.filter(relying_party__client_id=client_id)
    sessions = Session.objects.filter(surface=by.surface, user__subjects__in=subjects)
    sessions = sessions.filter(user__subjects__sub=sub) if sub else sessions
    ended = [session for session in sessions if not sid or SessionStore().decode(session.session_data).get(SID) == sid]
    for session in ended:
        session.delete()
    if ended:
        about = ended[0].user.about if ended[0].user else ""
        record(Event.SESSIONS_ENDED, by=by, about=about, sessions=len(ended))
    return len(ended)
