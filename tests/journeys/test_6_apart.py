"""What one person does, another one neither sees nor undoes: another organization's member, a second decider."""

import pytest

from tests.journeys.conftest import Meet
from tests.journeys.flows import Applicant, sign_in
from tests.journeys.staff_flows import approve_picked, enter, pick_row, waiting_rows
from tests.journeys.world import Demo, Visit

DONE = "ดำเนินการเรียบร้อยแล้ว"


@pytest.mark.rule("R20", "R24")
def test_ekachai_sees_nothing_of_anongs(
    certified: tuple[int, int], registered: int, meet: Meet, demo: Demo, anong: Applicant
) -> None:
    visit = meet(locale="en-GB")
    sign_in(visit, "ekachai", demo.password("ekachai"))

    for number in (registered, *certified):
        for path in (f"/case/{number}/", f"/case/{number}/withdraw/", f"/case/{number}/documents/all.pdf"):
            answer = visit.page.goto(demo.url("portal", path))
            assert answer is not None
            assert answer.status == 404, path
    visit.see("not-found")
    visit.go("portal", "/rights/")
    assert anong.name_en not in visit.page.content()
    assert anong.username not in visit.page.content()


@pytest.mark.rule("R30")
def test_of_two_owners_who_decide_the_same_row_the_second_is_told(at_daras: Visit, meet: Meet, admitted: str) -> None:
    at_dechas = meet()
    enter(at_dechas, "decha")
    row = waiting_rows(at_daras)[0]
    pick_row(at_daras, row)
    pick_row(at_dechas, row)

    approve_picked(at_daras)
    approve_picked(at_dechas)

    assert at_daras.heading == DONE
    assert at_dechas.heading != DONE
    assert at_dechas.page.locator("tbody tr").filter(has_text=str(row)).count() == 1
