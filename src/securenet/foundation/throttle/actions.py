"""Counting attempts and refusing those beyond the allowance."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from securenet.foundation.actor import Actor
from securenet.foundation.refusal import Refusal
from securenet.foundation.sealed import blind_index
from securenet.foundation.throttle.models import Bucket

# One statement, so that attempts at the same moment are all counted. A window that is over starts anew.
COUNT = """
    INSERT INTO throttle_bucket AS bucket (key, window_start, window_end, count) VALUES (%(key)s, %(at)s, %(end)s, 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN bucket.window_end <= excluded.window_start THEN 1 ELSE bucket.count + 1 END,
        window_start = CASE WHEN bucket.window_end <= excluded.window_start
            THEN excluded.window_start ELSE bucket.window_start END,
        window_end = CASE WHEN bucket.window_end <= excluded.window_start
            THEN excluded.window_end ELSE bucket.window_end END
    RETURNING count"""


class TooMany(Refusal):
    sentence = _("That was tried too often. Please wait (minutes: %(minutes)s) and try again.")


def require_allowance(scope: str, key: str, *, limit: int, window: timedelta, by: Actor) -> None:
    """Count an attempt of kind `scope` by `key` and raise TooMany beyond `limit` within `window` of the first.

    Called before the action and outside its transaction, else a refused action would take its count back with it:
    raises RuntimeError inside one. A refused attempt does not lengthen the wait.
    """
    end = by.at + window
    adapt = connection.ops.adapt_datetimefield_value
    values = {"key": _hidden(scope, key), "at": adapt(by.at), "end": adapt(end)}
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        count = cursor.fetchone()[0]
    if count > limit:
        end = Bucket.objects.values_list("window_end", flat=True).get(key=values["key"])
        raise TooMany(minutes=max(1, math.ceil((end - by.at) / timedelta(minutes=1))))


def forget(scope: str, key: str) -> None:
    """Start anew for `key`, for example after it proved who it is."""
    Bucket.objects.filter(key=_hidden(scope, key)).delete()


def purge(at: datetime) -> int:
    """Delete the windows that were over at `at` and return their number."""
    return Bucket.objects.filter(window_end__lt=at).delete()[0]


def _hidden(scope: str, key: str) -> str:
    return blind_index(key, purpose=f"throttle.{scope}")
