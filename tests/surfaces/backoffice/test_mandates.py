"""A mandate at the desk of the department that owns the service: papers noted, decided there alone (R22d, R31)."""

import pytest

from securenet.domain.approvals.flow import Verb
from securenet.domain.entitlements.models import Mandate, MandateStatus, Role
from tests.cast import ALPHA, AT, BETA, decide, member
from tests.domain.entitlements.mandating import ask
from tests.surfaces.backoffice.conftest import picks

pytestmark = pytest.mark.rule("R22d")


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def wanted(chai, dara):
    """The request of Ekachai, whose bank mandates Alpha."""
    member("boonmee", Role.ORGANIZATION_ADMIN, ALPHA, chai=chai, dara=dara)
    return ask(member("ekachai", Role.ORGANIZATION_ADMIN, BETA, chai=chai, dara=dara))


@pytest.fixture
def ask_right(ask, complete, chai):
    submission = complete(ask(), chai)
    decide(submission.cases.get(), Verb.ENDORSE, chai)
    return submission


def note_all(browser, submission):
    for item in submission.papers.all():
        browser.post(f"/cases/{submission.number}/papers/{item.pk}/", {"do": "note", "undated": "on"})


def test_the_department_notes_the_papers_sees_the_facts_and_approves(wanted, dara, sign_in):
    browser, place = sign_in(dara), f"/cases/{wanted.number}/"
    page = browser.get(place).content.decode()
    for words in (ALPHA[1], BETA[1], "Register persons", "Banknote centre, north", "Note as received"):
        assert words in page
    assert "The agent has an Organization Admin of this service" in page

    note_all(browser, wanted)
    browser.post(f"{place}decide/", {"pick": picks(wanted), "choice": "agree"})

    assert Mandate.objects.get().status == MandateStatus.ACTIVE


@pytest.mark.rule("R31")
def test_it_stands_on_the_owners_list_and_is_decided_from_there(wanted, dara, sign_in):
    browser = sign_in(dara)
    assert "Mandate" not in browser.get("/bmsid/approvals/").content.decode()
    note_all(browser, wanted)
    assert "Mandate" in browser.get("/bmsid/approvals/").content.decode()

    browser.post("/bmsid/approvals/confirm/", {"pick": picks(wanted), "do": "agree"})

    assert Mandate.objects.get().status == MandateStatus.ACTIVE


def test_the_service_desk_has_nothing_to_do_with_it(wanted, chai, sign_in):
    browser = sign_in(chai)
    assert browser.get(f"/cases/{wanted.number}/").status_code == 404
    note_all(browser, wanted)
    assert not wanted.papers.exclude(received_at=None).exists()


def test_what_has_changed_since_the_request_is_told(wanted, dara, sign_in):
    wanted.applicant.entitlements.update(status="suspended")
    page = sign_in(dara).get(f"/cases/{wanted.number}/").content.decode()
    assert "The applicant is no Organization Admin of the principal any more." in page


def test_an_owner_notes_no_paper_of_a_request_that_the_desk_receives(ask_right, dara, sign_in):
    assert "Note as received" not in sign_in(dara).get(f"/cases/{ask_right.number}/").content.decode()


@pytest.mark.parametrize("path", ["/papers/scans/", "/papers/destroy/", "/papers/destroy/confirm/"])
def test_noting_papers_opens_no_stack_of_other_desks_to_an_owner(path, dara, sign_in):
    assert sign_in(dara).get(path).status_code == 403
