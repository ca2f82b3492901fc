"""Scans of an approved request are kept for the profile's months after the right has ended, and no longer (R79)."""

from datetime import timedelta

import pytest

from securenet.domain.approvals.models import Scan
from securenet.domain.approvals.scans import add_scans
from securenet.domain.entitlements.models import Entitlement, Period, Status
from securenet.domain.registration.jobs import clean_up
from tests.cast import AT, DAY, as_actor, right_of
from tests.domain.approvals.pages import page, upload

pytestmark = [pytest.mark.rule("R79"), pytest.mark.django_db]
LATER = AT + timedelta(days=5 * 366 + 2)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def right(anong):
    """Return Anong's right; a scan of her request is kept."""
    right = right_of(anong)
    submission = right.case.submission
    type(right.case).objects.filter(pk=right.case.pk).update(state="awaiting_documents")
    add_scans(submission, upload(page()), by=as_actor(anong))
    type(right.case).objects.filter(pk=right.case.pk).update(state="approved")
    return right


def end(right, at):
    """Let the right have ended at a moment."""
    Entitlement.objects.filter(pk=right.pk).update(status=Status.ENDED)
    Period.objects.filter(entitlement=right).update(until_at=at)
    Period.objects.create(entitlement=right, status=Status.ENDED, from_at=at)


def test_scans_stay_as_long_as_the_right_is_held(right):
    clean_up(at=LATER)
    assert Scan.objects.count() == 1


def test_scans_stay_for_the_profiles_months_after_its_end(right):
    end(right, AT + DAY)
    clean_up(at=AT + 1700 * DAY)
    assert Scan.objects.count() == 1


def test_after_that_they_are_erased(right):
    end(right, AT + DAY)
    clean_up(at=LATER)
    assert Scan.objects.count() == 0
