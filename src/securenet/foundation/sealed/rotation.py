"""Moving what is sealed to the newest key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import ExpressionWrapper, F, Func, Value

from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.sealed.box import newest_key, unseal
from securenet.foundation.sealed.fields import SealedField

BATCH = 200


def reseal_all(by: Actor) -> int:
    """Seal everything that an old key sealed with the newest one and return how many texts that were.

    Works in short transactions beside a running system: a text that changes meanwhile is already sealed with the
    newest key. Raises Unsealable where a text does not open; what was done stays done.
    """
    count = sum(_reseal_field(field) for field in sealed_fields())
    record("seal.rotated", by=by, texts=count, newest=newest_key())
    return count


def sealed_fields() -> Iterator[SealedField]:
    """Yield every sealed field of every concrete model."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, SealedField) and not model._meta.proxy:
                yield field


def _reseal_field(field: SealedField) -> int:
    count = 0
    while batch := list(_old(field)[:BATCH]):
        with transaction.atomic():
            count += sum(_reseal(field, key, bytes(blob)) for key, blob in batch)
    return count


def _rows(field: SealedField) -> models.QuerySet[Any]:
    raw = ExpressionWrapper(F(field.name), output_field=models.BinaryField())
    rows: models.QuerySet[Any] = field.model._base_manager.annotate(sealed_bytes=raw)
    return rows


def _old(field: SealedField) -> models.QuerySet[Any, tuple[object, bytes]]:
    first = Func(F(field.name), 1, 1, function="SUBSTR", output_field=models.BinaryField())
    rows: models.QuerySet[Any, Any] = _rows(field).annotate(key_id=first).exclude(**{f"{field.name}__isnull": True})
    return rows.exclude(key_id=Value(bytes([newest_key()]))).order_by("pk").values_list("pk", "sealed_bytes")


def _reseal(field: SealedField, key: object, blob: bytes) -> int:
    text = unseal(blob, context=field.context)
    return _rows(field).filter(pk=key, sealed_bytes=blob).update(**{field.name: text})
