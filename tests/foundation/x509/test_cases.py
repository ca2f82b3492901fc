"""Every case of the table in design/pki.md, and more, with its right verdict."""

import pytest

from securenet.foundation.x509 import Reason, Refused, Verdict, check, read_upload
from tests.foundation.x509.cases_bad import BAD
from tests.foundation.x509.cases_files import FILES
from tests.foundation.x509.cases_good import GOOD
from tests.foundation.x509.cases_keys import BAD_KEYS, BAD_NAMES
from tests.foundation.x509.forge import AT
from tests.foundation.x509.world import Row, World

pytestmark = pytest.mark.rule("R42", "R44")

CASES = GOOD | BAD | BAD_KEYS | BAD_NAMES | FILES


def judged(world: World, data: bytes) -> Verdict:
    try:
        certificate = read_upload(data)
    except Refused as refused:
        return Verdict(False, refused.reasons, (), "unknown", ())
    return check(certificate, trust=world.trust, at=AT, crls=world.crls)


@pytest.mark.parametrize(("case", "row"), CASES.items(), ids=CASES)
def test_each_case_has_exactly_its_reasons(world: World, case: str, row: Row) -> None:
    verdict = judged(world, row.build(world))

    assert set(verdict.reasons) == {Reason(code) for code in row.refused.split()}
    assert verdict.accepted == (not row.refused)
    if not row.refused:
        assert set(verdict.warnings) == {Reason(code) for code in row.warned.split()}
        assert verdict.revocation == "good"
        assert [len(verdict.path), verdict.path[0] in {world.root.loaded, world.ec_root.loaded}] == [2, True]
