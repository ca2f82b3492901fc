"""Signing out in one place ends the sessions in both (R92)."""

import pytest

from securenet.domain.accounts.models import Session
from securenet.domain.accounts.sessions import SessionStore
from securenet.domain.oidc.actions import end_sessions_of
from securenet.domain.oidc.jobs import logout_token
from securenet.domain.oidc.models import Grant
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.jobs.queue import run_one
from tests.domain.oidc.world import NOON, actor
from tests.surfaces.bms_id.site import Member

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R92")]


def is_in(member):
    return member.get("/").status_code == 200


def token():
    return logout_token(Grant.objects.select_related("relying_party").latest("pk"), at=NOON)


def say(member, text):
    return member.post("/oidc/backchannel-logout/", {"logout_token": text})


def work():
    Job.objects.exclude(name="oidc.backchannel-logout").delete()
    while run_one("test", at=NOON):
        pass


def test_signing_out_at_bms_id_signs_out_at_the_provider(member, anong):
    member.sign_in("anong")
    way = member.post("/logout/").headers["Location"]
    assert not is_in(member)
    back = member.go(way)
    assert back.headers["Location"] == "https://bms-id.localhost:8441/signed-out/"
    assert member.go(back.headers["Location"]).status_code == 200
    assert member.to_provider().headers["Location"].startswith("/login/")


def test_who_is_not_signed_in_is_told_so(member):
    assert member.post("/logout/").headers["Location"] == "/signed-out/"


def test_signing_out_wants_its_form(anong, member):
    strict = Member(enforce_csrf_checks=True)
    strict.sign_in("anong")
    assert strict.post("/logout/").status_code == 403
    assert strict.get("/logout/").status_code == 405
    assert is_in(strict)


def test_signing_out_at_the_provider_reaches_bms_id(member, anong):
    member.sign_in("anong")
    member.portal.post("/oidc/logout/confirm/", {"request": ""})
    work()
    assert not is_in(member)
    assert AuditEntry.objects.filter(event="service-session.ended").count() == 1


def test_ending_all_sessions_reaches_every_browser_of_the_member_and_nobody_elses(member, anong, boonmee):
    second, other = Member(), Member()
    member.sign_in("anong")
    second.sign_in("anong")
    other.sign_in("boonmee")
    end_sessions_of(anong, by=actor(boonmee))
    work()
    assert (is_in(member), is_in(second), is_in(other)) == (False, False, True)


def test_a_logout_token_ends_the_session_of_its_sign_in_only(member, anong):
    second = Member()
    member.sign_in("anong")
    second.sign_in("anong")
    assert say(member, token()).status_code == 200
    assert is_in(member)
    assert not is_in(second)


def test_a_logout_token_is_taken_once(member, anong):
    member.sign_in("anong")
    text = token()
    assert say(member, text).status_code == 200
    assert say(member, text).status_code == 400


def test_what_is_no_logout_token_ends_nothing(member, anong):
    member.sign_in("anong")
    data = Session.objects.get(surface="bms_id", user=anong).session_data
    id_token = SessionStore().decode(data)["id_token"]
    for text in ("", "x", "a.b.c", token()[:-4] + "AAAA", id_token):
        assert say(member, text).status_code == 400
    assert member.get("/oidc/backchannel-logout/").status_code == 405
    assert is_in(member)


def test_a_service_that_fails_is_told_later(member, anong):
    member.sign_in("anong")
    party = Grant.objects.get().relying_party
    party.backchannel_logout_uri = "https://bms-id.localhost:8441/nothing/"
    party.save()
    end_sessions_of(anong, by=actor())
    work()
    job = Job.objects.get(name="oidc.backchannel-logout")
    assert (job.done_at, job.attempts) == (None, 1)
    assert "The service answered 404." in job.error
