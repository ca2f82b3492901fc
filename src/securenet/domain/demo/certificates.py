"""Certificates in every state that a login page explains (R43, R46), from a test CA with a history of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags

from securenet.domain.approvals.flow import Verb
from securenet.domain.certificates.actions import register_certificate
from securenet.domain.certificates.applying import apply_for_certificate, read_application
from securenet.domain.certificates.jobs import recheck
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.models import Authority
from securenet.domain.certificates.store import propose_authority
from securenet.domain.certificates.trust import accept_authority, replace_list
from securenet.domain.certificates.vetting import require_entry
from securenet.domain.demo import acting
from securenet.domain.demo.cast import ADMINISTRATOR, ANONG, BOONMEE, EKACHAI, FILE_PASSWORD, MALEE, Person
from securenet.domain.demo.timeline import Past, Story
from securenet.domain.profile.trust import TrustEntry
from securenet.foundation.actor import system
from securenet.foundation.testca.demo import TLS_CA
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import KeyKind, export_pkcs12, make_key, write_key
from securenet.foundation.testca.profiles import Person as Subject
from securenet.foundation.testca.profiles import Profile, subject_name
from securenet.foundation.testca.revocation import hold, publish_crl, revoke
from securenet.foundation.x509 import read_authority, read_crl

OPERATOR = Subject("BMS ID", "bmsid@operator.example", "0994000111126", unit="Operator")
"""Whom confidential files are encrypted to (R47); invented like everybody."""
HOST = "127.0.0.1"
YEAR = timedelta(days=365)


@dataclass
class Cabinet:
    """The folder of certificate files that people can try, the CA they come from, and a CA that nobody accepts."""

    folder: Path
    ca: Hierarchy
    stranger: Hierarchy
    files: dict[str, dict[str, str]] = field(default_factory=dict)

    def issue(
        self, label: str, person: Person, ca: str, kind: KeyKind, *, at: datetime, life: timedelta = YEAR
    ) -> x509.Certificate:
        """Return a new certificate for somebody and keep it in files named after `label`."""
        subject = Subject(person.name_en, person.email, person.company.number)
        return self.issue_to(label, person.username, subject, ca, kind, at=at, life=life)

    def issue_to(
        self, label: str, holder: str, subject: Subject, ca: str, kind: KeyKind, *, at: datetime, life: timedelta = YEAR
    ) -> x509.Certificate:
        """Return a new certificate and keep it as .p12, .cer and key file named after `label` and `holder`."""
        hierarchy = self.stranger if label == "unaccepted" else self.ca
        key = make_key(kind)
        certificate = issue(
            hierarchy, ca, key.public_key(), subject, Profile.PERSON, not_before=at, not_after=at + life
        )
        base = self.folder / f"{label}-{holder}"
        p12 = export_pkcs12(certificate, key, FILE_PASSWORD.encode(), hierarchy.chain(ca))
        for ending, content in (("p12", p12), ("cer", certificate.public_bytes(Encoding.DER))):
            base.with_suffix(f".{ending}").write_bytes(content)
        write_key(base.with_suffix(".key.pem"), key)
        endings = {"p12": "p12", "cer": "cer", "key": "key.pem"}
        self.files[label] = {"holder": holder} | {kind: f"{base}.{ending}" for kind, ending in endings.items()}
        return certificate

    def publish(self, ca: str, *, at: datetime) -> None:
        """Put new revocation lists of a CA and of those above it into force."""
        issuers = {spec.slug: spec.issuer for spec in self.ca.specs}
        step: str | None = ca
        while step:
            crl = publish_crl(self.ca, step, at=at).public_bytes(Encoding.DER)
            name = next(spec.name for spec in self.ca.specs if spec.slug == step)
            authority = Authority.objects.get(name=name, withdrawn_at=None)
            read = read_crl(crl, read_authority(bytes(authority.der)))
            replace_list(authority, authority.crl_urls[0], crl, read, by=system("revocation", at))
            step = issuers[step]


@dataclass(frozen=True)
class Fate:
    """What becomes of a registered certificate; days are business days ago."""

    label: str
    holder: Person
    ca: str
    day: int
    life: timedelta = YEAR
    approved: bool = True
    revoked: int | None = None
    held: int | None = None


FATES = (
    Fate("expired", BOONMEE, "demo-ca-g2", 105, life=timedelta(days=90)),
    Fate("revoked", MALEE, "demo-ca", 100, revoked=70),
    Fate("valid", MALEE, "demo-ca-g3", 65),
    Fate("suspended", EKACHAI, "demo-ca-g2", 60, held=3),
    Fate("pending", BOONMEE, "demo-ca-g3", 4, approved=False),
)


def stories(past: Past, cabinet: Cabinet) -> Iterator[Story]:
    """Yield what happened with certificates."""
    yield accepted(past, cabinet)
    for fate in FATES:
        yield registered(past, cabinet, fate)
    yield proposed(past, cabinet)
    yield unregistered(past, cabinet)
    yield equipped(past, cabinet)
    yield applied(past)


def equipped(past: Past, cabinet: Cabinet) -> Story:
    """The operator has a certificate of its own, to which members encrypt their files (R47)."""
    at = past.day(3, 10)
    yield at
    cabinet.issue_to("operator", "bmsid", OPERATOR, "demo-ca-g3", "rsa-2048", at=at)


def applied(past: Past) -> Story:
    """Boonmee applies for another certificate; Malee, an RA officer of the company, has to check it (R40)."""
    at = past.day(1, 11)
    yield at
    subject = subject_name(Subject(BOONMEE.name_en, BOONMEE.email, BOONMEE.company.number))
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(make_key("p-256"), SHA256())
    by = acting.member(BOONMEE.username, at)
    apply_for_certificate(by.user, read_application(request.public_bytes(Encoding.DER)), by=by)


def accepted(past: Past, cabinet: Cabinet) -> Story:
    """The operator accepts the demo's CAs; the CA of the demo's own TLS servers is none of them."""
    at = past.day(128, 9)
    yield at
    by = system("command line", at)
    for spec in cabinet.ca.specs:
        if spec.slug == TLS_CA:
            continue
        entry = TrustEntry(
            set="test",
            kind="intermediate" if spec.issuer else "root",
            name=spec.name,
            file=f"{spec.name}.cer",
            allowed_hosts=(HOST,),
            crl_urls=(f"{cabinet.ca.base_url}/{spec.slug}.crl",),
            ocsp_urls=(f"{cabinet.ca.base_url}/ocsp/{spec.slug}",),
        )
        accept_authority(entry, cabinet.ca.certificate(spec.slug).public_bytes(Encoding.DER), by=by)


def proposed(past: Past, cabinet: Cabinet) -> Story:
    """An administrator proposes to accept the stranger's CA; the other one has not decided yet (R52)."""
    at = past.day(2, 15)
    yield at
    spec, base = cabinet.stranger.specs[0], cabinet.ca.base_url
    entry = require_entry(
        set="test",
        kind="root",
        name=spec.name,
        file=f"{spec.name}.cer",
        allowed_hosts=(HOST,),
        crl_urls=(f"{base}/{spec.slug}.crl",),
    )
    data = cabinet.stranger.certificate(spec.slug).public_bytes(Encoding.DER)
    by = acting.clerk(ADMINISTRATOR.username, at)
    propose_authority(entry, data, reason="Members of a bank have certificates of this authority.", by=by)


