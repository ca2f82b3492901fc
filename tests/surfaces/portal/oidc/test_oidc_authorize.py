"""The authorization endpoint: what is refused, who is asked again, for whom one acts."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from securenet.domain.entitlements.models import Entitlement, Status
from securenet.domain.oidc.models import AuthorizationCode, Grant
from securenet.foundation.audit.models import AuditEntry
from tests.domain.oidc.world import CALLBACK, CHALLENGE, NOON, member, right
from tests.surfaces.portal.oidc.site import BY_CERTIFICATE, CERTIFICATE, answered, wish

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R90")]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": "nobody"},
        {"client_id": 'a"b'},
        {"redirect_uri": None},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": CALLBACK + "?x=1"},
        {"redirect_uri": CALLBACK.rstrip("/")},
        {"redirect_uri": CALLBACK.upper()},
        {"redirect_uri": CALLBACK + '"'},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "https://evil.example/", "response_type": "token"},
        {"response_type": 'co"de'},
        {"state": "x" * 9000},
        {"nonce": "\0"},
    ],
)
def test_where_the_address_is_in_doubt_nobody_is_redirected(visitor, bms_id, anong, changes):
    visitor.sign_in("anong")
    response = visitor.authorize(**changes)
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert not Grant.objects.exists()


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "code_challenge", "nonce", "prompt"])
def test_a_repeated_parameter_is_refused(visitor, bms_id, name):
    assert visitor.get(f"/oidc/authorize/?{wish(prompt='none')}&{name}=other").status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://evil.example/"}, "request_uri_not_supported"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"nonce": "x" * 201}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
    ],
)
def test_the_service_is_told_what_is_wrong(visitor, bms_id, anong, changes, error):
    visitor.sign_in("anong")
    told = answered(visitor.authorize(**changes))
    assert (told["error"], told["state"], told["iss"]) == (error, "the-state", "https://portal.localhost:8440")
    assert not Grant.objects.exists()


def test_a_visitor_signs_in_first_and_comes_back(visitor, bms_id):
    response = visitor.authorize()
    assert response.status_code == 302
    assert urlsplit(response.headers["Location"]).path == "/login/"
    assert parse_qs(urlsplit(response.headers["Location"]).query)["next"][0].startswith(f"/oidc/authorize/?{wish()}&")


def test_without_a_page_a_visitor_is_not_signed_in(visitor, bms_id):
    assert answered(visitor.authorize(prompt="none"))["error"] == "login_required"


def test_a_member_with_a_right_gets_a_code(visitor, bms_id, anong):
    visitor.sign_in("anong")
    response = visitor.authorize()
    told = answered(response)
    assert set(told) == {"code", "state", "iss"}
    assert response.headers["Cache-Control"] == "no-store"
    assert AuthorizationCode.objects.get().code_challenge == CHALLENGE


def test_a_request_by_post_is_understood(visitor, bms_id, anong):
    visitor.sign_in("anong")
    fields = {name: texts[0] for name, texts in parse_qs(wish()).items()}
    response = visitor.post("/oidc/authorize/", fields)
    assert "code" in answered(visitor.get(response.headers["Location"]))


def test_no_entitlement_no_code_and_the_member_sees_why(visitor, bms_id, anong):
    Entitlement.objects.filter(member=anong).update(status=Status.SUSPENDED)
    visitor.sign_in("anong")
    response = visitor.authorize()
    assert response.status_code == 403
    assert 'href="/rights/"' in response.content.decode()
    assert "error=access_denied" in response.content.decode()
    assert not Grant.objects.exists()
    assert AuditEntry.objects.get(event="attempt.refused").facts == {"rule": "NoEntitlement"}


@pytest.mark.rule("R8")
def test_an_applicant_sees_that_the_registration_is_not_approved(visitor, bms_id):
    member("chai", admitted=False)
    visitor.sign_in("chai")
    response = visitor.authorize()
    assert response.status_code == 403
    assert 'href="/me/"' in response.content.decode()


def test_without_a_page_a_missing_right_is_told(visitor, bms_id):
    member("chai")
    visitor.sign_in("chai")
    assert answered(visitor.authorize(prompt="none"))["error"] == "access_denied"


@pytest.mark.rule("R91")
def test_a_member_of_two_organizations_chooses_one(visitor, bms_id, anong, alpha, beta):
    right(anong, beta)
    visitor.sign_in("anong")
    page = visitor.authorize()
    assert page.status_code == 200
    assert "form-action 'self' https://bms-id.localhost:8441" in page.headers["Content-Security-Policy"]
    told = answered(visitor.post("/oidc/acting/", {"request": wish(), "organization": str(beta.pk)}))
    assert told["state"] == "the-state"
    assert Grant.objects.get().organization == beta


@pytest.mark.rule("R91")
@pytest.mark.parametrize("organization", ["", "x", "0", "99999999999999999999", "-1", "²"])
def test_nothing_else_can_be_chosen(visitor, bms_id, anong, beta, organization):
    right(anong, beta)
    visitor.sign_in("anong")
    assert visitor.post("/oidc/acting/", {"request": wish(), "organization": organization}).status_code == 200
    assert not Grant.objects.exists()


@pytest.mark.rule("R91")
def test_nobody_chooses_an_organization_of_others(visitor, bms_id, anong, ekachai, beta):
    visitor.sign_in("anong")
    assert visitor.post("/oidc/acting/", {"request": wish(), "organization": str(beta.pk)}).status_code == 200
    assert not Grant.objects.exists()


def test_the_choice_leads_nowhere_else(visitor, bms_id, anong, alpha):
    visitor.sign_in("anong")
    asked = {"request": wish(redirect_uri="https://evil.example/"), "organization": str(alpha.pk)}
    assert visitor.post("/oidc/acting/", asked).status_code == 400


@pytest.mark.rule("R91")
def test_without_a_page_the_choice_of_this_session_stands(visitor, bms_id, anong, beta):
    right(anong, beta)
    visitor.sign_in("anong")
    assert answered(visitor.authorize(prompt="none"))["error"] == "interaction_required"
    visitor.post("/oidc/acting/", {"request": wish(), "organization": str(beta.pk)})
    assert "code" in answered(visitor.authorize(prompt="none"))
    assert {grant.organization for grant in Grant.objects.all()} == {beta}


def again(visitor, response, status=200, page="/login/"):
    """Agree to sign in again and return the request as it comes back after that."""
    assert response.status_code == status
    assert "error=access_denied" in response.content.decode()
    way = visitor.post("/oidc/again/", {"request": response.context["asked"]})
    return back_from(way, page)


def back_from(way, page="/login/"):
    assert urlsplit(way.headers["Location"]).path == page
    return parse_qs(urlsplit(way.headers["Location"]).query)["next"][0]


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "60"}, {"max_age": "0"}])
def test_a_service_can_ask_for_a_fresh_login(visitor, bms_id, anong, noon, changes):
    visitor.sign_in("anong")
    noon.shift(timedelta(minutes=5))
    back = again(visitor, visitor.authorize(**changes))
    assert visitor.get(back).headers["Location"].startswith("/login/")
    visitor.sign_in("anong")
    assert "code" in answered(visitor.get(back))


def test_a_visitor_is_asked_once(visitor, bms_id, anong):
    back = back_from(visitor.authorize(prompt="login"))
    visitor.sign_in("anong")
    assert "code" in answered(visitor.get(back))


def test_a_fresh_login_counts_for_the_request_it_was_asked_for_only(visitor, bms_id, anong, noon):
    visitor.sign_in("anong")
    back = again(visitor, visitor.authorize(prompt="login"))
    noon.shift(timedelta(minutes=1))
    visitor.sign_in("anong")
    assert visitor.get(back.replace("the-state", "another")).status_code == 200
    assert visitor.get(back.replace("again=", "again=x")).status_code == 200
    assert "code" in answered(visitor.get(back))


def test_signing_in_again_leads_nowhere_else(visitor, bms_id, anong):
    visitor.sign_in("anong")
    assert visitor.post("/oidc/again/", {"request": wish(redirect_uri="https://evil.example/")}).status_code == 400
    assert answered(visitor.post("/oidc/again/", {"request": wish(scope="x")}))["error"] == "invalid_scope"
    assert "code" in answered(visitor.authorize())


@pytest.mark.rule("R92")
def test_the_sign_ins_before_a_fresh_login_end_with_the_session(visitor, bms_id, anong):
    visitor.sign_in("anong")
    answered(visitor.authorize())
    back = again(visitor, visitor.authorize(prompt="login"))
    visitor.sign_in("anong")
    answered(visitor.get(back))
    assert Grant.objects.filter(ended_at=None).count() == 2
    visitor.post("/oidc/logout/confirm/", {"request": ""})
    assert not Grant.objects.filter(ended_at=None).exists()


@pytest.mark.rule("R92")
def test_who_signs_in_after_another_ends_the_sign_ins_of_the_other(visitor, bms_id, anong, boonmee):
    visitor.sign_in("anong")
    answered(visitor.authorize())
    visitor.sign_in("boonmee")
    answered(visitor.authorize())
    assert [grant.user for grant in Grant.objects.filter(ended_at=None)] == [boonmee]


def test_without_a_page_an_old_login_is_told(visitor, bms_id, anong, noon):
    visitor.sign_in("anong")
    noon.shift(timedelta(minutes=5))
    assert answered(visitor.authorize(prompt="none", max_age="60"))["error"] == "login_required"
    assert "code" in answered(visitor.authorize(prompt="none", max_age="600"))


@pytest.mark.rule("R46")
def test_a_service_can_ask_for_a_certificate_login(visitor, bms_id, anong, noon):
    visitor.sign_in("anong")
    back = again(visitor, visitor.authorize(acr_values=BY_CERTIFICATE), page="/login/certificate/")
    noon.shift(timedelta(minutes=1))
    visitor.sign_in("anong")
    back = again(visitor, visitor.get(back), status=403, page="/login/certificate/")
    visitor.sign_in("anong", CERTIFICATE)
    assert "code" in answered(visitor.get(back))
    assert (Grant.objects.get().acr, Grant.objects.get().amr) == (BY_CERTIFICATE, ["pop"])


def test_a_visitor_is_sent_to_the_certificate_login_at_once(visitor, bms_id, anong):
    back = back_from(visitor.authorize(acr_values=BY_CERTIFICATE), "/login/certificate/")
    visitor.sign_in("anong", CERTIFICATE)
    assert "code" in answered(visitor.get(back))


def test_without_a_page_a_weak_login_is_told(visitor, bms_id, anong):
    visitor.sign_in("anong")
    assert answered(visitor.authorize(prompt="none", acr_values=BY_CERTIFICATE))["error"] == "login_required"
