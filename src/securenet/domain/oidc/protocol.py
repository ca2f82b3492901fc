"""The provider's side of OAuth 2.0 and OpenID Connect: Authlib's grants over our models and actions.

Authlib reads the messages and knows the order of the checks; what is granted is decided by the actions of this room.
"""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2 import OAuth2Request
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, OAuth2Payload
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.errors import RequestNotSupportedError, RequestURINotSupportedError
from authlib.oidc.core.grants import OpenIDCode
from authlib.oidc.core.util import create_half_hash

from securenet.domain.accounts.models import User
from securenet.domain.oidc.actions import (
    Asked,
    SpentGrant,
    Tokens,
    authorize_member,
    redeem_code,
    refuse_replay,
    renew_tokens,
)
from securenet.domain.oidc.keys import ALGORITHM, issuer, sign
from securenet.domain.oidc.levels import SignIn
from securenet.domain.oidc.models import AuthorizationCode, Grant, RelyingParty, Token
from securenet.domain.oidc.queries import IN_ID_TOKEN, code_of, organization_claim, sub_of, token_of, within
from securenet.foundation.actor import Actor
from securenet.foundation.refusal import Refusal

logging.getLogger("authlib").setLevel(logging.INFO)  # at DEBUG it writes the tokens that it issues

ID_TOKEN_SECONDS = 300
LONGEST_NONCE = 200


@dataclass(frozen=True, slots=True)
class Message:
    """What came from a browser or a relying party; `address` is the public one it was sent to."""

    method: str
    address: str
    parameters: Mapping[str, list[str]]
    authorization: str = ""


class ProtocolRequest(OAuth2Request):  # type: ignore[misc]
    """Authlib's view of a message, with what our actions want to know."""

    by: Actor
    sign_in: SignIn | None = None
    organization_id: int = 0

    def __init__(self, message: Message, by: Actor) -> None:
        super().__init__(message.method, message.address, headers={"Authorization": _basic(message.authorization)})
        self.by = by
        self.payload = Parameters(message.parameters)

    @property
    def form(self) -> dict[str, str]:
        """Return the parameters, which come from the form where the method is POST."""
        return dict(self.payload.data)


class Parameters(OAuth2Payload):  # type: ignore[misc]
    """The parameters of a message; an empty one counts as left out (RFC 6749 3.1)."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        self._values = values

    @property
    def data(self) -> dict[str, str]:
        """Return each parameter's value."""
        return {name: texts[-1] for name, texts in self._values.items() if texts and texts[-1]}

    @property
    def datalist(self) -> dict[str, list[str]]:
        """Return each parameter's values, of which there should be one."""
        return dict(self._values)


