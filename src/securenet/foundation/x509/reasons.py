"""Why a certificate is refused, or taken with a warning: codes for programs, sentences for people."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """A code that scripts may rely on; the same word is used for a refusal and, for a few, for a warning."""

    ALREADY_REGISTERED = "already-registered"
    BAD_SIGNATURE = "bad-signature"
    CA_CERTIFICATE = "ca-certificate"
    CHAIN_EKU = "chain-eku"
    CHAIN_EXPIRED = "chain-expired"
    CHAIN_REVOKED = "chain-revoked"
    COMPROMISED_KEY = "compromised-key"
    CSR = "csr"
    DUPLICATE_EXTENSION = "duplicate-extension"
    DUPLICATE_SERIAL = "duplicate-serial"
    EMPTY = "empty"
    ENCODING = "encoding"
    EXPIRED = "expired"
    EXTENDED_KEY_USAGE = "extended-key-usage"
    KEY = "key"
    KEY_ALGORITHM = "key-algorithm"
    KEY_REUSE = "key-reuse"
    KEY_USAGE = "key-usage"
    LIFETIME = "lifetime"
    MALFORMED = "malformed"
    NOT_A_CERTIFICATE = "not-a-certificate"
    NOT_YET_VALID = "not-yet-valid"
    ON_HOLD = "on-hold"
    OTHER_OWNER = "other-owner"
    PKCS12 = "pkcs12"
    PKCS7 = "pkcs7"
    PRIVATE_KEY = "private-key"
    REVOCATION_UNKNOWN = "revocation-unknown"
    REVOKED = "revoked"
    SELF_SIGNED = "self-signed"
    SERIAL = "serial"
    SEVERAL_CERTIFICATES = "several-certificates"
    SIGNATURE_ALGORITHM = "signature-algorithm"
    SUBJECT = "subject"
    TIME = "time"
    TOO_LARGE = "too-large"
    TRAILING_DATA = "trailing-data"
    UNACCEPTED_ISSUER = "unaccepted-issuer"
    UNKNOWN_CRITICAL_EXTENSION = "unknown-critical-extension"
    UNTRUSTED_PATH = "untrusted-path"
    VERSION = "version"
    WEAK_KEY = "weak-key"


@dataclass(frozen=True)
class Sentence:
    """What is wrong and what to do, in both languages."""

    th: str
    en: str


class Refused(Exception):
    """The file or certificate is refused; `reasons` holds every reason found, never empty."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


