"""The story that `make tour` tells: what each picture shows, in English and in Thai."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Scene:
    """A picture: the word by which a journey shows it (tests/journeys), and its captions."""

    number: int
    what: str
    slug: str
    english: str
    thai: str
    part: str = ""
    """Where on the page the picture begins (a CSS selector); the whole page where it is left out."""

    @property
    def file(self) -> str:
        """Return the name of the picture."""
        return f"{self.number:02d}-{self.slug}.png"


@dataclass(frozen=True)
class Chapter:
    """One of the journeys."""

    title: str
    thai: str
    scenes: tuple[Scene, ...]


CHAPTERS = (
    Chapter(
        "1. Anong registers",
        "อนงค์ลงทะเบียน",
        (
            Scene(1, "landing", "landing", "Anong opens the landing page. BMS ID is one of the tiles.", "หน้าแรก"),
            Scene(2, "service", "service", "“Add or apply” explains three ways; she is new.", "เพิ่ม / สมัครบริการ"),
            Scene(
                3,
                "login-of-newcomers",
                "login",
                "The tile's button leads to the sign-in, which also offers to register.",
                "เข้าสู่ระบบ หรือลงทะเบียนใหม่",
            ),
            Scene(
                4, "terms", "terms", "First come the terms; which version she accepts is recorded.", "เงื่อนไขการใช้บริการ"
            ),
            Scene(5, "person", "person", "Step 1 of 6: who she is.", "ขั้นตอนที่ 1 ข้อมูลผู้ใช้งาน"),
            Scene(
                6,
                "rights",
                "rights",
                "Step 2: the right she asks for. Her company is known, so its number is enough.",
                "ขั้นตอนที่ 2 ขอสิทธิ์การใช้งาน",
            ),
            Scene(7, "details", "details", "Step 3: what BMS ID asks beyond that.", "ขั้นตอนที่ 3 รายละเอียดเพิ่มเติม"),
            Scene(8, "review", "review", "Step 4: everything on one page, certified and sent.", "ขั้นตอนที่ 4 ตรวจสอบข้อมูล"),
            Scene(
                9,
                "confirmation",
                "confirmation",
                "Step 5: the request's number, and where the mail went.",
                "ขั้นตอนที่ 5 ยืนยันการลงทะเบียน",
            ),
            Scene(10, "mail", "mail", "The mail, in the mailbox of the demo.", "อีเมลยืนยัน"),
            Scene(
                11,
                "confirm",
                "confirm",
                "Its link opens a page with a button: mail scanners follow links, people press buttons.",
                "กดปุ่มยืนยัน",
            ),
            Scene(
                12,
                "documents",
                "documents",
                "Step 6: the papers to send, the forms among them filled in already.",
                "ขั้นตอนที่ 6 จัดเตรียมเอกสาร",
            ),
        ),
    ),
    Chapter(
        "2. Chai and Dara decide, Boonmee grants",
        "ชัยและดาราพิจารณา บุญมีให้สิทธิ์",
        (
            Scene(
                18,
                "staff-login",
                "staff-login",
                "Chai of the service desk signs in at the back office.",
                "เข้าสู่ระบบของเจ้าหน้าที่",
            ),
            Scene(19, "second-factor", "second-factor", "His second factor is always asked for.", "รหัสจากแอปยืนยันตัวตน"),
            Scene(20, "queue", "queue", "The queue: what waits, since when, and what is overdue.", "คำขอที่รอพิจารณา"),
            Scene(
                21,
                "request",
                "request",
                "Anong's request on one page: her data, what the system found, the papers, the history.",
                "คำขอของอนงค์",
            ),
            Scene(
                22, "papers-noted", "papers", "The papers have come, and Chai notes each.", "บันทึกรับเอกสาร", "#papers"
            ),
            Scene(23, "decision", "decision", "They are in order, and he says so.", "พิจารณา", "#decide"),
            Scene(
                24,
                "decided",
                "endorsed",
                "He passes the request on to the department that owns BMS ID.",
                "ส่งต่อหน่วยงานเจ้าของระบบ",
            ),
            Scene(25, "approvals", "approvals", "Dara finds it in the banknote department's list.", "อนุมัติการลงทะเบียน"),
            Scene(26, "approval-asked", "approval-asked", "What she has ticked is shown once more.", "ยืนยันการอนุมัติ"),
            Scene(27, "approved", "approved", "She is told what became of each row.", "ผลการดำเนินการ"),
            Scene(28, "mail", "result", "Anong gets the result by mail.", "อีเมลแจ้งผล"),
            Scene(
                29,
                "grant",
                "grant",
                "Boonmee, the company's Organization Admin, grants her two functions.",
                "ให้ฟังก์ชันงาน",
            ),
            Scene(
                30,
                "granted",
                "granted",
                "He sees who in his company may do what, and since when.",
                "การจัดการสิทธิ์ใช้บริการ",
            ),
        ),
    ),
    Chapter(
        "3. Anong logs in to BMS ID",
        "อนงค์เข้าสู่ระบบ BMS ID",
        (
            Scene(
                31,
                "login-for-bms-id",
                "login-for-bms-id",
                "BMS ID sends her to the portal to sign in.",
                "เข้าสู่ระบบผ่านพอร์ทัล",
            ),
            Scene(
                32,
                "bms-id-by-password",
                "bms-id-by-password",
                "She sees for whom she acts, in what role, and her two functions.",
                "นิติบุคคล บทบาท และฟังก์ชันงาน",
            ),
        ),
    ),
    Chapter(
        "4. Her certificates",
        "ใบรับรองอิเล็กทรอนิกส์",
        (
            Scene(
                33,
                "personal-page-of-anong",
                "personal-page",
                "Her personal page: data, rights, requests.",
                "ข้อมูลส่วนบุคคล",
            ),
            Scene(
                34,
                "certificate-add",
                "certificate-add",
                "A certificate is registered by using it, or from a file.",
                "เพิ่มใบรับรองอิเล็กทรอนิกส์",
            ),
            Scene(
                35,
                "certificate-from-file",
                "certificate-from-file",
                "From a file: what is in it, and what the checks found. Its key is not proven yet.",
                "รายละเอียดใบรับรองจากไฟล์",
            ),
            Scene(
                36,
                "certificate-request",
                "certificate-request",
                "That makes a request, with a form to sign.",
                "คำขอลงทะเบียนใบรับรอง",
            ),
            Scene(
                37,
                "certificate-from-token",
                "certificate-from-token",
                "From the token that is plugged in: nothing to export, and the key is proven at once.",
                "ลงทะเบียนด้วยโทเคนที่เสียบอยู่",
            ),
            Scene(
                38,
                "request",
                "certificate-at-the-desk",
                "Chai sees whether name, address and organization number are the account's.",
                "เจ้าหน้าที่ตรวจใบรับรอง",
                "h2[id^=item-]",
            ),
            Scene(39, "certificates", "certificates", "Both are valid now.", "รายการใบรับรอง"),
        ),
    ),
    Chapter(
        "5. She logs in with the certificate",
        "เข้าสู่ระบบด้วยใบรับรอง",
        (
            Scene(40, "portal-signed-out", "signed-out", "She signs out.", "ออกจากระบบ"),
            Scene(
                42,
                "certificate-login",
                "certificate-login",
                "Before the browser asks for the certificate and the token for its PIN, the page says so.",
                "ก่อนเลือกใบรับรอง",
            ),
            Scene(45, "bms-id", "bms-id", "She is in, and has typed nothing but the PIN.", "เข้าสู่ BMS ID ด้วยใบรับรอง"),
            Scene(
                46,
                "certificate-none",
                "none",
                "Where no certificate came, the page says why that may be.",
                "ไม่ได้รับใบรับรอง",
            ),
            Scene(
                47,
                "certificate-unregistered",
                "unregistered",
                "One that nobody has registered.",
                "ใบรับรองยังไม่ได้ลงทะเบียน",
            ),
            Scene(48, "certificate-pending", "pending", "One that waits for approval.", "ใบรับรองรออนุมัติ"),
            Scene(49, "certificate-revoked", "revoked", "One that its authority has revoked.", "ใบรับรองถูกเพิกถอน"),
            Scene(50, "certificate-suspended", "suspended", "One that is suspended.", "ใบรับรองถูกระงับใช้ชั่วคราว"),
        ),
    ),
)
PREFACE = """# A tour

Pictures of a fresh demo, taken by `make tour` in Chromium while it walks through the five journeys with the same steps
as the tests in `tests/journeys`. Everybody in it is invented. The token is one in software.
"""


def story() -> str:
    """Return the page that shows the pictures in their order."""
    return "\n".join([PREFACE, *_lines()]).rstrip() + "\n"


def _lines() -> Iterator[str]:
    for chapter in CHAPTERS:
        yield f"## {chapter.title} · {chapter.thai}\n"
        for scene in chapter.scenes:
            yield f"**{scene.number}.** {scene.english} · {scene.thai}\n"
            yield f"![{scene.english}]({scene.file})\n"
