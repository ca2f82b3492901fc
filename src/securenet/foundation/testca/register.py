"""The register of issued certificates: one small JSON file."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.x509 import ReasonFlags

from securenet.foundation.testca.files import replace_file
from securenet.foundation.testca.refusals import (
    AlreadyOnHold,
    AlreadyRevoked,
    AmbiguousSerial,
    NotOnHold,
    UnknownSerial,
)


@dataclass(frozen=True)
class Entry:
    """One issued certificate and what became of it. Moments are ISO 8601 in UTC, the serial is upper-case hex.

    `request` is the SHA-256 of the request that it answers, where the same request is to get the same answer.
    """

    ca: str
    serial: str
    subject: str
    profile: str
    not_before: str
    not_after: str
    revoked_at: str | None = None
    reason: str | None = None
    request: str = ""

    @property
    def number(self) -> int:
        return int(self.serial, 16)

    @property
    def on_hold(self) -> bool:
        return self.reason == ReasonFlags.certificate_hold.value

    def revoked_by(self, at: datetime) -> bool:
        """Whether it was revoked or on hold at the moment `at`."""
        return self.revoked_at is not None and datetime.fromisoformat(self.revoked_at) <= at


@dataclass
class Register:
    """The entries and the last CRL number of each CA, as read from the file; `save` writes them back."""

    path: Path
    entries: list[Entry]
    crl_numbers: dict[str, int]

    @classmethod
    def load(cls, path: Path) -> "Register":
        if not path.exists():
            return cls(path, [], {})
        content = json.loads(path.read_text())
        return cls(path, [Entry(**entry) for entry in content["certificates"]], content["crl_numbers"])

    def save(self) -> None:
        content = {"certificates": [asdict(entry) for entry in self.entries], "crl_numbers": self.crl_numbers}
        replace_file(self.path, json.dumps(content, indent=1, ensure_ascii=False).encode())

    def of(self, ca: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.ca == ca]

    def find(self, serial: int, ca: str | None = None) -> Entry:
        """The one entry. Raises UnknownSerial, or AmbiguousSerial when `ca` is needed to tell."""
        found = [entry for entry in self.entries if entry.number == serial and ca in (None, entry.ca)]
        if not found:
            raise UnknownSerial(serial)
        if len(found) > 1:
            raise AmbiguousSerial(serial)
        return found[0]

    def answer_to(self, request: str, ca: str) -> Entry | None:
        """The entry of the certificate that a CA has issued for that request before, if any."""
        return next((entry for entry in self.of(ca) if request and entry.request == request), None)

    def revoke(self, entry: Entry, reason: ReasonFlags, at: datetime) -> Entry:
        """Mark it revoked; from hold too. Raises AlreadyRevoked, AlreadyOnHold."""
        if entry.revoked_at and not entry.on_hold:
            raise AlreadyRevoked(entry.number)
        if entry.on_hold and reason is ReasonFlags.certificate_hold:
            raise AlreadyOnHold(entry.number)
        return self._change(entry, replace(entry, revoked_at=moment(at), reason=reason.value))

    def release(self, entry: Entry) -> Entry:
        """Good again. Raises NotOnHold."""
        if not entry.on_hold:
            raise NotOnHold(entry.number)
        return self._change(entry, replace(entry, revoked_at=None, reason=None))

    def next_crl_number(self, ca: str) -> int:
        self.crl_numbers[ca] = self.crl_numbers.get(ca, 0) + 1
        return self.crl_numbers[ca]

    def _change(self, before: Entry, after: Entry) -> Entry:
        self.entries[self.entries.index(before)] = after
        return after


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
