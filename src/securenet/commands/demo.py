"""`securenet demo`: the whole system on this computer, with invented people."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import securenet
from securenet.commands.demonstration import telling
from securenet.commands.demonstration.keys import make_keys
from securenet.commands.demonstration.place import CannotStart, Place, taken
from securenet.commands.demonstration.processes import Broken, Family, listening, over_http, over_https
from securenet.commands.secrets import create_secrets
from securenet.commands.starting import start_django

SURFACES = ("portal", "bms_id", "backoffice", "certificate")
LOCALES = Path(securenet.__file__).parent / "locale"


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGINT or SIGTERM and return 0; 1 where it cannot start, or one of its processes ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with taken(arguments.dir, arguments.port_base, reset=arguments.reset) as place:
            _demonstrate(place, arguments)
    except (CannotStart, Broken) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _demonstrate(place: Place, arguments: argparse.Namespace) -> None:
    began, now = time.monotonic(), datetime.now(UTC)
    if arguments.reset or not place.state:
        print(f"Building the demo in {place.folder} …", file=sys.stderr)
        place.clear()
    create_secrets(place.folder / "secrets")
    ca = make_keys(place, now)
    _compile_catalogues()
    os.environ.clear()
    os.environ.update(place.environment())
    start_django(level="ERROR")
    preparing = import_module("securenet.commands.demonstration.preparing")  # needs Django with the settings above
    accounts = preparing.prepare(place, ca, now=now)
    with Family(place) as family:
        _start(family, place)
        family.wait_until_ready()
        preparing.fetch_lists(datetime.now(UTC))
        told = telling.facts(place, accounts, time.monotonic() - began)
        print(json.dumps(told) if arguments.json else telling.table(told), flush=True)
        family.watch()


def _start(family: Family, place: Place) -> None:
    certificate, key = map(str, place.tls)
    tls = ("--certificate", certificate, "--key", key)
    folder, port, urls = str(place.folder / "mailbox"), place.port, place.urls
    ca = ("testca", "serve", str(place.folder / "ca"), "--port", str(port("test_ca")))
    family.start("test-ca", ca, over_http(f"{urls['test_ca']}/healthz"))
    family.start("mail-server", ("mailbox", folder, "--smtp", f"127.0.0.1:{port('smtp')}"), listening(port("smtp")))
    page = ("mailbox", folder, "--bind", f"127.0.0.1:{port('mailbox')}", "--static", str(place.folder / "static"), *tls)
    family.start("mailbox", page, over_https(f"{urls['mailbox']}/readyz"))
    for surface in SURFACES:
        serve = ("serve", "--surface", surface, "--bind", f"127.0.0.1:{port(surface)}", *tls)
        family.start(surface, serve, over_https(f"{urls[surface]}/readyz"))
    family.start("worker", ("worker",))


def _compile_catalogues() -> None:
    """Compile the Thai words where that was not done yet, as `make setup` would."""
    for catalogue in LOCALES.glob("*/LC_MESSAGES/*.po"):
        compiled = catalogue.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime:
            continue
        if shutil.which("msgfmt") is None:
            print("The Thai pages stay English: install gettext (msgfmt).", file=sys.stderr)
            return
        subprocess.run(["msgfmt", f"--output-file={compiled}", str(catalogue)], check=False)  # noqa: S607
