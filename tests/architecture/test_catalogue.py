"""Everything a person reads is translated."""

import ast
import os
import re
import shutil
import subprocess
import sys

import polib
import pytest
from django.template.base import Lexer, TokenType

from tests.architecture.sources import PACKAGE, modules, name_of, parsed

CATALOGUE = PACKAGE / "locale/th/LC_MESSAGES/django.po"
IN_TWO_FILES = sorted(
    path for path in PACKAGE.rglob("templates/**/*") if path.stem.endswith((".th", ".en")) or path.match("mail/*.txt")
)
"""Long texts: a file for each language."""
PAGES = sorted(set((PACKAGE / "surfaces").rglob("templates/**/*.html")) - set(IN_TWO_FILES))
SAME_EVERYWHERE = re.compile(r"SecureNet|BMS ID|BOT|English|ไทย|PDF|CSV|SHA-1|SHA-256|PKCS#11|\.cer|\.p7b|\.pem|\.zip")
"""Names that are written the same in every language."""
SPOKEN = re.compile(r"""\b(?:title|alt|placeholder|aria-label|aria-description)=(?:"([^"]*)"|'([^']*)')""")
UNSPOKEN = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>|&\w+;", re.DOTALL)
CLASSES = re.compile(r"{% block wrap %}.*?{% endblock %}")
"""The one block whose text is an attribute that nobody reads."""
WORD = re.compile(r"[A-Za-zก-๙]{2,}")


def untranslated(template: str) -> list[str]:
    """Return the words of a template that stand outside `translate` and `blocktranslate`."""
    inside, text = False, []
    for token in Lexer(CLASSES.sub("", template)).tokenize():
        command = token.contents.split(" ")[0]
        if token.token_type == TokenType.BLOCK and command.removeprefix("end") in {"blocktranslate", "comment"}:
            inside = not command.startswith("end")
        elif token.token_type == TokenType.TEXT and not inside:
            text.append(token.contents)
        else:
            text.append("·")  # a translated part or a value
    page = "".join(text)
    spoken = " ".join(double or single for double, single in SPOKEN.findall(page))
    return WORD.findall(SAME_EVERYWHERE.sub(" ", f"{UNSPOKEN.sub(' ', page)} {spoken}"))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """What `make messages` would write from the sources as they are."""
    copy = tmp_path_factory.mktemp("messages") / "securenet"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "locale", "static"))
    (copy / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "--locale=th", "--no-location"]
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return {key(entry) for entry in polib.pofile(str(copy / "locale/th/LC_MESSAGES/django.po"))}


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def key(entry):
    return (entry.msgctxt, entry.msgid, entry.msgid_plural)


def test_every_sentence_of_the_sources_is_in_the_catalogue(catalogue, extracted):
    assert sorted(extracted - {key(entry) for entry in catalogue}, key=str) == []


def test_the_catalogue_holds_nothing_that_the_sources_lost(catalogue, extracted):
    assert sorted({key(entry) for entry in catalogue} - extracted, key=str) == []


def test_every_sentence_has_its_thai(catalogue):
    assert [entry.msgid for entry in catalogue if not entry.translated()] == []


def test_nothing_is_fuzzy(catalogue):
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_thai_fills_in_the_same_facts(catalogue):
    fact = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
    assert [
        entry.msgid
        for entry in catalogue
        if entry.msgstr and sorted(fact.findall(entry.msgid)) != sorted(fact.findall(entry.msgstr))
    ] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_page_has_words_of_its_own(path):
    assert untranslated(path.read_text()) == []


@pytest.mark.parametrize("path", IN_TWO_FILES, ids=name_of)
def test_every_mail_and_long_text_is_written_in_thai_and_in_english(path):
    stem = path.stem.rpartition(".")[0]
    assert {other.name for other in path.parent.glob(f"{stem}.*{path.suffix}")} >= {
        f"{stem}.th{path.suffix}",
        f"{stem}.en{path.suffix}",
    }


@pytest.mark.parametrize(
    "template",
    ["<p>Hello</p>", '<a title="Go">{{ x }}</a>', "<p>{% translate 'Hello' %} there</p>", "<p>สวัสดี</p>"],
)
def test_words_outside_translation_are_found(template):
    assert untranslated(template)


@pytest.mark.parametrize(
    "template",
    [
        '<p class="big">{% translate "Hello" %}</p>',
        "{% blocktranslate trimmed %}Hello <b>{{ name }}</b>{% endblocktranslate %}",
        '<a aria-label="{% translate "Hello" %}">{{ name }}</a>',
        '{# words #}{% comment %}words{% endcomment %}<script src="x.js"></script>BMS ID',
    ],
)
def test_translated_words_are_left_alone(template):
    assert untranslated(template) == []


def hidden_from_the_extraction(tree: ast.AST) -> list[int]:
    """Return the lines of translations inside f-strings, which xgettext does not read: they would stay English."""
    inside = (node for text in ast.walk(tree) if isinstance(text, ast.JoinedStr) for node in ast.walk(text))
    calls = (node for node in inside if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return [call.lineno for call in calls if call.func.id == "_" or call.func.id.endswith("gettext")]


def test_no_sentence_hides_from_the_extraction():
    found = {name_of(path): hidden_from_the_extraction(parsed(path)) for path in modules("src")}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_sentence_inside_an_f_string_is_found():
    assert hidden_from_the_extraction(ast.parse("f\"{number} {gettext('days')}\"")) == [1]
    assert hidden_from_the_extraction(ast.parse("gettext('days') + f'{number}'")) == []
