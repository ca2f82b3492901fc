"""Finding out whether the ledger is what was written."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from securenet.foundation.audit import chain
from securenet.foundation.audit.models import AuditEntry, Checkpoint


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was sealed: in which batch (0: the whole ledger), and what in one sentence."""

    batch: int
    sentence: str

    def __str__(self) -> str:
        return f"Batch {self.batch}: {self.sentence}"


def verify(kept: Iterable[str] = ()) -> list[Problem]:
    """Return what is wrong with the ledger, nothing when all is as it was sealed (R84).

    Finds entries that were altered, deleted, inserted or reordered after sealing, and checkpoints that were altered or
    removed. `kept` are checkpoints stored elsewhere, each as `str(checkpoint)` gives it: only they tell that the
    newest batches were cut off together with their checkpoints.
    """
    problems = []
    before, expected = "", 1
    for checkpoint in Checkpoint.objects.order_by("batch").iterator():
        if checkpoint.batch != expected:
            problems.append(Problem(expected, f"the checkpoints before batch {checkpoint.batch} are missing."))
        problems += _of_batch(checkpoint, before)
        before, expected = checkpoint.digest, checkpoint.batch + 1
    return problems + _without_checkpoint() + _not_as_kept(kept)


def unsealed() -> int:
    """Return the number of entries that no checkpoint covers yet."""
    return AuditEntry.objects.filter(batch=None).count()


def _of_batch(checkpoint: Checkpoint, before: str) -> list[Problem]:
    batch = checkpoint.batch
    problems = []
    if not hmac.compare_digest(chain.signature(checkpoint), checkpoint.signature):
        problems.append(Problem(batch, "its checkpoint does not bear our signature."))
    entries = AuditEntry.objects.filter(batch=batch).order_by("pk")
    found = entries.count()
    if found != checkpoint.entries:
        problems.append(Problem(batch, f"it had {checkpoint.entries} entries when sealed and has {found} now."))
    elif not hmac.compare_digest(chain.digest(before, entries.iterator()), checkpoint.digest):
        span = f"{checkpoint.first_entry} to {checkpoint.last_entry}"
        problems.append(Problem(batch, f"an entry from {span}, or their order, is not as it was sealed."))
    return problems


def _without_checkpoint() -> list[Problem]:
    sealed = AuditEntry.objects.exclude(batch=None).exclude(batch__in=Checkpoint.objects.values("batch"))
    batches = sealed.order_by("batch").values_list("batch", flat=True).distinct()
    return [Problem(batch or 0, "it has entries but no checkpoint.") for batch in batches]


def _not_as_kept(kept: Iterable[str]) -> list[Problem]:
    there = {checkpoint.batch: str(checkpoint) for checkpoint in Checkpoint.objects.all()}
    problems = []
    for line in filter(None, map(str.strip, kept)):
        number = line.partition(":")[0]
        batch = int(number) if number.isdecimal() else 0
        if there.get(batch) != line:
            problems.append(Problem(batch, "the checkpoint that was kept elsewhere is not in the ledger."))
    return problems
