"""Relying parties, the keys that sign for them, and what they were granted: codes, tokens, subjects."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

from django.db import models

from securenet.domain.accounts.models import User
from securenet.domain.organizations.models import Organization
from securenet.foundation.sealed.fields import SealedField

SCOPES = ("openid", "profile", "email", "entitlements")


def digest(secret: str) -> str:
    """Return what is stored of a random secret of 256 bits or more: nobody finds one by trying, so SHA-256 will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def all_scopes() -> list[str]:
    """Return what a relying party may ask for unless told otherwise."""
    return list(SCOPES)


class RelyingParty(models.Model):
    """A service that lets SecureNet sign its members in (R90). The methods are what Authlib asks of a client."""

    client_id = models.CharField(max_length=60, unique=True)
    secret_digest = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    service = models.CharField(max_length=40)
    redirect_uris = models.JSONField()
    post_logout_redirect_uris = models.JSONField(default=list)
    backchannel_logout_uri = models.CharField(max_length=500, blank=True)
    scopes = models.JSONField(default=all_scopes)
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.client_id

    @property
    def about(self) -> str:
        """Return how the ledger calls this service."""
        return f"relying party {self.client_id}"

    @property
    def client_metadata(self) -> dict[str, list[str]]:
        """Return where members may be sent after signing out."""
        return {"post_logout_redirect_uris": self.post_logout_redirect_uris}

    def get_client_id(self) -> str:
        """Return its name in the protocol."""
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        """Return nothing: OpenID Connect Core 3.1.2.1 requires the address in each request."""
        return ""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scope asked for; None, which refuses it, without `openid` or with more than was registered."""
        asked = (scope or "").split()
        return " ".join(asked) if "openid" in asked and set(asked) <= set(self.scopes) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Tell whether the address is registered, character by character (RFC 9700 2.1)."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Tell whether this is its secret."""
        return hmac.compare_digest(digest(client_secret), self.secret_digest)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Tell whether it may prove itself this way."""
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        """Tell whether it may be answered this way: a code only."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Tell whether it may ask for tokens with this."""
        return grant_type in {"authorization_code", "refresh_token"}


class Subject(models.Model):
    """What a relying party knows a member by: random, and another one for each of them."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="subjects")
    relying_party = models.ForeignKey(RelyingParty, on_delete=models.PROTECT, related_name="subjects")
    sub = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "relying_party"], name="one_subject_per_member_and_relying_party")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SigningKey(models.Model):
    """A key that signs ID tokens from `active_from` until the next one's, and is published until `retires_at`."""

    kid = models.CharField(max_length=64, unique=True)
    private_jwk = SealedField()
    created_at = models.DateTimeField()
    active_from = models.DateTimeField(unique=True)
    retires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.kid


class Grant(models.Model):
    """One sign-in of a member at a relying party for an organization; ending it ends every token that came of it.

    `session_index` finds the grants of a session at the provider without storing the session's key again.
    """

    relying_party = models.ForeignKey(RelyingParty, on_delete=models.PROTECT, related_name="grants")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_ins")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    sid = models.CharField(max_length=64, unique=True)
    session_index = models.CharField(max_length=64)
    scope = models.CharField(max_length=200)
    acr = models.CharField(max_length=60)
    amr = models.JSONField()
    signed_in_at = models.DateTimeField()
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["session_index"]), models.Index(fields=["user", "ended_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.relying_party_id}"


class AuthorizationCode(models.Model):
    """A code on its way through the browser: stored as its digest, redeemed once, within a minute."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    redirect_uri = models.CharField(max_length=500)
    code_challenge = models.CharField(max_length=128)
    nonce = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    code_challenge_method = "S256"

    class Meta:
        indexes = [models.Index(fields=["nonce"])]

    def __str__(self) -> str:
        return str(self.pk)

    def get_redirect_uri(self) -> str:
        """Return where the code was sent."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return what it was given for."""
        return self.grant.scope


class Token(models.Model):
    """An access or a refresh token, stored as its digest. A used refresh token that comes again ends its grant."""

    class Kind(models.TextChoices):
        """What it opens: the userinfo endpoint, or the next pair of tokens."""

        ACCESS = "access"
        REFRESH = "refresh"

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)

    def check_client(self, client: Any) -> bool:
        """Tell whether the token was given to this relying party."""
        return bool(self.grant.relying_party_id == client.pk)

    def get_scope(self) -> str:
        """Return what it was given for."""
        return self.scope

    def lives(self, at: datetime) -> bool:
        """Tell whether it can still be used at `at`."""
        return self.used_at is None and self.grant.ended_at is None and at < self.expires_at


class ReceivedLogout(models.Model):
    """The `jti` of a logout token that a surface of ours acted on, so that it acts once."""

    digest = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
