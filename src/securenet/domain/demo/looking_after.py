"""What is under way between people who look after accounts and rights: recovery, review, new staff (R14, R22e, R33)."""

from __future__ import annotations

from collections.abc import Iterator

from securenet.domain.accounts.assisted import Wanted, propose_recovery
from securenet.domain.accounts.staffing import add_staff
from securenet.domain.demo import acting
from securenet.domain.demo.cast import ADMINISTRATOR, BOONMEE, CARRIER, EKACHAI, MALEE, WIRAT
from securenet.domain.demo.timeline import Past, Story
from securenet.domain.entitlements.models import Answer, ReviewRow
from securenet.domain.entitlements.reviews import answer_row, open_review
from securenet.domain.organizations.models import Organization
from securenet.foundation.actor import system


def stories(past: Past) -> Iterator[Story]:
    """Yield what somebody has begun, and somebody else is to go on with."""
    yield reviewed(past)
    yield locked_out(past)
    yield joining(past)


def reviewed(past: Past) -> Story:
    """The carrier's rights are reviewed, and Boonmee has answered about one of them."""
    at = past.day(4, 8)
    yield at
    carrier = Organization.objects.get(number=CARRIER.number)
    review = open_review(carrier.pk, "bmsid", by=system("reviews", at))
    at = past.day(2, 10)
    yield at
    row = ReviewRow.objects.get(review=review, entitlement__member__username=MALEE.username)
    answer_row(row, Answer.KEPT, by=acting.member(BOONMEE.username, at))


def locked_out(past: Past) -> Story:
    """Ekachai's telephone was stolen: Chai has proposed another number, and a colleague is to look at it."""
    at = past.day(1, 15)
    yield at
    wanted = Wanted(
        mobile_phone="+66812340000",
        sends_link=True,
        identified="มาแสดงตนที่เคาน์เตอร์พร้อมบัตรประจำตัวประชาชน",
        reason="โทรศัพท์ถูกขโมย ผู้ใช้งานขอเปลี่ยนหมายเลขและตั้งรหัสผ่านใหม่",
    )
    propose_recovery(acting.account(EKACHAI.username), wanted, by=acting.clerk("chai", at))


def joining(past: Past) -> Story:
    """Wirat is to join the service desk: the link to choose a password lies in the mailbox."""
    at = past.minutes(50)
    yield at
    add_staff(
        username=WIRAT.username,
        name_th=WIRAT.name_th,
        name_en=WIRAT.name_en,
        email=WIRAT.email,
        roles=WIRAT.roles,
        by=acting.clerk(ADMINISTRATOR.username, at),
    )
