"""The profile of this installation."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from securenet.domain.profile.loading import load_profile
from securenet.domain.profile.models import Profile
from securenet.domain.profile.trust import TrustSet


@lru_cache(maxsize=8)
def _loaded(path: str | Path) -> Profile:
    return load_profile(Path(path))


def profile() -> Profile:
    """Return the profile that `settings.PROFILE_PATH` names, read once per process. Raises ProfileError or OSError."""
    return _loaded(settings.PROFILE_PATH)


def accepted_set() -> TrustSet:
    """Return the set of the trust store that members' certificates must come from: `test` in a demo (R44)."""
    return "test" if getattr(settings, "DEMO", False) else profile().certificate.accepted_set


def list_refresh() -> timedelta:
    """Return how long a revocation list in force is not asked for again: in a demo, one watches (R44)."""
    return (
        timedelta(0)
        if getattr(settings, "DEMO", False)
        else timedelta(minutes=profile().certificate.crl_refresh_minutes)
    )


def trust_directory() -> Path:
    """Return the directory of the trust store's files."""
    return Path(settings.PROFILE_PATH).parent / profile().trust_store.directory
