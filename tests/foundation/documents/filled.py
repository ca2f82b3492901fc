"""A request's data, as the forms are filled in with."""

from datetime import UTC, date, datetime

from securenet.foundation.documents.codes import bar_svg, document_code, qr_svg

OPERATOR = {
    "name": "ธนาคารแห่งประเทศไทย",
    "service_desk": {
        "name": "ศูนย์บริการผู้ใช้ระบบ SecureNet",
        "phone": "0 2000 0000",
        "address": ["273 ถนนสามเสน แขวงวัดสามพระยา", "เขตพระนคร กรุงเทพมหานคร 10200"],
    },
}
APPLICANT = {
    "name_th": "อนงค์ น้ำใจงาม",
    "name_en": "Anong Namchaingam",
    "identity_label": "บัตรประจำตัวประชาชน",
    "identity_masked": "xxxxxxxxx1234",
    "email": "anong@example.co.th",
    "mobile": "+66 81 234 5678",
    "office": "+66 2 123 4567 ต่อ 89",
}
ORGANIZATION = {"name": "บริษัท น้ำทิพย์ขนส่งเงินสด จำกัด", "number": "0105556000014", "country": "ไทย"}
REQUEST = {
    "service": "BMS ID",
    "capacity": "ผู้ให้บริการขนส่งเงินสด",
    "role": "ผู้จัดการสิทธิ์",
    **{f"organization_{key}": value for key, value in ORGANIZATION.items()},
}
PAPERS = [
    {"name": "หนังสือแสดงความจำนงขอใช้บริการ", "form": True, "required": True},
    {"name": "ใบทะเบียนพาณิชย์", "form": False, "required": True},
    {"name": "หนังสือรับรองการจดทะเบียนนิติบุคคล (อายุไม่เกิน 6 เดือน)", "form": False, "required": True},
    {"name": "หนังสือมอบอำนาจช่วง", "form": False, "required": False},
    {"name": "สำเนาบัตรประจำตัวประชาชนของผู้มีอำนาจลงนาม", "form": False, "required": True},
    {"name": "สำเนาบัตรประจำตัวประชาชนของผู้จัดการสิทธิ์และผู้ปฏิบัติงาน", "form": True, "required": True},
    {"name": "หนังสือแต่งตั้งผู้มีอำนาจลงนามแต่งตั้งผู้จัดการสิทธิ์", "form": True, "required": True},
]
MANDATE = {
    "agent": {"name": "บริษัท ขนเงินปลอดภัย จำกัด", "number": "0105556000022", "country": "ไทย"},
    "service": "BMS ID",
    "functions": ["ลงทะเบียนบุคคล", "ส่งขออนุมัติ"],
    "centres": ["ศูนย์จัดการธนบัตร ส่วนกลาง"],
    "from_date": date(2026, 7, 1),
    "until_date": date(2026, 12, 31),
}
CERTIFICATE = {
    "subject": "CN=Anong Namchaingam, O=Namthip Cash Transport Co. Ltd., C=TH",
    "issuer": "CN=Test Issuing CA G2, O=Test Certification Authority, C=TH",
    "serial": "5F3A9C0017D2E4B86A01",
    "valid_from": datetime(2026, 1, 5, 3, 0, tzinfo=UTC),
    "valid_to": datetime(2028, 1, 5, 3, 0, tzinfo=UTC),
    "public_key": "RSA 2048",
    "sha1": "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B",
    "sha256": "2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824",
}


def fill(item="letter_of_intent", **changes):
    """Return one form's context, with some keys replaced."""
    code = document_code(2818, item)
    return {
        "operator": OPERATOR,
        "number": 2818,
        "submitted_on": date(2026, 7, 1),
        "due_on": date(2026, 7, 20),
        "applicant": APPLICANT,
        "requests": [REQUEST],
        "organization": ORGANIZATION,
        "papers": PAPERS,
        "certificate": CERTIFICATE,
        "mandate": MANDATE,
        "code_qr_svg": qr_svg(code),
        "code_bar_svg": bar_svg(code),
        **changes,
    }
