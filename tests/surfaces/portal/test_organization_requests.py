"""Officers' requests before their own Organization Admin, where a service's route has that tier (R22, R24a)."""

from __future__ import annotations

import pytest

from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Case
from securenet.domain.entitlements.models import Entitlement, Role
from securenet.foundation.mail.models import Mail
from tests.cast import ALPHA, asked, confirm, last_mail, member, note_papers, register, right_of
from tests.domain.entitlements.conftest import change_profile
from tests.surfaces.portal.visitor import Visitor, faults, path_of, text_of

__all__ = ["change_profile"]
pytestmark = [pytest.mark.django_db, pytest.mark.rule("R22", "R24a")]


@pytest.fixture
def asks_admin_first(change_profile):
    change_profile("rights = [\n", 'rights = [\n    { tier = "organization" },\n')


@pytest.fixture
def submission(boonmee, asks_admin_first):
    """Aree's registration as an officer of Alpha, confirmed: it waits for Boonmee."""
    submission = register("aree")
    confirm(submission)
    return submission


@pytest.fixture
def place(submission):
    return f"/rights/requests/{submission.cases.get().pk}/"


def say(visitor, place, choice, **typed):
    revision = visitor.get(place).context["form"]["revision"].value()
    return visitor.post(place, {"revision": str(revision), "choice": choice} | typed)


def state(submission):
    return submission.cases.get().state_now


def test_the_admins_are_told_and_find_it_in_their_list(sign_in, submission, boonmee, place):
    assert last_mail("request-for-admins", boonmee.email).text.count(place) == 1
    visitor = sign_in(boonmee)

    assert place in visitor.get("/rights/requests/").content.decode()
    page = text_of(visitor.get(place))

    assert "aree@alpha.example" in page
    assert submission.applicant.identity_number not in page


def test_agreeing_hands_it_on_to_the_papers_and_then_to_the_operator(sign_in, submission, boonmee, chai, place):
    assert path_of(say(sign_in(boonmee), place, "agree")) == "/rights/requests/"
    assert state(submission) is State.AWAITING_DOCUMENTS
    note_papers(submission, chai)
    assert state(submission) is State.SERVICE_DESK_REVIEW


def test_with_all_papers_there_it_goes_straight_to_the_operator(sign_in, submission, boonmee, chai, place):
    note_papers(submission, chai)
    say(sign_in(boonmee), place, "agree")
    assert state(submission) is State.SERVICE_DESK_REVIEW


def test_a_question_goes_to_the_applicant_and_the_answer_comes_back(sign_in, submission, boonmee, place):
    visitor = sign_in(boonmee)
    assert set(faults(say(visitor, place, "return"))) == {"question"}
    assert path_of(say(visitor, place, "return", question="ทำงานกะใด")) == "/rights/requests/"
    assert state(submission) is State.RETURNED
    assert "ทำงานกะใด" in last_mail("case-returned").text

    hers = sign_in(submission.applicant)
    hers.post(f"/case/{submission.number}/", {"answer": "กะเช้า"})

    assert state(submission) is State.ORGANIZATION_REVIEW
    assert Mail.objects.filter(template="request-for-admins", to=boonmee.email).count() == 2


def test_a_refusal_has_its_reason_and_ends_the_request(sign_in, submission, boonmee, place):
    visitor = sign_in(boonmee)
    assert set(faults(say(visitor, place, "reject"))) == {"reason"}
    say(visitor, place, "reject", reason="ไม่ใช่พนักงานของเรา")
    assert state(submission) is State.REJECTED
    assert "ไม่ใช่พนักงานของเรา" in last_mail("case-rejected").text


def test_a_stale_page_is_told(sign_in, submission, boonmee, place):
    visitor = sign_in(boonmee)
    revision = visitor.get(place).context["form"]["revision"].value()
    Case.objects.filter(submission=submission).update(revision=revision + 1)

    answer = visitor.post(place, {"revision": str(revision), "choice": "agree"})

    assert answer.status_code == 422
    assert "__all__" in faults(answer)
    assert state(submission) is State.ORGANIZATION_REVIEW


def test_what_another_admin_decided_meanwhile_is_told(sign_in, submission, boonmee, chai, dara, place):
    bua = member("bua", Role.ORGANIZATION_ADMIN, chai=chai, dara=dara)
    first, second = sign_in(boonmee), sign_in(bua)
    second.get(place)
    say(first, place, "agree")

    answer = second.post(place, {"revision": "1", "choice": "agree"})

    assert answer.status_code == 422
    assert "form" in second.get(place).context
    assert 'name="choice"' not in second.get(place).content.decode()


def test_nobody_decides_their_own_request(sign_in, boonmee, asks_admin_first):
    Entitlement.objects.filter(pk=right_of(boonmee).pk).update(until_date=None)
    visitor = sign_in(boonmee)
    visitor.post("/rights/add/", own_wish() | {"action": "next"})
    visitor.post("/rights/add/details/", {"bmsid_position": "x", "bmsid_department": "y", "bmsid_centres": ["central"]})
    visitor.post("/rights/add/review/", {"certified": "on"})
    case = Case.objects.latest("pk")
    assert case.state_now is State.ORGANIZATION_REVIEW

    answer = say(visitor, f"/rights/requests/{case.pk}/", "agree")

    assert answer.status_code == 422
    case.refresh_from_db()
    assert case.state_now is State.ORGANIZATION_REVIEW


def own_wish():
    wish = asked()
    return {
        "service_group": "permission",
        "service": wish.service,
        "organization_number_type": wish.organization_number_type,
        "organization_number": ALPHA[0],
        "organization_country": "TH",
        "organization_name": ALPHA[1],
        "role": "officer",
    }


def test_another_organizations_requests_are_not_found(sign_in, anong, ekachai, submission, place):
    for other in (ekachai, anong):
        visitor = sign_in(other)
        assert place not in visitor.get("/rights/requests/").content.decode()
        assert visitor.get(place).status_code == 404
        assert visitor.post(place, {"revision": "1", "choice": "agree"}).status_code == 404
    assert path_of(Visitor().get(place)) == "/login/"
    assert state(submission) is State.ORGANIZATION_REVIEW


def test_what_never_came_to_the_organization_is_not_found(sign_in, boonmee, anong, asks_admin_first):
    waiting = register("aree")
    for case in (waiting.cases.get(), right_of(anong).case):
        assert sign_in(boonmee).get(f"/rights/requests/{case.pk}/").status_code == 404
    assert sign_in(boonmee).get("/rights/requests/0/").status_code == 404


@pytest.mark.parametrize("typed", [{}, {"revision": "x"}, {"revision": "\x00"}, {"revision": "1", "choice": "fly"}])
def test_what_is_not_a_decision_decides_nothing(sign_in, submission, boonmee, place, typed):
    assert sign_in(boonmee).post(place, typed).status_code == 422
    assert state(submission) is State.ORGANIZATION_REVIEW
