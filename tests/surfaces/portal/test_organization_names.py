"""The registered name for an organization's number: only from the register, with scripts and without (R3)."""

from __future__ import annotations

import pytest

from securenet.domain.profile.queries import profile
from tests.cast import ALPHA
from tests.surfaces.portal.visitor import RIGHT, Visitor, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R3")]
ASK = "/register/organization/?organization_number={}&organization_country={}"


def test_a_known_number_fills_the_name_in(anyone, alpha):
    answer = anyone.get(ASK.format("0-1055-61000-01-1", "TH"))
    page = answer.content.decode()
    assert f'value="{ALPHA[1]}"' in page
    assert 'hx-swap-oob="true"' in page
    assert ALPHA[1] in text_of(answer)


@pytest.mark.parametrize(
    ("number", "country"),
    [("0105558123451", "TH"), ("0105561000011", "LA"), ("", "TH"), ("123", "TH"), ("x" * 500, "XX"), ("%00", "")],
)
def test_any_other_number_fills_nothing_in(anyone, alpha, number, country):
    answer = anyone.get(ASK.format(number, country))
    assert answer.status_code == 200
    assert "<input" not in answer.content.decode()


def test_a_name_that_somebody_only_asked_for_is_not_told(anyone, registration):
    assert ALPHA[1] not in anyone.get(ASK.format(ALPHA[0], "TH")).content.decode()


def test_without_scripts_a_button_fills_it_in_and_keeps_the_rest(anyone, alpha):
    anyone.fill_in(until="rights")
    typed = RIGHT | {"organization_number": ALPHA[0], "organization_name": "", "role": "organization_admin"}

    answer = anyone.post("/register/rights/", typed | {"action": "look-up"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'value="{ALPHA[1]}"' in page
    assert 'value="organization_admin" id="id_role_0" checked' in page
    assert not answer.context["cards"], "nothing is added yet"


def test_looks_from_one_address_are_limited(anyone, alpha):
    for _look in range(profile().throttles.organization_check.attempts):
        anyone.get(ASK.format(ALPHA[0], "TH"))
    assert ALPHA[1] not in anyone.get(ASK.format(ALPHA[0], "TH")).content.decode()
    assert ALPHA[1] in Visitor(address="192.0.2.99").get(ASK.format(ALPHA[0], "TH")).content.decode()
