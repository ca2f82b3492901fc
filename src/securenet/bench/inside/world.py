"""Fills the database by the actions that pages call: members with certificates, staff, and full queues."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection, transaction
from django.utils import timezone

from securenet.bench.hashes import light_hash
from securenet.bench.processes import parent_of
from securenet.domain.accounts.models import SecondFactor, User
from securenet.domain.approvals.flow import Verb
from securenet.domain.approvals.models import Case
from securenet.domain.certificates.actions import register_certificate
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.trust import accept_authority
from securenet.domain.demo import acting
from securenet.domain.demo.cast import CARRIER, MEMBER_PASSWORD, STAFF_PASSWORD, Person
from securenet.domain.demo.certificates import Cabinet
from securenet.domain.demo.requests import Course, registration, staff
from securenet.domain.demo.timeline import Past, Story, play
from securenet.domain.oidc.connecting import rotate_keys
from securenet.domain.profile.queries import accepted_set
from securenet.domain.profile.trust import TrustEntry
from securenet.foundation.actor import system
from securenet.foundation.testca.demo import TLS_CA
from securenet.foundation.testca.hierarchy import Hierarchy

BROWSERS = 4
QUEUE = 55
CARD_CA = "demo-ca"
APPROVED = Course(20, papers=16, desk=14, owner=12)
AT_DESK, AT_OWNER = Course(5, papers=2), Course(6, papers=4, desk=2)


def people(name: str, first_seat: int, count: int, *, sign_in: bool = False) -> list[Person]:
    """Return members to be, with names of letters."""
    letters = [f"{name.capitalize()}{'abcdefghij'[seat // 10]}{'abcdefghij'[seat % 10]}" for seat in range(count)]
    return [
        Person(latin.lower(), "สมมุติ ตัวอย่าง", f"{latin} Tuayang", first_seat + seat, CARRIER, signs_in=sign_in)
        for seat, latin in enumerate(letters)
    ]


def stories(past: Past, cabinet: Cabinet, members: list[Person]) -> Iterator[Story]:
    """Yield everything that happened before the run."""
    yield staff(past)
    yield trust(past, cabinet)
    for person in members:
        yield registration(past, person, APPROVED)
    for person in members[:BROWSERS]:
        yield card(past, cabinet, person)
    for person in people("waiting", 500, QUEUE):
        yield registration(past, person, AT_DESK)
    for person in people("endorsed", 600, QUEUE):
        yield registration(past, person, AT_OWNER)


def trust(past: Past, cabinet: Cabinet) -> Story:
    """Accept the members' CAs."""
    at = past.day(10, 8)
    yield at
    for spec in cabinet.ca.specs:
        if spec.slug != TLS_CA:
            entry = TrustEntry(
                set=accepted_set(),
                kind="intermediate" if spec.issuer else "root",
                name=spec.name,
                file=f"{spec.name}.cer",
                allowed_hosts=("127.0.0.1",),
                crl_urls=(f"{cabinet.ca.base_url}/{spec.slug}.crl",),
            )
            content = cabinet.ca.certificate(spec.slug).public_bytes(Encoding.DER)
            accept_authority(entry, content, by=system("bench", at))
    cabinet.publish(CARD_CA, at=at)


def card(past: Past, cabinet: Cabinet, person: Person) -> Story:
    """Somebody gets a certificate and registers it."""
    at = past.day(10, 10)
    yield at
    certificate = cabinet.issue("card", person, CARD_CA, "rsa-2048", at=at)
    by = acting.member(person.username, at)
    read = read_certificate(certificate.public_bytes(Encoding.DER))
    submission = register_certificate(by.user, read, proven=True, by=by)
    acting.bring_papers(submission, by=acting.clerk("chai", at))
    acting.decide(submission, Verb.APPROVE, by=acting.clerk("chanida", at + timedelta(minutes=10)))


def told(cabinet: Cabinet, members: list[Person]) -> dict[str, Any]:
    """Return what a run has to know."""
    first = User.objects.get(username=members[0].username)
    waiting = Case.objects.filter(desk="service-desk", state="service_desk_review").earliest("pk")
    return {
        "password": MEMBER_PASSWORD,
        "staff_password": STAFF_PASSWORD,
        "members": [person.username for person in members[:BROWSERS]],
        "light_members": [person.username for person in members[BROWSERS:]],
        "cards": [_card_files(cabinet, person) for person in members[:BROWSERS]],
        "own_case": Case.objects.filter(submission__applicant=first).earliest("pk").submission_id,
        "desk_case": waiting.submission_id,
        "secrets": dict(SecondFactor.objects.values_list("user__username", "secret")),
        "postmaster": _postmaster(),
    }


def _card_files(cabinet: Cabinet, person: Person) -> tuple[str, str]:
    base = cabinet.folder / f"card-{person.username}"
    pem = base.with_suffix(".pem")
    certificate = x509.load_der_x509_certificate(base.with_suffix(".cer").read_bytes())
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    return str(pem), str(base.with_suffix(".key.pem"))


def _postmaster() -> int:
    """Return the server's first process where it runs on this machine."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return parent_of(cursor.fetchone()[0])


def main(place: str) -> dict[str, Any]:
    """Let everything happen, and return what a run has to know; `world.json` in the folder keeps it too."""
    folder = Path(place)
    (folder / "cards").mkdir()
    hierarchy = Hierarchy.open(folder / "ca")
    cabinet, now = Cabinet(folder / "cards", hierarchy, hierarchy), timezone.now()
    members = people("member", 300, 2 * BROWSERS, sign_in=True)
    with transaction.atomic():
        play(stories(Past(now), cabinet, members))
        names = [person.username for person in members[BROWSERS:]]
        User.objects.filter(username__in=names).update(password=light_hash(MEMBER_PASSWORD))
        rotate_keys(by=system("bench", now - timedelta(hours=1)))
        cabinet.publish(CARD_CA, at=now - timedelta(minutes=1))
    world = told(cabinet, members)
    (folder / "world.json").write_text(json.dumps(world))
    return world
