"""Journey 4: Anong registers her certificates, one from a file and one by using the token."""

import pytest

from tests.journeys.world import Visit


@pytest.mark.rule("R42", "R42a", "R43")
def test_both_certificates_are_valid_after_approval(certified: tuple[int, int], at_anongs: Visit) -> None:
    at_anongs.go("portal", "/certificates/")
    at_anongs.see("certificates")
    rows = [row.inner_text() for row in at_anongs.page.locator("tbody tr").all()]

    assert len(rows) == 2
    assert all("ใช้งานได้" in row for row in rows)
    assert [("กุญแจ" in row) for row in rows] == [False, True], "the newer one, on the token, has proven its key"
