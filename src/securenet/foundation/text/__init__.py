"""Text as people write it: normalising, Thai names and sorting, Buddhist-era dates."""

from securenet.foundation.text.dates import (
    NotADate,
    NotBuddhistEra,
    NotCommonEra,
    localized_date,
    localized_moment,
    parse_date,
    thai_date,
    thai_moment,
)
from securenet.foundation.text.names import is_latin_name, is_thai_name, mask, search_key, thai_sort_key
from securenet.foundation.text.normal import normalise, unprintable

__all__ = [
    "NotADate",
    "NotBuddhistEra",
    "NotCommonEra",
    "is_latin_name",
    "is_thai_name",
    "localized_date",
    "localized_moment",
    "mask",
    "normalise",
    "parse_date",
    "search_key",
    "thai_date",
    "thai_moment",
    "thai_sort_key",
    "unprintable",
]
