"""The components on three pages, for the eye and for the browser's checks."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator

from securenet.surfaces.shared import forms


class Registration(forms.Form):
    """Every kind of field once."""

    username = forms.CharField(
        label="ชื่อผู้ใช้งาน (Username)",
        help_text="4–20 ตัวอักษร ใช้ได้เฉพาะ a–z และ 0–9 ตั้งแล้วเปลี่ยนภายหลังไม่ได้",
        attrs={"autocomplete": "username", "data-width": "20"},
    )
    password = forms.PasswordField(
        label="รหัสผ่าน (Password)", rules=forms.PasswordRules(8, 64, upper=True, lower=True, digit=True)
    )
    password_confirm = forms.PasswordField(label="ยืนยันรหัสผ่าน", attrs={"autocomplete": "new-password"})
    name_th = forms.CharField(label="ชื่อ–สกุล ภาษาไทย", help_text="ไม่ต้องใส่คำนำหน้าชื่อ เช่น สมบัติ วิริยะ")
    name_en = forms.CharField(label="ชื่อ–สกุล ภาษาอังกฤษ", attrs={"lang": "en", "spellcheck": "false"})
    identity_type = forms.RadioField(
        label="เอกสารยืนยันตัวตน",
        choices=[
            ("national_id", "บัตรประจำตัวประชาชน"),
            ("passport", "หนังสือเดินทาง"),
            ("alien_certificate", "ใบสำคัญประจำตัวคนต่างด้าว"),
        ],
        panels={"national_id": ("identity_number", "expires"), "passport": ("identity_country",)},
        hints={"alien_certificate": "ออกโดยประเทศไทย"},
    )
    identity_number = forms.CharField(
        label="เลขประจำตัวประชาชน",
        help_text="ตัวเลข 13 หลัก เช่น 1 1037 02345 67 8",
        max_length=20,
        attrs={"inputmode": "numeric", "data-width": "13"},
    )
    expires = forms.DateField(label="วันที่บนบัตร", help_text="ใช้ปีพุทธศักราช เช่น 31 ธันวาคม 2572")
    identity_country = forms.CharField(label="ประเทศผู้ออกเอกสาร", attrs={"data-width": "13"})
    born = forms.DateField(label="วันเกิด", required=False)
    email = forms.EmailField(label="อีเมล", help_text="ใช้ยืนยันการลงทะเบียนและแจ้งผลการพิจารณา")
    mobile_phone = forms.PhoneField(label="โทรศัพท์มือถือ")
    office_phone = forms.PhoneField(label="โทรศัพท์ที่ทำงาน")
    office_extension = forms.CharField(
        label="ต่อ", required=False, max_length=8, attrs={"inputmode": "numeric", "data-width": "4"}
    )
    service = forms.ChoiceField(
        label="บริการที่ต้องการ", choices=[("", "เลือกบริการ"), ("bms", "BMS ID")], attrs={"data-width": "20"}
    )
    functions = forms.MultipleChoiceField(label="สิทธิ์การใช้งาน", choices=[("a", "ลงทะเบียนบุคคล"), ("b", "อนุมัติ")])
    reason = forms.TextField(label="เหตุผล", required=False)
    scan = forms.FileField(label="ไฟล์สแกน", help_text="PDF, JPEG หรือ PNG ไม่เกิน 10 MB")
    certified = forms.BooleanField(label="ข้าพเจ้าขอรับรองว่าข้อมูลทั้งหมดเป็นความจริง")
    token = forms.HiddenField(required=False)


TYPED = {
    "username": "sombat",
    "password": "Siampitak",
    "name_th": "สมบัติ วิริยะ",
    "name_en": "Sombat Viriya",
    "identity_type": "national_id",
    "identity_number": "",
    "expires_day": "20",
    "expires_month": "7",
    "expires_year": "2020",
    "email": "sombat.v@siampitak",
    "mobile_phone": "08 0925 5512",
    "office_phone": "0 2356 7890",
    "office_extension": "12",
}
SHELL: dict[str, Any] = {
    "system_name": "ระบบยืนยันตัวตนผู้ใช้บริการ",
    "operator_name": "หน่วยงานกำกับตัวอย่าง",
    "desk_phone": "0 2000 0000",
    "footer_links": [
        {"label": "นโยบายคุ้มครองข้อมูลส่วนบุคคล", "url": "#privacy"},
        {"label": "การเข้าถึงเว็บไซต์", "url": "#accessibility"},
        {"label": "เงื่อนไขการใช้บริการ", "url": "#terms"},
    ],
}


def pages() -> dict[str, dict[str, Any]]:
    """Return the context of each gallery page by its template's name."""
    menu = [
        {"label": label, "url": "#menu", "current": not place, "count": "" if place else 47}
        for place, label in enumerate(("คำขอ", "ผู้ใช้งาน", "นิติบุคคล", "ใบรับรอง", "บุคคลและยานพาหนะ", "ประวัติการทำรายการ"))
    ]
    case = {
        "number": "6900123",
        "who": "อรทัย แก้วมณี",
        "organization": "บริษัท สยามพิทักษ์ธนกิจ จำกัด (มหาชน)",
        "role": "ผู้จัดการสิทธิ์",
        "state": "เอกสารครบ",
        "tone": "ok",
    }
    portal = [
        {"label": label, "url": "#menu"} for label in ("หน้าแรก", "ลงทะเบียน", "จัดการสิทธิ์ใช้บริการ", "คำแนะนำและข้อกำหนด")
    ]
    signed_in = {"actor_name": "พิมพ์ชนก ศรีสุวรรณ", "sign_out_url": "/logout/"}
    names = ["กรอกข้อมูลผู้ใช้งาน", "ขอสิทธิ์การใช้งาน", "ตรวจสอบข้อมูล", "ยืนยันการลงทะเบียน", "จัดเตรียมเอกสาร"]
    return {
        "step": SHELL
        | {"menu": portal, "form": Registration(TYPED), "names": names, "demo": True, "demo_help_url": "#"},
        "queue": SHELL
        | signed_in
        | {
            "operator_name": "งานหลังบ้านสำหรับเจ้าหน้าที่",
            "menu": menu,
            "cases": [case | {"number": f"690012{place}"} for place in range(4)],
            "page": Paginator(range(47), 8).get_page(2),
        },
        "parts": SHELL
        | signed_in
        | {
            "menu": portal,
            "notice": "บันทึกแล้ว",
            "acting_for": "บริษัท สยามพิทักษ์ธนกิจ จำกัด (มหาชน)",
            "lines": ["อนงค์ ทดสอบ", "Anong Test"],
        },
    }
