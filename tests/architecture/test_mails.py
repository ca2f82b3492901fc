"""Every mail has a sample beside it, says everything in both languages, and keeps what opens something to itself."""

from __future__ import annotations

import ast
import inspect
import re

import pytest
from django.template import Context, engines

from securenet.domain.letters import letterhead
from securenet.foundation.mail.rendering import Secret, render, render_shown
from securenet.foundation.mail.samples import LANGUAGES, NoSample, mail_names, sample_context
from tests.architecture.sources import modules, name_of, parsed
from tests.architecture.test_links import LINKS, SAMPLES

pytestmark = pytest.mark.rule("R83")
TOKEN = re.compile(r"[\w-]{32,}")
HOW = """
Write {path}: a line for each word that the two texts say, with an invented value, in TOML:

    number = 2818
    due_at = 2020-08-07T23:59:59+07:00
    [th]
    title = "…"
    [en]
    title = "…"
    [secret]
    link = "https://portal.localhost:8440/…"

`name`, `system_name`, `desk_phone` and `desk_email` are there already. What opens something, a link with a token or a
code, stands under `secret`; the action passes it as `Secret`, as the functions of domain/links.py do.
"""
every_mail = pytest.mark.parametrize("name", mail_names())
in_both = pytest.mark.parametrize("language", LANGUAGES)


class Missing(Exception):
    """A mail says a word that its sample does not have."""


class Strict(Context):
    """A context in which nothing may be missing, not even in a condition."""

    def __getitem__(self, key: str) -> object:
        try:
            return super().__getitem__(key)
        except KeyError:
            raise Missing(key) from None


def words(name: str, language: str) -> dict[str, object]:
    try:
        own = sample_context(name, language)
    except NoSample as missing:
        pytest.fail(f"The mail {name} has no sample. {HOW.format(path=missing)}", pytrace=False)
    return {"name": "Anong"} | letterhead(language) | own


@every_mail
@in_both
def test_every_word_of_a_mail_is_in_its_sample(name, language):
    template = engines["mail"].get_template(f"mail/{name}.{language}.txt").template
    try:
        template.render(Strict(words(name, language), autoescape=False))
    except Missing as missing:
        pytest.fail(f"The sample of {name} lacks {missing}. {HOW.format(path=f'{name}.toml')}", pytrace=False)


@every_mail
@in_both
def test_every_mail_has_a_subject_text_and_html(name, language):
    mail = render(name, language, words(name, language))

    assert mail.subject.startswith("[")
    assert len(mail.text) > 40
    assert mail.html.startswith("<!DOCTYPE html>")
    assert "{{" not in mail.text + mail.subject


@every_mail
def test_a_sample_holds_nothing_that_its_mail_does_not_say(name):
    said = {word for language in LANGUAGES for word in spoken(name, language)}

    assert set(words(name, "th")) - said - {"name", *letterhead("th")} == set()


def spoken(name, language):
    source = engines["mail"].get_template(f"mail/{name}.{language}.txt").template.source
    return set(re.findall(r"\w+", " ".join(re.findall(r"{[{%](.*?)[%}]}", source))))


@every_mail
@in_both
def test_what_pages_show_of_a_mail_opens_nothing(name, language):
    context = words(name, language)
    secrets = [str(value) for value in context.values() if isinstance(value, Secret)]
    shown = render_shown(name, language, context)

    if secrets:
        assert shown is not None
        assert not [secret for secret in secrets if secret in shown.text + shown.subject]
    plain = [str(value) for value in context.values() if not isinstance(value, Secret)]
    assert not [value for value in plain if TOKEN.search(value)], "a token belongs under [secret]"
    assert not [key for key in ("code", "token") if key in context and not isinstance(context[key], Secret)]


@pytest.mark.parametrize(("name", "function"), LINKS, ids=[name for name, _function in LINKS])
def test_a_link_with_a_token_is_a_secret(name, function):
    asked = inspect.signature(function).parameters
    given = function(*(SAMPLES[parameter] for parameter in asked))

    assert isinstance(given, Secret) == ("token" in asked), "return secret_link(…) where the address carries a token"


def open_codes(tree: ast.AST) -> list[int]:
    """Return the lines on which a mail is given a code that is not marked as a secret."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    letters = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"write_to", "queue_mail"}]
    return [
        word.value.lineno
        for call in letters
        for word in call.keywords
        if word.arg in {"code", "token"} and not ast.unparse(word.value).startswith(("Secret(", "links."))
    ]


def test_codes_go_into_mails_as_secrets():
    found = {name_of(path): open_codes(parsed(path)) for path in modules("src")}

    assert {name: lines for name, lines in found.items() if lines} == {}, "pass Secret(code)"


def test_a_code_that_is_no_secret_is_found():
    assert open_codes(ast.parse("write_to(user, 'x', code=code, by=by)")) == [1]
    assert open_codes(ast.parse("write_to(user, 'x', code=Secret(code), by=by)")) == []


def test_a_word_that_is_missing_is_found():
    template = engines["mail"].from_string("{% if reason %}{{ reason }}{% endif %}").template
    with pytest.raises(Missing):
        template.render(Strict({}, autoescape=False))
