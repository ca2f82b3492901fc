"""What BMS ID asks its OpenID provider, and how it makes sure of the answers: like any other service, over the wire."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from securenet.domain.oidc import transport

ALGORITHM = "RS256"
LEEWAY_SECONDS = 10
KEPT = timedelta(hours=1)
ASKED_AGAIN_AFTER = timedelta(seconds=10)
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Distrusted(Exception):
    """An answer or a token that is not what it should be; its text tells the log which check failed."""


class Unanswered(Exception):
    """The provider gave no usable answer."""


class Provider:
    """The provider's metadata and keys, kept for an hour; an unknown key is asked for, but not every time."""

    def __init__(self) -> None:
        self._metadata: dict[str, Any] = {}
        self._metadata_at: datetime | None = None
        self._keys: dict[str, RSAKey] = {}
        self._keys_at: datetime | None = None

    @property
    def issuer(self) -> str:
        """Return who has to have issued what we trust."""
        return str(settings.PUBLIC_URLS["portal"]).rstrip("/")

    def endpoint(self, name: str, at: datetime) -> str:
        """Return an address from the provider's metadata. Raises Unanswered or Distrusted."""
        if self._metadata_at is None or at - self._metadata_at > KEPT:
            found = _read("GET", f"{self.issuer}/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:
                raise Distrusted("the metadata are another issuer's")
            self._metadata, self._metadata_at = found, at
        address = str(self._metadata.get(name, ""))
        if not address.startswith(f"{self.issuer}/"):
            raise Distrusted(f"the {name} is elsewhere")
        return address

    def redeem(self, code: str, verifier: str, redirect_uri: str, *, at: datetime) -> dict[str, Any]:
        """Return the token response for a code. Raises Unanswered."""
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        proof = f"{quote(settings.BMS_ID_CLIENT_ID, safe='')}:{quote(settings.BMS_ID_CLIENT_SECRET, safe='')}"
        headers = {
            "Authorization": "Basic " + base64.b64encode(proof.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode(form | {"redirect_uri": redirect_uri}).encode()
        return _read("POST", self.endpoint("token_endpoint", at), headers=headers, body=body)

    def id_token(
        self, tokens: dict[str, Any], *, nonce: str, max_age: int | None = None, at: datetime
    ) -> dict[str, Any]:
        """Return the claims of a token response's ID token after every check of Core 3.1.3.7. Raises Distrusted."""
        text, access = str(tokens.get("id_token", "")), str(tokens.get("access_token", ""))
        _header, claims = self._verified(text, at)
        self._require_common(claims, at)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise Distrusted("nonce")
        if "at_hash" in claims and not hmac.compare_digest(str(claims["at_hash"]).encode(), _half_hash(access)):
            raise Distrusted("at_hash")
        auth_time = claims.get("auth_time")
        if not isinstance(auth_time, int) or auth_time > at.timestamp() + LEEWAY_SECONDS:
            raise Distrusted("auth_time")
        if max_age is not None and at.timestamp() - auth_time > max_age + LEEWAY_SECONDS:
            raise Distrusted("max_age")
        if not (_is_text(claims.get("sub")) and _is_text(claims.get("sid"))):
            raise Distrusted("sub or sid")
        return claims

    def logout_token(self, text: str, *, at: datetime) -> dict[str, Any]:
        """Return the claims of a logout token after every check of Back-Channel Logout 2.6. Raises Distrusted."""
        header, claims = self._verified(text, at)
        self._require_common(claims, at)
        if str(header.get("typ", "")).lower() not in {"logout+jwt", "application/logout+jwt"}:
            raise Distrusted("typ")
        events = claims.get("events")
        if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
            raise Distrusted("events")
        if "nonce" in claims:
            raise Distrusted("a logout token has no nonce")
        if not _is_text(claims.get("jti")) or not (_is_text(claims.get("sub")) or _is_text(claims.get("sid"))):
            raise Distrusted("jti, sub or sid")
        return claims

    def _verified(self, text: str, at: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            kid = jws.extract_compact(text.encode()).headers().get("kid")
            token = jwt.decode(text, self._key(str(kid), at), [ALGORITHM])
        except (JoseError, ValueError) as error:
            raise Distrusted(type(error).__name__) from error
        return dict(token.header), token.claims

    def _key(self, kid: str, at: datetime) -> RSAKey:
        stale = self._keys_at is None or at - self._keys_at > KEPT
        again = self._keys_at is None or at - self._keys_at > ASKED_AGAIN_AFTER
        if stale or (kid not in self._keys and again):
            self._keys, self._keys_at = self._fetched_keys(at), at
        if kid not in self._keys:
            raise Distrusted("unknown key")
        return self._keys[kid]

    def _fetched_keys(self, at: datetime) -> dict[str, RSAKey]:
        listed = _read("GET", self.endpoint("jwks_uri", at)).get("keys")
        signing = [key for key in listed or [] if key.get("kty") == "RSA" and key.get("use", "sig") == "sig"]
        return {str(key.get("kid")): RSAKey.import_key(key) for key in signing}

    def _require_common(self, claims: dict[str, Any], at: datetime) -> None:
        checks = jwt.JWTClaimsRegistry(
            now=int(at.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": settings.BMS_ID_CLIENT_ID},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            checks.validate(claims)
        except JoseError as error:
            raise Distrusted(str(error)) from error
        if claims["aud"] not in (settings.BMS_ID_CLIENT_ID, [settings.BMS_ID_CLIENT_ID]):
            raise Distrusted("other audiences")


PROVIDER = Provider()


def _read(method: str, url: str, *, headers: dict[str, str] | None = None, body: bytes | None = None) -> dict[str, Any]:
    try:
        reply = transport.send(method, url, headers=headers, body=body, address=settings.TOKEN_ENDPOINT_ADDRESS)
        found = json.loads(reply.body)
    except (transport.Unreachable, ValueError) as error:
        raise Unanswered(type(error).__name__) from error
    if not isinstance(found, dict) or reply.status != 200:
        said = found.get("error", "") if isinstance(found, dict) else ""
        raise Unanswered(f"status {reply.status} {said}")
    return found


def _half_hash(access_token: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()[:16]).rstrip(b"=")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""
