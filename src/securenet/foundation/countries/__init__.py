"""The countries of ISO 3166-1 with their Thai and English names."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from securenet.foundation.text import thai_sort_key


@cache
def names(language: str) -> dict[str, str]:
    """Return the names by alpha-2 code, sorted by the rules of the language."""
    rows = json.loads((Path(__file__).parent / "countries.json").read_text("utf-8"))
    thai = language.split("-", maxsplit=1)[0] == "th"
    listed = [(code, th if thai else en) for code, th, en in rows]
    return dict(sorted(listed, key=lambda row: thai_sort_key(row[1]) if thai else row[1].casefold()))


def country_name(code: str, language: str) -> str:
    """Return a country's name, the code itself where ISO does not know it."""
    return names(language).get(code, code)
