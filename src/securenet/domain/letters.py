"""Mails to people: what every mail says besides its own words."""

from __future__ import annotations

from typing import Any, Protocol

from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.mail.actions import queue_mail
from securenet.foundation.mail.models import Mail


class Addressee(Protocol):
    """Somebody whom mails reach."""

    email: str
    language: str

    @property
    def about(self) -> str:
        """How the ledger, and the list of mails sent to a person, call them."""

    def name_in(self, language: str) -> str:
        """Return the name to greet with."""


def letterhead(language: str) -> dict[str, Any]:
    """Return what every mail may say of the operator: `system_name`, `desk_phone`, `desk_email`."""
    operator = profile().operator
    return {
        "system_name": operator.system_name.in_(language),
        "desk_phone": operator.service_desk.phone,
        "desk_email": operator.service_desk.email,
    }


def write_to(person: Addressee, template: str, *, about: str = "", to: str = "", by: Actor, **context: Any) -> Mail:
    """Queue a mail to a person in their language, and return it (R83).

    `about` is what the mail is about, the person unless told; `to` another address than the one on file. The template
    finds `name`, the letterhead and the `context`. Raises what `queue_mail` raises.
    """
    words = {"name": person.name_in(person.language)} | letterhead(person.language)
    return queue_mail(
        template,
        to=to or person.email,
        language=person.language,
        context=words | context,
        about=about or person.about,
        addressee=person.about,
        by=by,
    )
