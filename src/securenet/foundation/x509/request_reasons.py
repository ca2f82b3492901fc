"""Why a request for a certificate is not taken: codes for programs, sentences for people."""

from enum import StrEnum

from securenet.foundation.x509.reasons import Sentence


class RequestReason(StrEnum):
    """A code that scripts may rely on; where a certificate is refused for the same, it is the same word."""

    BAD_SIGNATURE = "bad-signature"
    CA_CERTIFICATE = "ca-certificate"
    CERTIFICATE = "certificate"
    CHALLENGE_PASSWORD = "challenge-password"  # noqa: S105  a code
    EMAIL = "email"
    EMPTY = "empty"
    ENCODING = "encoding"
    KEY_ALGORITHM = "key-algorithm"
    KEY_REUSE = "key-reuse"
    MALFORMED = "malformed"
    NAME = "name"
    NOT_A_REQUEST = "not-a-request"
    ORGANIZATION = "organization"
    PKCS12 = "pkcs12"
    PKCS7 = "pkcs7"
    PRIVATE_KEY = "private-key"
    SEVERAL_REQUESTS = "several-requests"
    SIGNATURE_ALGORITHM = "signature-algorithm"
    SUBJECT = "subject"
    TOO_LARGE = "too-large"
    TRAILING_DATA = "trailing-data"
    WEAK_KEY = "weak-key"


class RequestRefused(Exception):
    """The request is not taken; `reasons` holds every reason found, never empty."""

    def __init__(self, *reasons: RequestReason) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