def registered(past: Past, cabinet: Cabinet, fate: Fate) -> Story:
    """Somebody registers a certificate, and the service desk approves it."""
    at = past.day(fate.day, 10)
    yield at
    kind: KeyKind = "p-256" if fate.ca == "demo-ca-g2" else "rsa-2048"
    certificate = cabinet.issue(fate.label, fate.holder, fate.ca, kind, at=at, life=fate.life)
    cabinet.publish(fate.ca, at=at + timedelta(hours=1))
    read = read_certificate(certificate.public_bytes(Encoding.DER))
    by = acting.member(fate.holder.username, at + timedelta(hours=2))
    submission = register_certificate(by.user, read, proven=False, by=by)
    at = past.day(fate.day - 2, 13)
    yield at
    acting.bring_papers(submission, by=acting.clerk("chai", at))
    if fate.approved:
        at = past.day(fate.day - 3, 14)
        yield at
        cabinet.publish(fate.ca, at=at - timedelta(minutes=30))
        acting.decide(submission, Verb.APPROVE, by=acting.clerk("chanida", at))
        yield from ended(past, cabinet, fate, certificate)


def ended(past: Past, cabinet: Cabinet, fate: Fate, certificate: x509.Certificate) -> Story:
    """The CA revokes a certificate or suspends it, or its time is over."""
    if fate.revoked is not None:
        at = past.day(fate.revoked, 15)
        yield at
        revoke(cabinet.ca, certificate.serial_number, ReasonFlags.key_compromise, at=at)
        cabinet.publish(fate.ca, at=at)
        recheck(at=at)
    if fate.held is not None:
        at = past.day(fate.held, 11)
        yield at
        hold(cabinet.ca, certificate.serial_number, at=at)
    if fate.life < YEAR:
        at = certificate.not_valid_after_utc + timedelta(minutes=40)
        yield at
        recheck(at=at)


def unregistered(past: Past, cabinet: Cabinet) -> Story:
    """Anong has a certificate before she has an account; a stranger's CA issued one that nobody accepts."""
    at = past.day(3, 9)
    yield at
    cabinet.issue("unregistered", ANONG, "demo-ca-g3", "rsa-2048", at=at)
    cabinet.issue("unaccepted", EKACHAI, "stranger-ca", "rsa-2048", at=at)
    yield past.minutes(1)
    for ca in ("demo-ca", "demo-ca-g2", "demo-ca-g3"):
        cabinet.publish(ca, at=past.minutes(1))
