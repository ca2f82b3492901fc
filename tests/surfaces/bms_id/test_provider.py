"""What BMS ID does not believe."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from securenet.domain.oidc import transport
from securenet.domain.oidc.transport import Reply
from securenet.surfaces.bms_id.provider import LOGOUT_EVENT, Distrusted, Provider, Unanswered
from tests.domain.oidc.world import NOON, later

pytestmark = pytest.mark.rule("R90")
ISSUER = "https://portal.localhost:8440"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
NOW = int(NOON.timestamp())


class Wire:
    """The provider's side of the wire, of which a test changes what it likes."""

    def __init__(self):
        self.asked = []
        self.metadata = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/oidc/jwks/", "token_endpoint": f"{ISSUER}/t"}
        self.keys = [KEY]

    def __call__(self, method, url, *, headers=None, body=None, address=""):
        self.asked.append(url)
        if url.endswith("jwks/"):
            return Reply(200, json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode())
        return Reply(200, json.dumps(self.metadata).encode())


@pytest.fixture
def wire(monkeypatch):
    wire = Wire()
    monkeypatch.setattr(transport, "send", wire)
    return wire


@pytest.fixture
def provider(wire):
    return Provider()


def half(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def id_claims(**changes):
    whole = {
        "iss": ISSUER,
        "aud": "bms-id",
        "sub": "s",
        "sid": "i",
        "iat": NOW,
        "exp": NOW + 300,
        "auth_time": NOW,
        "nonce": "n",
        "at_hash": half("access"),
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def logout_claims(**changes):
    whole = {"iss": ISSUER, "aud": "bms-id", "sub": "s", "sid": "i", "iat": NOW, "exp": NOW + 120, "jti": "j"}
    whole |= {"events": {LOGOUT_EVENT: {}}} | changes
    return {name: value for name, value in whole.items() if value is not None}


def signed(claims, key=KEY, **header):
    header = {"alg": "RS256", "kid": "one"} | header
    return jwt.encode(header, claims, key, [header["alg"]], default_type=None)


def read(provider, token, **facts):
    return provider.id_token({"id_token": token, "access_token": "access"}, **({"nonce": "n", "at": NOON} | facts))


def test_a_token_in_order_is_believed(provider):
    assert read(provider, signed(id_claims()))["sub"] == "s"
    assert read(provider, signed(id_claims(at_hash=None, aud=["bms-id"])), max_age=60)["sub"] == "s"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"iss": ISSUER + "/"},
        {"iss": None},
        {"aud": "other"},
        {"aud": None},
        {"aud": ["bms-id", "other"]},
        {"exp": NOW - 10},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": NOW + 60},
        {"iat": None},
        {"nonce": "other"},
        {"nonce": None},
        {"nonce": 7},
        {"at_hash": half("other")},
        {"at_hash": "ก"},
        {"auth_time": None},
        {"auth_time": "now"},
        {"auth_time": NOW + 60},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sid": None},
    ],
)
def test_a_token_with_a_fault_is_not_believed(provider, changes):
    with pytest.raises(Distrusted):
        read(provider, signed(id_claims(**changes)))


def test_a_sign_in_older_than_asked_for_is_not_believed(provider):
    with pytest.raises(Distrusted):
        read(provider, signed(id_claims(auth_time=NOW - 100)), max_age=60)


