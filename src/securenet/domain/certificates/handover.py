"""Handing a certificate over from the certificate address to the portal (tls.md)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from securenet.domain.certificates.login import require_login_certificate
from securenet.domain.certificates.models import Handover
from securenet.foundation.actor import Actor
from securenet.foundation.compiled import compiled
from securenet.foundation.refusal import Refusal

LOGIN = "login"
LIFE = timedelta(seconds=60)
LONGEST = 128


class HandoverLost(Refusal):
    """Not this browser's, used already, or too old."""

    sentence = _("The sign-in with the certificate took too long or was begun in another window. Please try again.")


def _hashed(secret: str) -> str:
    return sha256(secret[:LONGEST].encode()).hexdigest()


def hand_over_login(tx: str, *, der: bytes | None, by: Actor) -> str:
    """Return the code for signing in with a certificate, which is judged here, where its key was proven (R46).

    Nothing else hands one over for that: whoever takes it over need not judge it again, only make sure that its
    registration has not ended since. Called outside of transactions. Raises HandoverLost, or what
    `require_login_certificate` raises.
    """
    require_login_certificate(der, by=by)
    return _keep(tx, LOGIN, der or b"", (), by=by)


def hand_over(tx: str, *, purpose: str, der: bytes, chain: Sequence[str] = (), by: Actor) -> str:
    """Return the code under which the portal may take a certificate that nobody judged, once, within a minute.

    Raises HandoverLost where the transaction was used already, and for signing in.
    """
    if purpose == LOGIN:
        raise HandoverLost
    return _keep(tx, purpose, der, chain, by=by)


@transaction.atomic
def _keep(tx: str, purpose: str, der: bytes, chain: Sequence[str], *, by: Actor) -> str:
    if not tx:
        raise HandoverLost
    code = secrets.token_urlsafe(32)
    facts = {"purpose": purpose, "der": der, "chain": list(chain), "expires_at": by.at + LIFE}
    try:
        Handover.objects.create(tx_hash=_hashed(tx), code_hash=_hashed(code), **facts)
    except IntegrityError as error:
        raise HandoverLost from error
    return code


@transaction.atomic
def take_over(tx: str, code: str, *, purpose: str, by: Actor) -> tuple[bytes, list[str]]:
    """Return the certificate that was handed over for this browser's transaction, and what came with it.

    Raises HandoverLost.
    """
    row = _waiting.first(_hashed(tx), _hashed(code), purpose, by.at)
    if row is None or Handover.objects.filter(pk=row.pk).delete()[0] != 1:
        raise HandoverLost
    return bytes(row.der), list(row.chain)


@compiled
def _waiting(tx_hash: str, code_hash: str, purpose: str, at: datetime) -> QuerySet[Handover]:
    return Handover.objects.filter(tx_hash=tx_hash, code_hash=code_hash, purpose=purpose, expires_at__gte=at)


@transaction.atomic
def forget_handovers(*, at: datetime) -> None:
    """Delete those that nobody took over in time."""
    Handover.objects.filter(expires_at__lt=at).delete()
