"""Journey 5: Anong logs in to BMS ID with the certificate on her token; others learn why theirs does not do."""

import ssl
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Playwright

from tests.journeys.eyes import Eyes
from tests.journeys.flows import (
    SUBMIT,
    Applicant,
    open_bms_id,
    open_bms_id_with_certificate,
    present_certificate,
    sign_out,
)
from tests.journeys.world import Demo, Visit, faulty_certificate, only_page, own_browser

pytestmark = pytest.mark.rule("R46")
NONE_CAME = "ไม่ได้รับใบรับรอง"


def test_anong_logs_in_to_bms_id_with_her_token(certified: tuple[int, int], at_anongs: Visit) -> None:
    at_anongs.go("portal")
    sign_out(at_anongs)
    open_bms_id_with_certificate(at_anongs)

    shown = at_anongs.page.locator("main").inner_text()
    assert "อนงค์ ตัวอย่าง" in shown
    assert "ด้วยใบรับรอง" in shown


def test_who_came_with_a_password_can_go_on_with_the_token(
    certified: tuple[int, int], at_anongs: Visit, anong: Applicant
) -> None:
    """As a function that requires a certificate asks for it (R90)."""
    at_anongs.page.context.clear_cookies()
    open_bms_id(at_anongs, anong.username, anong.password)
    at_anongs.go("bms_id", "/login/?acr=certificate")
    at_anongs.see("stronger-sign-in-asked")
    at_anongs.press(SUBMIT, "/login/certificate/")
    at_anongs.press(SUBMIT, at_anongs.demo.url("bms_id"))

    assert "ด้วยใบรับรอง" in at_anongs.page.locator("main").inner_text()


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
    bundle = faulty_certificate(demo, state, tmp_path)
    with own_browser(playwright, demo, tmp_path, bundle=bundle) as context:
        visit = Visit(demo, only_page(eyes.watch(context)), eyes.look)
        present_certificate(visit, state)

        assert visit.heading == heading
        assert visit.page.locator("main ul li").count() > 0, "what to do"


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
