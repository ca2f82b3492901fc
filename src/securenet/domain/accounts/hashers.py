"""Argon2id, never more at once than the machine has cores."""

from __future__ import annotations

from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.translation import gettext_lazy as _

from securenet.foundation.refusal import Refusal

WAITING_SECONDS = 5


class TooBusy(Refusal):
    """More logins wait than can be hashed in time."""

    sentence = _("Very many people are signing in right now. Please try again in a minute.")


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """Django's Argon2id hasher behind a bounded queue, so that a flood of logins does not slow other pages."""

    time_cost = settings.ARGON2["time_cost"]
    memory_cost = settings.ARGON2["memory_cost"]
    parallelism = settings.ARGON2["parallelism"]
    _places = BoundedSemaphore(settings.HASHES_AT_ONCE)

    def encode(self, password: str, salt: str) -> str:
        """Return the encoded hash. Raises TooBusy when no place comes free in time."""
        with _Place(self._places):
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether the password belongs to the hash. Raises TooBusy when no place comes free in time."""
        with _Place(self._places):
            return super().verify(password, encoded)


class _Place:
    def __init__(self, places: BoundedSemaphore) -> None:
        self.places = places

    def __enter__(self) -> None:
        if not self.places.acquire(timeout=WAITING_SECONDS):
            raise TooBusy

    def __exit__(self, *_exception: object) -> None:
        self.places.release()
