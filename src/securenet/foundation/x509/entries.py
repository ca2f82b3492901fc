"""The entries of a revocation list, kept compactly: a million take 27 MB, and one is found in 20 steps."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Self

HOLD = "certificateHold"
_REASONS = (
    HOLD, "unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
    "removeFromCRL", "privilegeWithdrawn", "aACompromise",
)  # fmt: skip
_RANK = {reason: bytes([rank]) for rank, reason in enumerate(_REASONS)}
_KEY, _MOMENT = 21, 5  # octets: 20 of a serial and its sign; the seconds of any year
_WIDTH = _KEY + 1 + _MOMENT
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Revocation:
    """One entry: the reason in RFC 5280's word, and when."""

    reason: str
    at: datetime


@dataclass(frozen=True, repr=False)
class Entries:
    """Rows of one width, sorted: the serial, the rank of the reason, the moment."""

    _rows: bytes

    @classmethod
    def of(cls, entries: Iterable[tuple[int, str, datetime]]) -> Self:
        """Return entries from serials, reasons and moments, in any order."""
        return cls(b"".join(sorted(_row(*entry) for entry in entries)))

    def __len__(self) -> int:
        return len(self._rows) // _WIDTH

    def get(self, serial: int) -> Revocation | None:
        """Return the entry of a serial; of several about one, a revocation goes before a hold."""
        key = _key(serial)
        place = bisect_right(range(len(self)), key + b"\xff", key=self._at)
        row = self._at(place - 1) if place else b""
        if not row.startswith(key):
            return None
        seconds = int.from_bytes(row[-_MOMENT:], signed=True)
        return Revocation(_REASONS[row[_KEY]], _EPOCH + timedelta(seconds=seconds))

    def _at(self, place: int) -> bytes:
        return self._rows[place * _WIDTH : (place + 1) * _WIDTH]


def _row(serial: int, reason: str, at: datetime) -> bytes:
    return _key(serial) + _RANK[reason] + int(at.timestamp()).to_bytes(_MOMENT, signed=True)


def _key(serial: int) -> bytes:
    """Return a serial in octets, or the digest of one that is longer than RFC 5280 section 4.1.2.2 allows."""
    try:
        return serial.to_bytes(_KEY, signed=True)
    except OverflowError:
        return sha256(serial.to_bytes(serial.bit_length() // 8 + 1, signed=True)).digest()[:_KEY]