REFUSALS: dict[Reason, Sentence] = {
    Reason.ALREADY_REGISTERED: Sentence(
        "ใบรับรองนี้ลงทะเบียนไว้แล้ว ไม่ต้องลงทะเบียนซ้ำ",
        "This certificate is already registered; there is no need to register it again.",
    ),
    Reason.BAD_SIGNATURE: Sentence(
        "ลายมือชื่อของผู้ออกใบรับรองไม่ถูกต้อง ไฟล์อาจถูกแก้ไขหรือปลอมแปลง โปรดส่งออกใบรับรองใหม่จาก token หรือติดต่อผู้ออกใบรับรอง",
        "The issuer's signature does not verify; the file may have been changed or forged. "
        "Export the certificate from the token again, or ask its CA.",
    ),
    Reason.CA_CERTIFICATE: Sentence(
        "ไฟล์นี้เป็นใบรับรองของผู้ออกใบรับรอง (CA) โปรดเลือกใบรับรองของท่านเอง",
        "This is the certificate of a certification authority; choose your own certificate.",
    ),
    Reason.CHAIN_EKU: Sentence(
        "ผู้ออกใบรับรองไม่ได้รับอนุญาตให้ออกใบรับรองเพื่อการใช้งานนี้ โปรดติดต่อผู้ออกใบรับรอง",
        "The issuing CA is not entitled to issue certificates for this use; ask the CA.",
    ),
    Reason.CHAIN_EXPIRED: Sentence(
        "ใบรับรองของผู้ออกใบรับรองหมดอายุหรือยังไม่ถึงวันเริ่มใช้ โปรดขอใบรับรองใหม่จากผู้ออกใบรับรอง",
        "A certificate of the issuing CA has expired or is not valid yet; obtain a new certificate from the CA.",
    ),
    Reason.CHAIN_REVOKED: Sentence(
        "ใบรับรองของผู้ออกใบรับรองถูกเพิกถอนแล้ว โปรดขอใบรับรองใหม่จากผู้ออกใบรับรองที่ยอมรับ",
        "A certificate of the issuing CA has been revoked; obtain a certificate from an accepted CA.",
    ),
    Reason.COMPROMISED_KEY: Sentence(
        "กุญแจของใบรับรองนี้เคยถูกแจ้งว่ารั่วไหล โปรดสร้างกุญแจใหม่และขอใบรับรองใหม่",
        "The key of this certificate has been reported as compromised; make a new key and obtain a new certificate.",
    ),
    Reason.CSR: Sentence(
        "ไฟล์นี้เป็นคำขอใบรับรอง โปรดใช้ใบรับรองที่ผู้ออกใบรับรองส่งกลับมา",
        "This is a certificate request; upload the certificate that your CA returned.",
    ),
    Reason.DUPLICATE_EXTENSION: Sentence(
        "ใบรับรองมีส่วนขยายเดียวกันซ้ำกัน โปรดแจ้งผู้ออกใบรับรองให้ออกใหม่",
        "The certificate contains the same extension twice; ask the CA to issue it anew.",
    ),
    Reason.DUPLICATE_SERIAL: Sentence(
        "มีใบรับรองอีกฉบับจากผู้ออกรายเดียวกันที่ใช้หมายเลขเดียวกัน โปรดแจ้งผู้ออกใบรับรองและเจ้าหน้าที่",
        "Another certificate of the same issuer bears this serial number; inform the CA and the service desk.",
    ),
    Reason.EMPTY: Sentence(
        "ไฟล์ว่างเปล่า โปรดส่งออกใบรับรองใหม่",
        "The file is empty; export the certificate again.",
    ),
    Reason.ENCODING: Sentence(
        "ไฟล์ถูกบันทึกเป็นข้อความแบบ UTF-16 โปรดส่งออกใบรับรองใหม่เป็น .cer โดยไม่ผ่านโปรแกรมแก้ไขข้อความ",
        "The file was saved as UTF-16 text; export the certificate as .cer again, without using a text editor.",
    ),
    Reason.EXPIRED: Sentence(
        "ใบรับรองหมดอายุแล้ว โปรดต่ออายุกับผู้ออกใบรับรอง",
        "The certificate has expired; have it renewed by its CA.",
    ),
    Reason.EXTENDED_KEY_USAGE: Sentence(
        "ใบรับรองนี้ออกให้เพื่อการใช้งานอื่น โปรดขอใบรับรองบุคคลสำหรับการยืนยันตัวตน",
        "The certificate was issued for another use; obtain a personal certificate for this one.",
    ),
    Reason.KEY_ALGORITHM: Sentence(
        "ชนิดหรือรูปแบบของกุญแจไม่เป็นที่ยอมรับ โปรดใช้กุญแจ RSA 2048 ถึง 8192 บิต หรือ P-256, P-384, P-521",
        "The kind or form of the key is not accepted; use RSA of 2048 to 8192 bits, or P-256, P-384 or P-521.",
    ),
    Reason.KEY_REUSE: Sentence(
        "กุญแจของใบรับรองนี้ถูกใช้โดยผู้อื่นแล้ว โปรดสร้างกุญแจใหม่และขอใบรับรองใหม่",
        "The key of this certificate is in use by somebody else; make a new key and obtain a new certificate.",
    ),
    Reason.KEY_USAGE: Sentence(
        "ใบรับรองไม่ได้ระบุให้ใช้กุญแจเพื่อการนี้ โปรดขอใบรับรองสำหรับลงลายมือชื่อดิจิทัล",
        "The certificate does not allow this use of its key; obtain a certificate for digital signatures.",
    ),
    Reason.MALFORMED: Sentence(
        "โครงสร้างของใบรับรองไม่ถูกต้องตามมาตรฐาน โปรดส่งออกใหม่ หรือแจ้งผู้ออกใบรับรอง",
        "The certificate is not encoded as the standard demands; export it again, or inform its CA.",
    ),
    Reason.NOT_A_CERTIFICATE: Sentence(
        "ไฟล์นี้ไม่ใช่ใบรับรอง โปรดส่งออกใบรับรองเป็นไฟล์ .cer แบบ DER หรือ Base-64 X.509",
        "This file is not a certificate; export the certificate as a .cer file, DER or Base-64 X.509.",
    ),
    Reason.NOT_YET_VALID: Sentence(
        "ใบรับรองยังไม่ถึงวันเริ่มใช้ โปรดรอถึงวันดังกล่าว หรือตรวจสอบกับผู้ออกใบรับรอง",
        "The certificate is not valid yet; wait for its first day, or ask its CA.",
    ),
    Reason.ON_HOLD: Sentence(
        "ใบรับรองถูกระงับใช้ชั่วคราว โปรดขอยกเลิกการระงับก่อนใช้งาน",
        "The certificate is suspended; have the suspension lifted before using it.",
    ),
    Reason.OTHER_OWNER: Sentence(
        "ใบรับรองนี้ลงทะเบียนไว้กับสมาชิกรายอื่น โปรดติดต่อเจ้าหน้าที่",
        "This certificate is registered to another member; ask the service desk.",
    ),
    Reason.PKCS12: Sentence(
        "ไฟล์นี้เป็น PKCS#12 ซึ่งอาจมีกุญแจส่วนตัว ระบบไม่ได้เก็บไว้ โปรดส่งออกเฉพาะใบรับรองเป็นไฟล์ .cer",
        "This is a PKCS#12 file, which may hold a private key; it was not kept. "
        "Export only the certificate, as a .cer file.",
    ),
    Reason.PKCS7: Sentence(
        "ไฟล์นี้เป็น PKCS#7 ไม่ใช่ใบรับรองฉบับเดียว โปรดส่งออกใบรับรองของท่านเป็นไฟล์ .cer",
        "This is a PKCS#7 file, not a single certificate; export your certificate as a .cer file.",
    ),
    Reason.PRIVATE_KEY: Sentence(
        "ไฟล์นี้มีกุญแจส่วนตัว ซึ่งต้องไม่ส่งให้ผู้ใด ระบบไม่ได้เก็บไว้ โปรดส่งออกเฉพาะใบรับรอง และควรขอใบรับรองใหม่",
        "This file holds a private key, which must never be given away; it was not kept. "
        "Export only the certificate, and consider obtaining a new one.",
    ),
    Reason.REVOCATION_UNKNOWN: Sentence(
        "ไม่มีข้อมูลการเพิกถอนล่าสุดของใบรับรองนี้ โปรดลองใหม่ภายหลัง หรือติดต่อเจ้าหน้าที่",
        "Nothing current is known about the revocation of this certificate; try again later, or ask the service desk.",
    ),
    Reason.REVOKED: Sentence(
        "ใบรับรองถูกเพิกถอนแล้ว โปรดขอใบรับรองใหม่จากผู้ออกใบรับรอง",
        "The certificate has been revoked; obtain a new one from its CA.",
    ),
    Reason.SELF_SIGNED: Sentence(
        "ใบรับรองนี้ลงลายมือชื่อด้วยตนเอง โปรดใช้ใบรับรองจากผู้ออกใบรับรองที่ยอมรับ",
        "The certificate is signed by itself; use a certificate from an accepted CA.",
    ),
    Reason.SERIAL: Sentence(
        "หมายเลขของใบรับรองไม่ถูกต้อง โปรดแจ้งผู้ออกใบรับรองให้ออกใหม่",
        "The serial number is not permitted; ask the CA to issue the certificate anew.",
    ),
    Reason.SEVERAL_CERTIFICATES: Sentence(
        "ไฟล์มีใบรับรองมากกว่าหนึ่งฉบับ โปรดส่งออกเฉพาะใบรับรองของท่าน",
        "The file holds more than one certificate; export your own certificate alone.",
    ),
    Reason.SIGNATURE_ALGORITHM: Sentence(
        "วิธีลงลายมือชื่อของใบรับรองไม่ปลอดภัยหรือไม่เป็นที่ยอมรับ โปรดขอใบรับรองใหม่ที่ใช้ SHA-256 ขึ้นไป",
        "The certificate is signed by an unsafe or unaccepted method; obtain a new one signed with SHA-256 or better.",
    ),
    Reason.SUBJECT: Sentence(
        "ชื่อในใบรับรองมีอักขระหรือรูปแบบที่ไม่อนุญาต โปรดแจ้งผู้ออกใบรับรองให้ออกใหม่",
        "A name in the certificate has forbidden characters or form; ask the CA to issue it anew.",
    ),
    Reason.TIME: Sentence(
        "วันเริ่มใช้และวันหมดอายุในใบรับรองไม่ถูกต้อง โปรดแจ้งผู้ออกใบรับรองให้ออกใหม่",
        "The validity dates of the certificate are wrong; ask the CA to issue it anew.",
    ),
    Reason.TOO_LARGE: Sentence(
        "ไฟล์หรือใบรับรองมีขนาดใหญ่เกินกำหนด โปรดส่งออกเฉพาะใบรับรองของท่าน",
        "The file or certificate is larger than permitted; export your own certificate alone.",
    ),
    Reason.TRAILING_DATA: Sentence(
        "มีข้อมูลส่วนเกินต่อท้ายใบรับรอง ไฟล์อาจเสียหาย โปรดส่งออกใหม่และส่งโดยไม่แปลงไฟล์",
        "Data follow the certificate; the file may be damaged. Export it again and transfer it unchanged.",
    ),
    Reason.UNACCEPTED_ISSUER: Sentence(
        "ผู้ออกใบรับรองไม่อยู่ในรายการที่ยอมรับ โปรดขอใบรับรองจากผู้ออกใบรับรองที่ยอมรับ",
        "The issuer is not among the accepted CAs; obtain a certificate from an accepted CA.",
    ),
    Reason.UNKNOWN_CRITICAL_EXTENSION: Sentence(
        "ใบรับรองมีส่วนขยายสำคัญที่ระบบไม่รู้จัก โปรดติดต่อผู้ออกใบรับรอง",
        "The certificate has a critical extension that is not known here; ask its CA.",
    ),
    Reason.UNTRUSTED_PATH: Sentence(
        "ไม่สามารถตรวจสอบสายใบรับรองถึงผู้ออกใบรับรองรากที่ยอมรับได้ โปรดติดต่อผู้ออกใบรับรอง",
        "No valid path leads from the certificate to an accepted root; ask its CA.",
    ),
    Reason.VERSION: Sentence(
        "ใบรับรองไม่ใช่ X.509 รุ่น 3 โปรดขอใบรับรองใหม่",
        "The certificate is not of X.509 version 3; obtain a new one.",
    ),
    Reason.WEAK_KEY: Sentence(
        "กุญแจของใบรับรองไม่แข็งแรงพอ โปรดสร้างกุญแจใหม่ เช่น RSA 2048 บิตขึ้นไป และขอใบรับรองใหม่",
        "The key is too weak; make a new one, such as RSA of 2048 bits or more, and obtain a new certificate.",
    ),
}

