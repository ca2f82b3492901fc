"""The register of organizations and a chain of authority, as the service desk keeps them (R22a, R30a)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from securenet.domain.calendar.queries import local_date
from securenet.domain.demo import acting
from securenet.domain.demo.cast import BANK, BOONMEE, CARRIER, GUARDS, HAULIER, Company
from securenet.domain.demo.timeline import Past, Story
from securenet.domain.entitlements.models import Entitlement, Role
from securenet.domain.entitlements.register import import_organizations
from securenet.domain.organizations.chain import Letter, record_appointment
from securenet.domain.organizations.models import Organization, Rung
from securenet.foundation.tables.writing import table_file

FURTHER = (
    Company("0107565000221", "ธนาคารสมมุติไทย จำกัด (มหาชน)"),
    Company("0105560456780", "บริษัท ลองใช้ขนส่งทรัพย์สิน จำกัด"),
)


def stories(past: Past) -> Iterator[Story]:
    """Yield what the service desk does for the register."""
    yield imported(past)
    yield appointed(past)


def imported(past: Past) -> Story:
    """The operator's list is imported before anybody registers."""
    at = past.day(129, 9)
    yield at
    companies = (CARRIER, BANK, GUARDS, HAULIER, *FURTHER)
    file = table_file(["number", "name"], [(company.number, company.name) for company in companies])
    import_organizations(file, rename=False, by=acting.clerk("chai", at))


def appointed(past: Past) -> Story:
    """The letters by which Boonmee became Organization Admin are on record."""
    at = past.day(100, 11)
    yield at
    by, day = acting.clerk("chanida", at), local_date(at)
    right = Entitlement.objects.get(member__username=BOONMEE.username, role=Role.ORGANIZATION_ADMIN)
    organization = Organization.objects.get(number=CARRIER.number)
    signatory = record_appointment(
        organization,
        Letter(
            rung=Rung.SIGNATORY,
            holder_name="คุณสมชาย สมมุติ",
            holder_email="somchai@company.example",
            appointed_by="คุณสมศรี ตัวอย่าง",
            from_date=day,
            until_date=day + timedelta(days=730),
        ),
        by=by,
    )
    admin = Letter(
        rung=Rung.ADMIN,
        holder_name=BOONMEE.name_th,
        appointed_by=signatory.holder_name,
        service=right.service,
        from_date=day,
    )
    record_appointment(organization, admin, above=signatory, member=right.member, by=by)
