"""Registrations at the same moment, through connections of their own: none lost, doubled, or half done (R5)."""

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.entitlements.models import Entitlement
from securenet.domain.registration.drafts import save_draft
from securenet.domain.registration.models import Confirmation, Draft
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import as_actor, national_id, register

pytestmark = [pytest.mark.rule("R5", "R82"), pytest.mark.django_db]
CROWD = 20


def names(count=CROWD):
    return [f"crowd{seat}" for seat in range(count)]


def sender(username, key, **changes):
    def send():
        return register(username, draft_key=key, **changes).number

    return send


def test_twenty_people_get_twenty_requests(at_once):
    for name in names():
        save_draft(name, {"person": name}, by=as_actor())

    numbers = at_once(*[sender(name, name) for name in names()])

    assert len(set(numbers)) == CROWD, numbers
    assert not [outcome for outcome in numbers if isinstance(outcome, Exception)]
    for rows in (User.objects.filter(kind="member"), Submission.objects.all(), Case.objects.all()):
        assert rows.count() == CROWD
    for model in (Entitlement, Confirmation):
        assert model.objects.count() == CROWD
    assert Mail.objects.filter(template="registration-confirm").values("about").distinct().count() == CROWD
    assert AuditEntry.objects.filter(event="registration.submitted").values("about").distinct().count() == CROWD
    assert not Draft.objects.exists()


def test_many_windows_of_one_browser_make_one_request(at_once):
    numbers = at_once(*[sender("anong", "the same draft")] * 6)

    assert len(set(numbers)) == 1, numbers
    assert Submission.objects.count() == Mail.objects.filter(template="registration-confirm").count() == 1


def test_of_many_who_want_one_user_name_one_gets_it(at_once):
    wanting = [sender("anong", f"draft {seat}", identity_number=national_id(f"{seat}")) for seat in range(6)]

    outcomes = at_once(*wanting)

    got = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert len(got) == 1
    assert {type(outcome).__name__ for outcome in outcomes if not isinstance(outcome, int)} == {"UsernameTaken"}
    assert Submission.objects.count() == User.objects.count() == 1
