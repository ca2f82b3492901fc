"""The same thing sent twice, from two tabs, after going back, or too late: never a second request (R5, R82)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Submission
from securenet.domain.profile.queries import profile
from securenet.foundation.mail.models import Mail
from securenet.foundation.throttle.actions import require_allowance
from tests.cast import AT, as_actor
from tests.surfaces.portal.visitor import DETAILS, PERSON, RIGHT, Visitor, faults, heading, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R5", "R82")]


def copy_of(visitor):
    """Return another connection of the same browser."""
    other = Visitor()
    other.cookies.load({name: morsel.value for name, morsel in visitor.cookies.items()})
    return other


def test_a_second_click_finds_the_first_request(anyone):
    anyone.fill_in()

    answers = [anyone.post("/register/review/", {"certified": "on"}) for _click in range(3)]

    assert {path_of(answer) for answer in answers} == {"/register/confirmation/"}
    assert Submission.objects.count() == 1
    assert Mail.objects.filter(template="registration-confirm").count() == 1


def test_two_clicks_at_the_same_moment_make_one_request(shared_database, clock, at_once):
    visitor = Visitor()
    visitor.fill_in()
    tabs = [copy_of(visitor) for _tab in range(4)]

    answers = at_once(*(lambda tab=tab: tab.post("/register/review/", {"certified": "on"}) for tab in tabs))

    assert [getattr(answer, "status_code", answer) for answer in answers] == [302] * 4
    assert Submission.objects.count() == 1
    assert User.objects.count() == 1
    assert Mail.objects.filter(template="registration-confirm").count() == 1


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/register/person/", PERSON | {"name_en": "Somebody Else"}),
        ("/register/rights/", RIGHT | {"action": "add"}),
        ("/register/details/", DETAILS | {"bmsid_position": "Other"}),
        ("/register/review/", {"certified": "on"}),
    ],
)
def test_going_back_after_sending_and_changing_leads_to_the_request_that_was_sent(anyone, path, typed):
    anyone.register()

    assert path_of(anyone.get(path)) == "/register/confirmation/"
    assert path_of(anyone.post(path, typed)) == "/register/confirmation/"
    assert path_of(anyone.post("/register/review/", {"certified": "on"})) == "/register/confirmation/"
    submission = Submission.objects.get()
    assert submission.applicant.name_en == PERSON["name_en"]
    assert submission.cases.count() == 1


def test_going_back_before_sending_keeps_what_the_later_steps_had(anyone):
    anyone.fill_in()
    anyone.post("/register/person/", PERSON | {"name_en": "Anong Deejai", "password": "", "password_confirm": ""})

    review = text_of(anyone.get("/register/review/"))

    assert "Anong Deejai" in review
    assert DETAILS["bmsid_position"] in review


def test_a_right_added_in_another_tab_is_reviewed_too(anyone):
    anyone.fill_in()
    copy_of(anyone).post("/register/rights/", RIGHT | {"role": "organization_admin", "action": "add"})

    assert len(anyone.get("/register/review/").context["cards"]) == 2


def test_the_same_right_twice_is_refused_in_words(anyone):
    anyone.fill_in(until="details")

    answer = anyone.post("/register/rights/", RIGHT | {"action": "add"})

    assert answer.status_code == 422
    assert faults(answer)["__all__"]
    assert len(answer.context["cards"]) == 1


def test_no_more_rights_than_the_profile_allows(anyone):
    anyone.fill_in(until="rights")
    most = profile().limits.rights_per_submission
    for number in range(most + 1):
        foreign = {"organization_number": f"HRB {number}", "organization_country": "DE", "action": "add"}
        answer = anyone.post("/register/rights/", RIGHT | foreign)

    assert answer.status_code == 422
    assert str(most) in faults(answer)["__all__"][0]


@pytest.mark.parametrize(
    ("skipped", "lead"),
    [("person", "/register/terms/"), ("rights", "/register/person/"), ("details", "/register/rights/")],
)
def test_no_step_is_skipped(anyone, skipped, lead):
    if skipped != "person":
        anyone.fill_in(until="person" if skipped == "rights" else "rights")

    assert path_of(anyone.get("/register/review/")) == lead
    assert path_of(anyone.post("/register/review/", {"certified": "on"})).rstrip("?") == lead
    assert not Submission.objects.exists()


def test_a_service_that_asks_is_answered_before_the_review(anyone):
    anyone.fill_in(until="details")

    assert path_of(anyone.post("/register/review/", {"certified": "on"})) == "/register/details/"
    assert not Submission.objects.exists()


def test_a_draft_that_is_too_old_says_so(anyone, clock):
    anyone.fill_in()
    clock.shift(timedelta(hours=profile().deadlines.draft_hours, seconds=1))

    answer = anyone.post("/register/review/", {"certified": "on"})

    assert answer.headers["Location"] == "/register/terms/?erased"
    assert str(profile().deadlines.draft_hours) in text_of(anyone.get(answer.headers["Location"]))
    assert not Submission.objects.exists()


def test_a_draft_outlives_a_lost_connection(anyone, clock):
    anyone.fill_in()
    clock.shift(timedelta(hours=profile().deadlines.draft_hours - 1))
    later = Visitor()
    later.cookies["__Host-draft"] = anyone.cookies["__Host-draft"].value

    assert path_of(later.post("/register/review/", {"certified": "on"})) == "/register/confirmation/"


def test_another_browser_sees_nothing_of_a_draft(anyone):
    anyone.fill_in()

    assert path_of(Visitor().get("/register/review/")) == "/register/terms/"


def test_the_name_that_somebody_took_meanwhile_is_told_and_nothing_is_lost(anyone):
    anyone.fill_in()
    User.objects.create(username="anong2", kind="member", name_en="Other", created_at=AT)

    answer = anyone.post("/register/review/", {"certified": "on"})

    assert answer.status_code == 422
    assert faults(answer)["__all__"]
    changed = PERSON | {"username": "anong3", "password": "", "password_confirm": ""}
    anyone.post("/register/person/", changed)
    assert path_of(anyone.post("/register/review/", {"certified": "on"})) == "/register/confirmation/"


def test_whoever_begins_anew_gets_an_empty_form_and_a_request_of_their_own(anyone):
    anyone.register()

    anyone.accept_terms()
    assert not anyone.get("/register/person/").context["form"]["name_th"].value()
    anyone.register(username="boonmee2", identity_number="1-1037-02345-68-7")

    assert Submission.objects.count() == 2


def test_a_browser_that_forgot_is_told_how_to_go_on(anyone):
    for path in ("/register/confirmation/", "/register/documents/"):
        answer = anyone.get(path)
        assert answer.status_code == 404
        assert "เข้าสู่ระบบ" in text_of(answer)
        assert heading(answer)
    assert anyone.get("/register/documents/all.pdf").status_code == 404


@pytest.mark.rule("R13")
def test_registrations_from_one_address_are_limited_and_the_draft_stays(anyone):
    rate = profile().throttles.registration_address
    for _attempt in range(rate.attempts):
        count_one(anyone, rate)
    anyone.fill_in()

    answer = anyone.post("/register/review/", {"certified": "on"})

    assert answer.status_code == 422
    assert faults(answer)["__all__"]
    assert path_of(copy_of(anyone).post("/register/review/", {"certified": "on"}, REMOTE_ADDR="192.0.2.77"))


def count_one(visitor, rate):
    by = as_actor(address=visitor.defaults["REMOTE_ADDR"])
    require_allowance("registration", by.address, limit=rate.attempts, window=timedelta(minutes=rate.minutes), by=by)
