"""Writing the ledger and sealing what was written."""

from __future__ import annotations

from django.db import transaction

from securenet.foundation.actor import Actor
from securenet.foundation.audit import chain
from securenet.foundation.audit.facts import checked, clean
from securenet.foundation.audit.models import AuditEntry, Checkpoint

LARGEST_BATCH = 10_000
MARKED_AT_ONCE = 500


class Overtaken(Exception):
    """Another worker sealed the same entries at the same time; nothing was done here."""


def record(event: str, *, by: Actor, about: str = "", **facts: object) -> AuditEntry:
    """Append an entry in the caller's transaction and return it (R84).

    `facts` are plain data such as `before` and `after`. Raises SecretInLedger where one looks like a password, token,
    key or identity number.
    """
    return AuditEntry.objects.create(
        at=by.at,
        event=event,
        actor=clean(by.name, "actor")[:150],
        surface=by.surface,
        address=by.address,
        credential=by.credential,
        about=clean(about, "about")[:200],
        facts=checked(facts),
    )


def seal_entries(by: Actor) -> list[Checkpoint]:
    """Seal the entries that are in no batch yet and return the new checkpoints, in order; none where nothing is new.

    Raises Overtaken where two do it at once; the entries are then sealed by the other one.
    """
    checkpoints = []
    while checkpoint := _seal_batch(by):
        checkpoints.append(checkpoint)
    return checkpoints


@transaction.atomic
def _seal_batch(by: Actor) -> Checkpoint | None:
    entries = list(AuditEntry.objects.filter(batch=None).order_by("pk")[:LARGEST_BATCH])
    if not entries:
        return None
    before = Checkpoint.objects.last()
    batch = before.batch + 1 if before else 1
    checkpoint = Checkpoint(
        batch=batch,
        first_entry=entries[0].pk,
        last_entry=entries[-1].pk,
        entries=len(entries),
        digest=chain.digest(before.digest if before else "", entries),
        at=by.at,
    )
    checkpoint.signature = chain.signature(checkpoint)
    checkpoint.save()
    for start in range(0, len(entries), MARKED_AT_ONCE):
        keys = [entry.pk for entry in entries[start : start + MARKED_AT_ONCE]]
        if AuditEntry.objects.filter(pk__in=keys, batch=None).mark_sealed(batch) != len(keys):
            raise Overtaken
    return checkpoint
