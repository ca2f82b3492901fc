"""A rule said no."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise


class Refusal(Exception):
    """Base of everything a rule raises to say no.

    A subclass stands beside its rule and gives `sentence`, what the person reads, with `%(name)s` for the facts it is
    raised with; `field` names the form field that the sentence belongs to.
    """

    sentence: ClassVar[str | Promise] = ""
    field: ClassVar[str] = ""

    def __init__(self, **facts: Any) -> None:
        super().__init__(type(self).__name__)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.sentence) % self.facts
