"""Argon2id at the cost that the run measures."""

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher


class Hasher(Argon2PasswordHasher):
    """Takes every hash as it is, so that no login makes a second one."""

    time_cost = settings.ARGON2["time_cost"]
    memory_cost = settings.ARGON2["memory_cost"]
    parallelism = settings.ARGON2["parallelism"]

    def must_update(self, encoded: str) -> bool:
        """Tell that nothing is to be hashed anew."""
        return False
