"""An application for a certificate at the back office: the organization's own affair, read by auditors (R40)."""

import pytest

from tests.cast import anong, boonmee
from tests.domain.certificates.ra import apply, make_officer

__all__ = ["anong", "boonmee"]
pytestmark = [pytest.mark.rule("R40"), pytest.mark.django_db]


def test_an_auditor_reads_it_and_no_desk_finds_it(anong, boonmee, adisak, chai, dara, sign_in, settings, tmp_path):
    settings.CA_BACKEND, settings.TESTCA_DIRECTORY = "testca", tmp_path
    make_officer(boonmee, boonmee)
    place = f"/cases/{apply(anong).submission_id}/"

    page = sign_in(adisak).get(place)

    assert page.status_code == 200
    assert "Anong Jaidee" in page.content.decode()
    assert sign_in(adisak).get("/cases/").status_code == 200
    for clerk in (chai, dara):
        assert sign_in(clerk).get(place).status_code == 404
