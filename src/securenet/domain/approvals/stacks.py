"""Papers of several requests put through the scanner together, matched page by page (R7a, R30)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.scans import Matched, add_scans, code_on, is_desk
from securenet.foundation.actor import Actor
from securenet.foundation.documents.scans import Page


@dataclass(slots=True)
class Stacked:
    """What became of a stack of several requests' papers. Page numbers count from 1."""

    matched: dict[int, Matched] = field(default_factory=dict)
    """By the request's number."""
    not_at_desk: dict[int, list[int]] = field(default_factory=dict)
    """Pages of requests that do not exist, have ended, or stand at another desk; by the number on them."""
    uncoded: list[int] = field(default_factory=list)
    """Pages without a readable code: not kept."""


@transaction.atomic
def add_stack(pages: Sequence[Page], *, by: Actor) -> Stacked:
    """Keep the pages of a stack at the requests and items that their codes name (R7a), and tell what could not be."""
    stacked, found = Stacked(), dict[int, dict[int, Page]]()
    for number, page in enumerate(pages, 1):
        code = code_on(page)
        if code is None:
            stacked.uncoded.append(number)
        else:
            found.setdefault(code[0], {})[number] = page
    for number, own in found.items():
        submission = Submission.objects.filter(pk=number).first()
        if submission is None or not is_desk(submission, by):
            stacked.not_at_desk[number] = list(own)
        else:
            stacked.matched[number] = add_scans(submission, own, by=by)
    return stacked
