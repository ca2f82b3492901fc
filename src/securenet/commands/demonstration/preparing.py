"""What stands in the demo's folder before anything serves it. Loaded once Django runs with the demo's settings."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections

from securenet.commands.demonstration.place import Place
from securenet.commands.demonstration.token import Slot, make_token, missing
from securenet.commands.oidc import connect_bms_id
from securenet.domain.certificates.trust import refresh_lists
from securenet.domain.demo.building import accounts, build_demo
from securenet.foundation.actor import system
from securenet.foundation.testca.hierarchy import Hierarchy

ON_TOKENS = {"Malee": "valid-malee", "Anong": "unregistered-anong"}


def prepare(place: Place, ca: Hierarchy, *, now: datetime) -> list[dict[str, Any]]:
    """Bring the database up to date, build the demo in it where it is empty, and return who can sign in."""
    call_command("migrate", interactive=False, verbosity=0)
    _collect_static(place)
    if not place.state:
        files = build_demo(place.folder / "certificates", ca, now=now)
        connect_bms_id(by=system("command line", now))
        _fill_token(place)
        place.note(certificates=files, built_at=now.isoformat())
    people = accounts()
    connections.close_all()
    return people


def fetch_lists(now: datetime) -> None:
    """Fetch the revocation lists, which the demo's CA serves by now."""
    refresh_lists(by=system("revocation", now))
    connections.close_all()


def _collect_static(place: Place) -> None:
    """Collect the style sheets, unless none has changed since."""
    stamp, wanted = place.folder / "static/.collected", _fingerprint()
    if not stamp.exists() or stamp.read_text() != wanted:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(wanted)


def _fingerprint() -> str:
    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda item: item[0]):
            changed = storage.get_modified_time(name)
            found.update(f"{name} {changed.timestamp()} {storage.size(name)}\n".encode())
    return found.hexdigest()


def _fill_token(place: Place) -> None:
    """Put keys onto a token where the tools are installed; the demo goes without one where they are not."""
    folder: Path = place.folder / "certificates"
    slots = [Slot(label, folder / f"{stem}.key.pem", folder / f"{stem}.cer") for label, stem in ON_TOKENS.items()]
    if missing():
        return
    try:
        make_token(place.folder / "token", slots)
    except CalledProcessError:
        (place.folder / "token/softhsm2.conf").unlink(missing_ok=True)