REQUEST_REFUSALS: dict[RequestReason, Sentence] = {
    RequestReason.BAD_SIGNATURE: Sentence(
        "ลายมือชื่อในคำขอไม่ตรงกับกุญแจในคำขอ จึงไม่พิสูจน์ว่าท่านถือกุญแจ โปรดสร้างคำขอใหม่จาก token",
        "The request's signature does not fit its key, so it does not prove that you hold the key; "
        "make the request again with the token.",
    ),
    RequestReason.CA_CERTIFICATE: Sentence(
        "คำขอนี้ขอใบรับรองสำหรับผู้ออกใบรับรอง (CA) โปรดสร้างคำขอสำหรับบุคคล",
        "The request asks for the certificate of a certification authority; make one for a person.",
    ),
    RequestReason.CERTIFICATE: Sentence(
        "ไฟล์นี้เป็นใบรับรอง ไม่ใช่คำขอ หากมีใบรับรองแล้ว โปรดไปที่ เพิ่มใบรับรองอิเล็กทรอนิกส์",
        "This is a certificate, not a request. If you have a certificate already, add it to your certificates.",
    ),
    RequestReason.CHALLENGE_PASSWORD: Sentence(
        "คำขอมีรหัสผ่านอยู่ภายใน (challenge password) ระบบไม่ได้เก็บไว้ โปรดสร้างคำขอใหม่โดยเว้นช่องนี้ว่าง",
        "The request holds a password (challenge password); it was not kept. Make the request without one.",
    ),
    RequestReason.EMAIL: Sentence(
        "อีเมลในคำขอไม่ตรงกับอีเมลในบัญชีของท่าน โปรดแก้ไขให้ตรงกันแล้วสร้างคำขอใหม่",
        "The e-mail address in the request is not your account's; make them agree, and make the request again.",
    ),
    RequestReason.EMPTY: Sentence(
        "ไฟล์ว่างเปล่า โปรดสร้างคำขอใหม่",
        "The file is empty; make the request again.",
    ),
    RequestReason.ENCODING: Sentence(
        "ไฟล์ถูกบันทึกเป็นข้อความแบบ UTF-16 โปรดใช้ไฟล์ที่โปรแกรมสร้างไว้ โดยไม่ผ่านโปรแกรมแก้ไขข้อความ",
        "The file was saved as UTF-16 text; use it as it was made, without a text editor.",
    ),
    RequestReason.KEY_ALGORITHM: Sentence(
        "ชนิดหรือรูปแบบของกุญแจไม่เป็นที่ยอมรับ โปรดใช้กุญแจ RSA 2048 ถึง 8192 บิต หรือ P-256, P-384, P-521",
        "The kind or form of the key is not accepted; use RSA of 2048 to 8192 bits, or P-256, P-384 or P-521.",
    ),
    RequestReason.KEY_REUSE: Sentence(
        "กุญแจในคำขอนี้ถูกใช้กับใบรับรองหรือคำขออื่นแล้ว โปรดสร้างกุญแจใหม่บน token",
        "The key of this request belongs to another certificate or request; make a new key on the token.",
    ),
    RequestReason.MALFORMED: Sentence(
        "โครงสร้างของคำขอไม่ถูกต้องตามมาตรฐาน PKCS#10 โปรดสร้างคำขอใหม่",
        "The request is not encoded as PKCS#10 demands; make it again.",
    ),
    RequestReason.NAME: Sentence(
        "ชื่อในคำขอ (CN) ไม่ตรงกับชื่อในบัญชีของท่าน โปรดแก้ไขให้ตรงกันแล้วสร้างคำขอใหม่",
        "The name in the request (CN) is not your account's; make them agree, and make the request again.",
    ),
    RequestReason.NOT_A_REQUEST: Sentence(
        "ไฟล์หรือข้อความนี้ไม่ใช่คำขอใบรับรอง โปรดใช้คำขอ PKCS#10 แบบ DER หรือ PEM ที่สร้างจาก token",
        "This is not a request for a certificate; use a PKCS#10 request made by the token, as DER or PEM.",
    ),
    RequestReason.ORGANIZATION: Sentence(
        "คำขอไม่มีเลข 13 หลักของนิติบุคคลที่ท่านได้รับสิทธิ์ทำแทน โปรดระบุเลขดังกล่าวในช่อง O แล้วสร้างคำขอใหม่",
        "The request does not name, in O, the 13-digit number of an organization that you act for; "
        "make the request again with it.",
    ),
    RequestReason.PKCS12: Sentence(
        "ไฟล์นี้เป็น PKCS#12 ซึ่งอาจมีกุญแจส่วนตัว ระบบไม่ได้เก็บไว้ โปรดส่งเฉพาะคำขอใบรับรอง",
        "This is a PKCS#12 file, which may hold a private key; it was not kept. Send the request only.",
    ),
    RequestReason.PKCS7: Sentence(
        "ไฟล์นี้เป็น PKCS#7 ไม่ใช่คำขอใบรับรอง โปรดใช้คำขอ PKCS#10",
        "This is a PKCS#7 file, not a request; use a PKCS#10 request.",
    ),
    RequestReason.PRIVATE_KEY: Sentence(
        "ไฟล์นี้มีกุญแจส่วนตัว ระบบไม่ได้เก็บไว้ กุญแจนี้ถือว่าไม่ปลอดภัยแล้ว โปรดสร้างกุญแจใหม่บน token และส่งเฉพาะคำขอ",
        "The file holds a private key; it was not kept. That key is no longer safe: make a new one on the token, "
        "and send the request only.",
    ),
    RequestReason.SEVERAL_REQUESTS: Sentence(
        "พบคำขอมากกว่าหนึ่งฉบับ โปรดส่งครั้งละหนึ่งฉบับ",
        "There is more than one request; send one at a time.",
    ),
    RequestReason.SIGNATURE_ALGORITHM: Sentence(
        "วิธีลงลายมือชื่อในคำขอไม่เป็นที่ยอมรับ โปรดสร้างคำขอใหม่ด้วย SHA-256 หรือสูงกว่า",
        "The request is signed in a way that is not accepted; make it again with SHA-256 or better.",
    ),
    RequestReason.SUBJECT: Sentence(
        "ชื่อในคำขอว่างเปล่า ยาวเกินไป หรือมีอักขระที่มองไม่เห็น โปรดสร้างคำขอใหม่",
        "The subject is empty, too long, or has invisible characters; make the request again.",
    ),
    RequestReason.TOO_LARGE: Sentence(
        "ไฟล์ใหญ่เกินไปสำหรับคำขอใบรับรอง โปรดตรวจสอบว่าเลือกไฟล์ถูกต้อง",
        "The file is too large for a request; make sure that it is the right one.",
    ),
    RequestReason.TRAILING_DATA: Sentence(
        "มีข้อมูลอื่นต่อท้ายคำขอ โปรดสร้างคำขอใหม่",
        "There is more in the file after the request; make the request again.",
    ),
    RequestReason.WEAK_KEY: Sentence(
        "กุญแจไม่แข็งแรงพอ โปรดใช้กุญแจ RSA 2048 บิตขึ้นไป หรือ P-256, P-384, P-521",
        "The key is too weak; use RSA of at least 2048 bits, or P-256, P-384 or P-521.",
    ),
}
