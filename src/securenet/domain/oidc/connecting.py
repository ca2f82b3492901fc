"""What the operator does for relying parties: connecting them, and changing the keys that sign for them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from joserfc.jwk import RSAKey

from securenet.domain.oidc.keys import KEY_BITS
from securenet.domain.oidc.models import SCOPES, RelyingParty, SigningKey, digest
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal

SIGNS_FOR = timedelta(days=90)
KNOWN_BEFORE = timedelta(days=1)
KNOWN_AFTER = timedelta(days=1)
LONGEST_ADDRESS = 500


class Event(StrEnum):
    """What the ledger calls these acts."""

    REGISTERED = "relying-party.registered"
    SECRET_CHANGED = "relying-party.secret-changed"  # noqa: S105 - the name of an event
    ROTATED = "signing-key.rotated"


class NameTaken(Refusal):
    """Client identifiers are unique for ever."""

    sentence = _("A service with this identifier is connected already.")
    field = "client_id"


class UnusableAddress(Refusal):
    """Not an absolute https address without a fragment, a wildcard or a user's name (RFC 9700 2.1, RFC 6749 3.1.2)."""

    sentence = _("%(address)s cannot be used: give a whole https address without * and #.")


class UnknownScope(Refusal):
    """A scope that the provider does not have."""

    sentence = _("The scope %(scope)s does not exist.")
    field = "scopes"


class SecretTooShort(Refusal):
    """The secret is not a random one of 256 bits, which its storage as SHA-256 relies on."""

    sentence = _("The secret is too short: use a random one of at least 43 characters.")
    field = "secret"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a relying party may be reached: with codes, after signing out, and with logout tokens."""

    redirect_uris: Sequence[str]
    post_logout_redirect_uris: Sequence[str] = ()
    backchannel_logout_uri: str = ""


@transaction.atomic
def register_relying_party(
    *,
    client_id: str,
    name: str,
    service: str,
    addresses: Addresses,
    scopes: Sequence[str] = SCOPES,
    secret: str = "",
    by: Actor,
) -> tuple[RelyingParty, str]:
    """Return a connected relying party and its secret, whose text is known only now (R93).

    A `secret` of one's own must be random and have 43 characters or more. The first one connected brings the first
    signing key. Raises NameTaken, UnusableAddress, UnknownScope, SecretTooShort, or UnknownService.
    """
    profile().service(service)
    _require_usable(addresses)
    for scope in set(scopes) - set(SCOPES):
        raise UnknownScope(scope=scope)
    if RelyingParty.objects.filter(client_id=client_id).exists():
        raise NameTaken
    secret = _usable_secret(secret)
    party = RelyingParty.objects.create(
        client_id=client_id,
        secret_digest=digest(secret),
        name=name,
        service=service,
        redirect_uris=list(addresses.redirect_uris),
        post_logout_redirect_uris=list(addresses.post_logout_redirect_uris),
        backchannel_logout_uri=addresses.backchannel_logout_uri,
        scopes=list(scopes),
        registered_at=by.at,
    )
    record(Event.REGISTERED, by=by, about=party.about, service=service, redirect_uris=list(addresses.redirect_uris))
    rotate_keys(by=by)
    return party, secret


@transaction.atomic
def connect_surface(surface: str, *, client_id: str, secret: str, by: Actor) -> RelyingParty:
    """Return the relying party that a surface of this installation is: connected now, or brought up to date.

    It belongs to the service of the catalogue that opens the surface; its addresses are fixed below the public one.
    """
    service = next(each for each in profile().services if each.surface == surface)
    base = str(settings.PUBLIC_URLS[surface]).rstrip("/")
    addresses = Addresses([f"{base}/oidc/callback/"], [f"{base}/signed-out/"], f"{base}/oidc/backchannel-logout/")
    known = RelyingParty.objects.filter(client_id=client_id).first()
    if known is None:
        names = {"name": service.name.en, "service": service.key}
        return register_relying_party(client_id=client_id, addresses=addresses, secret=secret, by=by, **names)[0]
    known.redirect_uris = list(addresses.redirect_uris)
    known.post_logout_redirect_uris = list(addresses.post_logout_redirect_uris)
    known.backchannel_logout_uri = addresses.backchannel_logout_uri
    known.save()
    if not known.check_client_secret(secret):
        change_secret(known, secret=secret, by=by)
        known.refresh_from_db()
    return known


@transaction.atomic
def change_secret(party: RelyingParty, *, secret: str = "", by: Actor) -> str:
    """Return the relying party's new secret; the old one stops working at once. Raises SecretTooShort."""
    secret = _usable_secret(secret)
    RelyingParty.objects.filter(pk=party.pk).update(secret_digest=digest(secret))
    record(Event.SECRET_CHANGED, by=by, about=party.about)
    return secret


@transaction.atomic
def rotate_keys(*, at_once: bool = False, by: Actor) -> bool:
    """See to it that a key signs now and that the next one is known in time; return whether anything changed.

    A key signs for 90 days. It is published at least a day before its turn, so that services that keep our keys for a
    day know it, and a day after, when the last token it signed has expired; then it is destroyed. `at_once` replaces
    keys that may have leaked: they vanish.
    """
    if at_once:
        SigningKey.objects.all().delete()
    changed = _make_due_keys(by.at)
    gone = SigningKey.objects.filter(retires_at__lte=by.at).delete()[0]
    if changed or gone:
        record(Event.ROTATED, by=by, at_once=at_once, made=changed, destroyed=gone)
    return bool(changed or gone)


def _make_due_keys(at: datetime) -> int:
    newest = SigningKey.objects.order_by("active_from").last()
    starts = []
    if newest is None:
        starts.append(at)
    first = newest.active_from if newest else at
    if first <= at:
        starts.append(max(first + SIGNS_FOR, at + KNOWN_BEFORE))
    for start in starts:
        _make_key(start, at)
    keys = list(SigningKey.objects.filter(active_from__lte=at).order_by("active_from"))
    for old, successor in pairwise(keys):
        SigningKey.objects.filter(pk=old.pk, retires_at=None).update(retires_at=successor.active_from + KNOWN_AFTER)
    return len(starts)


def _make_key(start: datetime, at: datetime) -> None:
    key = RSAKey.generate_key(KEY_BITS, private=True)
    SigningKey.objects.create(
        kid=key.thumbprint(), private_jwk=json.dumps(key.as_dict(private=True)), created_at=at, active_from=start
    )


def _require_usable(addresses: Addresses) -> None:
    logout = [addresses.backchannel_logout_uri] if addresses.backchannel_logout_uri else []
    for address in [*addresses.redirect_uris, *addresses.post_logout_redirect_uris, *logout]:
        parts = urlsplit(address)
        plain = address.isascii() and address.isprintable() and not set(address) & set('*#"\\ ')
        whole = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc
        if not plain or not whole or len(address) > LONGEST_ADDRESS:
            raise UnusableAddress(address=address)


def _usable_secret(secret: str) -> str:
    secret = secret or secrets.token_urlsafe(32)
    if len(secret) < 43:
        raise SecretTooShort
    return secret
