"""The documents that requests need, and the forms that are filled in beforehand (R7)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from securenet.domain.profile.text import Fact, Key, Positive, Text

Variant = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,19}$")]
Appointed = Literal["signatory", "organization_admin", "officer"]
PaperKind = Literal["registration", "rights", "certificate", "mandate"]


class Form(Fact):
    """A document that the system fills in with the request's data."""

    key: Key
    """The word that the form's template is found by."""
    title: Text
    """Its heading."""


class ChecklistItem(Fact):
    """A document that a request needs."""

    key: Key
    """The word that scans and decisions are tied to."""
    name: Text
    """What the document is."""
    hint: Text | None = None
    """More about it."""
    form: Key | None = None
    """The form that is this document, already filled in."""
    required: bool = True
    """Whether the request waits for it."""
    max_age_months: Positive | None = None
    """How old it may be when it arrives."""
    condition: Text | None = None
    """When it is needed, for an item that is not always."""
    appoints: Appointed | None = None
    """Whom it appoints, where it is a letter of the chain of authority."""


class Checklist(Fact):
    """Items for some requests. A request's list is made of every checklist that fits it, in the order of the file."""

    kinds: Annotated[tuple[PaperKind, ...], Field(min_length=1)]
    """The kinds of case it is for."""
    service: Key | None = None
    """The service it is for; every service unless given."""
    variant: Variant | None = None
    """The variant it is for; every variant unless given."""
    items: Annotated[tuple[ChecklistItem, ...], Field(min_length=1)]
    """The documents."""

    def fits(self, kind: str, service: str, variant: str) -> bool:
        """Whether a request of that kind, service and variant needs these documents."""
        return kind in self.kinds and self.service in (None, service) and self.variant in (None, variant)


class Variants(Fact):
    """Which role gets which variant of a checklist."""

    organization_admin: Variant = "ADMIN"
    """For someone who asks to be Organization Admin."""
    officer: Variant = "OFFICER"
    """For someone who asks to be officer."""
