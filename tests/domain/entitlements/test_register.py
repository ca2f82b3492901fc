"""What merging, ending and correcting organizations means for rights and requests (R30a)."""

from functools import partial

import pytest

from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.entitlements.actions import request_rights
from securenet.domain.entitlements.grants import grant_function
from securenet.domain.entitlements.mandate_life import end_mandate
from securenet.domain.entitlements.models import Role
from securenet.domain.entitlements.queries import functions_of, organization_desk
from securenet.domain.entitlements.register import (
    RightsClash,
    StillUnderWay,
    correct_organization,
    end_organization,
    merge_organizations,
)
from securenet.domain.entitlements.reviews import open_review
from securenet.domain.organizations.actions import (
    NotEnded,
    RegisterOvertaken,
    SameOrganization,
    WhyMissing,
    reopen_organization,
)
from securenet.domain.organizations.models import Organization
from securenet.domain.organizations.queries import OrganizationEnded, OrganizationMerged, known_name
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import ALPHA, AT, BETA, DAY, as_actor, asked, decide, member, register, right_of, walk
from tests.domain.entitlements.mandating import mandate

pytestmark = [pytest.mark.rule("R30a"), pytest.mark.django_db]


@pytest.fixture
def beta(ekachai):
    return Organization.objects.get(number=BETA[0])


def merge(source, target, *, end_doubles=False, reason="Amalgamated"):
    merge_organizations(source, target, reason=reason, end_doubles=end_doubles, by=as_actor())


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.mark.rule("R22d")
def test_an_organization_with_a_mandate_is_not_merged_before_it_has_ended(alpha, beta, boonmee, ekachai, chai, dara):
    given = mandate(ekachai, dara)
    for source, target in ((alpha, beta), (beta, alpha)):
        with pytest.raises(StillUnderWay):
            merge(source, target)
    end_mandate(given, reason="No longer wanted", by=as_actor(ekachai))
    merge(alpha, beta)


@pytest.mark.rule("R22e")
def test_an_organization_under_review_is_not_merged(alpha, beta):
    open_review(alpha.pk, "bmsid", by=as_actor())
    with pytest.raises(StillUnderWay):
        merge(alpha, beta)


def test_an_organization_is_not_merged_into_itself_or_without_a_reason(alpha, beta):
    with pytest.raises(SameOrganization):
        merge(alpha, fresh(alpha))
    with pytest.raises(WhyMissing):
        merge(alpha, beta, reason="123")
    assert Organization.objects.filter(ended_at=None).count() == 2


def test_what_has_ended_is_neither_merged_nor_ended_again(alpha, beta):
    end_organization(alpha, reason="Dissolved", by=as_actor())
    for attempt in (partial(merge, alpha, beta), partial(merge, beta, alpha)):
        with pytest.raises(OrganizationEnded):
            attempt()
    with pytest.raises(OrganizationEnded):
        end_organization(alpha, reason="Again", by=as_actor())


def test_the_slower_of_two_mergers_is_told(alpha, beta):
    stale, other = fresh(alpha), fresh(beta)
    merge(alpha, beta)
    with pytest.raises(RegisterOvertaken):
        merge(other, stale)


@pytest.mark.django_db(transaction=True)
def test_two_staff_who_merge_crosswise_at_once_merge_once(alpha, beta, at_once):
    at_once(partial(merge, fresh(alpha), fresh(beta)), partial(merge, fresh(beta), fresh(alpha)))
    assert Organization.objects.filter(ended_at=None).count() == 1


def test_rights_and_open_requests_go_over_with_their_desks(boonmee, alpha, beta, chai, dara):
    waiting = walk(register("anong"), State.SERVICE_DESK_REVIEW, chai=chai, dara=dara)
    case = waiting.cases.get()
    before = organization_desk(alpha.pk, "bmsid")
    Case.objects.filter(pk=case.pk).update(
        desk=before, route_rows=[{**case.route_rows[0], "tier": "organization", "desk": before}, *case.route_rows]
    )

    merge(alpha, beta)

    moved = fresh(case)
    assert moved.desk == organization_desk(beta.pk, "bmsid")
    assert moved.route_rows[0]["desk"] == moved.desk
    assert (moved.organization_name, moved.organization_number) == (BETA[1], BETA[0])
    held = right_of(boonmee)
    assert (held.organization, held.organization_name, held.organization_number) == (beta, BETA[1], BETA[0])
    assert [acting.organization_number for acting in functions_of(boonmee, "bmsid", AT.date())] == [BETA[0]]


