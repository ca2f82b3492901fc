"""Organizations exist from their first approved right, and only such are known."""

from functools import partial

import pytest

from securenet.domain.approvals.flow import State
from securenet.domain.organizations.actions import admit_organization
from securenet.domain.organizations.models import Organization
from securenet.domain.organizations.queries import find_organization, known_name
from securenet.foundation.audit.models import AuditEntry
from tests.cast import ALPHA, BETA, as_actor, asked, national_id, register, walk

pytestmark = [pytest.mark.rule("R30a", "R3"), pytest.mark.django_db]


def admit(number=ALPHA[0], country="TH", name=ALPHA[1]):
    return admit_organization(number=number, number_type="tax_id", country=country, name=name, by=as_actor())


def test_what_an_applicant_typed_is_known_to_nobody_before_approval(chai, dara):
    submission = register("anong")
    for state in (State.AWAITING_EMAIL, State.AWAITING_DOCUMENTS):
        assert known_name(ALPHA[0], "TH") == ""
        assert find_organization(ALPHA[0], "TH") is None
        walk(submission, state, chai=chai, dara=dara) if state is not State.AWAITING_EMAIL else None


def test_an_approved_organization_is_known_by_number_and_country(anong):
    assert known_name(ALPHA[0], "TH") == ALPHA[1]
    assert known_name(ALPHA[0], "LA") == ""
    assert known_name(BETA[0], "TH") == ""


def test_the_name_first_confirmed_stays_whatever_a_later_applicant_types(anong, chai, dara):
    walk(register("ekachai", asked(organization=(ALPHA[0], "Another name"))), State.APPROVED, chai=chai, dara=dara)
    assert known_name(ALPHA[0], "TH") == ALPHA[1]
    assert Organization.objects.count() == 1


def test_the_same_number_in_another_country_is_another_organization():
    assert admit() == admit()
    assert admit(country="LA") != admit()
    assert AuditEntry.objects.filter(event="organization.admitted").count() == 2


@pytest.mark.rule("R84")
def test_an_identity_number_in_place_of_a_name_does_not_reach_the_ledger():
    admit(name=national_id("anong"))
    entry = AuditEntry.objects.get(event="organization.admitted")
    assert national_id("anong") not in str(entry.facts)


@pytest.mark.django_db(transaction=True)
def test_two_first_rights_at_the_same_moment_make_one_organization(at_once):
    one, other = at_once(admit, partial(admit, name="Typed otherwise"))
    assert one == other
    assert Organization.objects.count() == 1
