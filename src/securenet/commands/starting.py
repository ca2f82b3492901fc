"""Starting Django for a command, with logs on standard error."""

from __future__ import annotations

import os
from collections.abc import Sequence

import django
from django.conf import settings

from securenet.foundation import logs


class UnreadableProfile(Exception):
    """There is no profile where the settings say, or it may not be read."""


def start_django(surfaces: Sequence[str] = (), *, level: str = "") -> None:
    """Read the settings, for these surfaces alone where some are named, and load the apps.

    Raises pydantic's ValidationError for a setting that is missing, ProfileError, UnreadableProfile, or
    ImproperlyConfigured.
    """
    if surfaces:
        os.environ["SECURENET_SURFACES"] = ",".join(dict.fromkeys(surfaces))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "securenet.settings")
    try:
        environment = settings.ENVIRONMENT
    except OSError as error:
        raise UnreadableProfile(f"{error.filename}: {error.strerror}") from error
    logs.configure(level or environment.log_level, readable=environment.demo)
    django.setup()
