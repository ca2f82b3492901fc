"""How the rest of the house asks the profile."""

from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from securenet.domain.profile.loading import ProfileError
from securenet.domain.profile.models import ServiceNotConnected, UnknownFunction, UnknownRole, UnknownService
from securenet.domain.profile.queries import accepted_set, profile, trust_directory
from securenet.domain.profile.text import Text
from tests.domain.profile.conftest import MERIDIA, REFERENCE

pytestmark = pytest.mark.rule("R86")


def test_an_unknown_service_is_refused(reference):
    for ask in (reference.service, reference.open_service, lambda key: reference.route_for("rights", key)):
        with pytest.raises(UnknownService):
            ask("bibor")


def test_a_right_without_a_service_has_no_route(reference):
    with pytest.raises(UnknownService):
        reference.route_for("rights")


def test_a_tile_that_is_not_connected_has_no_route(reference):
    assert not reference.service("emcs").open
    for ask in (reference.open_service, lambda key: reference.route_for("rights", key)):
        with pytest.raises(ServiceNotConnected):
            ask("emcs")


def test_an_unknown_function_or_role_is_refused(reference):
    with pytest.raises(UnknownFunction):
        reference.function("bmsid", "open_the_vault")
    with pytest.raises(UnknownService):
        reference.function("bibor", "submit")
    with pytest.raises(UnknownRole):
        reference.require_role("bmsid", "governor")
    with pytest.raises(UnknownRole):
        reference.checklist_for("rights", "governor", "bmsid")


def test_a_known_function_desk_form_and_role_are_found(reference):
    assert reference.function("bmsid", "exchange_files").certificate_required
    assert reference.desk("owner-bmsid").name.en == "Banknote System Control Section"
    assert reference.form("letter_of_intent").title.en.startswith("Letter of intent")
    assert reference.require_role("bmsid", "officer") is None
    assert reference.issuer("TH").check == "thai_13_digits"
    assert reference.issuer("XM") is None


@pytest.mark.rule("R24a")
def test_a_kind_without_a_route_of_its_own_takes_the_one_for_rights(reference, meridia):
    assert reference.route_for("registration", "bmsid") == reference.route_for("rights", "bmsid")
    assert len(reference.route_for("mandate", "bmsid")) == 1
    assert len(meridia.route_for("registration", "returns")) == 2
    assert len(meridia.route_for("rights", "returns")) == 1


def test_another_services_papers_are_not_asked_for(reference):
    assert [item.key for item in reference.checklist_for("rights", "officer", "emcs")] == ["own_identity"]


def test_a_profile_cannot_be_changed(reference):
    with pytest.raises(ValidationError):
        reference.operator.country = "XX"


def test_text_follows_the_language_of_the_page():
    text = Text(th="สวัสดี", en="Hello")

    assert (text.in_("th"), text.in_("th-TH"), text.in_("en"), text.in_("the")) == ("สวัสดี", "สวัสดี", "Hello", "Hello")
    with override("th"):
        assert str(text) == "สวัสดี"
    with override("en"):
        assert f"{text}" == "Hello"


@given(st.sampled_from(["", " ", "a ", " a", "\n", "a\n"]))
def test_blank_or_padded_text_is_refused(words):
    with pytest.raises(ValidationError):
        Text(th=words, en="Hello")


def test_the_installations_profile_is_read_once(settings):
    settings.PROFILE_PATH = REFERENCE
    assert profile() is profile()
    assert profile().operator.country == "TH"

    settings.PROFILE_PATH = MERIDIA
    assert profile().operator.country == "XM"
    assert trust_directory() == MERIDIA.parent / "meridia-trust"


def test_a_wrong_profile_stops_whoever_asks(settings, tmp_path):
    settings.PROFILE_PATH = tmp_path / "operator.toml"
    Path(settings.PROFILE_PATH).write_text("country = 1")

    with pytest.raises(ProfileError):
        profile()


@pytest.mark.rule("R44")
def test_only_a_demo_accepts_the_test_set(settings):
    settings.PROFILE_PATH = REFERENCE

    settings.DEMO = False
    assert accepted_set() == "production"
    settings.DEMO = True
    assert accepted_set() == "test"
