"""What the fields of step 1 and 2 must be (R2, R3). Each check returns the value as it is stored, or raises."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as WrongNumber
from stdnum.th import pin

from securenet.domain.organizations.checks import SEPARATORS, THIRTEEN
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.facts import masked
from securenet.foundation.countries import country_name
from securenet.foundation.refusal import Refusal
from securenet.foundation.text.names import is_latin_name, is_thai_name
from securenet.foundation.text.normal import normalise

USERNAME = re.compile(r"[a-z0-9]{4,20}")
PHONE = re.compile(r"[+\d ()./–-]+")  # what follows other characters, an extension say, would be lost without a word


class WrongUsername(Refusal):
    """Other characters, too short or too long."""

    sentence = _("Use 4 to 20 characters, only the letters a–z and the digits 0–9.")
    field = "username"


class UsernameIsIdentity(Refusal):
    """An identity number, which nobody is to read in lists, mails and the ledger (R84)."""

    sentence = _("A user name must not be an identity number, since other people see it. Choose another one.")
    field = "username"


class NotThai(Refusal):
    """The Thai name is not in Thai letters."""

    sentence = _("Write the name in Thai letters, without a title.")
    field = "name_th"


class NotLatin(Refusal):
    """The English name is not in Latin letters."""

    sentence = _("Write the name in the letters A–Z, without a title.")
    field = "name_en"


class IdentityDigits(Refusal):
    """Not 13 digits."""

    sentence = _("The number has 13 digits.")
    field = "identity_number"


class IdentityCheckDigit(Refusal):
    """The last digit does not fit the others."""

    sentence = _("The identity number is not right: its last digit does not fit the others.")
    field = "identity_number"


class WrongIdentityNumber(Refusal):
    """Not a number of that kind of document."""

    sentence = _("This is not a number of such a document. Write it as it is printed.")
    field = "identity_number"


class UnknownIdentityType(Refusal):
    """A kind of document that the operator does not take."""

    sentence = _("Choose one of the documents.")
    field = "identity_type"


class CountryMissing(Refusal):
    """A passport without its country."""

    sentence = _("Choose the country that issued the document.")
    field = "identity_country"


class WrongPhone(Refusal):
    """No telephone number that can exist."""

    sentence = _("This is not a telephone number. For a number outside %(country)s start with + and the country code.")


def username(value: str) -> str:
    """Return the user name in small letters. Raises WrongUsername or UsernameIsIdentity."""
    small = normalise(value).lower()
    if not USERNAME.fullmatch(small):
        raise WrongUsername
    if masked(small) != small:
        raise UsernameIsIdentity
    return small


def thai_name(value: str) -> str:
    """Return the normalised name. Raises NotThai."""
    name = normalise(value)
    if not is_thai_name(name):
        raise NotThai
    return name


def latin_name(value: str) -> str:
    """Return the normalised name. Raises NotLatin."""
    name = normalise(value)
    if not is_latin_name(name):
        raise NotLatin
    return name


def identity(kind: str, number: str, country: str) -> tuple[str, str]:
    """Return the document's number and issuing country. Raises the Refusal that says which of them is wrong."""
    document = next((document for document in profile().identity_documents if document.key == kind), None)
    if document is None:
        raise UnknownIdentityType
    issuer = document.issuer or country
    if not issuer:
        raise CountryMissing
    plain = normalise(number).upper()
    if document.check == "thai_13_digits":
        return thai_number(plain), issuer
    compact = plain.translate(SEPARATORS) if document.key == "passport" else plain
    if document.check == "pattern" and not re.fullmatch(document.pattern, compact):
        raise WrongIdentityNumber
    return compact, issuer


def thai_number(value: str) -> str:
    """Return the 13 digits of a Thai identity number. Raises IdentityDigits or IdentityCheckDigit."""
    digits = value.translate(SEPARATORS)
    if not THIRTEEN.fullmatch(digits):
        raise IdentityDigits
    try:
        return str(pin.validate(digits))
    except WrongNumber as error:
        raise IdentityCheckDigit from error


def phone(value: str) -> str:
    """Return the number in international form (E.164). Raises WrongPhone."""
    home: str = profile().operator.country
    wrong = WrongPhone(country=country_name(home, get_language() or "th"))
    plain = normalise(value)
    if not PHONE.fullmatch(plain):
        raise wrong
    try:
        parsed: Any = phonenumbers.parse(plain, home)
    except phonenumbers.NumberParseException as error:
        raise wrong from error
    if not phonenumbers.is_possible_number(parsed) or not phonenumbers.is_valid_number(parsed):
        raise wrong
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