def _basic(header: str) -> str:
    """Return HTTP Basic credentials that can be read, else nothing: Authlib would stumble over other bytes."""
    try:
        base64.b64decode(header.partition(" ")[2], validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""
    return header


class Code(AuthorizationCodeGrant):  # type: ignore[misc]
    """Codes: given by `authorize_member`, redeemed by `redeem_code`."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def validate_authorization_request(self) -> str:
        """Return where the answer goes; a request that was found in order is not looked through again."""
        return str(self.redirect_uri or super().validate_authorization_request())

    def generate_authorization_code(self) -> str:
        """Return the code for the member who signed in. Raises what `authorize_member` raises."""
        data = self.request.payload.data
        asked = Asked(
            redirect_uri=data["redirect_uri"],
            scope=self.request.scope,
            nonce=data.get("nonce", ""),
            code_challenge=data["code_challenge"],
        )
        return authorize_member(
            self.request.client,
            asked,
            organization_id=self.request.organization_id,
            sign_in=self.request.sign_in,
            by=self.request.by,
        )

    def save_authorization_code(self, code: str, request: ProtocolRequest) -> None:
        """Do nothing: `authorize_member` has stored it."""

    def query_authorization_code(self, code: str, client: RelyingParty) -> AuthorizationCode | None:
        """Return the relying party's code if it can be redeemed; one that was redeemed before ends its grant."""
        found = code_of(code)
        if found is None or found.grant.relying_party_id != client.pk:
            return None
        if found.used_at is not None:
            refuse_replay(found.grant, by=self.request.by)
            return None
        return found if self.request.by.at < found.expires_at else None

    def authenticate_user(self, authorization_code: AuthorizationCode) -> User:
        """Return who signed in."""
        return authorization_code.grant.user

    def generate_token(self, **_facts: Any) -> dict[str, Any]:
        """Return the token response."""
        code = self.request.authorization_code
        try:
            return _response(redeem_code(code, by=self.request.by), code.grant.scope)
        except SpentGrant:
            refuse_replay(code.grant, by=self.request.by)
            raise InvalidGrantError from None
        except Refusal as refusal:
            raise InvalidGrantError(type(refusal).__name__) from None

    def save_token(self, token: dict[str, Any]) -> None:
        """Do nothing: `redeem_code` has stored it."""

    def delete_authorization_code(self, authorization_code: AuthorizationCode) -> None:
        """Do nothing: it stays, so that a replay is noticed."""


class Refresh(RefreshTokenGrant):  # type: ignore[misc]
    """Refresh tokens, each good for one next pair."""

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """Return the token if it can be used; one that was used before ends its grant."""
        found = token_of(refresh_token, Token.Kind.REFRESH)
        if found is None or found.grant.relying_party_id != self.request.client.pk:
            return None
        if found.used_at is not None:
            refuse_replay(found.grant, by=self.request.by)
        return found if found.lives(self.request.by.at) else None

    def authenticate_user(self, refresh_token: Token) -> User:
        """Return who signed in."""
        return refresh_token.grant.user

    def issue_token(self, user: User, refresh_token: Token) -> dict[str, Any]:
        """Return the token response."""
        scope = self.request.payload.scope or refresh_token.scope
        try:
            return _response(renew_tokens(refresh_token, scope=scope, by=self.request.by), scope)
        except SpentGrant:
            refuse_replay(refresh_token.grant, by=self.request.by)
            raise InvalidGrantError from None
        except Refusal as refusal:
            raise InvalidGrantError(type(refusal).__name__) from None

    def save_token(self, token: dict[str, Any]) -> None:
        """Do nothing: `renew_tokens` has stored it."""

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """Do nothing: `renew_tokens` has used it up."""


def _response(tokens: Tokens, scope: str) -> dict[str, Any]:
    return {
        "token_type": "Bearer",
        "access_token": tokens.access,
        "refresh_token": tokens.refresh,
        "expires_in": tokens.expires_in,
        "scope": scope,
    }


class Proof(CodeChallenge):  # type: ignore[misc]
    """PKCE with S256, asked of every relying party (RFC 7636, RFC 9700 2.1.1)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Code, redirect_uri: str) -> None:
        """Refuse a request without a challenge, or whose method is not said to be S256."""
        data = grant.request.payload.data
        if "code_challenge" not in data or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with code_challenge_method=S256 is required")
        super().validate_code_challenge(grant, redirect_uri)


class Identity(OpenIDCode):  # type: ignore[misc]
    """ID tokens, and the checks of OpenID Connect Core 3.1.2.2."""

    def __call__(self, grant: Any) -> None:
        """Hook the checks in."""
        super().__call__(grant)
        grant.register_hook("after_validate_authorization_request_payload", self.check)

    def check(self, grant: Code, redirect_uri: str) -> None:
        """Refuse what the discovery document says we cannot do, and what is malformed."""
        data = grant.request.payload.data
        if "request" in data:
            raise RequestNotSupportedError
        if "request_uri" in data:
            raise RequestURINotSupportedError
        if data.get("response_mode", "query") != "query":
            raise InvalidRequestError("Only response_mode=query is supported")
        age = data.get("max_age", "0")
        if not (age.isascii() and age.isdigit() and len(age) < 10):
            raise InvalidRequestError("max_age is a number of seconds")
        if len(data.get("nonce", "")) > LONGEST_NONCE:
            raise InvalidRequestError("The nonce is too long")

    def exists_nonce(self, nonce: str, request: ProtocolRequest) -> bool:
        """Return False: the provider does nothing with a nonce but hand it back (OpenID Connect Core 2)."""
        return False

    def encode_id_token(self, token: dict[str, Any], request: ProtocolRequest) -> str:
        """Return the ID token of a token response; one that comes of a refresh has no nonce (Core 12.2)."""
        source = request.authorization_code or request.refresh_token
        claims = id_claims(source.grant, token["scope"], by=request.by)
        claims["at_hash"] = create_half_hash(token["access_token"], ALGORITHM).decode()
        if request.authorization_code and request.authorization_code.nonce:
            claims["nonce"] = request.authorization_code.nonce
        return sign(claims, at=request.by.at)


def id_claims(grant: Grant, scope: str, *, by: Actor) -> dict[str, Any]:
    """Return what an ID token says: who, for whom, how and when signed in, for which organization.

    To be called when the right there has just been found in force.
    """
    now = int(by.at.timestamp())
    party = grant.relying_party
    told = {"organization": organization_claim(grant.organization.number, grant.organization.name)}
    return {
        "iss": issuer(),
        "sub": sub_of(grant),
        "aud": party.client_id,
        "iat": now,
        "exp": now + ID_TOKEN_SECONDS,
        "auth_time": int(grant.signed_in_at.timestamp()),
        "acr": grant.acr,
        "amr": grant.amr,
        "sid": grant.sid,
        **{name: value for name, value in within(scope, told).items() if name in IN_ID_TOKEN},
    }
