"""Who the demo is about. Everybody and everything is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stdnum.th import pin

MEMBER_PASSWORD = "Khao-Niao-2569"  # noqa: S105  invented, and printed by the demo
STAFF_PASSWORD = "Tom-Yam-2569"  # noqa: S105  invented, and printed by the demo
FILE_PASSWORD = "demo-2569"  # noqa: S105  of the files with invented keys, printed by the demo


@dataclass(frozen=True)
class Company:
    """An institution."""

    number: str
    name: str


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `seat` makes the identity number. Only who `signs_in` has a password."""

    username: str
    name_th: str
    name_en: str
    seat: int
    company: Company
    language: str = "th"
    signs_in: bool = False

    @property
    def email(self) -> str:
        """Return an address that leads nowhere."""
        return f"{self.username}@company.example"

    @property
    def identity_number(self) -> str:
        """Return 13 digits of which the last one fits."""
        digits = f"11099{self.seat:07d}"
        return digits + str(pin.calc_check_digit(digits))


@dataclass(frozen=True)
class Clerk:
    """Somebody on the operator's staff, with roles as (role, desk)."""

    username: str
    name_th: str
    name_en: str
    roles: tuple[tuple[str, str], ...]

    @property
    def email(self) -> str:
        """Return an address that leads nowhere."""
        return f"{self.username}@operator.example"


CARRIER = Company("0105558123451", "บริษัท ตัวอย่างขนส่งเงินสด จำกัด")
BANK = Company("0107564000111", "ธนาคารตัวอย่าง จำกัด (มหาชน)")
GUARDS = Company("0105561777121", "บริษัท สมมุติรักษาความปลอดภัย จำกัด")
HAULIER = Company("0105549012340", "บริษัท ทดลองขนส่งธนบัตร จำกัด")

BOONMEE = Person("boonmee", "บุญมี สมมุติ", "Boonmee Sommut", 101, CARRIER, signs_in=True)
MALEE = Person("malee", "มาลี ทดสอบ", "Malee Thotsop", 102, CARRIER, signs_in=True)
SUDA = Person("suda", "สุดา ลองใช้", "Suda Longchai", 103, BANK, signs_in=True)
EKACHAI = Person("ekachai", "เอกชัย นามสมมุติ", "Ekachai Namsommut", 104, BANK, language="en", signs_in=True)
FAH = Person("fahsai", "ฟ้าใส ตัวอย่าง", "Fahsai Tuayang", 105, GUARDS, signs_in=True)
ANONG = Person("anong", "อนงค์ ตัวอย่าง", "Anong Tuayang", 106, CARRIER, signs_in=True)
"""She has no account yet: she registers while one watches."""

ADMINISTRATOR = Clerk("apinya", "อภิญญา สมมุติ", "Apinya Sommut", (("administrator", ""),))
CLERKS = (
    Clerk("chai", "ชัย ทดสอบ", "Chai Thotsop", (("service_desk", "service-desk"),)),
    Clerk("chanida", "ชนิดา ลองใช้", "Chanida Longchai", (("service_desk", "service-desk"),)),
    Clerk("dara", "ดารา ตัวอย่าง", "Dara Tuayang", (("service_owner", "owner-bmsid"),)),
    Clerk("decha", "เดชา นามสมมุติ", "Decha Namsommut", (("service_owner", "owner-bmsid"),)),
    Clerk("orawan", "อรวรรณ ตัวอย่าง", "Orawan Tuayang", (("auditor", ""),)),
    Clerk("anek", "เอนก ลองใช้", "Anek Longchai", (("administrator", ""),)),
)
WIRAT = Clerk("wirat", "วิรัตน์ ตัวอย่าง", "Wirat Tuayang", (("service_desk", "service-desk"),))
"""He has an account and no password yet."""

_GIVEN = (
    ("กมล", "Kamon"), ("ขวัญ", "Khwan"), ("คมสัน", "Khomsan"), ("จิตรา", "Chittra"), ("ชลธี", "Chonthi"),
    ("ดวงใจ", "Duangchai"), ("ธารา", "Thara"), ("นภา", "Napha"), ("บุปผา", "Buppha"), ("ปรีดา", "Prida"),
    ("พิมพ์", "Phim"), ("มานะ", "Mana"), ("ยุพา", "Yupha"), ("รุ่ง", "Rung"), ("ลำดวน", "Lamduan"),
    ("วิชัย", "Wichai"), ("ศรีสุข", "Sisuk"), ("สมหวัง", "Somwang"), ("อรุณ", "Arun"), ("อำพล", "Amphon"),
    ("แก้ว", "Kaeo"), ("แพรว", "Phraeo"), ("ไพลิน", "Phailin"), ("โสภา", "Sopha"),
)  # fmt: skip
_FAMILY = (
    ("ตัวอย่าง", "Tuayang"), ("สมมุติ", "Sommut"), ("ทดสอบ", "Thotsop"), ("นามสมมุติ", "Namsommut"), ("ลองใช้", "Longchai"),
)  # fmt: skip


def crowd() -> Iterator[Person]:
    """Yield more people, so that the queues look alive."""
    companies = (CARRIER, BANK, GUARDS, HAULIER)
    for seat, (thai, latin) in enumerate(_GIVEN, 201):
        family_thai, family_latin = _FAMILY[seat % len(_FAMILY)]
        yield Person(
            f"{latin.lower()}{seat}",
            f"{thai} {family_thai}",
            f"{latin} {family_latin}",
            seat,
            companies[seat % len(companies)],
        )
