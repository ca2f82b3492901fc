"""Telephone numbers as people write them."""

from __future__ import annotations

import phonenumbers
from django.utils.translation import gettext

from securenet.domain.profile.queries import profile


def readable_phone(number: str, extension: str = "") -> str:
    """Return a stored number (E.164) as it is dialled from the operator's country, with its extension if any."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    at_home = phonenumbers.region_code_for_number(parsed) == profile().operator.country
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    line = str(phonenumbers.format_number(parsed, form))
    return " ".join([line, gettext("ext."), extension]) if extension else line
