"""The whole demo, built at once or not at all."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import transaction

from securenet.domain.accounts.models import SecondFactor
from securenet.domain.demo import certificates, looking_after, register, requests
from securenet.domain.demo.cast import (
    ADMINISTRATOR,
    BANK,
    BOONMEE,
    CARRIER,
    CLERKS,
    EKACHAI,
    FAH,
    MALEE,
    MEMBER_PASSWORD,
    STAFF_PASSWORD,
    SUDA,
)
from securenet.domain.demo.certificates import Cabinet
from securenet.domain.demo.timeline import Past, play
from securenet.foundation.actor import system
from securenet.foundation.audit.actions import seal_entries
from securenet.foundation.testca.hierarchy import CaSpec, Hierarchy

STRANGER_CAS = (CaSpec("stranger-ca", "Another CA", "rsa-2048", organization="Not accepted here"),)
MEMBERS = (
    (BOONMEE, "Organization Admin", CARRIER),
    (MALEE, "Officer", CARRIER),
    (SUDA, "Organization Admin", BANK),
    (EKACHAI, "Officer", BANK),
    (FAH, "Applicant, asked for another paper", FAH.company),
)


@transaction.atomic
def build_demo(folder: Path, ca: Hierarchy, *, now: datetime) -> dict[str, dict[str, str]]:
    """Let everything happen that the demo shows, into an empty database, and return the certificate files by state.

    `folder` takes the files and the CA that nobody accepts.
    """
    folder.mkdir(mode=0o700)
    stranger = Hierarchy.create(folder / "another-ca", STRANGER_CAS, base_url=ca.base_url, at=now - certificates.YEAR)
    past, cabinet = Past(now), Cabinet(folder, ca, stranger)
    rooms = (register.stories(past), requests.stories(past), looking_after.stories(past))
    play([*chain.from_iterable(rooms), *certificates.stories(past, cabinet)])
    seal_entries(system("audit.seal", now))
    return cabinet.files


def accounts() -> list[dict[str, Any]]:
    """Return who can sign in, where, and with what."""
    secrets = dict(SecondFactor.objects.values_list("user__username", "secret"))
    staff = [
        {
            "username": who.username,
            "password": STAFF_PASSWORD,
            "name": who.name_en,
            "surface": "backoffice",
            "roles": [role for role, _desk in who.roles],
            "desks": [desk for _role, desk in who.roles if desk],
            "totp": secrets.get(who.username, ""),
        }
        for who in (*CLERKS, ADMINISTRATOR)
    ]
    members = [
        {
            "username": who.username,
            "password": MEMBER_PASSWORD,
            "name": who.name_en,
            "surface": "portal",
            "roles": [role],
            "organization": company.name,
            "organization_number": company.number,
        }
        for who, role, company in MEMBERS
    ]
    return members + staff
