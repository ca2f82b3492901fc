"""The `securenet` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import InterfaceError, OperationalError, ProgrammingError
from django.utils.translation import override
from pydantic import ValidationError

from securenet.commands.arguments import read
from securenet.commands.starting import UnreadableProfile, start_django
from securenet.domain.profile.loading import ProfileError
from securenet.foundation.refusal import Refusal

OK, FAILED, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 where it failed, 2 where it was called or set up wrongly."""
    chosen = read(arguments)
    try:
        if chosen.needs_django:
            start_django(getattr(chosen, "surface", None) or ())
        return int(import_module(f"securenet.commands.{chosen.module}").run(chosen))
    except (ProfileError, ImproperlyConfigured, UnreadableProfile) as error:
        return _say(str(error), USAGE)
    except ValidationError as error:
        return _say("\n".join(_setting(item["loc"], item["type"], item["msg"]) for item in error.errors()), USAGE)
    except Refusal as refusal:
        with override("en"):
            return _say(str(refusal), FAILED)
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        return _say(f"The database is out of reach or not migrated ({type(error).__name__}).", FAILED)
    except KeyboardInterrupt:
        return FAILED


def _setting(place: tuple[int | str, ...], kind: str, message: str) -> str:
    name = ".".join(map(str, place)).lower()
    if kind != "missing":
        return f"SECURENET_{name.upper()}: {message}"
    return (
        f"SECURENET_{name.upper()} is missing. Set it, or put the file securenet_{name} into the folder that "
        "SECURENET_SECRETS_DIR names; `securenet secrets create DIR` makes such a folder."
    )


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
