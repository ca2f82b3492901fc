"""Officers of the mandated company act for the bank: chosen by their own admin, within the mandate, while it holds."""

from datetime import timedelta

import pytest

from securenet.domain.approvals.actions import Overtaken
from securenet.domain.entitlements.assignments import (
    AssignedAlready,
    NoSuchOfficer,
    NotMandated,
    assign_officer,
    remove_officer,
)
from securenet.domain.entitlements.authority import NotTheirAdmin
from securenet.domain.entitlements.grants import RightNotActive, SelfGrant
from securenet.domain.entitlements.mandate_life import end_mandate
from securenet.domain.entitlements.models import Assignment, Entitlement, Mandate, Status
from securenet.domain.entitlements.queries import functions_of
from securenet.domain.oidc.actions import end_rightless_grants
from securenet.domain.oidc.models import Grant
from securenet.domain.oidc.queries import claims_for, organization_of
from securenet.domain.organizations.models import Organization
from securenet.foundation.mail.models import Mail
from tests.cast import ALPHA, AT, BETA, as_actor, right_of
from tests.domain.entitlements.mandating import ONE, TODAY, assign, mandate
from tests.domain.oidc.world import relying_party
from tests.domain.profile.conftest import REFERENCE

pytestmark = [pytest.mark.rule("R22d"), pytest.mark.django_db]


@pytest.fixture
def held(ekachai, boonmee, dara):
    """Beta's mandate for Alpha."""
    return mandate(ekachai, dara)


def for_beta(user, day=TODAY):
    """Return what somebody may do for Beta."""
    return next((each for each in functions_of(user, "bmsid", day) if each.organization_number == BETA[0]), None)


def test_only_the_agents_admin_chooses(held, anong, ekachai, dara):
    for somebody in (anong, ekachai, dara, None):
        with pytest.raises(NotTheirAdmin):
            assign(held, anong, somebody)
    assert not Assignment.objects.exists()


def test_the_principals_own_people_do_not_act_under_its_mandate(held, ekachai):
    with pytest.raises(NoSuchOfficer):
        assign(held, ekachai, ekachai)


@pytest.mark.parametrize("functions", [(), ("see_reports",), ("submit", "see_reports"), ("fly",)])
def test_nobody_gets_more_than_the_mandate_has(functions, held, anong, boonmee):
    with pytest.raises(NotMandated):
        assign(held, anong, boonmee, functions)


def test_whose_right_is_suspended_is_not_chosen(held, anong, boonmee):
    Entitlement.objects.filter(member=anong).update(status=Status.SUSPENDED)
    with pytest.raises(RightNotActive):
        assign(held, anong, boonmee)


def test_nobody_is_chosen_under_a_mandate_that_has_ended(held, anong, boonmee):
    end_mandate(held, reason="Over.", by=as_actor(boonmee))
    with pytest.raises(NoSuchOfficer):
        assign(held, anong, boonmee)


def test_somebody_is_chosen_once(held, anong, boonmee):
    assign(held, anong, boonmee)
    with pytest.raises(AssignedAlready):
        assign(held, anong, boonmee)


@pytest.mark.rule("R22b")
def test_an_admin_does_not_choose_themself_where_the_service_wants_two_persons(held, boonmee, tmp_path, settings):
    strict = REFERENCE.read_text("utf-8").replace("self_grant = true", "self_grant = false", 1)
    (tmp_path / "strict.toml").write_text(strict, "utf-8")
    settings.PROFILE_PATH = tmp_path / "strict.toml"
    with pytest.raises(SelfGrant):
        assign(held, boonmee, boonmee)


@pytest.mark.rule("R70")
def test_an_officer_acts_for_the_bank_with_the_functions_assigned(held, anong, boonmee):
    assert for_beta(anong) is None
    assign(held, anong, boonmee)
    acting = for_beta(anong)
    assert (acting.roles, acting.functions, acting.until) == (("mandated",), ("submit",), held.until_date)
    assert (acting.through, acting.centres) == ((ALPHA[1],), ("central", "north"))
    assert Mail.objects.filter(template="mandate-assigned", to=anong.email).count() == 1


def test_an_earlier_end_of_the_officers_own_right_is_the_end(held, anong, boonmee):
    assign(held, anong, boonmee)
    Entitlement.objects.filter(member=anong).update(until_date=TODAY + 3 * ONE)
    assert for_beta(anong).until == TODAY + 3 * ONE
    assert for_beta(anong, TODAY + 4 * ONE) is None


