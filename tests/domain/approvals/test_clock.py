"""The machine's clock is put forward or back across a deadline; deadlines are days of the operator (R6, R34)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from securenet.domain.approvals.actions import NotAllowed, TooLate, answer_case, expire_case
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.jobs import watch_deadlines
from securenet.domain.approvals.queries import now_due
from securenet.domain.calendar.queries import end_of_day, local_date
from securenet.domain.entitlements.jobs import expire_requests
from securenet.foundation.actor import system
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, as_actor
from tests.domain.approvals.cases import LETTER, TWO_TIERS, fresh, open_case, send_back

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R34", "R6")]
SECOND = timedelta(seconds=1)


def sent(case, template):
    return Mail.objects.filter(template=template, about=case.submission.about).count()


def test_a_clock_put_back_after_a_reminder_reminds_nobody_twice():
    case = open_case(TWO_TIERS, papers=[LETTER])
    for at in (case.due_at - 2 * DAY, case.due_at - 6 * DAY, case.due_at - 2 * DAY):
        watch_deadlines(at=at)
    assert sent(case, "case-due") == 1


def test_a_clock_put_back_before_the_beginning_ends_and_reminds_nothing():
    case = open_case(TWO_TIERS, papers=[LETTER])
    watch_deadlines(at=AT - 400 * DAY)
    expire_requests(at=AT - 400 * DAY)
    assert fresh(case).state_now is State.AWAITING_DOCUMENTS
    assert sent(case, "case-due") == 0


def test_a_clock_that_jumps_over_the_deadline_ends_it_once_whatever_it_says_later():
    case = open_case(TWO_TIERS, papers=[LETTER])
    late = case.due_at + SECOND
    assert expire_case(case, by=system("deadlines", late)) is State.EXPIRED
    for at in (AT, late):
        assert list(now_due(at, ["rights"])) == []
        with pytest.raises(NotAllowed):
            expire_case(fresh(case), by=system("deadlines", at))
    assert sent(case, "case-expired") == 1


@pytest.mark.rule("R24b")
def test_the_last_second_of_the_day_still_counts_and_the_next_one_does_not(chai):
    case = open_case(TWO_TIERS)
    send_back(case, as_actor(chai))
    anong, last = case.submission.applicant, case.due_at
    with pytest.raises(TooLate):
        answer_case(case, answer="Rama III.", by=as_actor(anong, at=last + SECOND))
    assert answer_case(fresh(case), answer="Rama III.", by=as_actor(anong, at=last)) is State.SERVICE_DESK_REVIEW


def test_a_day_ends_at_the_operators_midnight_wherever_the_server_stands():
    evening = datetime(2026, 2, 2, 16, 59, 59, tzinfo=UTC)
    assert [local_date(evening), local_date(evening + SECOND)] == [date(2026, 2, 2), date(2026, 2, 3)]
    assert end_of_day(local_date(evening)) == evening
    case = open_case(TWO_TIERS, papers=[LETTER], at=evening)
    assert case.due_at == end_of_day(date(2026, 2, 19))


def test_where_the_clocks_change_a_deadline_stays_the_end_of_its_day(settings, tmp_path):
    zone = ZoneInfo("Europe/Berlin")
    text = settings.PROFILE_PATH.read_text("utf-8").replace("Asia/Bangkok", "Europe/Berlin")
    settings.PROFILE_PATH = tmp_path / "berlin.toml"
    settings.PROFILE_PATH.write_text(text, "utf-8")
    before = datetime(2026, 3, 16, 9, tzinfo=UTC)  # the clocks go forward on 29 March

    due = open_case(TWO_TIERS, papers=[LETTER], at=before).due_at

    assert due == datetime(2026, 4, 2, 23, 59, 59, tzinfo=zone)
    assert local_date(due) != local_date(due + SECOND)
