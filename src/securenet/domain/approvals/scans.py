"""Scans of papers: matched to request and item by their codes, kept, looked at, removed, erased (R7, R7a, R85)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.actions import NotAllowed, NotYourTurn
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import ChecklistItem, Scan, ScanPage, Submission
from securenet.domain.approvals.notices import tell_of_scans
from securenet.domain.approvals.papers import BEFORE_THE_OPERATOR
from securenet.domain.approvals.queries import unsent_papers
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.documents import store
from securenet.foundation.documents.codes import UnreadableCode, read_document_code
from securenet.foundation.documents.scans import Page
from securenet.foundation.refusal import Refusal

UPLOADABLE = BEFORE_THE_OPERATOR | {State.RETURNED}
"""States in which the applicant can still send papers."""
SETTLING = timedelta(hours=1)
"""After which a file that no row knows was left by something that did not end well."""
COVER = "cover"
"""The cover sheet's code: it belongs to the request, and to no item."""


class ScanEvent(StrEnum):
    """What the ledger calls acts with scans."""

    ADDED = "scan.added"
    REMOVED = "scan.removed"
    SORTED = "scan.sorted"
    SEEN = "scan.seen"
    ERASED = "scans.erased"


class ScansNotTaken(Refusal):
    """The operator wants paper, or the request waits for none now."""

    sentence = _("Documents cannot be uploaded for this request now.")
    field = "file"


class TooManyScans(Refusal):
    """An item has as many scans as the profile allows."""

    sentence = _("“%(paper)s” has as many scans as can be kept (%(most)d). Remove one first.")
    field = "file"


class ScanAlreadySeen(Refusal):
    """The desk has looked at it: it is part of the request now."""

    sentence = _("The service desk has already looked at this scan, so it stays with the request.")


class PaperIsHere(Refusal):
    """An item that needs nothing more."""

    sentence = _("“%(paper)s” has been received already. Nothing more needs to be sent for it.")
    field = "item"


@dataclass(slots=True)
class Matched:
    """What became of the pages of one upload. Page numbers count from 1."""

    kept: dict[str, list[int]] = field(default_factory=dict)
    """Pages by the name of the item that they belong to."""
    unsorted: list[int] = field(default_factory=list)
    """Pages without a code, kept until somebody says what they are."""
    foreign: list[int] = field(default_factory=list)
    """Pages of another request: not kept."""
    not_needed: list[tuple[int, str]] = field(default_factory=list)
    """Pages of an item that cannot take them, with why."""


def code_on(page: Page) -> tuple[int, str] | None:
    """Return request and item of the first code of ours on a page, None where it has none."""
    for text in page.codes:
        try:
            return read_document_code(text)
        except UnreadableCode:
            continue
    return None


@transaction.atomic
def add_scans(
    submission: Submission, pages: Mapping[int, Page], *, picked: ChecklistItem | None = None, by: Actor
) -> Matched:
    """Keep the pages of an upload at the items that their codes name; pages without go to the picked item, or wait.

    `pages` has them by their number in the upload. Returns what became of each.
    Raises NotYourTurn, ScansNotTaken; PaperIsHere or TooManyScans for the picked item.
    """
    submission = Submission.objects.select_for_update().select_related("applicant").get(pk=submission.pk)
    require_open(submission, by=by)
    before = unsent_papers(submission)
    matched = Matched()
    for item, numbers in _sorted_out(submission, pages, picked, matched).items():
        try:
            _keep(submission, item, {number: pages[number] for number in numbers}, by=by)
        except (PaperIsHere, TooManyScans) as refusal:
            if item == picked:
                raise
            matched.not_needed += [(number, str(refusal)) for number in numbers]
        else:
            if item is not None:
                matched.kept[item.name] = numbers
    if before and not unsent_papers(submission):
        tell_of_scans(submission, by=by)
    return matched


def require_open(submission: Submission, *, by: Actor) -> None:
    """Let the desk of an open request, and its applicant while papers are awaited, add scans (R7).

    Raises NotYourTurn or ScansNotTaken. A visitor is the applicant whose browser has just registered.
    """
    if is_desk(submission, by):
        return
    if by.user is not None and by.user.pk != submission.applicant_id:
        raise NotYourTurn
    states = {case.state_now for case in submission.cases.all()}
    if not profile().limits.scans_allowed or not states & UPLOADABLE:
        raise ScansNotTaken


def is_desk(submission: Submission, by: Actor) -> bool:
    """Tell whether the actor works at a desk that handles the papers of the submission now."""
    return any(case.is_open and case.route.first_operator.desk in by.desks for case in submission.cases.all())


def _sorted_out(
    submission: Submission, pages: Mapping[int, Page], picked: ChecklistItem | None, matched: Matched
) -> dict[ChecklistItem | None, list[int]]:
    """Return the page numbers by item; None has those without a code where no item was picked."""
    items = {item.key: item for item in submission.papers.prefetch_related("scans")}
    found: dict[ChecklistItem | None, list[int]] = {}
    for number, page in pages.items():
        code = code_on(page)
        if code is None:
            found.setdefault(picked, []).append(number)
            if picked is None:
                matched.unsorted.append(number)
        elif code[0] != submission.number or (code[1] not in items and code[1] != COVER):
            matched.foreign.append(number)
        elif code[1] != COVER:
            found.setdefault(items[code[1]], []).append(number)
    return found


