"""The token and userinfo endpoints, and what the provider says of itself."""

import base64
from datetime import timedelta

import pytest
import time_machine
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.jwk import KeySet

from securenet.domain.entitlements.models import Entitlement, Status
from securenet.domain.oidc.models import Grant
from tests.domain.oidc.world import CALLBACK, NOON, VERIFIER, relying_party
from tests.surfaces.portal.oidc.site import PORTAL, answered

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R90")]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def secret(db):
    return relying_party()[1]


@pytest.fixture
def code(visitor, secret, anong):
    visitor.sign_in("anong")
    return answered(visitor.authorize())["code"]


def basic(secret, client_id="bms-id"):
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def ask(visitor, secret, client_id="bms-id", **fields):
    return visitor.post("/oidc/token/", fields, HTTP_AUTHORIZATION=basic(secret, client_id))


def redeem(visitor, secret, code, /, **changes):
    whole = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    fields = {name: text for name, text in (whole | changes).items() if text is not None}
    return ask(visitor, secret, **fields)


def renew(visitor, secret, refresh, **fields):
    return ask(visitor, secret, grant_type="refresh_token", refresh_token=refresh, **fields)


def asks(visitor, access):
    return visitor.get("/oidc/userinfo/", HTTP_AUTHORIZATION=f"Bearer {access}")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "too-short"}, "invalid_request"),
        ({"code_verifier": VERIFIER[::-1]}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_grant"),
        ({"code": None}, "invalid_request"),
        ({"code": "no-such-code"}, "invalid_grant"),
        ({"grant_type": None}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": 'a"b'}, "invalid_request"),
    ],
)
def test_a_code_is_not_redeemed_by_who_lacks_anything(visitor, secret, code, changes, error):
    response = redeem(visitor, secret, code, **changes)
    assert (response.status_code, response.json()["error"]) == (400, error)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic %%%",
        "Basic " + base64.b64encode(b"\xff\xfe").decode(),
        basic("wrong"),
        basic("x" * 43, "nobody"),
        "Bearer token",
        "Basic " + base64.b64encode(b"bms-id").decode(),
    ],
)
def test_a_service_has_to_prove_who_it_is(visitor, secret, code, header):
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    response = visitor.post("/oidc/token/", fields, HTTP_AUTHORIZATION=header)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert response.headers["WWW-Authenticate"].startswith("Basic")


def test_the_secret_is_not_taken_from_the_form_or_the_address(visitor, secret, code):
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    proof = {"client_id": "bms-id", "client_secret": secret}
    assert visitor.post("/oidc/token/", fields | proof).status_code == 401
    assert visitor.get("/oidc/token/", fields).status_code == 405


def test_a_code_is_not_redeemed_by_another_service(visitor, secret, code):
    _party, other = relying_party("other")
    response = redeem(visitor, other, code, client_id="other")
    assert response.json()["error"] == "invalid_grant"
    assert Grant.objects.get().ended_at is None


