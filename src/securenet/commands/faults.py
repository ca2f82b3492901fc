"""What a person reads where a command ends early; loaded only then, for the libraries behind it load slowly."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import InterfaceError, OperationalError, ProgrammingError
from django.utils.translation import override
from pydantic import ValidationError

from securenet.commands.starting import UnreadableProfile
from securenet.domain.profile.loading import ProfileError
from securenet.foundation.refusal import Refusal

FAILED, USAGE = 1, 2


def told(error: Exception) -> tuple[str, int]:
    """Return the sentence and the exit code of an error; raises the error itself where it is a fault of ours."""
    match error:
        case ProfileError() | ImproperlyConfigured() | UnreadableProfile():
            return str(error), USAGE
        case ValidationError():
            return "\n".join(_setting(item["loc"], item["type"], item["msg"]) for item in error.errors()), USAGE
        case Refusal():
            with override("en"):
                return str(error), FAILED
        case OperationalError() | InterfaceError() | ProgrammingError():
            return f"The database is out of reach or not migrated ({type(error).__name__}).", FAILED
    raise error


def _setting(place: tuple[int | str, ...], kind: str, message: str) -> str:
    name = ".".join(map(str, place)).lower()
    if kind != "missing":
        return f"SECURENET_{name.upper()}: {message}"
    return (
        f"SECURENET_{name.upper()} is missing. Set it, or put the file securenet_{name} into the folder that "
        "SECURENET_SECRETS_DIR names; `securenet secrets create DIR` makes such a folder."
    )
