"""docs/profile.md explains every key, and no other."""

import re
from pathlib import Path

import pytest

from securenet.domain.profile import reference
from securenet.domain.profile.models import Profile

pytestmark = pytest.mark.rule("R86")
DOCS = Path(__file__).parents[3] / "docs/profile.md"


def models_of(model):
    found = {model.__name__: model}
    for field in model.model_fields.values():
        for part in reference._parts(field.annotation):
            found |= models_of(part)
    return found


def documented():
    """Return the keys of each section's table, with type, default, meaning and example."""
    sections = re.split(r"^## ", DOCS.read_text("utf-8").partition(reference.MARK)[2], flags=re.MULTILINE)[1:]
    rows = r"^\| `([a-z0-9_]+)` \| (.+) \| (.+) \| (.+) \| (.+) \|$"
    return {text.split("\n", 1)[0]: re.findall(rows, text, flags=re.MULTILINE) for text in sections}


def test_the_documented_keys_are_the_models_keys():
    found = {name: [row[0] for row in rows] for name, rows in documented().items()}

    assert found == {name: list(model.model_fields) for name, model in models_of(Profile).items()}


def test_every_key_has_a_type_a_default_a_meaning_and_an_example():
    for name, rows in documented().items():
        for row in rows:
            assert all(cell.strip() for cell in row), (name, row[0])
            assert row[3].endswith((".", "?")), (name, row[0])


def test_the_list_of_keys_is_fresh(tmp_path):
    copy = tmp_path / "profile.md"
    copy.write_text(DOCS.read_text("utf-8"), "utf-8")

    reference.write_reference(copy)

    assert copy.read_text("utf-8") == DOCS.read_text("utf-8"), (
        "python -m securenet.domain.profile.reference docs/profile.md"
    )
