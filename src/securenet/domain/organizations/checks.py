"""What number and name of an organization must be (R3, R30a). Each check returns the value as it is kept, or raises."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as WrongNumber
from stdnum.th import moa

from securenet.domain.profile.queries import profile
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal
from securenet.foundation.text import normalise, unprintable

SEPARATORS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789", " -–.")
THIRTEEN = re.compile(r"[0-9]{13}")
LONGEST_NAME = 200


class OrganizationCheckDigit(Refusal):
    """13 digits are needed, the last of which is computed."""

    sentence = _(
        "The organization's number is not right: it has 13 digits, and the last one is computed from the others."
    )
    field = "organization_number"


class WrongOrganizationNumber(Refusal):
    """Not a number that the issuer gives."""

    sentence = _("This is not a number that an organization can have.")
    field = "organization_number"


class WrongOrganizationName(Refusal):
    """No words, too many, or what no name has."""

    sentence = _("Write the name of the organization in full, in at most %(longest)d characters.")
    field = "name"


def organization_number(number: str, country: str) -> str:
    """Return an organization's number as its issuer writes it.

    Raises OrganizationCheckDigit or WrongOrganizationNumber.
    """
    plain = normalise(number).upper()
    issuer = profile().issuer(country)
    if issuer is not None and issuer.check == "thai_13_digits":
        digits = plain.translate(SEPARATORS)
        try:
            if not THIRTEEN.fullmatch(digits):
                raise OrganizationCheckDigit
            return str(moa.validate(digits))
        except WrongNumber as error:
            raise OrganizationCheckDigit from error
    pattern = issuer.pattern if issuer is not None else r"[A-Z0-9][A-Z0-9 ./-]{1,38}"
    if not re.fullmatch(pattern, plain):
        raise WrongOrganizationNumber
    return plain


def organization_name(value: str) -> str:
    """Return the normalised name: words, and no identity number. Raises WrongOrganizationName."""
    name = normalise(value)
    wordless = not any(character.isalpha() for character in name)
    if wordless or len(name) > LONGEST_NAME or unprintable(name) or masked(name) != name:
        raise WrongOrganizationName(longest=LONGEST_NAME)
    return name
