"""What a service is told of a member is what BMS ID itself would decide by."""

from datetime import timedelta

import pytest

from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Entitlement, Role
from securenet.domain.entitlements.queries import functions_of
from securenet.domain.oidc.levels import Level, credential_of, level_of, methods_of, satisfies, weakest
from securenet.domain.oidc.queries import claims_for, origins_beyond, within
from tests.domain.oidc.world import NOON, function, relying_party, right

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R90")]
TODAY = local_date(NOON)


def test_the_claims_say_what_functions_of_says(bms_id, anong, boonmee, alpha, beta):
    extra = right(anong, beta, Role.ORGANIZATION_ADMIN)
    function(extra, "see_reports", anong)
    Entitlement.objects.filter(pk=extra.pk).update(until_date=TODAY + timedelta(days=30))
    told = claims_for(anong, bms_id, alpha.pk, TODAY)["entitlements"]
    known = functions_of(anong, "bmsid", TODAY)
    assert [
        (each["organization_number"], each["organization_name"], each["roles"], each["functions"], each["until"])
        for each in told
    ] == [
        (
            each.organization_number,
            each.organization_name,
            list(each.roles),
            list(each.functions),
            each.until.isoformat() if each.until else None,
        )
        for each in known
    ]
    assert {each["service"] for each in told} == {"bmsid"}


@pytest.mark.rule("R91")
def test_the_claims_name_the_organization_acted_for(bms_id, anong, beta):
    right(anong, beta)
    told = claims_for(anong, bms_id, beta.pk, TODAY)
    assert told["organization"] == {"number": "0105561000029", "name": "Beta Notes Co"}


def test_without_a_right_there_is_nothing_to_tell(bms_id, ekachai, alpha):
    assert claims_for(ekachai, bms_id, alpha.pk, TODAY) is None


def test_a_right_that_is_over_is_not_told(bms_id, anong, alpha):
    Entitlement.objects.filter(member=anong).update(until_date=TODAY)
    assert claims_for(anong, bms_id, alpha.pk, TODAY)
    assert claims_for(anong, bms_id, alpha.pk, TODAY + timedelta(days=1)) is None


def test_a_service_is_not_told_of_rights_elsewhere(bms_id, anong, alpha):
    right(anong, alpha, service="emcs")
    assert [each["service"] for each in claims_for(anong, bms_id, alpha.pk, TODAY)["entitlements"]] == ["bmsid"]


def test_names_come_in_both_languages(bms_id, anong, alpha):
    told = claims_for(anong, bms_id, alpha.pk, TODAY)
    assert (told["name"], told["name_th"], told["name_en"]) == ("คุณanong", "คุณanong", "Ms Anong")
    assert (told["email"], told["email_verified"]) == ("anong@alpha.example", True)


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("openid", set()),
        ("openid email", {"email", "email_verified"}),
        ("openid profile", {"name", "name_th", "name_en", "locale"}),
        ("openid entitlements", {"organization", "entitlements"}),
        ("openid everything", set()),
    ],
)
def test_a_scope_opens_its_claims_only(bms_id, anong, alpha, scope, names):
    assert set(within(scope, claims_for(anong, bms_id, alpha.pk, TODAY))) == names


def test_forms_may_lead_to_connected_services_only(bms_id):
    ended, _secret = relying_party("ended", callback="https://ended.example/cb")
    type(ended).objects.filter(pk=ended.pk).update(ended_at=NOON)
    assert origins_beyond("/oidc/authorize/?client_id=bms-id") == ["https://bms-id.localhost:8441"]
    assert origins_beyond("") == []


@pytest.mark.parametrize(
    ("credential", "level"),
    [
        ("password", Level.PASSWORD),
        ("password+totp", Level.TWO_FACTORS),
        ("certificate:0123456789abcdef", Level.CERTIFICATE),
        ("none", Level.PASSWORD),
        ("certificate", Level.PASSWORD),
    ],
)
def test_the_credential_gives_the_level(credential, level):
    assert level_of(credential) is level


@pytest.mark.parametrize(
    ("level", "asked", "enough"),
    [
        (Level.PASSWORD, Level.CERTIFICATE, False),
        (Level.TWO_FACTORS, Level.CERTIFICATE, False),
        (Level.PASSWORD, f"{Level.CERTIFICATE} {Level.PASSWORD}", True),
        (Level.CERTIFICATE, Level.PASSWORD, True),
        (Level.PASSWORD, "urn:somebody:else", True),
        (Level.PASSWORD, "", True),
    ],
)
def test_a_level_is_enough_where_it_is_the_weakest_asked_for(level, asked, enough):
    assert satisfies(level, asked) is enough


def test_every_level_has_its_methods_and_its_credential():
    assert {level: methods_of(level) for level in Level}[Level.TWO_FACTORS] == ["pwd", "otp", "mfa"]
    assert credential_of(Level.CERTIFICATE) == "certificate"
    assert weakest(f"{Level.CERTIFICATE} {Level.TWO_FACTORS}") is Level.TWO_FACTORS
    assert weakest("other") is None
