"""Where a paper of a request stands, and how old it may be (R7a). No database, no clock."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from securenet.foundation.refusal import Refusal
from securenet.foundation.text.filters import date_long


class PaperState(StrEnum):
    """Where a paper stands."""

    AWAITED = "awaited"
    UPLOADED = "uploaded"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"

    @property
    def label(self) -> str:
        """Return the state's name in the active language."""
        return str(LABELS[self])

    @property
    def tone(self) -> str:
        """Return the tone of its tag."""
        return TONES[self]


LABELS = {
    PaperState.AWAITED: _("Awaited"),
    PaperState.UPLOADED: _("Uploaded, to be checked"),
    PaperState.RECEIVED: pgettext_lazy("document", "Received"),
    PaperState.ACCEPTED: pgettext_lazy("document", "Accepted"),
    PaperState.SENT_BACK: _("Sent back"),
}
TONES = {
    PaperState.AWAITED: "",
    PaperState.UPLOADED: "in",
    PaperState.RECEIVED: "ok",
    PaperState.ACCEPTED: "ok",
    PaperState.SENT_BACK: "er",
}


class Standing:
    """What an item is called, and where it stands by its moments and scans."""

    names: Any
    hints: Any
    accepted_at: Any
    received_at: Any
    returned_at: Any
    scans: Any

    @property
    def name(self) -> str:
        """Return the document's name in the active language."""
        return _in_language(self.names)

    @property
    def hint(self) -> str:
        """Return what to mind about the document, in the active language."""
        return _in_language(self.hints)

    @property
    def scans_to_check(self) -> list[Any]:
        """Return the scans that were not sent back."""
        return [scan for scan in self.scans.all() if scan.returned_at is None]

    @property
    def arrived_at(self) -> datetime | None:
        """Return when the paper, or the first scan of it, came; None while nothing has."""
        return self.received_at or min((scan.uploaded_at for scan in self.scans_to_check), default=None)

    @property
    def state(self) -> PaperState:
        """Return where the paper stands."""
        if self.accepted_at is not None:
            return PaperState.ACCEPTED
        if self.received_at is not None:
            return PaperState.RECEIVED
        if self.scans_to_check:
            return PaperState.UPLOADED
        return PaperState.AWAITED if self.returned_at is None else PaperState.SENT_BACK


class PaperTooOld(Refusal):
    """A paper from before the earliest date that its rule allows."""

    sentence = _("This document may not be older than %(months)d months: its date must be %(earliest)s or later.")
    field = "dated"


class PaperFromTheFuture(Refusal):
    """A paper with a date that has not come yet."""

    sentence = _("The document's date lies in the future. Check day, month and year.")
    field = "dated"


def earliest_date(day: date, months: int) -> date:
    """Return the date of the oldest paper that is not older than so many months on `day`.

    The same day of the earlier month, or that month's last one where it is shorter.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def require_age(dated: date, *, arrived: date, today: date, months: int) -> None:
    """Raise PaperTooOld or PaperFromTheFuture for a paper dated so which arrived on a day."""
    if dated > today:
        raise PaperFromTheFuture
    if dated < (earliest := earliest_date(arrived, months)):
        raise PaperTooOld(months=months, earliest=date_long(earliest))


def _in_language(texts: dict[str, Any]) -> str:
    language = (get_language() or "").split("-")[0]
    return str(texts.get(language) or next(iter(texts.values()), ""))
