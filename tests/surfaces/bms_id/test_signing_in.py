"""A member comes to BMS ID by way of the provider."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from securenet.domain.accounts.models import Session, User
from securenet.domain.accounts.sessions import SessionStore
from securenet.domain.entitlements.models import Entitlement, Status
from securenet.domain.oidc import transport
from securenet.domain.oidc.models import Grant
from securenet.surfaces.bms_id.provider import PROVIDER
from tests.domain.oidc.world import NOON, right
from tests.surfaces.bms_id.site import BMS_ID, Member
from tests.surfaces.portal.oidc.site import CERTIFICATE

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R90")]


def sessions():
    return Session.objects.filter(surface="bms_id").exclude(user=None)


def test_a_visitor_is_sent_to_the_provider(member):
    first = member.get("/")
    assert first.headers["Location"] == "/login/?next=%2F"
    asked = urlsplit(member.get(first.headers["Location"]).headers["Location"])
    assert asked.netloc == "portal.localhost:8440"
    query = parse_qs(asked.query)
    assert query["redirect_uri"] == ["https://bms-id.localhost:8441/oidc/callback/"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) == len(query["nonce"][0]) == 43


@pytest.mark.rule("R70")
def test_a_member_comes_in(member, anong):
    response = member.sign_in("anong")
    assert response.headers["Location"] == "/"
    page = member.get("/").content.decode()
    assert "Alpha Cash Co" in page
    assert sessions().get().user == anong
    assert sessions().get().credential == "password"


def test_the_member_goes_on_to_the_page_they_wanted_on_this_surface_only(member, anong):
    assert member.sign_in("anong", way="/login/?next=/reports/").headers["Location"] == "/reports/"
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        assert Member().sign_in("anong", way=f"/login/?next={elsewhere}").headers["Location"] == "/"


def test_the_answer_of_another_browser_is_refused(member, anong):
    member.portal.sign_in("anong")
    answer = member.to_provider().headers["Location"]
    assert Member().go(answer).status_code == 400
    assert not sessions().exists()


def test_an_answer_is_taken_once(member, anong):
    member.portal.sign_in("anong")
    answer = member.to_provider().headers["Location"]
    assert member.go(answer).status_code == 302
    assert member.go(answer).status_code == 400


def test_an_answer_that_took_too_long_is_refused(member, anong, noon):
    member.portal.sign_in("anong")
    answer = member.to_provider().headers["Location"]
    noon.shift(timedelta(minutes=61))
    assert member.go(answer).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer.replace("iss=https%3A%2F%2Fportal", "iss=https%3A%2F%2Fevil"),
        lambda answer: answer.partition("&iss=")[0],
        lambda answer: answer.replace("state=", "state=x"),
        lambda answer: answer.replace("state=", "nostate="),
    ],
)
def test_a_changed_answer_is_refused(member, anong, change):
    member.portal.sign_in("anong")
    answer = change(member.to_provider().headers["Location"])
    assert member.go(answer).status_code == 400
    assert not sessions().exists()


def test_a_code_of_somebody_else_is_refused(member, anong, boonmee):
    member.portal.sign_in("anong")
    answer = member.to_provider().headers["Location"]
    other = Member()
    other.portal.sign_in("boonmee")
    stolen = parse_qs(urlsplit(other.to_provider().headers["Location"]).query)["code"][0]
    own = parse_qs(urlsplit(answer).query)["code"][0]
    assert member.go(answer.replace(own, stolen)).status_code == 503
    assert not sessions().exists()


def test_a_member_without_a_right_does_not_come_in(member, anong):
    Entitlement.objects.filter(member=anong).update(status=Status.ENDED)
    member.portal.sign_in("anong")
    page = member.to_provider()
    assert page.status_code == 403
    back = f"https://{BMS_ID}" + page.context["back"].partition(BMS_ID)[2]
    assert member.go(back).status_code == 403
    assert not sessions().exists()


def test_a_right_that_ends_on_the_way_lets_nobody_in(member, anong):
    member.portal.sign_in("anong")
    answer = member.to_provider().headers["Location"]
    Entitlement.objects.filter(member=anong).update(status=Status.SUSPENDED)
    assert member.go(answer).status_code == 503
    assert not sessions().exists()


def test_a_wrong_secret_lets_nobody_in(member, anong, settings):
    settings.BMS_ID_CLIENT_SECRET = "another-secret-0123456789-0123456789-0123456789"
    assert member.sign_in("anong").status_code == 503


def test_a_provider_that_does_not_answer_gets_a_page(member, monkeypatch):
    def nobody(*_parts, **_facts):
        raise transport.Unreachable

    monkeypatch.setattr(transport, "send", nobody)
    assert member.get("/login/").status_code == 503


@pytest.mark.rule("R91")
def test_a_member_of_two_organizations_sees_for_which_one_they_act_and_switches(member, anong, alpha, beta):
    right(anong, beta)
    member.portal.sign_in("anong")

    def act_for(place, way):
        page = member.to_provider(way)
        fields = {"request": page.context["asked"], "organization": str(place.pk)}
        return member.go(member.portal.post("/oidc/acting/", fields).headers["Location"])

    act_for(beta, "/login/")
    page = member.get("/")
    assert page.context["here"].organization_name == "Beta Notes Co"
    assert "Beta Notes Co" in page.content.decode().partition('class="strip acting"')[2][:200]
    assert "/login/?switch=1" in page.content.decode()
    act_for(alpha, "/login/?switch=1")
    assert member.get("/").context["here"].organization_name == "Alpha Cash Co"


@pytest.mark.rule("R71")
def test_a_certificate_login_can_be_asked_for(member, anong, noon):
    member.sign_in("anong")
    page = member.to_provider("/login/?acr=certificate")
    assert page.status_code == 200
    way = member.portal.post("/oidc/again/", {"request": page.context["asked"]}).headers["Location"]
    member.portal.sign_in("anong", CERTIFICATE)
    back = parse_qs(urlsplit(way).query)["next"][0]
    member.go(member.portal.get(back).headers["Location"])
    assert member.get("/").context["credential"] == "certificate"


def test_several_sign_ins_may_be_on_their_way_but_not_many(member, anong):
    member.portal.sign_in("anong")
    answers = [member.to_provider().headers["Location"] for _each in range(6)]
    assert member.go(answers[0]).status_code == 400
    assert member.go(answers[5]).status_code == 302


def test_the_session_says_when_the_member_signed_in_at_the_provider(member, anong, noon):
    member.portal.sign_in("anong")
    noon.shift(timedelta(minutes=10))
    member.go(member.to_provider().headers["Location"])
    assert member.get("/").context["signed_in_at"] == NOON


def test_an_account_that_was_closed_is_nobody(member, anong):
    member.portal.sign_in("anong")
    answer = member.to_provider().headers["Location"]
    User.objects.filter(pk=anong.pk).update(closed_at=NOON)
    assert member.go(answer).status_code == 503
    assert not sessions().exists()


def test_our_addresses_are_those_that_are_registered(member, connected, anong):
    assert connected.redirect_uris == ["https://bms-id.localhost:8441/oidc/callback/"]
    assert PROVIDER.issuer == "https://portal.localhost:8440"
    member.sign_in("anong")
    assert Grant.objects.get().sid == SessionStore().decode(sessions().get().session_data)["sid"]
