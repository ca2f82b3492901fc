"""Which line of a TOML text each key stands on. The text has been parsed by tomllib: only its layout is read here."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]

BLANK = re.compile(r"[ \t]*")
BETWEEN = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # several lines, may end in up to two quotes of its own
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
BARE = re.compile(r"[A-Za-z0-9_-]+")
ATOM = re.compile(r"[^,\]}#\n]+")


def lines_of(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, of every table, key and list item of a valid TOML text."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


def line_at(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """Return the line of a key, or of the nearest table around a key that is not written."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


@dataclass
class _Scanner:
    text: str
    place: int = 0
    lines: dict[KeyPath, int] = field(default_factory=dict)
    sizes: dict[KeyPath, int] = field(default_factory=dict)

    def document(self) -> None:
        table: KeyPath = ()
        self.take(BETWEEN)
        while self.place < len(self.text):
            table = self.header() if self.peek("[") else self.pair(table)
            self.take(BETWEEN)

    def header(self) -> KeyPath:
        many = self.peek("[[")
        self.place += 2 if many else 1
        path = self.resolve(self.key())
        self.place += 2 if many else 1
        if many:
            self.note(path)
            self.sizes[path] = self.sizes.get(path, 0) + 1
            path += (self.sizes[path] - 1,)
        self.note(path, again=True)
        return path

    def resolve(self, keys: list[str]) -> KeyPath:
        """Headers name the last item of each list of tables on the way, except the one that they add to."""
        path: KeyPath = ()
        for number, key in enumerate(keys):
            path += (key,)
            if number < len(keys) - 1 and path in self.sizes:
                path += (self.sizes[path] - 1,)
        return path

    def pair(self, table: KeyPath) -> KeyPath:
        """Read `key = value` and return the table it stood in."""
        path = table
        for key in self.key():
            path += (key,)
            self.note(path)
        self.place += 1
        self.value(path)
        return table

    def key(self) -> list[str]:
        keys = []
        while True:
            self.take(BLANK)
            quoted = self.take(STRING)
            keys.append(tomllib.loads(f"key = {quoted}")["key"] if quoted else self.take(BARE))
            self.take(BLANK)
            if not self.peek("."):
                return keys
            self.place += 1

    def value(self, path: KeyPath) -> None:
        self.take(BLANK)
        if self.peek("["):
            self.items(path)
        elif self.peek("{"):
            self.pairs(path)
        else:
            _ = self.take(STRING) or self.take(ATOM)

    def items(self, path: KeyPath) -> None:
        self.open()
        number = 0
        while not self.peek("]"):
            self.note((*path, number))
            self.value((*path, number))
            number += 1
            self.comma()
        self.place += 1

    def pairs(self, path: KeyPath) -> None:
        self.open()
        while not self.peek("}"):
            self.pair(path)
            self.comma()
        self.place += 1

    def open(self) -> None:
        self.place += 1
        self.take(BETWEEN)

    def comma(self) -> None:
        self.take(BETWEEN)
        if self.peek(","):
            self.open()

    def note(self, path: KeyPath, again: bool = False) -> None:
        line = self.text.count("\n", 0, self.place) + 1
        if again:
            self.lines[path] = line
        else:
            self.lines.setdefault(path, line)

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.place)
        self.place = found.end() if found else self.place
        return found[0] if found else ""

    def peek(self, start: str) -> bool:
        return self.text.startswith(start, self.place)
