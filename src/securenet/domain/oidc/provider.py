"""The provider: what its endpoints answer. The doors carry these answers over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import AuthorizationServer, OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oidc.rpinitiated import EndSessionEndpoint
from authlib.oidc.rpinitiated.end_session import EndSessionRequest

from securenet.domain.accounts.models import User
from securenet.domain.calendar.queries import local_date
from securenet.domain.oidc.actions import require_right
from securenet.domain.oidc.keys import ALGORITHM, Unsigned, issuer, verify
from securenet.domain.oidc.levels import Level, SignIn
from securenet.domain.oidc.models import SCOPES, Grant, RelyingParty
from securenet.domain.oidc.protocol import Code, Identity, Message, Proof, ProtocolRequest, Refresh
from securenet.domain.oidc.queries import CLAIMS_OF_SCOPE, access_token, claims_for, relying_party, sub_of, within
from securenet.foundation.actor import Actor
from securenet.foundation.refusal import Refusal

LONGEST_PARAMETER = 8192
REPEATED = ("client_id", "redirect_uri", "response_type", "grant_type")
"""Parameters that Authlib repeats in its error descriptions, where only the characters of RFC 6749 5.2 may stand."""


class Unusable(Exception):
    """A request that is not answered by a redirect: nobody knows yet whether the address belongs to the service."""


class Declined(Exception):
    """A request whose refusal the service is told at `location`."""

    def __init__(self, location: str) -> None:
        super().__init__("declined")
        self.location = location


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answers a service."""

    status: int
    body: Any
    headers: dict[str, str]


