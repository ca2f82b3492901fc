"""Two administrators let a CA into the trust store, and take it out again (R52); members see it come and go (R50)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.foundation.testca.hierarchy import CaSpec, Hierarchy
from tests.journeys.conftest import Meet
from tests.journeys.staff_flows import agree, enter
from tests.journeys.world import Visit

pytestmark = pytest.mark.rule("R50", "R52")
NAME, HOST = "Journeys Root CA", "crl.journeys.example"
DECIDE = "[name=choice][value=agree]"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The certificate of a root CA that nobody has accepted yet."""
    spec, begun = CaSpec("root", NAME, "p-256"), datetime.now(UTC) - timedelta(days=1)
    hierarchy = Hierarchy.create(tmp_path / "ca", (spec,), base_url=f"http://{HOST}", at=begun)
    file = tmp_path / "root.cer"
    file.write_bytes(hierarchy.certificate("root").public_bytes(Encoding.DER))
    return file


def propose(at: Visit, root: Path) -> str:
    """Fill in the form; the path of the request that it becomes."""
    at.go("backoffice", "/trust/")
    at.press("main a[href='/trust/add/']", "/trust/add/")
    at.page.locator("[name=file]").set_input_files(root)
    at.page.locator("[name=name]").fill(NAME)
    at.page.locator("[name=set][value=test]").check()
    at.page.locator("[name=kind][value=root]").check()
    at.page.locator("[name=allowed_hosts]").fill(HOST)
    at.page.locator("[name=crl_urls]").fill(f"http://{HOST}/root.crl")
    at.page.locator("[name=reason]").fill("ใช้ฝึกอบรม")
    at.see("authority-to-propose")
    at.press("main form[enctype] button[type=submit]", "/cases/")
    at.see("authority-proposed")
    return at.page.url.removeprefix(at.demo.url("backoffice", ""))


def accepted(at: Visit) -> bool:
    """Whether members find the CA among those to install."""
    at.go("portal", "/trust/")
    return at.page.get_by_text(NAME).count() > 0


def test_an_authority_comes_and_goes_by_two_administrators(meet: Meet, root: Path) -> None:
    apinya, anek, visitor = meet(), meet(), meet()
    enter(apinya, "apinya")
    enter(anek, "anek")
    proposed = propose(apinya, root)
    assert apinya.page.locator(DECIDE).count() == 0, "nobody decides what they have proposed"
    assert not accepted(visitor)

    anek.go("backoffice", proposed)
    agree(anek)
    assert accepted(visitor)

    anek.go("backoffice", "/trust/")
    anek.page.locator("tbody tr").filter(has_text=NAME).locator("a[href$='/withdraw/']").click()
    anek.page.locator("[name=reason]").fill("เลิกใช้ฝึกอบรมแล้ว")
    anek.see("authority-to-withdraw")
    anek.press("main form:has([name=reason]) button[type=submit]", "/cases/")
    assert anek.page.locator(DECIDE).count() == 0, "nobody decides what they have proposed"
    assert accepted(visitor), "it stays until another has approved"

    apinya.go("backoffice", anek.page.url.removeprefix(anek.demo.url("backoffice", "")))
    agree(apinya)
    assert not accepted(visitor)
