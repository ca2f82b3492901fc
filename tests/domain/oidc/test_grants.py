"""No right, no token; a code and a refresh token are good once; what ends takes everything with it."""

import pytest

from securenet.domain.entitlements.models import Entitlement, Status
from securenet.domain.oidc.actions import (
    Asked,
    NoEntitlement,
    NotAdmitted,
    SpentGrant,
    announce_logout,
    authorize_member,
    end_rightless_grants,
    end_sessions_of,
    redeem_code,
    refuse_replay,
    renew_tokens,
    sign_member_out,
)
from securenet.domain.oidc.jobs import end_sessions
from securenet.domain.oidc.levels import Level
from securenet.domain.oidc.models import AuthorizationCode, Grant, Subject, Token, digest
from securenet.domain.oidc.queries import access_token, grant_of_session, member_of
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from tests.domain.oidc.world import CALLBACK, CHALLENGE, NOON, actor, later, member, relying_party, right, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R90")]
ASKED = Asked(redirect_uri=CALLBACK, scope="openid entitlements", nonce="n", code_challenge=CHALLENGE)


def authorize(user, party, place, *, at=None, session="session-of-anong"):
    by = actor(user) if at is None else actor(user, at)
    return authorize_member(party, ASKED, organization_id=place.pk, sign_in=sign_in(session=session), by=by)


def stored(code):
    return AuthorizationCode.objects.get(digest=digest(code))


def refresh_of(tokens):
    return Token.objects.get(digest=digest(tokens.refresh))


def test_nobody_gets_a_code_without_a_right(bms_id, alpha):
    with pytest.raises(NoEntitlement):
        authorize(member("chai"), bms_id, alpha)
    assert not Grant.objects.exists()


@pytest.mark.rule("R8")
def test_an_applicant_gets_no_code(bms_id, alpha):
    with pytest.raises(NotAdmitted):
        authorize(member("chai", admitted=False), bms_id, alpha)


@pytest.mark.rule("R91")
def test_nobody_acts_for_an_organization_of_others(bms_id, anong, ekachai, beta):
    with pytest.raises(NoEntitlement):
        authorize(anong, bms_id, beta)


def test_a_right_for_one_service_opens_no_other(anong, alpha):
    emcs, _secret = relying_party("emcs", service="emcs")
    with pytest.raises(NoEntitlement):
        authorize(anong, emcs, alpha)


def test_a_code_is_stored_as_its_digest_only(bms_id, anong, alpha):
    code = authorize(anong, bms_id, alpha)
    assert len(code) >= 43
    assert stored(code).digest != code


def test_a_code_is_good_once(bms_id, anong, alpha):
    code = stored(authorize(anong, bms_id, alpha))
    redeem_code(code, by=actor())
    with pytest.raises(SpentGrant):
        redeem_code(code, by=actor())


def test_a_code_is_good_for_a_minute(bms_id, anong, alpha):
    code = stored(authorize(anong, bms_id, alpha))
    with pytest.raises(SpentGrant):
        redeem_code(code, by=actor(at=later(seconds=60)))
    assert redeem_code(code, by=actor(at=later(seconds=59)))


def test_a_right_that_ended_meanwhile_gives_no_token(bms_id, anong, alpha):
    code = stored(authorize(anong, bms_id, alpha))
    Entitlement.objects.filter(member=anong).update(status=Status.ENDED)
    with pytest.raises(NoEntitlement):
        redeem_code(code, by=actor())
    assert not Token.objects.exists()


def test_a_refresh_token_is_good_once(bms_id, anong, alpha):
    first = refresh_of(redeem_code(stored(authorize(anong, bms_id, alpha)), by=actor()))
    renew_tokens(first, scope="openid", by=actor())
    with pytest.raises(SpentGrant):
        renew_tokens(first, scope="openid", by=actor())


def test_a_refresh_token_ends_with_the_longest_session(bms_id, anong, alpha):
    first = refresh_of(redeem_code(stored(authorize(anong, bms_id, alpha)), by=actor()))
    with pytest.raises(SpentGrant):
        renew_tokens(first, scope="openid", by=actor(at=later(hours=8)))


def test_a_refresh_token_is_refused_once_the_right_has_ended(bms_id, anong, alpha):
    first = refresh_of(redeem_code(stored(authorize(anong, bms_id, alpha)), by=actor()))
    Entitlement.objects.filter(member=anong).update(status=Status.SUSPENDED)
    with pytest.raises(NoEntitlement):
        renew_tokens(first, scope="openid", by=actor())


def test_a_replay_ends_every_token_of_the_sign_in(bms_id, anong, alpha):
    code = stored(authorize(anong, bms_id, alpha))
    tokens = redeem_code(code, by=actor())
    refuse_replay(code.grant, by=actor())
    assert access_token(tokens.access, later(seconds=1)) is None
    with pytest.raises(SpentGrant):
        renew_tokens(refresh_of(tokens), scope="openid", by=actor())
    assert AuditEntry.objects.filter(event="grant.replayed").count() == 1


