"""A profile edited while requests and rights run: nothing falls over, and what was asked keeps its way (R24a, R34)."""

from itertools import count

import pytest

from securenet.commands.check import profile_in_use
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.reminders import escalate_case, remind_of_case
from securenet.domain.entitlements.grants import grant_function
from securenet.domain.entitlements.jobs import keep_dates
from securenet.domain.entitlements.mandates import decide_mandate
from securenet.domain.entitlements.models import FunctionGrant, Mandate, Status
from securenet.domain.registration.papers import print_all
from securenet.foundation.actor import system
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, as_actor, confirm, decide, last_mail, note_papers, register, right_of, walk
from tests.domain.entitlements.mandating import ask as ask_for_mandate
from tests.domain.profile.conftest import REFERENCE

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R24a", "R34", "R86")]


@pytest.fixture
def rewrite(settings, tmp_path):
    """Return a function that restarts with a profile in which a text is replaced wherever it stands."""

    files = count(1)

    def put(old, new):
        text = REFERENCE.read_text("utf-8")
        assert old in text
        changed = tmp_path / f"{next(files)}.toml"
        changed.write_text(text.replace(old, new), "utf-8")
        settings.PROFILE_PATH = changed

    return put


def fresh(case):
    return Case.objects.get(pk=case.pk)


def test_papers_asked_for_stay_asked_for_in_the_words_they_were_asked_in(chai, dara, rewrite):
    submission = register("aree")
    confirm(submission)
    papers = set(submission.papers.values_list("key", flat=True))

    rewrite('key = "juristic_certificate"', 'key = "another_certificate"')

    assert set(submission.papers.values_list("key", flat=True)) == papers
    assert print_all(submission, language="th").startswith(b"%PDF")
    walk_on(submission, chai, dara)
    new = set(register("somsak").papers.values_list("key", flat=True))
    assert new - papers == {"another_certificate"}


def walk_on(submission, chai, dara):
    note_papers(submission, chai)
    for verb, who in ((Verb.ENDORSE, chai), (Verb.APPROVE, dara)):
        decide(submission.cases.get(), verb, who)
    assert submission.cases.get().state_now is State.APPROVED


def test_a_service_closed_to_new_requests_still_decides_the_old_ones(chai, dara, rewrite):
    submission = register("aree")
    confirm(submission)
    rewrite('open = true\nsurface = "bms_id"', "open = false")
    walk_on(submission, chai, dara)


def test_a_tier_added_later_is_not_asked_by_what_is_under_way(chai, dara, rewrite):
    submission = walk(register("aree"), State.SERVICE_DESK_REVIEW, chai=chai, dara=dara)
    rewrite(
        '    { tier = "service_owner", desk = "owner-bmsid", quorum = 1, escalate_to = "administration" },\n',
        '    { tier = "service_owner", desk = "owner-bmsid", quorum = 2, escalate_to = "administration" },\n',
    )
    for verb, who in ((Verb.ENDORSE, chai), (Verb.APPROVE, dara)):
        decide(submission.cases.get(), verb, who)
    assert submission.cases.get().state_now is State.APPROVED


def test_a_desk_that_is_no_more_is_reminded_at_the_service_desk(chai, dara, rewrite):
    submission = walk(register("aree"), State.SERVICE_OWNER_REVIEW, chai=chai, dara=dara)
    rewrite("owner-bmsid", "owner-notes")
    case, by = submission.cases.get(), system("deadlines", AT)

    assert remind_of_case(case, by=by)
    assert last_mail("work-due").to == "service-desk@bank-of-thailand.example"

    rewrite('= "administration"', '= "headquarters"')
    assert escalate_case(fresh(case), by=by)
    assert last_mail("work-overdue").to == "service-desk@bank-of-thailand.example"


def test_a_grant_of_a_function_that_is_no_more_ends_on_its_day_with_a_mail(anong, boonmee, rewrite):
    grant_function(right_of(anong), function="submit", from_date=AT.date(), until_date=AT.date(), by=as_actor(boonmee))
    rewrite('key = "submit"', 'key = "send"')
    keep_dates(at=AT + DAY)
    assert FunctionGrant.objects.get().ended_at == AT + DAY
    assert right_of(anong).status == Status.ACTIVE


def test_a_mandate_asked_for_with_a_function_that_is_no_more_is_printed_and_decided(ekachai, boonmee, dara, rewrite):
    submission = ask_for_mandate(ekachai)
    rewrite('key = "submit"', 'key = "send"')
    assert print_all(submission, language="en").startswith(b"%PDF")
    note_papers(submission, dara)
    decide_mandate(submission.cases.get(), verb=Verb.APPROVE, by=as_actor(dara))
    assert Mandate.objects.get().functions == ["register_persons", "submit"]
    assert "submit" in Mail.objects.filter(template="mandate-received").first().text


def test_what_the_profile_dropped_although_it_is_in_use_is_found_before_the_start(anong, chai, dara, rewrite):
    walk(register("aree"), State.SERVICE_OWNER_REVIEW, chai=chai, dara=dara)
    assert list(profile_in_use()) == []
    rewrite("owner-bmsid", "owner-notes")
    assert [str(finding) for finding in profile_in_use()] == [
        "error: open requests pass the desk owner-bmsid, which is not in the profile"
    ]
    rewrite('"bmsid"', '"notes"')
    assert "error: the service bmsid is in use and not in the profile: close it there instead" in map(
        str, profile_in_use()
    )