def test_a_code_that_comes_twice_ends_what_it_gave(visitor, secret, code):
    tokens = redeem(visitor, secret, code).json()
    assert redeem(visitor, secret, code).json()["error"] == "invalid_grant"
    assert Grant.objects.get().ended_at is not None
    assert asks(visitor, tokens["access_token"]).status_code == 401
    assert renew(visitor, secret, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_an_old_code_is_refused(visitor, secret, code, noon):
    noon.shift(timedelta(seconds=61))
    assert redeem(visitor, secret, code).json()["error"] == "invalid_grant"


def test_a_code_is_worth_nothing_once_the_right_has_ended(visitor, secret, code, anong):
    Entitlement.objects.filter(member=anong).update(status=Status.ENDED)
    assert redeem(visitor, secret, code).json() == {
        "error": "invalid_grant",
        "error_description": "NoEntitlement",
    }


def test_the_id_token_says_who_how_when_and_for_whom(visitor, secret, code):
    tokens = redeem(visitor, secret, code).json()
    assert set(tokens) == {"token_type", "access_token", "refresh_token", "expires_in", "scope", "id_token"}
    keys = KeySet.import_key_set(visitor.get("/oidc/jwks/").json())
    token = jwt.decode(tokens["id_token"], keys, ["RS256"])
    now = int(NOON.timestamp())
    grant = Grant.objects.get()
    assert token.header["alg"] == "RS256"
    assert len(token.claims.pop("at_hash")) == 22
    assert len(token.claims.pop("sub")) >= 43
    assert token.claims == {
        "iss": "https://portal.localhost:8440",
        "aud": "bms-id",
        "iat": now,
        "exp": now + 300,
        "auth_time": now,
        "acr": "urn:securenet:acr:password",
        "amr": ["pwd"],
        "sid": grant.sid,
        "nonce": "the-nonce",
        "organization": {"number": "0105561000011", "name": "Alpha Cash Co"},
    }


def test_a_refresh_token_brings_another_pair_and_is_spent(visitor, secret, code, noon):
    first = redeem(visitor, secret, code).json()
    noon.shift(timedelta(minutes=4))
    second = renew(visitor, secret, first["refresh_token"]).json()
    keys = KeySet.import_key_set(visitor.get("/oidc/jwks/").json())
    claims = jwt.decode(second["id_token"], keys, ["RS256"]).claims
    assert "nonce" not in claims
    assert claims["auth_time"] == int(NOON.timestamp())
    assert second["refresh_token"] != first["refresh_token"]
    assert asks(visitor, second["access_token"]).status_code == 200


def test_a_spent_refresh_token_ends_the_family(visitor, secret, code):
    first = redeem(visitor, secret, code).json()
    second = renew(visitor, secret, first["refresh_token"]).json()
    assert renew(visitor, secret, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert renew(visitor, secret, second["refresh_token"]).json()["error"] == "invalid_grant"
    assert asks(visitor, second["access_token"]).status_code == 401


def test_a_refresh_token_is_not_renewed_by_another_service_or_for_more(visitor, secret, code):
    first = redeem(visitor, secret, code).json()
    _party, other = relying_party("other")
    fields = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert ask(visitor, other, "other", **fields).json()["error"] == "invalid_grant"
    assert renew(visitor, secret, first["refresh_token"], scope="openid everything").json()["error"] == "invalid_scope"
    assert renew(visitor, secret, first["access_token"]).json()["error"] == "invalid_grant"
    assert renew(visitor, secret, first["refresh_token"], scope="openid").json()["scope"] == "openid"


def test_what_is_spent_ends_nothing_when_another_service_shows_it(visitor, secret, code):
    first = redeem(visitor, secret, code).json()
    second = renew(visitor, secret, first["refresh_token"]).json()
    _party, other = relying_party("other")
    fields = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert ask(visitor, other, "other", **fields).json()["error"] == "invalid_grant"
    assert redeem(visitor, other, code, client_id="other").json()["error"] == "invalid_grant"
    assert Grant.objects.get().ended_at is None
    assert asks(visitor, second["access_token"]).status_code == 200


def test_userinfo_tells_what_the_scope_lets_it(visitor, secret, code):
    tokens = redeem(visitor, secret, code).json()
    told = asks(visitor, tokens["access_token"])
    assert told.headers["Cache-Control"] == "no-store"
    assert (told.json()["name_en"], told.json()["email"]) == ("Ms Anong", "anong@alpha.example")
    assert told.json()["organization"]["name"] == "Alpha Cash Co"
    assert told.json()["entitlements"] == [
        {
            "service": "bmsid",
            "organization_number": "0105561000011",
            "organization_name": "Alpha Cash Co",
            "roles": ["officer"],
            "functions": ["register_persons"],
            "centres": None,
            "through": [],
            "until": "2028-03-01",
        }
    ]
    assert visitor.post("/oidc/userinfo/", HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}").json() == told.json()


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic abc", "bearer "])
def test_userinfo_tells_nobody_else(visitor, secret, header):
    response = visitor.get("/oidc/userinfo/", HTTP_AUTHORIZATION=header)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_userinfo_tells_nothing_without_a_right(visitor, secret, code, anong):
    tokens = redeem(visitor, secret, code).json()
    Entitlement.objects.filter(member=anong).update(status=Status.ENDED)
    assert asks(visitor, tokens["access_token"]).status_code == 401


def test_the_discovery_document_is_true(visitor, secret):
    told = visitor.get("/.well-known/openid-configuration").json()
    OpenIDProviderMetadata(told).validate()
    base = f"https://{PORTAL}"
    assert told["issuer"] == base
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"):
        assert told[name].startswith(base)
        assert visitor.get(told[name].removeprefix(base)).status_code != 404
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert visitor.get("/oidc/jwks/").headers["Cache-Control"] == "public, max-age=300"
