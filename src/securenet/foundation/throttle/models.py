"""What was tried how often."""

from __future__ import annotations

from django.db import models


class Bucket(models.Model):
    """The attempts of one kind by one source since `window_start`. `key` is a blind index: it names nobody."""

    key = models.CharField(max_length=64, primary_key=True)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField(db_index=True)
    count = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return self.key[:8]
