"""Makes the users of the bare project: the same names, passwords, hashes and certificates as the members'."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management import call_command

from securenet.bench.bare.models import Card
from securenet.bench.hashes import light_hash


def main(folder: str) -> None:
    """Make them."""
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # only now: its tables point at those of contrib.auth
    world: dict[str, Any] = json.loads((Path(folder) / "world.json").read_text())
    for username in world["members"]:
        User(username=username, password=make_password(world["password"])).save()
    for username in world["light_members"]:
        User(username=username, password=light_hash(world["password"])).save()
    for username, (certificate, _key) in zip(world["members"], world["cards"], strict=True):
        der = x509.load_pem_x509_certificate(Path(certificate).read_bytes()).public_bytes(Encoding.DER)
        Card(sha256=sha256(der).hexdigest(), holder=User.objects.get(username=username)).save()