WARNINGS: dict[Reason, Sentence] = {
    Reason.SUBJECT: Sentence(
        "ชื่อในใบรับรองมีอักขระที่ผู้อนุมัติควรตรวจสอบ",
        "A name in the certificate has characters that the approver should look at.",
    ),
    Reason.EXTENDED_KEY_USAGE: Sentence(
        "ใบรับรองอนุญาตการใช้งานทุกประเภทโดยไม่เจาะจง โปรดตรวจสอบกับผู้ออกใบรับรอง",
        "The certificate allows any use without naming one; check with its CA.",
    ),
    Reason.KEY: Sentence(
        "ค่า exponent ของกุญแจ RSA ต่ำกว่าที่แนะนำ ควรสร้างกุญแจใหม่เมื่อต่ออายุ",
        "The RSA key's exponent is lower than recommended; make a new key at renewal.",
    ),
    Reason.KEY_REUSE: Sentence(
        "กุญแจนี้ใช้กับใบรับรองอื่นด้วย ควรสร้างกุญแจใหม่เมื่อต่ออายุ",
        "The same key belongs to another certificate; make a new key at renewal.",
    ),
    Reason.KEY_USAGE: Sentence(
        "ใบรับรองไม่ระบุการใช้งานกุญแจ โปรดตรวจสอบกับผู้ออกใบรับรอง",
        "The certificate does not state what its key may be used for; check with its CA.",
    ),
    Reason.LIFETIME: Sentence(
        "ใบรับรองจะหมดอายุภายใน 30 วัน โปรดเตรียมต่ออายุ",
        "The certificate ends within 30 days; arrange its renewal.",
    ),
}
