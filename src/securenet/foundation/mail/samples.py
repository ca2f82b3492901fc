"""Samples of what mails are filled in with: `templates/mail/<name>.toml`, beside the texts of each mail.

The keys are what the template says, with invented values; TOML has dates and moments of its own. The tables `th` and
`en` hold what differs with the language, the table `secret` what opens something.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps

from securenet.foundation.mail.rendering import Secret

LANGUAGES = ("th", "en")


class NoSample(Exception):
    """A mail has no sample. Its text is the path of the file to write."""


def mail_folders() -> Iterator[Path]:
    """Yield each room's folder of mail templates."""
    for app in apps.get_app_configs():
        folder = Path(app.path) / "templates" / "mail"
        if folder.is_dir():
            yield folder


def mail_names() -> list[str]:
    """Return the name of every mail, in alphabetical order."""
    texts = {text.name.split(".")[0] for folder in mail_folders() for text in folder.glob("*.txt")}
    return sorted(texts)


def sample_context(name: str, language: str) -> dict[str, Any]:
    """Return what a mail's sample fills in, in a language. Raises NoSample."""
    folder = next(folder for folder in mail_folders() if any(folder.glob(f"{name}.*.txt")))
    file = folder / f"{name}.toml"
    if not file.is_file():
        raise NoSample(str(file))
    values = tomllib.loads(file.read_text("utf-8"))
    in_language = {each: values.pop(each, {}) for each in LANGUAGES}
    secrets = {key: Secret(value) for key, value in values.pop("secret", {}).items()}
    context: dict[str, Any] = values | in_language[language] | secrets
    return context
