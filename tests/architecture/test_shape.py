"""Small functions, small files, a sentence on top of each, and nothing left for later."""

import ast
import re

import pytest

from tests.architecture.sources import PACKAGE, ROOT, functions, modules, name_of, parsed

LINES_OF_A_FUNCTION = 40
LINES_OF_A_FILE = 300
LEFT_FOR_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK|TBD|raise NotImplementedError|stub)\b")
EVERYTHING = modules("src", "scripts", "tests")
ROOMS = [path for floor in ("domain", "surfaces") for path in sorted((PACKAGE / floor).glob("*/__init__.py"))]


def long_functions(tree: ast.Module) -> list[str]:
    return [
        f"{node.name}: {length} lines"
        for node in functions(tree)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LINES_OF_A_FUNCTION
    ]


def inner_imports(tree: ast.Module) -> list[str]:
    return [
        ast.unparse(node)
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def signal_imports(tree: ast.Module) -> list[str]:
    return [
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in {"django.dispatch", "django.db.models.signals"}
    ]


def missing_sentence(tree: ast.Module) -> bool:
    sentence = (ast.get_docstring(tree) or "").split("\n\n")[0]
    return not sentence.endswith((".", "?"))


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_files_and_functions_are_short(path):
    assert len(path.read_text().splitlines()) <= LINES_OF_A_FILE
    assert long_functions(parsed(path)) == []


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_imports_stand_on_top(path):
    assert inner_imports(parsed(path)) == []


@pytest.mark.parametrize("path", modules("src"), ids=name_of)
def test_nothing_listens_to_signals(path):
    assert signal_imports(parsed(path)) == []


@pytest.mark.parametrize("path", [path for path in modules("src", "scripts") if path.read_text()], ids=name_of)
def test_every_module_says_what_it_holds(path):
    assert not missing_sentence(parsed(path))


@pytest.mark.parametrize("path", ROOMS, ids=name_of)
def test_every_room_says_what_it_holds_and_nothing_else(path):
    tree = parsed(path)
    assert not missing_sentence(tree)
    assert len(tree.body) == 1


@pytest.mark.parametrize("path", modules("src", "scripts"), ids=name_of)
def test_nothing_is_left_for_later(path):
    assert LEFT_FOR_LATER.findall(path.read_text()) == []


@pytest.mark.parametrize(
    "path",
    [path for path in PACKAGE.rglob("*") if path.suffix in {".html", ".txt", ".css", ".toml"}],
    ids=name_of,
)
def test_nothing_is_left_for_later_in_templates_and_data(path):
    assert LEFT_FOR_LATER.findall(path.read_text()) == []


def test_a_long_function_is_found():
    assert long_functions(ast.parse("def f():\n" + "    x = 1\n" * 39)) == []
    assert long_functions(ast.parse("def f():\n" + "    x = 1\n" * 40)) == ["f: 41 lines"]


def test_an_import_inside_a_function_is_found():
    assert inner_imports(ast.parse("import a\ndef f():\n    if a:\n        from b import c")) == ["from b import c"]


def test_a_signal_is_found():
    assert signal_imports(ast.parse("from django.db.models.signals import post_save"))


def test_a_module_without_a_sentence_is_found():
    assert missing_sentence(ast.parse("import a"))
    assert missing_sentence(ast.parse('"""words"""'))
    assert not missing_sentence(ast.parse('"""Words that\nend.\n\nAnd more"""'))


def test_what_is_left_for_later_is_found():
    assert LEFT_FOR_LATER.findall("x = 1  # TO" + "DO: two") == ["TO" + "DO"]


def test_the_sources_are_found():
    assert ROOT / "src/securenet/settings.py" in EVERYTHING
