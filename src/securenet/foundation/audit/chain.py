"""The hash chain: one digest for a batch of entries and the digest before, signed with the ledger's key."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings

from securenet.foundation.audit.models import AuditEntry, Checkpoint


def digest(before: str, entries: Iterable[AuditEntry]) -> str:
    """Return the SHA-256, in hex, over the digest before and the entries in the order given."""
    running = hashlib.sha256(before.encode())
    for entry in entries:
        running.update(hashlib.sha256(canonical(entry)).digest())
    return running.hexdigest()


def signature(checkpoint: Checkpoint) -> str:
    """Return the HMAC-SHA-256, in hex, over everything that the checkpoint says."""
    said = [
        checkpoint.batch,
        checkpoint.first_entry,
        checkpoint.last_entry,
        checkpoint.entries,
        checkpoint.digest,
        _moment(checkpoint.at),
    ]
    return hmac.digest(settings.LEDGER_KEY.encode(), _json(said), "sha256").hex()


def canonical(entry: AuditEntry) -> bytes:
    """Return the one form of an entry that its digest covers: all it says and its number."""
    words = [entry.event, entry.actor, entry.surface, entry.address, entry.credential, entry.about]
    return _json([entry.pk, _moment(entry.at), *words, entry.facts])


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
