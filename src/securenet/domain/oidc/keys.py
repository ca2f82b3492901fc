"""The keys that sign for relying parties, and what they sign."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from securenet.domain.oidc.models import SigningKey
from securenet.foundation.compiled import compiled

ALGORITHM = "RS256"  # the one that every client has to know (OpenID Connect Core 15.1)
KEY_BITS = 2048


class Unsigned(Exception):
    """A token that we did not sign, or that was altered."""


def issuer() -> str:
    """Return who issues: the portal's public address, the same for everybody."""
    return str(settings.PUBLIC_URLS["portal"]).rstrip("/")


def published(at: datetime) -> list[SigningKey]:
    """Return the keys to be published at `at`: the current one, the next, and those whose tokens still live."""
    return list(SigningKey.objects.filter(Q(retires_at=None) | Q(retires_at__gt=at)).order_by("active_from"))


def key_set(at: datetime) -> dict[str, list[dict[str, Any]]]:
    """Return the JSON Web Key Set of the published keys' public halves (RFC 7517)."""
    return {"keys": [_public(key) for key in published(at)]}


def sign(claims: dict[str, Any], *, at: datetime, kind: str = "JWT") -> str:
    """Return a token of `claims`, signed with the current key. Raises SigningKey.DoesNotExist before the first one."""
    key = _active.first(at)
    if key is None:
        raise SigningKey.DoesNotExist
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": kind}
    return jwt.encode(header, claims, _private(key), [ALGORITHM])


@compiled
def _active(at: datetime) -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(active_from__lte=at).order_by("-active_from")[:1]


def verify(token: str) -> dict[str, Any]:
    """Return the claims of a token that this provider signed with a key it still has, however old. Raises Unsigned."""
    keys = KeySet([RSAKey.import_key(_public(key)) for key in SigningKey.objects.all()])
    try:
        claims = jwt.decode(token, keys, [ALGORITHM]).claims
    except (JoseError, ValueError) as error:
        raise Unsigned from error
    if claims.get("iss") != issuer():
        raise Unsigned
    return claims


def _private(key: SigningKey) -> RSAKey:
    return _imported(key.private_jwk or "{}")


@lru_cache(maxsize=8)  # importing checks the primes, which costs a hundred signatures
def _imported(private_jwk: str) -> RSAKey:
    return RSAKey.import_key(json.loads(private_jwk))


def _public(key: SigningKey) -> dict[str, Any]:
    return dict(_private(key).as_dict(private=False)) | {"kid": key.kid, "use": "sig", "alg": ALGORITHM}