def part(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def by_hand(header, claims, key=b""):
    """Return a token as a forger makes it: unsigned, or with our public key as the secret of an HMAC."""
    head = ".".join(part(json.dumps(each).encode()) for each in ({"kid": "one"} | header, claims))
    return f"{head}.{part(hmac.digest(key, head.encode(), 'sha256')) if key else ''}"


@pytest.mark.parametrize(
    "token",
    [
        by_hand({"alg": "none"}, id_claims()),
        by_hand({"alg": "HS256"}, id_claims(), KEY.as_pem(private=False)),
        signed(id_claims(), OTHER),
        signed(id_claims(), kid="two"),
        signed(id_claims(), alg="PS256"),
        signed(id_claims())[:-3] + "AAA",
        "",
        "..",
        "a.b",
        "é.é.é",
    ],
    ids=["none", "HS256", "other-key", "unknown-kid", "PS256", "altered", "empty", "dots", "two", "bytes"],
)
def test_a_token_of_another_hand_is_not_believed(provider, token):
    with pytest.raises(Distrusted):
        read(provider, token)


def test_an_unknown_key_is_asked_for_but_not_each_time(provider, wire):
    read(provider, signed(id_claims()))
    new = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"}, private=True)
    token = signed(id_claims(), new, kid="two")
    for _each in range(3):
        with pytest.raises(Distrusted):
            read(provider, token)
    assert len([url for url in wire.asked if "jwks" in url]) == 1
    wire.keys = [KEY, new]
    assert read(provider, token, at=later(seconds=11))["sub"] == "s"
    assert len([url for url in wire.asked if "jwks" in url]) == 2


def test_keys_are_kept_for_an_hour(provider, wire):
    read(provider, signed(id_claims()))
    wire.keys = [OTHER]
    late = later(minutes=61)
    fresh = {"exp": NOW + 7200, "iat": NOW, "auth_time": NOW}
    with pytest.raises(Distrusted):
        read(provider, signed(id_claims(**fresh)), at=late)
    assert read(provider, signed(id_claims(**fresh), OTHER), at=late)


@pytest.mark.parametrize(
    "changes",
    [{"issuer": "https://evil.example"}, {"jwks_uri": "https://evil.example/"}, {"jwks_uri": f"{ISSUER}.evil/"}],
)
def test_metadata_that_lead_elsewhere_are_not_believed(provider, wire, changes):
    wire.metadata |= changes
    with pytest.raises(Distrusted):
        read(provider, signed(id_claims()))
    assert not [url for url in wire.asked if "evil" in url]


@pytest.mark.parametrize("reply", [Reply(500, b"{}"), Reply(200, b"<html>"), Reply(200, b"[]"), Reply(302, b"{}")])
def test_an_answer_that_is_none_is_noticed(provider, monkeypatch, reply):
    monkeypatch.setattr(transport, "send", lambda *_parts, **_facts: reply)
    with pytest.raises(Unanswered):
        provider.redeem("code", "verifier", "https://bms-id.localhost:8441/oidc/callback/", at=NOON)


def logout(provider, claims, typ="logout+jwt", at=NOON):
    return provider.logout_token(signed(claims, typ=typ) if typ else signed(claims), at=at)


@pytest.mark.rule("R92")
def test_a_logout_token_in_order_is_believed(provider):
    assert logout(provider, logout_claims())["sid"] == "i"
    assert logout(provider, logout_claims(sid=None), typ="application/logout+jwt")["sub"] == "s"


@pytest.mark.rule("R92")
@pytest.mark.parametrize(
    ("changes", "typ"),
    [
        ({}, "JWT"),
        ({}, None),
        ({"events": None}, "logout+jwt"),
        ({"events": {}}, "logout+jwt"),
        ({"events": {LOGOUT_EVENT: True}}, "logout+jwt"),
        ({"events": [LOGOUT_EVENT]}, "logout+jwt"),
        ({"nonce": "n"}, "logout+jwt"),
        ({"jti": None}, "logout+jwt"),
        ({"sub": None, "sid": None}, "logout+jwt"),
        ({"aud": "other"}, "logout+jwt"),
        ({"iss": "https://evil.example"}, "logout+jwt"),
        ({"exp": NOW - 60}, "logout+jwt"),
        ({"exp": None}, "logout+jwt"),
    ],
)
def test_a_logout_token_with_a_fault_is_not_believed(provider, changes, typ):
    with pytest.raises(Distrusted):
        logout(provider, logout_claims(**changes), typ)


@pytest.mark.rule("R92")
def test_an_old_logout_token_is_not_believed(provider):
    with pytest.raises(Distrusted):
        logout(provider, logout_claims(), at=NOON + timedelta(minutes=5))
