"""Who the operator is and how to reach it."""

from __future__ import annotations

from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from securenet.domain.profile.text import Country, Email, Fact, Key, Language, Phone, Text

Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class MailSender(Fact):
    """What stands in a mail's From."""

    name: Text
    """The sender's name."""
    address: Email
    """The sender's address."""


class ServiceDesk(Fact):
    """The team that people call and write to (R61)."""

    name: Text
    """The team's name."""
    phone: Phone
    """Its telephone number, as it is printed."""
    email: Email
    """Its e-mail address."""
    hours: Text
    """When it answers."""
    address: Annotated[tuple[Text, ...], Field(min_length=1)]
    """The postal address for papers, a text per line."""


class Brand(Fact):
    """Colours that replace the built-in ones."""

    primary: Colour | None = None
    """The main colour of headings and buttons, `#rrggbb` in small letters."""
    accent: Colour | None = None
    """The colour of highlights, `#rrggbb` in small letters."""


class Operator(Fact):
    """The institution that runs the system."""

    name: Text
    """The operator's full name."""
    short_name: Text
    """Its usual abbreviation."""
    system_name: Text
    """What the whole system is called; mails carry it in brackets before their subject."""
    country: Country
    """Where the operator is, ISO 3166-1 alpha-2."""
    time_zone: str
    """The IANA time zone in which days begin and end."""
    languages: Annotated[tuple[Language, ...], Field(min_length=2, max_length=2)]
    """Both languages, the operator's first one first: it is what a visitor without a choice gets."""
    weekend: tuple[Weekday, ...] = ("saturday", "sunday")
    """The days of the week on which the operator is closed."""
    mail_sender: MailSender
    """The sender of every mail."""
    service_desk: ServiceDesk
    """The team that people call and write to."""
    brand: Brand = Brand()
    """Colours, where the built-in ones do not fit."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("is not an IANA time zone") from error
        return value

    @field_validator("languages")
    @classmethod
    def _both_languages(cls, value: tuple[Language, ...]) -> tuple[Language, ...]:
        if len(set(value)) != len(value):
            raise ValueError("names a language twice")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone as an object."""
        return ZoneInfo(self.time_zone)

    @property
    def default_language(self) -> Language:
        """Return the first of the operator's languages."""
        return self.languages[0]


class Contact(Fact):
    """A row of the table of contacts (R61)."""

    service: Key
    """The service that the contact answers for."""
    name: Text
    """The person's or the role's name."""
    department: Text
    """The department."""
    position: Text
    """The position."""
    phone: Phone
    """The telephone number."""
    email: Email
    """The e-mail address."""


class Issuer(Fact):
    """A country that numbers organizations, and how its numbers are checked (R3); other countries' are not."""

    country: Country
    """ISO 3166-1 alpha-2."""
    check: Literal["thai_13_digits", "pattern"]
    """`thai_13_digits`: 13 digits with a check digit; `pattern`: the whole number matches `pattern`."""
    pattern: str = ""
    """A regular expression, with `check = "pattern"`."""


class OrganizationNumberType(Fact):
    """A kind of number that identifies an organization (R3)."""

    key: Key
    """The value that is stored."""
    name: Text
    """What people read."""


class IdentityDocument(Fact):
    """A document that proves who a person is (R2)."""

    key: Key
    """The value that is stored: the form knows `national_id`, `passport`, `alien_certificate`."""
    name: Text
    """What people read."""
    check: Literal["thai_13_digits", "pattern", "none"] = "none"
    """`thai_13_digits`: 13 digits with a check digit; `pattern`: the whole number matches `pattern`."""
    pattern: str = ""
    """A regular expression, with `check = "pattern"`."""
    issuer: Country | None = None
    """The country that issues it; where it is left out, the form asks."""


class Hints(Fact):
    """The operator's advice beside the fields of step 1: advice, never a refusal."""

    identity_document: Text | None = None
    """Which document to use."""
    email: Text | None = None
    """Which e-mail address to give."""
    office_phone: Text | None = None
    """Which telephone number to give."""


class Desk(Fact):
    """A unit of the operator's staff in whose queue cases stand (R32a)."""

    key: Key
    """The word that stands on a case."""
    name: Text
    """The unit's name."""
    email: Email
    """Where new work is announced."""
    deputy: Key | None = None
    """The desk that stands in for this one."""
