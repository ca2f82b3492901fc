"""A token in software (SoftHSM) with the keys of two people, where the tools for it are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PIN = "123456"
MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
TOOLS = {"softhsm2-util": "softhsm2", "pkcs11-tool": "opensc"}


@dataclass(frozen=True)
class Slot:
    """One person's token: its label, and the files of the key and the certificate that go onto it."""

    label: str
    key: Path
    certificate: Path


def missing() -> list[str]:
    """Return the packages that a token would need."""
    packages = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    return packages if packages or _module() else ["softhsm2"]


def make_token(folder: Path, slots: list[Slot]) -> None:
    """Make the tokens. Raises CalledProcessError where a tool refuses."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tokens").mkdir(parents=True, mode=0o700)
    settings = f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    _settings(folder).write_text(settings)
    for slot in slots:
        at = ("--token", slot.label)
        named = ("--label", slot.label, "--id", "01", "--pin", PIN)
        _run(folder, "softhsm2-util", "--init-token", "--free", "--label", slot.label, "--pin", PIN, "--so-pin", PIN)
        _run(folder, "softhsm2-util", "--import", str(slot.key), *at, *named)
        _run(
            folder,
            *("pkcs11-tool", "--module", str(_module()), "--token-label", slot.label, "--login"),
            *("--write-object", str(slot.certificate), "--type", "cert", *named),
        )


def token_facts(folder: Path) -> dict[str, Any]:
    """Return where the token is and what opens it, or which packages it would need."""
    if not _settings(folder).exists():
        return {"available": False, "missing": missing()}
    return {
        "available": True,
        "folder": str(folder),
        "configuration": str(_settings(folder)),
        "module": str(_module()),
        "pin": PIN,
    }


def _settings(folder: Path) -> Path:
    return folder / "softhsm2.conf"


def _module() -> Path | None:
    return next((Path(place) for place in MODULES if Path(place).exists()), None)


def _run(folder: Path, *command: str) -> None:
    environment = {**os.environ, "SOFTHSM2_CONF": str(_settings(folder))}
    subprocess.run(command, env=environment, check=True, capture_output=True)
