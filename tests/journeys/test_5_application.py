"""Journey 5: Boonmee's application for a certificate is checked by Malee, his company's RA officer, and answered."""

import time

import pytest
from cryptography import x509

from tests.journeys.conftest import Meet
from tests.journeys.flows import SUBMIT, fetch, see_everywhere, sign_in
from tests.journeys.world import TO_ARRIVE, Demo

pytestmark = pytest.mark.rule("R40")
FILE = "main a[href$='certificate.cer']"


def test_an_application_is_checked_and_the_certificate_comes(meet: Meet, demo: Demo) -> None:
    his, hers = meet(), meet()
    sign_in(his, "boonmee", demo.password("boonmee"))
    his.go("portal", "/certificates/apply/")
    his.see("certificate-apply")
    his.go("portal", "/certificates/")
    his.press("main a[href^='/certificates/applications/']", "/certificates/applications/")
    his.see("application-with-the-ra")

    sign_in(hers, "malee", demo.password("malee"))
    hers.go("portal", "/certificates/ra/")
    see_everywhere(hers, "applications-to-check")
    hers.press("tbody a", "/certificates/ra/")
    see_everywhere(hers, "application-unread")
    hers.page.locator("[name=choice][value=agree]").check()
    hers.page.locator("[name=identified]").check()
    hers.see("application-to-check")
    hers.press(SUBMIT, "/certificates/ra/")

    until = time.monotonic() + TO_ARRIVE
    while not his.page.locator(FILE).count():
        assert time.monotonic() < until, "no certificate came"
        his.page.wait_for_timeout(300)
        his.page.reload()
    his.see("application-issued")
    issued = x509.load_der_x509_certificate(fetch(his, FILE))
    assert "Boonmee Sommut" in issued.subject.rfc4514_string()
    his.press("main a[href^='/case/']", "/case/")
    his.see("registration-of-the-issued")
