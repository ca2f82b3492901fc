"""The pages in docs/ say what the code does."""

import re

import pytest

from scripts.rules import PAGE, ROOT, TITLES, held_rules, page
from securenet.settings import Environment

KEYS = {f"SECURENET_{name.upper()}" for name in Environment.model_fields} | {"SECURENET_SECRETS_DIR"}


def test_the_page_of_rules_is_fresh():
    assert PAGE.read_text() == page(held_rules(ROOT / "tests")), "make rules"


def test_every_setting_is_documented_and_no_other():
    rows = re.findall(r"^\| `(SECURENET_\w+)`", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(KEYS)


def test_every_rule_has_a_title():
    assert len(TITLES) == 78


def test_marks_are_found_wherever_they_stand(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_one.py").write_text(
        'pytestmark = [pytest.mark.django_db, pytest.mark.rule("R1")]\n'
        '@pytest.mark.rule("R2", "R3")\ndef test_a(): ...\n'
        '@pytest.mark.rule("R9")\nclass TestB:\n    def test_c(self): ...\n'
        "def helper(): ...\n"
    )
    assert held_rules(tmp_path / "tests") == {
        "R1": ["tests/test_one.py::test_a", "tests/test_one.py::test_c"],
        "R2": ["tests/test_one.py::test_a"],
        "R3": ["tests/test_one.py::test_a"],
        "R9": ["tests/test_one.py::test_c"],
    }


def test_a_rule_that_does_not_exist_is_refused():
    with pytest.raises(SystemExit):
        page({"R999": ["tests/test_one.py::test_a"]})


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []
