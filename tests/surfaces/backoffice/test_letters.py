"""What a letter of appointment says is entered on the request's own page, once (R22a)."""

import pytest
from django.utils import timezone

from securenet.domain.approvals.flow import Verb
from securenet.domain.entitlements.models import Role
from securenet.domain.organizations.models import Appointment, AppointmentLetter, Rung
from tests.cast import decide
from tests.surfaces.portal.test_portal_browser import look_at

pytestmark = [pytest.mark.rule("R22a")]
TYPED = {
    "holder_name": "Somchai Namdee",
    "appointed_by": "Somsri Namdee",
    "from_date_day": "1",
    "from_date_month": "3",
    "from_date_year": "2026",
}


@pytest.fixture
def submission(ask, complete, chai):
    return complete(ask("boonmee", Role.ORGANIZATION_ADMIN), chai)


def place(submission, rung=Rung.SIGNATORY):
    return f"/cases/{submission.number}/letters/{submission.cases.get().pk}/{rung}/"


def test_the_signatory_is_entered_where_the_letter_lies_and_recorded_with_the_approval(submission, chai, dara, sign_in):
    desk, page = sign_in(chai), f"/cases/{submission.number}/"
    assert place(submission) in desk.get(page).content.decode()
    assert desk.post(place(submission), TYPED).status_code == 302
    assert desk.get(place(submission)).context["form"]["holder_name"].value() == "Somchai Namdee", "may be mended"
    assert desk.get(page).content.decode().count("Goes on record with the approval") == 2

    for verb, who in ((Verb.ENDORSE, chai), (Verb.APPROVE, dara)):
        decide(submission.cases.get(), verb, who, at=timezone.now())

    assert Appointment.objects.count() == 2
    assert desk.get(page).content.decode().count("On record") == 2
    assert desk.get(place(submission)).status_code == 404


@pytest.mark.journey
@pytest.mark.rule("R81")
def test_the_page_of_a_letter_is_readable_by_everybody_and_never_too_wide(submission, chai, sign_in):
    desk, answers = sign_in(chai), []
    for language in ("th", "en"):
        desk.post("/language/", {"language": language, "next": "/cases/"})
        answers += [desk.get(place(submission)), desk.post(place(submission), {})]
    assert [answer.headers["Content-Language"] for answer in answers] == ["th", "th", "en", "en"]
    look_at(answers)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"holder_name": ""}, "holder_name"),
        ({"holder_name": "-"}, "holder_name"),
        ({"from_date_day": ""}, "from_date"),
        ({"until_date_day": "1", "until_date_month": "3", "until_date_year": "2025"}, "until_date"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(submission, chai, sign_in, typed, wrong):
    answer = sign_in(chai).post(place(submission), TYPED | typed)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {wrong})
    assert not AppointmentLetter.objects.exists()


def test_a_letter_that_has_not_come_or_is_not_of_the_request_is_not_found(ask, submission, chai, sign_in):
    desk, waiting = sign_in(chai), ask("anong")
    assert "Not received yet" in desk.get(f"/cases/{waiting.number}/").content.decode()
    for address in (place(waiting, Rung.OFFICER), place(submission, Rung.OFFICER), place(submission, "nobody")):
        assert desk.get(address).status_code == 404
    strange = place(submission).replace(f"/{submission.cases.get().pk}/", f"/{waiting.cases.get().pk}/")
    assert desk.get(strange).status_code == 404


def test_who_does_not_note_papers_enters_no_letter(submission, dara, adisak, sign_in):
    for who in (dara, adisak):
        assert sign_in(who).post(place(submission), TYPED).status_code in {403, 404}
    assert not AppointmentLetter.objects.exists()
