"""Journey 5: Anong logs in to BMS ID with the certificate on her token; others learn why theirs does not do."""

import ssl
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from playwright.sync_api import Playwright

from securenet.foundation.testca.keys import export_pkcs12, make_key
from tests.journeys.conftest import TO_ANSWER, WIDE
from tests.journeys.eyes import Eyes
from tests.journeys.flows import open_bms_id_with_certificate, present_certificate, sign_out
from tests.journeys.world import Demo, Visit
from tests.tools.chromium import Profile

pytestmark = pytest.mark.rule("R46")
NONE_CAME = "ไม่ได้รับใบรับรอง"


def test_anong_logs_in_to_bms_id_with_her_token(certified: tuple[int, int], at_anongs: Visit) -> None:
    at_anongs.go("portal")
    sign_out(at_anongs)
    open_bms_id_with_certificate(at_anongs)

    shown = at_anongs.page.locator("main").inner_text()
    assert "อนงค์ ตัวอย่าง" in shown
    assert "ด้วยใบรับรอง" in shown


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        ("unregistered", "ใบรับรองยังไม่ได้ลงทะเบียน"),
        ("pending", "ใบรับรองรออนุมัติ"),
        ("revoked", "ใบรับรองถูกเพิกถอน"),
        ("suspended", "ใบรับรองถูกระงับใช้ชั่วคราว"),
        ("expired", NONE_CAME),
        ("unaccepted", NONE_CAME),
        ("none", NONE_CAME),
    ],
)
def test_each_fault_has_its_own_page(
    playwright: Playwright, demo: Demo, eyes: Eyes, tmp_path: Path, state: str, heading: str
) -> None:
    """Browsers keep back what has expired and what is not accepted: the page for "none came" names these causes."""
    profile = Profile.create(tmp_path / "home", trusted=demo.authority)
    if state == "unregistered":
        profile.import_pkcs12(somebodys_new_certificate(demo, tmp_path), demo.certificate_password)
    elif state != "none":
        profile.import_pkcs12(demo.certificate(state), demo.certificate_password)
    with profile.launch(playwright, locale="th-TH") as context:
        context.set_default_timeout(TO_ANSWER)
        page = eyes.watch(context).new_page()
        page.set_viewport_size(WIDE)
        visit = Visit(demo, page, eyes.look)
        present_certificate(visit)
        visit.see(f"certificate-{state}")

        assert visit.heading == heading
        assert page.locator("main ul li").count() > 0, "what to do"


def somebodys_new_certificate(demo: Demo, folder: Path) -> Path:
    key = make_key("p-256")
    der = demo.certify(key.public_key(), "Malee Thotsop", "malee@company.example", "0105558123451")
    bundle = folder / "new.p12"
    password = demo.certificate_password.encode()
    bundle.write_bytes(export_pkcs12(x509.load_der_x509_certificate(der), key, password))
    return bundle


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        ("expired", "ใบรับรองหมดอายุ"),
        ("unaccepted", "ผู้ออกใบรับรองไม่เป็นที่ยอมรับ"),
    ],
)
def test_what_browsers_keep_back_has_its_own_page_too(demo: Demo, tmp_path: Path, state: str, heading: str) -> None:
    file = demo.certificate(state, "cer")
    chain = tmp_path / "certificate.pem"
    chain.write_text(ssl.DER_cert_to_PEM_cert(file.read_bytes()))
    context = ssl.create_default_context(cafile=str(demo.authority))
    context.load_cert_chain(chain, file.with_suffix(".key.pem"))
    connection = HTTPSConnection("localhost", urlsplit(demo.url("certificate")).port, context=context)
    connection.request("GET", "/login/?tx=none&language=th")
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()

    assert answer.status == 403
    assert f">{heading}</h1>" in page