def test_a_request_for_a_merged_organization_is_approved_for_the_one_that_stays(alpha, beta, chai, dara):
    waiting = walk(register("anong"), State.SERVICE_OWNER_REVIEW, chai=chai, dara=dara)
    merge(alpha, beta)

    assert decide(waiting.cases.get(), Verb.APPROVE, dara) is State.APPROVED
    assert waiting.cases.get().entitlement.organization == beta


def test_nobody_asks_for_an_organization_that_is_no_more(anong, alpha, beta):
    wish = asked(Role.ORGANIZATION_ADMIN)
    merge(alpha, beta)
    with pytest.raises(OrganizationMerged) as refused:
        request_rights(anong, [wish], kind="rights", confirmed=True, by=as_actor(anong))
    assert BETA[0] in str(refused.value)
    end_organization(fresh(beta), reason="Dissolved", by=as_actor())
    with pytest.raises(OrganizationMerged):
        known_name(ALPHA[0], "TH")
    with pytest.raises(OrganizationEnded):
        known_name(BETA[0], "TH")


def test_the_same_right_in_both_is_shown_and_ends_only_on_purpose(boonmee, alpha, beta, chai, dara):
    request = request_rights(
        boonmee,
        [asked(Role.ORGANIZATION_ADMIN, BETA)],
        kind="rights",
        confirmed=True,
        by=as_actor(boonmee),
    )
    held = boonmee.entitlements.get(organization=alpha)
    grant_function(held, function="submit", from_date=AT.date(), until_date=None, by=as_actor(boonmee))
    for item in request.papers.all():
        item.received_at = AT
        item.save()
    Case.objects.filter(submission=request).update(state=State.SERVICE_DESK_REVIEW)
    for verb, who in ((Verb.ENDORSE, chai), (Verb.APPROVE, dara)):
        decide(request.cases.get(), verb, who)
    with pytest.raises(RightsClash):
        merge(alpha, beta)
    assert fresh(alpha).ended_at is None

    merge(fresh(alpha), fresh(beta), end_doubles=True)

    assert fresh(held).status == "ended"
    assert [acting.functions for acting in functions_of(boonmee, "bmsid", AT.date())] == [("submit",)]


def test_what_was_merged_before_follows(alpha, beta, chai, dara):
    member("gun", Role.ORGANIZATION_ADMIN, ("0105561000038", "Gamma"), chai=chai, dara=dara)
    gamma = Organization.objects.get(name="Gamma")
    merge(alpha, beta)
    merge(fresh(beta), gamma)
    assert fresh(alpha).merged_into == gamma


def test_ending_an_organization_ends_its_rights_at_once_and_tells_each_holder(boonmee, anong, alpha, beta, ekachai):
    with pytest.raises(WhyMissing):
        end_organization(alpha, reason=" ", by=as_actor())
    assert end_organization(alpha, reason="Licence withdrawn", by=as_actor()) == 2

    assert {right_of(who).status for who in (boonmee, anong)} == {"ended"}
    assert right_of(ekachai).status == "active"
    assert functions_of(boonmee, "bmsid", AT.date()) == []
    told = Mail.objects.filter(template="right-ended")
    assert {mail.to for mail in told} == {boonmee.email, anong.email}
    assert "Licence withdrawn" in told[0].text
    assert AuditEntry.objects.get(event="organization.ended").facts["reason"] == "Licence withdrawn"


def test_a_request_for_an_ended_organization_is_not_approved(boonmee, alpha, chai, dara):
    waiting = walk(register("anong"), State.SERVICE_OWNER_REVIEW, chai=chai, dara=dara)
    end_organization(alpha, reason="Dissolved", by=as_actor())
    with pytest.raises(OrganizationEnded):
        decide(waiting.cases.get(), Verb.APPROVE, dara)
    assert decide(waiting.cases.get(), Verb.REJECT, dara, reason="It is no more") is State.REJECTED


def test_only_an_end_is_taken_back_and_rights_stay_ended(boonmee, alpha, beta):
    with pytest.raises(NotEnded):
        reopen_organization(alpha, reason="A mistake", by=as_actor())
    end_organization(alpha, reason="Dissolved", by=as_actor())

    reopen_organization(alpha, reason="A mistake", by=as_actor())

    assert known_name(ALPHA[0], "TH") == ALPHA[1]
    assert right_of(boonmee).status == "ended"
    merge(fresh(alpha), beta)
    with pytest.raises(NotEnded):
        reopen_organization(fresh(alpha), reason="A mistake", by=as_actor())


def test_what_was_decided_keeps_the_words_of_its_day(boonmee, alpha):
    correct_organization(alpha, name="Alpha Renamed", by=as_actor(at=AT + DAY))
    assert right_of(boonmee).organization_name == "Alpha Renamed"
    assert right_of(boonmee).case.organization_name == ALPHA[1]
