"""Journey 1: Anong registers in six steps, confirms by mail, and downloads her forms."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.journeys.flows import Applicant, fetch
from tests.journeys.world import Visit


@pytest.mark.rule("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R9")
def test_anong_registers_in_six_steps_and_her_forms_are_filled_in(
    registered: int, at_anongs: Visit, anong: Applicant
) -> None:
    at_anongs.go("portal", "/register/documents/")
    forms = PdfReader(BytesIO(fetch(at_anongs, "a[href$='/all.pdf']")))
    text = "".join(page.extract_text() for page in forms.pages)

    assert f"คำขอเลขที่ {registered}" in text
    assert anong.name_th in text
    assert anong.identity_number[-4:] in text
    assert anong.identity_number not in text
    assert "บริษัท ตัวอย่างขนส่งเงินสด จำกัด" in text, "she typed its number only"
