"""Argon2id as raw work, and at next to no cost."""

from __future__ import annotations

from argon2 import PasswordHasher

from securenet.bench.installation import LANES, MEMORY_KIB, ROUNDS
from securenet.bench.processes import own_cpu


def light_hash(password: str) -> str:
    """Return a hash that costs next to nothing, as Django stores it: what a login costs beyond its hash."""
    return "argon2" + PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def raw_hashing(*, rounds: int, seconds: float) -> float:
    """Return the CPU milliseconds of one verification alone, in one process."""
    hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)
    kept = hasher.hash("a password")
    return own_cpu(lambda: hasher.verify(kept, "a password"), rounds=rounds, seconds=seconds)
