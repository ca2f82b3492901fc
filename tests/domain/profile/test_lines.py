"""Which line a key of a TOML text stands on."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.domain.profile.lines import line_at, lines_of
from tests.domain.profile.conftest import MERIDIA, REFERENCE

LAYOUT = '''# a comment with = [ and { in it
plain = 1
"quoted key" = "a # no comment, [no] {table}"
dotted . inner."last.one" = 'C:\\temp'

text = """
[not.a.table]
not_a_key = "x" \\""" still text""""
after = 2  # because
literal = \'\'\'
''quotes'' [[x]]\'\'\'
numbers = [ 1, # one
    2,

    [ 3, 4 ], # nested
    { a = 1, b.c = "}" },
]
[table] # header
date = 2026-01-01 10:00:00
[table.sub]
x = {}
[[things]]
name = "first"
  [[things.parts]]
  name = "a"
  [[things.parts]]
  name = "b"
[[things]]
name = "second"
[things.more]
deep = true'''


def paths_of(value, path=()):
    """Return every path inside what tomllib read."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path} - {()} | {found for key, item in items for found in paths_of(item, (*path, key))}


def test_every_layout_of_toml_is_followed():
    lines = lines_of(LAYOUT)

    assert set(lines) == paths_of(tomllib.loads(LAYOUT))
    rows = LAYOUT.splitlines()
    written = {path: rows[line - 1] for path, line in lines.items()}
    assert written["dotted", "inner", "last.one"].startswith("dotted")
    assert written["after",] == "after = 2  # because"
    assert written["numbers", 3, "b", "c"].strip().startswith("{ a = 1")
    assert written["things", 0, "parts", 1, "name"] == '  name = "b"'
    assert written["things", 1] == "[[things]]"
    assert lines["things", 1] > lines["things", 0] == lines["things",]
    assert written["things", 1, "more", "deep"] == "deep = true"


@pytest.mark.parametrize("path", [REFERENCE, MERIDIA], ids=lambda path: path.stem)
def test_every_key_of_a_shipped_profile_has_its_line(path):
    text = path.read_text("utf-8")
    lines, rows = lines_of(text), text.splitlines()

    assert set(lines) == paths_of(tomllib.loads(text))
    for key, line in lines.items():
        assert isinstance(key[-1], int) or key[-1] in rows[line - 1]


def test_windows_line_ends_do_not_move_the_lines():
    assert lines_of(LAYOUT.replace("\n", "\r\n")) == lines_of(LAYOUT)


def test_a_missing_key_is_found_at_the_table_around_it():
    lines = lines_of(LAYOUT)

    assert line_at(lines, ("table", "sub", "y", 0)) == lines["table", "sub"]
    assert line_at(lines, ("nowhere",)) == 1


WORDS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=8)
KEYS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=8)
VALUES = st.recursive(
    st.integers(-9, 9) | st.booleans() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


def toml(value):
    """Return a value in TOML, lists over several lines with comments between."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[ # ]\n" + "".join(f"  {toml(item)}, # , ]\n" for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_values_are_followed(table):
    text = "".join(f"{toml(key)} = {toml(value)}\n" for key, value in table.items())
    lines = lines_of(text)

    assert set(lines) == paths_of(tomllib.loads(text)) == paths_of(table)
    rows = text.split("\n")
    for path, line in lines.items():
        assert isinstance(path[-1], int) or toml(path[-1]) in rows[line - 1]