class Server(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server, which finds relying parties in our table."""

    def query_client(self, client_id: str) -> RelyingParty | None:
        """Return the connected relying party of that name."""
        return relying_party(client_id)

    def create_oauth2_request(self, request: ProtocolRequest) -> ProtocolRequest:
        """Return the request, which is made at the door."""
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Answer:
        """Return the answer as plain data."""
        return Answer(status, body, dict(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Do nothing: what happens is written down by the actions."""


class EndSession(EndSessionEndpoint):  # type: ignore[misc]
    """Logout that a relying party began (OpenID Connect RP-Initiated Logout 1.0)."""

    def _validate_id_token_hint(self, id_token_hint: str) -> dict[str, Any]:
        try:
            return verify(id_token_hint)
        except Unsigned:
            raise InvalidRequestError("id_token_hint is not a token of this provider") from None


SERVER = Server(list(SCOPES))
SERVER.register_grant(Code, [Proof(), Identity()])
SERVER.register_grant(Refresh, [Identity()])
SERVER.register_endpoint(EndSession(SERVER))


class Wish:
    """An authorization request that is in order: what the relying party wants of the member's sign-in."""

    def __init__(self, request: ProtocolRequest, grant: Any) -> None:
        data = request.payload.data
        self.party: RelyingParty = request.client
        self.redirect_uri = str(data["redirect_uri"])
        self.silent = data.get("prompt") == "none"
        self.prompts = frozenset(data.get("prompt", "").split())
        self.max_age = int(data["max_age"]) if "max_age" in data else None
        self.acr_values = str(data.get("acr_values", ""))
        self._request, self._grant = request, grant

    def granted(self, organization_id: int, sign_in: SignIn) -> str:
        """Return the address at the relying party that carries the code. Raises what `authorize_member` raises."""
        self._request.organization_id, self._request.sign_in = organization_id, sign_in
        answer = SERVER.create_authorization_response(self._request, self._request.by.user, self._grant)
        return _with_issuer(answer.headers["Location"])

    def declined(self, error: str) -> str:
        """Return the address at the relying party that carries an error of OpenID Connect Core 3.1.2.6."""
        failure = OAuth2Error(error=error, redirect_uri=self.redirect_uri, state=self._request.payload.state)
        return _location(failure)


def check_authorization(message: Message, *, by: Actor) -> Wish:
    """Return the wish of an authorization request. Raises Unusable or Declined."""
    request = ProtocolRequest(message, by)
    request.user = by.user
    try:
        _require_orderly(message)
        grant = SERVER.get_consent_grant(request, by.user)
    except OAuth2Error as error:
        if not error.redirect_uri:
            raise Unusable(error.error) from None
        raise Declined(_location(error)) from None
    return Wish(request, grant)


def answer_token_request(message: Message, *, by: Actor) -> Answer:
    """Return the answer of the token endpoint (RFC 6749 3.2)."""
    try:
        _require_orderly(message)
    except OAuth2Error as error:
        return SERVER.handle_error_response(None, error)  # type: ignore[no-any-return]
    return SERVER.create_token_response(ProtocolRequest(message, by))  # type: ignore[no-any-return]


def answer_userinfo_request(message: Message, *, by: Actor) -> Answer:
    """Return the answer of the userinfo endpoint: the claims of the moment, not of the sign-in (Core 5.3).

    The token is taken from the Authorization header only (RFC 6750 2.1). Without a right there is nothing to tell.
    """
    kind, _space, text = message.authorization.partition(" ")
    token = access_token(text.strip(), by.at) if kind.lower() == "bearer" else None
    told = _told(token.grant, by) if token else None
    if token is None or told is None:
        reason = 'Bearer realm="securenet"' + (', error="invalid_token"' if text else "")
        return Answer(401, {"error": "invalid_token"}, {"WWW-Authenticate": reason, "Cache-Control": "no-store"})
    sub = sub_of(token.grant)
    return Answer(200, {"sub": sub} | within(token.scope, told), {"Cache-Control": "no-store"})


def check_logout(message: Message, *, by: Actor) -> EndSessionRequest:
    """Return what a logout request asks for: its hint's `id_token_claims`, the `redirect_uri`. Raises Unusable."""
    try:
        _require_orderly(message)
        return SERVER.validate_endpoint_request("end_session", ProtocolRequest(message, by))
    except OAuth2Error as error:
        raise Unusable(error.error) from None


def discovery() -> dict[str, Any]:
    """Return the provider's metadata (OpenID Connect Discovery 3, RFC 8414, RFC 9207, the logout specifications)."""
    base = issuer()
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/oidc/authorize/",
        "token_endpoint": f"{base}/oidc/token/",
        "userinfo_endpoint": f"{base}/oidc/userinfo/",
        "jwks_uri": f"{base}/oidc/jwks/",
        "end_session_endpoint": f"{base}/oidc/logout/",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": [str(level) for level in Level],
        "prompt_values_supported": ["none", "login", "select_account"],
        "claim_types_supported": ["normal"],
        "claims_supported": ["sub", *(name for names in CLAIMS_OF_SCOPE.values() for name in names)],
        "ui_locales_supported": ["th", "en"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }


def _told(grant: Grant, by: Actor) -> dict[str, Any] | None:
    user: User = grant.user
    try:
        require_right(user, grant.relying_party, grant.organization_id, at=by.at)
    except Refusal:
        return None
    return claims_for(user, grant.relying_party, grant.organization_id, local_date(by.at))


def _require_orderly(message: Message) -> None:
    """Raise InvalidRequestError where a parameter comes twice, is too long, or has characters that no client sends."""
    for name, texts in message.parameters.items():
        if len(texts) > 1 or any(len(text) > LONGEST_PARAMETER or "\0" in text for text in texts):
            raise InvalidRequestError("A parameter is repeated or too long")
        plain = all(text.isascii() and text.isprintable() and not set(text) & set('"\\') for text in texts)
        if name in REPEATED and not plain:
            raise InvalidRequestError("A parameter has characters that it may not have")


def _location(error: OAuth2Error) -> str:
    return _with_issuer(dict(error(None)[2])["Location"])


def _with_issuer(location: str) -> str:
    """Return the answer's address with who answered, against mixing up providers (RFC 9207)."""
    return str(add_params_to_uri(location, [("iss", issuer())]))