def test_a_function_that_the_mandate_lost_is_gone(held, anong, boonmee):
    assign(held, anong, boonmee, ("register_persons", "submit"))
    Mandate.objects.filter(pk=held.pk).update(functions=["submit"])
    assert for_beta(anong).functions == ("submit",)


def suspend_officer(held, anong, boonmee):
    Entitlement.objects.filter(member=anong).update(status=Status.SUSPENDED)


def end_it(held, anong, boonmee):
    end_mandate(held, reason="Over.", by=as_actor(boonmee))


def remove(held, anong, boonmee):
    remove_officer(held.assignments.get(), by=as_actor(boonmee))


def run_out(held, anong, boonmee):
    Mandate.objects.filter(pk=held.pk).update(until_date=TODAY - ONE, from_date=TODAY - 2 * ONE)


def end_principal(held, anong, boonmee):
    Organization.objects.filter(number=BETA[0]).update(ended_at=AT)


@pytest.mark.rule("R75b", "R90", "R92")
@pytest.mark.parametrize("end", [suspend_officer, end_it, remove, run_out, end_principal])
def test_every_end_takes_claims_and_sessions_with_it(end, held, anong, boonmee):
    assign(held, anong, boonmee)
    party, beta = relying_party()[0], Organization.objects.get(number=BETA[0])
    facts = {"sid": "a", "session_index": "b", "scope": "openid", "acr": "c", "amr": [], "signed_in_at": AT}
    Grant.objects.create(relying_party=party, user=anong, organization=beta, granted_at=AT, **facts)
    assert end_rightless_grants(by=as_actor()) == 0
    end(held, anong, boonmee)
    assert for_beta(anong) is None
    assert organization_of(anong, party, beta.pk, TODAY) is None
    assert claims_for(anong, party, beta.pk, TODAY) is None
    assert end_rightless_grants(by=as_actor()) == 1


@pytest.mark.rule("R90")
def test_claims_and_page_say_the_same(held, anong, boonmee):
    assign(held, anong, boonmee)
    party, beta = relying_party()[0], Organization.objects.get(number=BETA[0])
    told = claims_for(anong, party, beta.pk, TODAY)
    assert told["organization"] == {"number": BETA[0], "name": beta.name}
    assert [
        (each["organization_number"], tuple(each["functions"]), tuple(each["roles"])) for each in told["entitlements"]
    ] == [(each.organization_number, each.functions, each.roles) for each in functions_of(anong, "bmsid", TODAY)]
    claim = next(each for each in told["entitlements"] if each["organization_number"] == BETA[0])
    assert (claim["centres"], claim["through"]) == (["central", "north"], [ALPHA[1]])
    assert organization_of(anong, party, beta.pk, TODAY) == beta


def test_who_also_has_a_right_of_their_own_there_is_bound_to_no_centre(held, anong, boonmee):
    assign(held, anong, boonmee)
    beta = Organization.objects.get(number=BETA[0])
    own = right_of(anong)
    Entitlement.objects.create(
        member=anong, service="bmsid", role="officer", organization=beta, status=Status.ACTIVE, from_date=TODAY,
        organization_number=beta.number, organization_number_type=own.organization_number_type,
        organization_country="TH", organization_name=beta.name,
    )  # fmt: skip
    acting = for_beta(anong)
    assert (acting.roles, acting.functions, acting.centres) == (("officer", "mandated"), ("submit",), None)
    assert acting.until is None


def test_only_the_agents_admin_removes_and_once(held, anong, boonmee, ekachai):
    chosen = assign(held, anong, boonmee)
    for somebody in (anong, ekachai, None):
        with pytest.raises(NotTheirAdmin):
            remove_officer(chosen, by=as_actor(somebody))
    remove_officer(chosen, by=as_actor(boonmee))
    with pytest.raises(Overtaken):
        remove_officer(chosen, by=as_actor(boonmee))
    assert Mail.objects.filter(template="mandate-officer-removed", to=anong.email).count() == 1


def test_a_mandate_that_has_not_begun_lets_nobody_act_yet(ekachai, boonmee, dara, anong):
    later = mandate(ekachai, dara, from_date=TODAY + 5 * ONE)
    assign_officer(later, right_of(anong), functions=["submit"], by=as_actor(boonmee))
    assert for_beta(anong) is None
    assert for_beta(anong, TODAY + timedelta(days=5)).functions == ("submit",)
