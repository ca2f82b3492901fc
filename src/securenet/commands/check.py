"""`securenet check`: what would go wrong, before it does."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from securenet.domain.approvals.models import Case
from securenet.domain.calendar.queries import calendar_gaps, local_date
from securenet.domain.certificates.models import Authority, RevocationListFile
from securenet.domain.entitlements.models import Entitlement
from securenet.domain.profile.queries import accepted_set, profile
from securenet.foundation.sealed import require_siv

ORGANIZATION = "organization-"
"""How the desks of organizations begin, which no profile lists."""
NOT_HERE = {
    "security.W005",  # the operator's other names may speak plain HTTP; that is theirs to decide
    "security.W008",  # plain HTTP is never served, so there is nothing to redirect
    "security.W021",  # a list that browsers ship is no place for an internal name
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, in one sentence; `fatal` where the system must not run so."""

    sentence: str
    fatal: bool = True

    def __str__(self) -> str:
        return f"{'error' if self.fatal else 'warning'}: {self.sentence}"


Check = Callable[[], Iterator[Finding]]


def run(arguments: argparse.Namespace) -> int:
    """Print the findings and return 1 where one of them is an error. Raises ProfileError."""
    profile()
    findings = [finding for check in (DEPLOYED if arguments.deploy else ALWAYS) for finding in check()]
    for finding in findings:
        print(finding)
    errors = sum(finding.fatal for finding in findings)
    print(f"{errors} errors, {len(findings) - errors} warnings.")
    return 1 if errors else 0


def sealing() -> Iterator[Finding]:
    """Find keys that do not seal, and an OpenSSL without AES-GCM-SIV."""
    try:
        require_siv()
    except ImproperlyConfigured as error:
        yield Finding(str(error))


def of_django() -> Iterator[Finding]:
    """Find what Django finds, its advice for deployment included."""
    for message in checks.run_checks(include_deployment_checks=True):
        if message.id not in NOT_HERE:
            yield Finding(f"{message.id}: {message.msg}", fatal=message.level >= checks.ERROR)


def database() -> Iterator[Finding]:
    """Find a database that does not answer, sorts by a locale, or misses migrations."""
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield Finding("migrations are missing: securenet migrate")
        if connection.vendor == "postgresql":
            yield from _locale()
        else:
            yield Finding("SQLite is for the demo and for one machine; take PostgreSQL.", fatal=False)
    except DatabaseError as error:
        yield Finding(f"the database is out of reach ({type(error).__name__})")


def _locale() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding), datlocprovider, datcollate FROM pg_database "
            "WHERE datname = current_database()"
        )
        encoding, provider, collation = cursor.fetchone()
    if encoding != "UTF8":
        yield Finding(f"the database holds {encoding}, not UTF8")
    if str(provider) not in {"i", "b"} and collation not in {"C.UTF-8", "C.utf8", "C"}:
        yield Finding(
            f"the database sorts by the system's {collation}, whose order changes with the system: create it with "
            "--locale=C.UTF-8 or an ICU locale"
        )


def calendar() -> Iterator[Finding]:
    """Find years without closing days."""
    for year in calendar_gaps(local_date(timezone.now()).year):
        yield Finding(f"the profile has no closing days for {year}: deadlines then count holidays", fatal=False)


def profile_in_use() -> Iterator[Finding]:
    """Find services and desks that the profile has dropped although rights or open requests still need them."""
    try:
        open_cases = Case.objects.open()
        services = {*open_cases.values_list("service", flat=True), *_services_held()} - {""}
        desks = {row["desk"] for rows in open_cases.values_list("route_rows", flat=True) for row in rows}
    except DatabaseError:
        return  # `database` has said so
    for service in sorted(services - {known.key for known in profile().services}):
        yield Finding(f"the service {service} is in use and not in the profile: close it there instead")
    for desk in sorted(desks - {known.key for known in profile().desks}):
        if not desk.startswith(ORGANIZATION):
            yield Finding(f"open requests pass the desk {desk}, which is not in the profile")


def _services_held() -> Iterator[str]:
    return Entitlement.objects.held().values_list("service", flat=True).distinct().iterator()


def trust_store() -> Iterator[Finding]:
    """Find a trust store that accepts nothing, and revocation lists that are old."""
    try:
        accepted = Authority.objects.filter(trust_set=accepted_set(), withdrawn_at=None)
        if not accepted.exists():
            yield Finding("no CA is accepted: nobody can register a certificate", fatal=False)
        now = timezone.now()
        for authority in accepted:
            fresh = RevocationListFile.objects.filter(authority=authority, next_update__gt=now)
            if not fresh.exists():
                yield Finding(
                    f"no fresh revocation list of {authority.name}: its certificates are refused", fatal=False
                )
    except DatabaseError:
        return  # `database` has said so


def addresses() -> Iterator[Finding]:
    """Find settings that belong to a demo, and folders that are not there."""
    if settings.DEMO:
        yield Finding("SECURENET_DEMO is on: test certificates are accepted")
    if settings.DEBUG:
        yield Finding("DEBUG is on")
    for surface in settings.SURFACES:
        if not settings.PUBLIC_URLS[surface].startswith("https://"):
            yield Finding(f"the public address of {surface} is not https")
    if not settings.BMS_ID_CLIENT_SECRET and "bms_id" in settings.SURFACES:
        yield Finding("SECURENET_BMS_ID_CLIENT_SECRET is missing: nobody can sign in to BMS ID")
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield Finding(f"no style sheets in {settings.STATIC_ROOT}: securenet static")


def issuing() -> Iterator[Finding]:
    """Find a CA for applications that cannot be asked."""
    if settings.CA_BACKEND == "testca" and not settings.DEMO:
        yield Finding("SECURENET_CA_BACKEND is testca: its certificates prove nothing")
    if settings.CA_BACKEND != "est":
        return
    if not settings.EST_URL.startswith("https://"):
        yield Finding("SECURENET_EST_URL is not https")
    if not settings.EST_TRUST:
        yield Finding("SECURENET_EST_TRUST is missing: no server can be trusted")
    for name in ("EST_TRUST", "EST_CERTIFICATE", "EST_KEY"):
        path = getattr(settings, name)
        if path and not path.is_file():
            yield Finding(f"SECURENET_{name} names no file")
    if not (settings.EST_CERTIFICATE or settings.EST_LOGIN):
        yield Finding("neither SECURENET_EST_CERTIFICATE nor SECURENET_EST_LOGIN says who we are to the CA")


ALWAYS: tuple[Check, ...] = (sealing,)
DEPLOYED: tuple[Check, ...] = (
    sealing,
    of_django,
    addresses,
    database,
    calendar,
    profile_in_use,
    trust_store,
    issuing,
)
