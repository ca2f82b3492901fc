"""Telephone numbers are shown as people dial them (R2, R80)."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from securenet.domain.accounts.phones import readable_phone

pytestmark = pytest.mark.rule("R2", "R80")


@pytest.mark.parametrize(
    ("stored", "extension", "language", "shown"),
    [
        ("+6622835353", "", "th", "02 283 5353"),
        ("+6622835353", "12", "th", "02 283 5353 ต่อ 12"),
        ("+6622835353", "12", "en", "02 283 5353 ext. 12"),
        ("+66812345678", "", "th", "081 234 5678"),
        ("+4930901820", "", "th", "+49 30 901820"),
        ("no number", "", "th", "no number"),
        ("", "", "th", ""),
    ],
)
def test_a_number_is_shown_as_it_is_dialled_from_here(stored, extension, language, shown):
    with override(language):
        assert readable_phone(stored, extension) == shown
