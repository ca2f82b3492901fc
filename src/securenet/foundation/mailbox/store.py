"""The folder of mails: one file each, named after the moment at which it came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

NAME = re.compile(r"[0-9]{20}-[0-9]{6}")
LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as people read it."""

    name: str
    at: datetime
    to: str
    sender: str
    subject: str
    text: str
    html: str

    @property
    def links(self) -> list[str]:
        """Return the addresses in its text."""
        return LINK.findall(self.text)


class Store:
    """Mails in a folder that another process reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes, at: datetime) -> str:
        """Keep a mail that came at `at` and return its name; a reader never sees half of it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        moment, number = int(at.timestamp() * 1_000_000), 0
        while (self.folder / f"{moment:020d}-{number:06d}.eml").exists():
            number += 1
        name = f"{moment:020d}-{number:06d}"
        fresh = self.folder / f".{name}"
        fresh.write_bytes(content)
        fresh.rename(self.folder / f"{name}.eml")
        return name

    def names(self) -> list[str]:
        """Return the names of all mails, the newest first."""
        return sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)

    def get(self, name: str) -> Letter | None:
        """Return a mail, None where there is none of that name."""
        path = self.folder / f"{name}.eml"
        if not NAME.fullmatch(name) or not path.is_file():
            return None
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        return Letter(
            name=name,
            at=datetime.fromtimestamp(int(name[:20]) / 1_000_000, UTC),
            to=str(message.get("To", "")),
            sender=str(message.get("From", "")),
            subject=str(message.get("Subject", "")).strip(),
            text=_part(message, "plain"),
            html=_part(message, "html"),
        )

    def letters(self, *, to: str = "", most: int = 200) -> Iterator[Letter]:
        """Yield the newest mails, those to one address where it is given."""
        found = 0
        for name in self.names():
            letter = self.get(name)
            if letter is not None and found < most and to.lower() in letter.to.lower():
                found += 1
                yield letter


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""
