"""Names of people and things: their script, their order, how they are found, and what of a number is shown."""

from __future__ import annotations

import re
import unicodedata

from securenet.foundation.text.normal import normalise

THAI_LETTERS = "\u0e01-\u0e2e\u0e2f-\u0e3a\u0e40-\u0e4e"
THAI_NAME = re.compile(f"(?=.*[\u0e01-\u0e2e])[\u0e01-\u0e2e\u0e40-\u0e44][{THAI_LETTERS} .'\u2019-]*")
LEADING_VOWEL = re.compile("([\u0e40-\u0e44])([\u0e01-\u0e2e])")
NAME_SIGNS = frozenset(" .'\u2019-")
THAI_DIGITS = {ord("๐") + digit: str(digit) for digit in range(10)}


def is_thai_name(value: str) -> bool:
    """Return whether `value` is letters of the Thai script with spaces, points, apostrophes and hyphens."""
    return THAI_NAME.fullmatch(value) is not None


def is_latin_name(value: str) -> bool:
    """Return whether `value` is letters of the Latin script, accents too, with the same signs as a Thai name."""
    return bool(value) and _is_latin(value[0]) and all(c in NAME_SIGNS or _is_latin(c) for c in value)


def thai_sort_key(value: str) -> str:
    """Return what sorts `value` by the rules of Thai dictionaries when compared code point by code point.

    A vowel written before its consonant counts after it; tone marks, and accents of other scripts, count only between
    words that are otherwise equal.
    """
    swapped = LEADING_VOWEL.sub(r"\2\1", normalise(value).casefold())
    letters, marks = [], []
    for character in unicodedata.normalize("NFD", swapped):
        if _is_secondary(character):
            marks.append(character)
        else:
            letters.append(character)
            marks.append("0")
    return "".join(letters) + "\t" + "".join(marks)


def search_key(value: str) -> str:
    """Return the form in which `value` is stored for search and looked for: compatible, folded, Arabic digits."""
    folded = value
    while (again := _fold(folded)) != folded:
        folded = again
    return folded


def mask(value: str, keep: int = 4) -> str:
    """Return `value` with all but its last `keep` characters replaced; with all replaced where it has no more."""
    shown = keep if 0 < keep < len(value) else 0
    return "•" * (len(value) - shown) + value[len(value) - shown :]


def _fold(value: str) -> str:
    return normalise(unicodedata.normalize("NFKC", value).casefold().translate(THAI_DIGITS))


def _is_latin(character: str) -> bool:
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN ")


def _is_secondary(character: str) -> bool:
    thai = "\u0e00" <= character <= "\u0e7f"
    return "\u0e47" <= character <= "\u0e4e" or (not thai and unicodedata.category(character) == "Mn")
