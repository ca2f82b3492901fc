"""Why an encrypted and signed file is refused, in words that scripts and people can rely on."""

from enum import StrEnum

from securenet.foundation.x509 import Sentence


class Reason(StrEnum):
    """Stable codes."""

    NOT_ENCRYPTED = "not-encrypted"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    TRAILING_DATA = "trailing-data"
    ALGORITHM = "algorithm"
    OTHER_RECIPIENT = "other-recipient"
    ALTERED = "altered"
    UNSIGNED = "unsigned"
    NO_CONTENT = "no-content"
    SEVERAL_SIGNERS = "several-signers"
    SIGNER_CERTIFICATE = "signer-certificate"
    BAD_SIGNATURE = "bad-signature"
    RECIPIENT_KEY = "recipient-key"


class Refused(Exception):
    """The file is not what it has to be; nothing of it may be used."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason

    def __str__(self) -> str:
        return SENTENCES[self.reason].en


SENTENCES = {
    Reason.NOT_ENCRYPTED: Sentence(
        "ไฟล์นี้ไม่ใช่ไฟล์ที่เข้ารหัสแบบ CMS โปรดเข้ารหัสและลงลายมือชื่อก่อนส่ง",
        "This is not an encrypted CMS file. Sign and encrypt it before sending.",
    ),
    Reason.MALFORMED: Sentence("โครงสร้างของไฟล์ไม่ถูกต้อง", "The file is not built as CMS says."),
    Reason.TRUNCATED: Sentence("ไฟล์ไม่ครบ โปรดรับหรือส่งใหม่", "The file is not complete. Have it sent again."),
    Reason.TRAILING_DATA: Sentence("มีข้อมูลอื่นต่อท้ายไฟล์", "Other data follows the encrypted file."),
    Reason.ALGORITHM: Sentence(
        "ไฟล์ใช้วิธีเข้ารหัสหรือลงลายมือชื่อที่ไม่รองรับ โปรดใช้ AES-256, RSA-OAEP หรือ ECDH และ SHA-256 ขึ้นไป",
        "The file uses an algorithm that is not taken. Use AES-256, RSA-OAEP or ECDH, and SHA-256 or better.",
    ),
    Reason.OTHER_RECIPIENT: Sentence("ไฟล์นี้ไม่ได้เข้ารหัสถึงใบรับรองนี้", "The file is not encrypted to this certificate."),
    Reason.ALTERED: Sentence(
        "เนื้อหาของไฟล์ไม่ตรงกับที่ผู้ส่งลงลายมือชื่อไว้ โปรดรับหรือส่งใหม่", "The file is not what its sender made. Have it sent again."
    ),
    Reason.UNSIGNED: Sentence("ไฟล์ไม่มีลายมือชื่ออิเล็กทรอนิกส์", "The file is encrypted but not signed."),
    Reason.NO_CONTENT: Sentence("มีลายมือชื่อแต่ไม่มีเนื้อหา", "There is a signature, but not what it signs."),
    Reason.SEVERAL_SIGNERS: Sentence("ไฟล์ต้องมีผู้ลงลายมือชื่อเพียงคนเดียว", "A file has one signer, and this one has several."),
    Reason.SIGNER_CERTIFICATE: Sentence(
        "ไม่มีใบรับรองของผู้ลงลายมือชื่อในไฟล์ หรืออ่านใบรับรองไม่ได้",
        "The signer's certificate is not in the file, or cannot be read.",
    ),
    Reason.BAD_SIGNATURE: Sentence("ลายมือชื่ออิเล็กทรอนิกส์ไม่ถูกต้อง", "The signature does not verify."),
    Reason.RECIPIENT_KEY: Sentence(
        "ใบรับรองของผู้รับใช้สำหรับการเข้ารหัสไม่ได้", "The recipient's certificate is not meant for encryption."
    ),
}
