"""What ended without approval is erased when its time is over: the person goes, the numbers stay (R79)."""

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Step, Submission
from securenet.domain.profile.queries import profile
from securenet.domain.registration.jobs import clean_up
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, asked, decide, national_id, register, walk
from tests.domain.registration.test_together import cells

pytestmark = [pytest.mark.rule("R79", "R2"), pytest.mark.django_db]


@pytest.fixture
def refused(chai, dara):
    submission = register("anong", asked(answers={"position": "หัวหน้าของอนงค์"}))
    walk(submission, State.SERVICE_DESK_REVIEW, chai=chai, dara=dara)
    decide(submission.cases.get(), Verb.REJECT, chai, reason="คุณอนงค์ไม่อยู่ในหนังสือ")
    return submission


def days():
    return profile().retention.failed_registration_days * DAY


def test_nothing_of_the_person_is_left_outside_the_ledger(refused):
    for at in (AT + 31 * DAY, AT + days() + DAY):
        clean_up(at=at)
    for text in ("anong@alpha.example", "อนงค์", "Anong Jaidee", "+66812345678", national_id("anong")):
        places = {place for place, raw in cells() if text.encode() in raw and not place.startswith("audit.")}
        assert places == set(), text


def test_number_state_and_ledger_stay(refused):
    for at in (AT + 31 * DAY, AT + days() + DAY, AT + days() + 2 * DAY):
        clean_up(at=at)
    assert Submission.objects.get(pk=refused.pk).state() is State.REJECTED
    assert Step.objects.filter(case__submission=refused).count() == 3
    assert AuditEntry.objects.filter(event="registration.erased").count() == 1


def test_before_its_day_it_is_there(refused):
    clean_up(at=AT + 31 * DAY)
    clean_up(at=AT + days() - DAY)
    assert User.objects.get(pk=refused.applicant_id).name_en == "Anong Jaidee"


def test_a_member_and_an_open_registration_are_never_erased(boonmee):
    register("anong")
    clean_up(at=AT + 4000 * DAY)
    assert set(User.objects.filter(kind="member").values_list("email", flat=True)) == {
        "boonmee@alpha.example",
        "anong@alpha.example",
    }


def test_mails_to_others_stay(refused, boonmee):
    before = Mail.objects.filter(to=boonmee.email).count()
    for at in (AT + 31 * DAY, AT + days() + DAY):
        clean_up(at=at)
    assert Mail.objects.filter(to=boonmee.email).count() == before > 0
