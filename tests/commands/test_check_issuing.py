"""What `securenet check --deploy` finds about the CA that applications go to (R40)."""

from pathlib import Path

import pytest

from securenet.commands.check import issuing

pytestmark = pytest.mark.rule("R40")


def found(settings, **facts):
    for name, value in facts.items():
        setattr(settings, name, value)
    return " ".join(finding.sentence for finding in issuing())


def test_no_ca_is_no_fault(settings):
    assert found(settings, CA_BACKEND="") == ""


def test_the_test_ca_is_for_demos(settings):
    assert "prove nothing" in found(settings, CA_BACKEND="testca", DEMO=False)
    assert found(settings, DEMO=True) == ""


def test_everything_that_est_needs_is_asked_for(settings, tmp_path):
    said = found(settings, CA_BACKEND="est", EST_URL="http://ca.example", EST_KEY=Path("/nowhere/key.pem"))
    for words in ("not https", "EST_TRUST is missing", "SECURENET_EST_KEY names no file", "who we are"):
        assert words in said

    for name in ("trust", "certificate", "key"):
        (tmp_path / name).touch()
    files = {f"EST_{name.upper()}": tmp_path / name for name in ("trust", "certificate", "key")}
    assert found(settings, EST_URL="https://ca.example/.well-known/est", **files) == ""
