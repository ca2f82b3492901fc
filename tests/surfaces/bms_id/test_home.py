"""BMS ID's first page looks up the right at every request."""

from datetime import timedelta

import pytest

from securenet.domain.accounts.models import Session
from securenet.domain.entitlements.grants import withdraw_function
from securenet.domain.entitlements.models import Entitlement, Role, Status
from tests.domain.oidc.world import actor, function
from tests.surfaces.portal.oidc.site import CERTIFICATE

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R70", "R71")]


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.ENDED])
def test_a_right_that_ends_closes_the_session_at_the_next_request(member, anong, status):
    member.sign_in("anong")
    Entitlement.objects.filter(member=anong).update(status=status)
    assert member.get("/").status_code == 403
    assert member.get("/").headers["Location"].startswith("/login/")
    assert not Session.objects.filter(surface="bms_id", user=anong).exists()


def test_a_right_that_runs_out_closes_the_session(member, anong, noon):
    Entitlement.objects.filter(member=anong).update(until_date=noon_date(noon))
    member.sign_in("anong")
    assert member.get("/").status_code == 200
    Entitlement.objects.filter(member=anong).update(until_date=noon_date(noon) - timedelta(days=1))
    assert member.get("/").status_code == 403


def noon_date(_noon):
    return actor().at.date()


def test_a_right_for_another_organization_does_not_keep_the_session_open(member, anong, alpha, beta):
    member.sign_in("anong")
    Entitlement.objects.filter(member=anong).update(organization=beta)
    assert member.get("/").status_code == 403


def test_granted_functions_are_shown_and_the_others_are_named(member, anong, boonmee):
    member.sign_in("anong")
    page = member.get("/")
    assert [card.function.key for card in page.context["granted"]] == ["register_persons"]
    assert "see_reports" in [each.key for each in page.context["others"]]
    withdraw_function(Entitlement.objects.get(member=anong), function="register_persons", by=actor(boonmee))
    assert member.get("/").context["granted"] == []


@pytest.mark.parametrize(("credential", "missing"), [("password", True), (CERTIFICATE, False)])
def test_a_function_that_wants_a_certificate_says_so(member, anong, boonmee, credential, missing):
    function(Entitlement.objects.get(member=anong), "exchange_files", boonmee)
    member.sign_in("anong", credential)
    page = member.get("/")
    card = next(card for card in page.context["granted"] if card.function.key == "exchange_files")
    assert card.certificate_missing is missing
    assert ("/login/?acr=certificate" in page.content.decode()) is missing


def test_the_role_is_named(member, boonmee):
    member.sign_in("boonmee")
    assert member.get("/").context["here"].roles == (Role.ORGANIZATION_ADMIN,)


@pytest.mark.rule("R85")
def test_signing_out_may_lead_to_the_provider(member, anong):
    member.sign_in("anong")
    policy = member.get("/").headers["Content-Security-Policy"]
    assert "form-action 'self' https://portal.localhost:8440;" in policy


def test_the_page_takes_few_queries(member, anong, django_assert_max_num_queries):
    member.sign_in("anong")
    with django_assert_max_num_queries(8):
        member.get("/")
