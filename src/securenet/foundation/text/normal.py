"""One spelling for each text, and the characters that no text needs."""

from __future__ import annotations

import re
import unicodedata

# What looks the same on paper but is typed in another order. NFC leaves these alone: their combining class is 0.
SHAPES = (
    (re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32"), "\\1\u0e33"),  # nikhahit + sara aa is sara am
    (re.compile("\u0e33([\u0e48-\u0e4b])"), "\\1\u0e33"),  # the tone stands before sara am
    (re.compile("([\u0e48-\u0e4c])([\u0e31\u0e34-\u0e37])"), "\\2\\1"),  # the vowel above stands before the tone
    (re.compile("\u0e40\u0e40"), "\u0e41"),  # two sara e are sara ae
)
REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Blank or joining characters whose category is that of letters and marks.
REFUSED = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u20e3\u2800\u3164\uffa0")
FIRST_PICTURE = "\u2190"  # symbols below it are signs such as degree and copyright; arrows and emoji come after


def normalise(value: str, *, lines: bool = False) -> str:
    """Return `value` in NFC with Thai vowels and tones in one order, trimmed, each run of white space one space.

    With `lines`, line breaks stay (as `\\n`, at most one empty line in a row).
    """
    if lines:
        kept = "\n".join(normalise(line) for line in value.splitlines())
        return re.sub("\n{3,}", "\n\n", kept).strip("\n")
    value = unicodedata.normalize("NFC", value)
    while (shaped := _shape(value)) != value:
        value = shaped
    return " ".join(value.split())


def unprintable(value: str, *, lines: bool = False) -> frozenset[str]:
    """Return the characters of `value` that no name, address or comment needs; empty when all are good.

    These are control, bidirectional, zero-width and unassigned characters, halves of pairs, blanks that pose as
    letters, and pictures such as emoji. With `lines`, line breaks and tabs are good.
    """
    good = frozenset("\r\n\t") if lines else frozenset()
    return frozenset(character for character in value if character not in good and _is_refused(character))


def _shape(value: str) -> str:
    for pattern, replacement in SHAPES:
        value = pattern.sub(replacement, value)
    return unicodedata.normalize("NFC", value)


def _is_refused(character: str) -> bool:
    category = unicodedata.category(character)
    picture = category in ("So", "Sk") and character >= FIRST_PICTURE
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return category in REFUSED_CATEGORIES or picture or selector or character in REFUSED