def _keep(submission: Submission, item: ChecklistItem | None, pages: Mapping[int, Page], *, by: Actor) -> None:
    if item is not None:
        _require_room(item)
    scan = Scan.objects.create(
        submission=submission,
        item=item,
        uploaded_at=by.at,
        uploaded_by=by.user,
        by_desk=is_desk(submission, by),
    )
    rows = []
    for number, page in pages.items():
        name, key = store.keep(page.large + page.small)
        split = len(page.large)
        rows.append(
            ScanPage(scan=scan, number=number, name=name, key=key, split=split, width=page.width, height=page.height)
        )
    ScanPage.objects.bulk_create(rows)
    record(
        ScanEvent.ADDED, by=by, about=submission.about, scan=scan.pk, paper=item.key if item else "", pages=len(rows)
    )


def _require_room(item: ChecklistItem) -> None:
    most = profile().limits.scans_per_item
    if item.accepted_at is not None:
        raise PaperIsHere(paper=item.name)
    if Scan.objects.filter(item=item, returned_at=None).count() >= most:
        raise TooManyScans(paper=item.name, most=most)


@transaction.atomic
def sort_pages(pages: Sequence[ScanPage], item: ChecklistItem, *, by: Actor) -> None:
    """Say which paper pages without a code belong to (R7a).

    Raises NotAllowed where they are sorted already or another request's, ScansNotTaken, PaperIsHere, or TooManyScans.
    """
    submission = Submission.objects.select_for_update().get(pk=item.submission_id)
    require_open(submission, by=by)
    waiting = {page.pk for page in ScanPage.objects.filter(scan__submission=submission, scan__item=None)}
    if not pages or not {page.pk for page in pages} <= waiting:
        raise NotAllowed
    _require_room(item)
    first = pages[0].scan
    scan = Scan.objects.create(
        submission=submission,
        item=item,
        uploaded_at=first.uploaded_at,
        uploaded_by=first.uploaded_by,
        by_desk=first.by_desk,
    )
    ScanPage.objects.filter(pk__in=[page.pk for page in pages]).update(scan=scan)
    Scan.objects.filter(submission=submission, item=None, pages=None).delete()
    record(ScanEvent.SORTED, by=by, about=submission.about, scan=scan.pk, paper=item.key, pages=len(pages))
    if not unsent_papers(submission):
        tell_of_scans(submission, by=by)


@transaction.atomic
def remove_scan(scan: Scan, *, by: Actor) -> None:
    """Remove a scan before the desk has looked at it. Raises ScansNotTaken, NotYourTurn, or ScanAlreadySeen."""
    submission = Submission.objects.select_for_update().get(pk=scan.submission_id)
    require_open(submission, by=by)
    if scan.by_desk != is_desk(submission, by):
        raise NotYourTurn
    names = _names(Scan.objects.filter(pk=scan.pk, seen_at=None, returned_at=None))
    if not names:
        raise ScanAlreadySeen
    Scan.objects.filter(pk=scan.pk).delete()
    _discard(names)
    record(ScanEvent.REMOVED, by=by, about=submission.about, scan=scan.pk)


@transaction.atomic
def look_at_page(page: ScanPage, *, by: Actor) -> bytes:
    """Return the picture of a page for staff; the look is written down, and the applicant cannot remove it now.

    Raises Lost.
    """
    Scan.objects.filter(pk=page.scan_id, seen_at=None).update(seen_at=by.at)
    about = page.scan.submission.about
    record(ScanEvent.SEEN, by=by, about=about, scan=page.scan_id, page=page.number)
    return page.picture()


@transaction.atomic
def erase_scans(submission: Submission, *, by: Actor) -> int:
    """Erase every scan of a submission that has ended and return how many there were (R79)."""
    if any(case.is_open for case in submission.cases.all()):
        raise NotAllowed
    scans = Scan.objects.filter(submission=submission)
    names, number = _names(scans), scans.count()
    if number:
        scans.delete()
        _discard(names)
        record(ScanEvent.ERASED, by=by, about=submission.about, scans=number)
    return number


def _names(scans: Iterable[Scan]) -> list[str]:
    return list(ScanPage.objects.filter(scan__in=scans).values_list("name", flat=True))


def _discard(names: Iterable[str]) -> None:
    for name in names:
        transaction.on_commit(partial(store.discard, name))


def sweep_files(at: datetime) -> int:
    """Delete the files that no row knows any more and return their number."""
    old = set(store.kept_before(at - SETTLING))
    lost = old - set(ScanPage.objects.filter(name__in=old).values_list("name", flat=True))
    for name in lost:
        store.discard(name)
    return len(lost)
