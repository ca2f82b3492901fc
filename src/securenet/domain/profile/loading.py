"""Reads a profile and says everything that is wrong with it, by key and line (R86)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from securenet.domain.profile.checks import find_mistakes
from securenet.domain.profile.lines import KeyPath, line_at, lines_of
from securenet.domain.profile.models import Profile

POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a key of the profile",
    "tuple_type": "must be a list: […]",
    "model_type": "must be a table: {…}",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "too_short": "has too few items",
    "too_long": "has too many items",
    "date_type": "must be a date: 2026-12-31",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the key's path, its line (1 is the first), and what is wrong."""

    key: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.line}: {self.key}: {self.message}" if self.key else f"{self.line}: {self.message}"


class ProfileError(Exception):
    """A profile cannot be used. `problems` has every mistake found, by line."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.problems = sorted(problems, key=lambda problem: (problem.line, problem.key))
        super().__init__("\n".join(f"{path}:{problem}" for problem in self.problems))


def load_profile(path: Path) -> Profile:
    """Return the profile of a TOML file. Raises ProfileError with every mistake, or OSError when it cannot be read."""
    source = path.read_bytes()
    try:
        text = source.decode()
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise ProfileError(path, [Problem("", line, "is not UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(path, [_syntax_problem(text, str(error))]) from error
    lines = lines_of(text)
    try:
        profile = Profile.model_validate(_tuples(table))
    except ValidationError as error:
        raise ProfileError(path, _shape_problems(lines, error)) from error
    mistakes = [Problem(_dotted(key), line_at(lines, key), message) for key, message in find_mistakes(profile)]
    if mistakes:
        raise ProfileError(path, mistakes)
    return profile


def _syntax_problem(text: str, message: str) -> Problem:
    found = POSITION.search(message)
    rows = text.splitlines() or [""]
    line = int(found[1]) if found and found[1] else len(rows)
    written = rows[min(line, len(rows)) - 1].strip()
    return Problem("", line, f"{POSITION.sub('', message)}: {written[:80]}")


def _shape_problems(lines: dict[KeyPath, int], error: ValidationError) -> list[Problem]:
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    keys = [item["loc"] for item in errors]
    return [
        Problem(_dotted(item["loc"]), line_at(lines, item["loc"]), _words(item["type"], item["msg"]))
        for item in errors
        if not (item["type"] == "too_short" and _holds_another(item["loc"], keys))
    ]


def _holds_another(key: KeyPath, keys: list[KeyPath]) -> bool:
    """Pydantic calls a list too short when all its items are wrong; the items' own mistakes say enough."""
    return any(other[: len(key)] == key and other != key for other in keys)


def _words(kind: str, message: str) -> str:
    return WORDS.get(kind) or message.removeprefix("Value error, ")


def _tuples(value: Any) -> Any:
    """TOML's lists become tuples, which strict frozen models hold."""
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value


def _dotted(key: KeyPath) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).removeprefix(".")
