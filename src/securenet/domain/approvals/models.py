"""Submissions, their cases, the steps these took, and the papers they need."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from securenet.domain.approvals.checklist import Standing
from securenet.domain.approvals.flow import APPLICANTS_TURN, ENDED, OPEN, Route, State, Verb
from securenet.foundation.documents.store import fetch
from securenet.foundation.sealed import SealedField


class Kind(models.TextChoices):
    """What a case decides."""

    REGISTRATION = "registration"
    RIGHTS = "rights"
    CERTIFICATE = "certificate"
    RELEASE = "release"
    APPLICATION = "application"
    MANDATE = "mandate"
    RECOVERY = "recovery"
    TRUST_STORE = "trust_store"
    REVOCATION_EXCEPTION = "revocation_exception"


OPERATORS_ACTS = frozenset({Kind.RECOVERY, Kind.TRUST_STORE, Kind.REVOCATION_EXCEPTION})
"""Kinds that one of the operator's people proposes and another one decides; they tell desks only, and ask nobody."""


class Submission(models.Model):
    """What a person sends in at once. Its key is the running number that all kinds draw from; gaps are allowed."""

    number = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    language = models.CharField(max_length=5)
    submitted_at = models.DateTimeField()
    papers_due_at = models.DateTimeField()
    papers_complete_at = models.DateTimeField(null=True)
    draft_key = models.CharField(max_length=64, blank=True)
    papers_destroyed_at = models.DateTimeField(null=True)
    papers_destroyed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    destruction_reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft_key"], condition=~models.Q(draft_key=""), name="one_per_draft")
        ]
        indexes = [models.Index(fields=["applicant", "-submitted_at"])]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def about(self) -> str:
        """Return how the ledger calls this submission."""
        return f"submission {self.number}"

    def state(self) -> State:
        """Return what the member sees: approved when all cases are decided and one is granted (R31)."""
        states = {State(case.state) for case in self.cases.all()}
        still_open = [state for state in State if state in states and state in OPEN]
        if still_open:
            return still_open[0]
        return State.APPROVED if State.APPROVED in states else next(iter(sorted(states)))


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases."""

    def open(self) -> CaseQuerySet:
        """Return the cases that are still to be decided."""
        return self.filter(state__in=OPEN)

    def at_desks(self, desks: Set[str]) -> CaseQuerySet:
        """Return the cases that stand in the queue of one of `desks`."""
        return self.filter(desk__in=desks)


class Case(models.Model):
    """One thing to decide, with the route it was submitted under."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    route_rows = models.JSONField()
    state = models.CharField(max_length=30)
    desk = models.CharField(max_length=100)
    revision = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    since = models.DateTimeField()
    days_left = models.PositiveSmallIntegerField(null=True)
    returned_by_operator = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="assigned_cases"
    )
    reason = models.TextField(blank=True)
    service = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=40, blank=True)
    organization_name = models.CharField(max_length=200, blank=True)
    organization_number = models.CharField(max_length=40, blank=True)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="cases_about"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in State]), name="case_state_is_known"
            )
        ]
        indexes = [
            models.Index(
                fields=["desk", "due_at", "id"],
                name="case_open_queue",
                condition=models.Q(state__in=[str(state) for state in sorted(OPEN)]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.pk}"

    @property
    def route(self) -> Route:
        """Return the route fixed at submission."""
        return Route.of(self.route_rows)

    @property
    def state_now(self) -> State:
        """Return the state as the enum."""
        return State(self.state)

    @property
    def person(self) -> Any:
        """Return whom the case is about: the applicant, or the member for whom two of the operator's people act."""
        return self.subject or self.submission.applicant

    @property
    def is_operators_act(self) -> bool:
        """Tell whether the applicant is one of the operator's people, who proposes what another one decides."""
        return self.kind in OPERATORS_ACTS

    @property
    def is_open(self) -> bool:
        """Tell whether the case is still to be decided."""
        return self.state_now in OPEN

    @property
    def is_ended(self) -> bool:
        """Tell whether the case is decided or gone."""
        return self.state_now in ENDED

    @property
    def is_applicants_turn(self) -> bool:
        """Tell whether the applicant has to act, the desk only watching."""
        return self.state_now in APPLICANTS_TURN

    @property
    def approves_here(self) -> bool:
        """Tell whether the present tier is the last one, which approves."""
        return self.route.is_last(self.state_now)

    def is_late(self, at: datetime) -> bool:
        """Tell whether the due moment has passed at `at`."""
        return self.is_open and self.due_at < at


class Step(models.Model):
    """One verb done to a case: its history, and what quorum and four-eyes are counted over."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=10, choices=[(str(verb), str(verb)) for verb in Verb])
    before = models.CharField(max_length=30)
    after = models.CharField(max_length=30)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    counts = models.BooleanField(default=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "before", "person"],
                condition=models.Q(counts=True, verb__in=["endorse", "approve"]),
                name="one_voice_per_person_and_tier",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.verb}"

    @property
    def state_after(self) -> State:
        """Return the state that the step led to."""
        return State(self.after)


class Correction(models.Model):
    """One fact that the applicant corrected when asked to (R24b); of the person where no case is told."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="corrections")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="corrections")
    field = models.CharField(max_length=80)
    before = models.JSONField()
    after = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.field}"


class StatusCode(models.Model):
    """The newest code that shows the state of a submission without login (R8); only its blind index is kept."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="status_code")
    code_index = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.submission_id)


class ChecklistItem(Standing, models.Model):
    """A document that a submission needs, with the words it was asked for in."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="papers")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    form = models.CharField(max_length=60, blank=True)
    names = models.JSONField()
    hints = models.JSONField(default=dict)
    required = models.BooleanField()
    max_age_months = models.PositiveSmallIntegerField(null=True)
    appoints = models.CharField(max_length=20, blank=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    on_paper = models.BooleanField(default=False)
    paper_date = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["submission", "key"], name="one_item_per_key")]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.key}"


class Scan(models.Model):
    """Pages of one paper from one upload; without an item as long as nobody has said which paper they are."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="all_scans")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, null=True, related_name="scans")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_desk = models.BooleanField()
    seen_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["uploaded_at", "pk"]


class ScanPage(models.Model):
    """A page: the file that holds its two pictures, the large one first, and the key that opens it."""

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=64, unique=True)
    key = SealedField()
    split = models.PositiveIntegerField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["number", "pk"]

    def picture(self, *, small: bool = False) -> bytes:
        """Return the page as JPEG. Raises Lost."""
        content = fetch(self.name, self.key or "")
        return content[self.split :] if small else content[: self.split]
