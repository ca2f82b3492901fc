"""Unfinished registrations: one browser's, sealed, for the profile's hours (R5)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.queries import hashed
from securenet.domain.profile.queries import profile
from securenet.domain.registration.models import Draft
from securenet.foundation.actor import Actor
from securenet.foundation.compiled import compiled

Content = dict[str, Any]


def load_draft(key: str, *, by: Actor) -> Content:
    """Return what this browser has filled in so far, empty where there is nothing or it is too old."""
    draft = _open_draft.first(hashed(key), by.at)
    content: Content = json.loads(draft.content) if draft is not None and draft.content else {}
    return content


@compiled
def _open_draft(key_hash: str, at: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(key_hash=key_hash, expires_at__gt=at, submission=None)


@transaction.atomic
def save_draft(key: str, content: Content, *, by: Actor) -> None:
    """Keep what was filled in until the profile's hours after now."""
    expires_at = by.at + timedelta(hours=profile().deadlines.draft_hours)
    Draft.objects.update_or_create(
        key_hash=hashed(key),
        defaults={"content": json.dumps(content), "saved_at": by.at, "expires_at": expires_at},
    )


def submission_of(key: str) -> Submission | None:
    """Return what this browser's draft became, for the confirmation page and for a second click (R5, R6)."""
    return _sent.first(hashed(key))


@compiled
def _sent(draft_key: str) -> QuerySet[Submission]:
    return Submission.objects.filter(draft_key=draft_key).select_related("applicant", "confirmation")


def erase_drafts(*, by: Actor) -> int:
    """Erase the drafts that are too old and return their number."""
    return Draft.objects.filter(expires_at__lte=by.at).delete()[0]
