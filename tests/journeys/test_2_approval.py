"""Journey 2: Chai has the papers, Dara approves, Anong is told, Boonmee grants her two functions."""

import pytest

from tests.journeys.flows import Applicant
from tests.journeys.staff_flows import waiting_rows
from tests.journeys.world import Visit


@pytest.mark.rule("R24a", "R30", "R33")
def test_chai_notes_the_papers_and_passes_the_registration_on(endorsed: int, at_chais: Visit, at_daras: Visit) -> None:
    assert at_chais.page.locator("#decide").count() == 0, "it is not the service desk's turn any more"
    assert endorsed in waiting_rows(at_daras)


@pytest.mark.rule("R31", "R32")
def test_dara_approves_and_anong_gets_the_result_by_mail(
    endorsed: int, admitted: str, at_daras: Visit, anong: Applicant
) -> None:
    assert anong.name_th in admitted
    assert anong.identity_number not in admitted
    assert endorsed not in waiting_rows(at_daras)
    assert at_daras.heading == "อนุมัติการลงทะเบียน BOT SecureNet"


@pytest.mark.rule("R22")
def test_boonmee_grants_anong_two_functions(granted: Visit, anong: Applicant) -> None:
    assert anong.username in granted.page.locator("main dl").first.inner_text()
    assert granted.page.locator("section[aria-labelledby=functions] tbody tr").count() == 2
