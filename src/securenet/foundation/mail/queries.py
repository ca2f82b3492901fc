"""Reads of mails."""

from __future__ import annotations

from django.db.models import QuerySet

from securenet.foundation.compiled import compiled
from securenet.foundation.mail.models import Mail, MailState


def mails_to(addressee: str) -> QuerySet[Mail]:
    """Return the mails that were written to somebody, without what stands in them."""
    return Mail.objects.filter(addressee=addressee).defer("text", "html", "shown")


def is_bouncing(addressee: str, address: str) -> bool:
    """Tell whether the last mail of somebody's that was sent to an address, or tried to be, could not be delivered."""
    return _last_state.first(addressee, address) == MailState.FAILED


@compiled
def _last_state(addressee: str, address: str) -> QuerySet[Mail, str]:
    tried = mails_to(addressee).filter(to=address).exclude(state=MailState.QUEUED)
    return tried.order_by("-created_at", "-pk").values_list("state", flat=True)[:1]
