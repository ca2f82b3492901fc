"""Who is my Organization Admin? answered to any member (R22a, R22b, R22f)."""

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.entitlements.jobs import watch_shortages
from securenet.domain.entitlements.life import change_status
from securenet.domain.entitlements.models import Entitlement, Status
from securenet.domain.organizations.models import Rung
from tests.cast import ALPHA, AT, BETA, analyze, as_actor, right_of
from tests.domain.entitlements.test_chain import appoint

pytestmark = [pytest.mark.rule("R22f"), pytest.mark.django_db]
ADDRESS = "/rights/organization/"


def page_of(visitor):
    answer = visitor.get(ADDRESS)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_officer_reads_name_and_address_of_the_admin(boonmee, anong, sign_in):
    page = page_of(sign_in(anong, "en"))
    assert "Boonmee Srisuk" in page
    assert boonmee.email in page
    assert boonmee.office_readable in page
    assert boonmee.mobile_readable not in page


def test_another_organizations_people_are_not_shown(boonmee, anong, ekachai, sign_in):
    page = page_of(sign_in(ekachai, "en"))
    assert BETA[1] in page
    assert ALPHA[1] not in page
    assert "Boonmee" not in page


def test_a_member_without_a_right_gets_a_page_too(anong, sign_in):
    change_status(right_of(anong), Status.ENDED, by=as_actor())
    assert "You do not act for an organization yet." in page_of(sign_in(anong, "en"))


def test_when_nobody_is_left_the_page_says_what_to_do(boonmee, anong, sign_in):
    change_status(right_of(boonmee), Status.ENDED, by=as_actor())
    watch_shortages(at=AT)
    page = page_of(sign_in(anong, "en"))
    assert "Nobody is Organization Admin at present." in page
    assert "go on until 3 May 2026" in page
    assert "names a new one through the service desk" in page


@pytest.mark.rule("R22a")
def test_the_chain_is_a_nested_list(alpha, boonmee, anong, sign_in):
    signatory = appoint(alpha, Rung.SIGNATORY, "Somchai Namdee")
    appoint(alpha, Rung.ADMIN, "Boonmee Srisuk", signatory, boonmee)
    page = page_of(sign_in(anong, "en"))
    assert page.index("Somchai Namdee") < page.index("Boonmee Srisuk", page.index("Chain of authority"))


def test_ten_thousand_members_cost_no_query_more(boonmee, alpha, sign_in, django_assert_max_num_queries):
    people = User.objects.bulk_create(
        User(username=f"m{number}", kind="member", name_en=f"M {number}", created_at=AT, admitted_at=AT)
        for number in range(10_000)
    )
    Entitlement.objects.bulk_create(
        Entitlement(
            member=person, service="bmsid", role="officer", organization=alpha, status="active", from_date=AT.date()
        )
        for person in people
    )
    analyze()
    visitor = sign_in(boonmee)
    visitor.get(ADDRESS)
    with django_assert_max_num_queries(12):
        assert visitor.get(ADDRESS).status_code == 200
