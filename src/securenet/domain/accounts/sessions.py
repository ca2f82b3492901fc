"""Sessions in rows that know whose they are, at which surface, until when."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from typing import Any, cast

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.utils import timezone

from securenet.domain.accounts.models import Session, User
from securenet.foundation.compiled import compiled

USER, SURFACE, OPENED, ENDS, CREDENTIAL = "_user", "_surface", "_opened", "_ends", "_credential"
ADDRESS, AGENT, TOUCHED = "_address", "_agent", "_touched"


class SessionStore(DatabaseStore):
    """Django's database store over our `Session`, whose columns mirror what the session says of its person.

    `person` is whose row it was when it was read.
    """

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the rows' model."""
        return Session

    def delete(self, session_key: str | None = None) -> None:
        """Delete the row of a key, of this session's where none is given, in one statement at most."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(pk=key).delete()

    def load(self) -> dict[str, Any]:
        """Return what the session says, and read its person along."""
        row = _living.first(self.session_key or "", timezone.now())  # noqa: TID251  asks the clock, as Django's does
        self.person = row.user if row else None
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row.session_data)

    def save(self, must_create: bool = False) -> None:
        """Write the row, after which nothing is left to be written."""
        super().save(must_create)
        self.modified = False

    def _get_new_session_key(self) -> str:
        """Return 128 random bits; whether a row has them, inserting it would say, and `create` try others."""
        return token_hex(16)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row for `data`."""
        row = cast(Session, super().create_model_instance(data))
        row.user_id = data.get(USER)
        row.surface = data.get(SURFACE, "")
        row.opened_at = _moment(data.get(OPENED))
        row.ends_at = _moment(data.get(ENDS))
        row.used_at = _moment(data.get(TOUCHED))
        row.address = data.get(ADDRESS, "")
        row.agent = data.get(AGENT, "")[:200]
        row.credential = data.get(CREDENTIAL, "")
        return row


@compiled
def _living(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