def test_an_access_token_lives_five_minutes(bms_id, anong, alpha):
    tokens = redeem_code(stored(authorize(anong, bms_id, alpha)), by=actor())
    assert access_token(tokens.access, later(minutes=4))
    assert access_token(tokens.access, later(minutes=5)) is None
    assert access_token(tokens.refresh, later(minutes=1)) is None


def test_each_service_knows_a_member_by_another_subject(bms_id, anong, alpha):
    other, _secret = relying_party("returns")
    authorize(anong, bms_id, alpha)
    authorize(anong, other, alpha)
    here, there = Subject.objects.values_list("sub", flat=True)
    assert here != there
    assert member_of(Subject.objects.get(relying_party=bms_id).sub, "bms-id") == anong
    assert member_of(Subject.objects.get(relying_party=bms_id).sub, "returns") is None
    assert member_of("anong", "bms-id") is None


def test_a_subject_stays_and_leads_to_no_closed_account(bms_id, anong, alpha):
    authorize(anong, bms_id, alpha)
    authorize(anong, bms_id, alpha)
    sub = Subject.objects.get().sub
    type(anong).objects.filter(pk=anong.pk).update(closed_at=later(days=1))
    assert member_of(sub, "bms-id") is None


@pytest.mark.rule("R92")
def test_signing_out_ends_the_grants_of_that_session_only(bms_id, anong, alpha):
    here = stored(authorize(anong, bms_id, alpha)).grant
    elsewhere = stored(authorize(anong, bms_id, alpha, session="another-session")).grant
    sign_member_out("session-of-anong", by=actor(anong))
    here.refresh_from_db()
    elsewhere.refresh_from_db()
    assert here.ended_at is not None
    assert elsewhere.ended_at is None
    assert grant_of_session("session-of-anong", bms_id) is None
    assert AuditEntry.objects.filter(event="account.signed-out").count() == 1


@pytest.mark.rule("R92")
def test_the_service_is_told_once(bms_id, anong, alpha):
    authorize(anong, bms_id, alpha)
    assert announce_logout("session-of-anong", by=actor(anong)) == 1
    assert announce_logout("session-of-anong", by=actor(anong)) == 0
    assert Job.objects.filter(name="oidc.backchannel-logout").count() == 1


@pytest.mark.rule("R92")
def test_all_sessions_of_a_member_end_at_once_and_nobody_elses(bms_id, anong, boonmee, alpha):
    authorize(anong, bms_id, alpha)
    authorize(anong, bms_id, alpha, session="another-session")
    authorize(boonmee, bms_id, alpha, session="session-of-boonmee")
    assert end_sessions_of(anong, by=actor(boonmee)) == 2
    assert list(Grant.objects.filter(ended_at=None).values_list("user__username", flat=True)) == ["boonmee"]


@pytest.mark.rule("R44", "R92")
def test_with_a_certificate_the_sign_ins_that_rest_on_one_end_and_no_others(bms_id, anong, alpha):
    authorize(anong, bms_id, alpha)
    authorize(anong, bms_id, alpha, session="another-session")
    Grant.objects.filter(pk=Grant.objects.earliest("pk").pk).update(acr=Level.CERTIFICATE)
    finish = end_sessions(at=NOON, user=anong.pk, credential="certificate:0123456789abcdef")
    finish()
    assert [grant.acr for grant in Grant.objects.filter(ended_at=None)] == [Level.PASSWORD]


@pytest.mark.rule("R92")
def test_a_sign_in_ends_with_its_right_and_the_service_is_told(bms_id, anong, boonmee, alpha, beta):
    right(anong, beta)
    for person, place in ((anong, alpha), (anong, beta), (boonmee, alpha)):
        authorize(person, bms_id, place, session=f"session-{person.pk}-{place.pk}")
    assert end_rightless_grants(by=actor()) == 0
    Entitlement.objects.filter(member=anong, organization=alpha).update(until_date=NOON.date())
    assert end_rightless_grants(by=actor()) == 0
    assert end_rightless_grants(by=actor(at=later(hours=12))) == 1
    assert [grant.organization for grant in Grant.objects.exclude(ended_at=None)] == [alpha]
    type(anong).objects.filter(pk=anong.pk).update(closed_at=NOON)
    assert end_rightless_grants(by=actor(at=later(hours=12))) == 1
    assert Job.objects.filter(name="oidc.backchannel-logout").count() == 2


@pytest.mark.rule("R92")
def test_sign_ins_older_than_any_session_are_forgotten_silently(bms_id, anong, alpha):
    authorize(anong, bms_id, alpha)
    assert end_rightless_grants(by=actor(at=later(hours=24))) == 0
    assert Grant.objects.get().ended_at is not None
    assert not Job.objects.filter(name="oidc.backchannel-logout").exists()


@pytest.mark.rule("R84")
def test_the_ledger_holds_no_code_token_or_session_key(bms_id, anong, alpha):
    code = authorize(anong, bms_id, alpha)
    tokens = redeem_code(stored(code), by=actor())
    written = str([(entry.about, entry.facts) for entry in AuditEntry.objects.all()])
    assert not any(secret in written for secret in (code, tokens.access, tokens.refresh, "session-of-anong"))
