"""From a template to a subject, a text and its HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.template import engines
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from securenet.foundation.text import normalise, unprintable

LINK = re.compile(r"https://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")
SUBJECT = "Subject:"
SUBJECT_LENGTH = 250


class Secret(str):
    """What opens something, a link with its token or a code: it stands in the mail and nowhere else."""

    __slots__ = ()


class SecretSubject(Exception):
    """A subject shows a secret; lists of mails show subjects."""


class NoSubject(Exception):
    """The first line of a mail template is its subject, after `Subject:`; this one has none."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail without its address."""

    subject: str
    text: str
    html: str


def render(template: str, language: str, context: dict[str, object]) -> Rendered:
    """Return the mail of `mail/<template>.<language>.txt` with its HTML. Raises NoSubject."""
    with translation.override(language):
        whole = engines["mail"].get_template(f"mail/{template}.{language}.txt").render(context)
        first, _, body = whole.lstrip("\ufeff\n").partition("\n")
        subject = _header(first.removeprefix(SUBJECT))
        if not first.startswith(SUBJECT) or not subject:
            raise NoSubject(template)
        text = normalise_text(body)
        frame = {
            "language": language,
            "subject": subject,
            "system_name": context.get("system_name", ""),
            "paragraphs": [_paragraph(part) for part in text.split("\n\n")],
        }
        return Rendered(subject, text, render_to_string("mail/frame.html", frame, using="django"))


def render_shown(template: str, language: str, context: dict[str, object]) -> Rendered | None:
    """Return the mail with words in place of every `Secret` of its context, None where it has none.

    This is what a page shows of it. Raises what `render` raises.
    """
    if not any(isinstance(value, Secret) for value in context.values()):
        return None
    with translation.override(language):
        words = gettext("[this stood in the mail itself]")
    return render(template, language, {n: words if isinstance(v, Secret) else v for n, v in context.items()})


def normalise_text(text: str) -> str:
    """Return the text in paragraphs: no white space at the ends of lines, one empty line between paragraphs."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub("\n{3,}", "\n\n", lines).strip("\n") + "\n"


def _header(value: str) -> str:
    """Return one line that no mail program reads as anything else."""
    line = normalise(value)
    refused = unprintable(line)
    return "".join(character for character in line if character not in refused)[:SUBJECT_LENGTH]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Escaped HTML; `button` is the address where a link stands alone."""

    html: SafeString
    button: str


def _paragraph(part: str) -> Paragraph:
    part = part.strip("\n")
    if LINK.fullmatch(part.strip()):
        return Paragraph(mark_safe(""), part.strip())
    pieces, end = [], 0
    for link in LINK.finditer(part):
        address = conditional_escape(link[0])
        pieces += [conditional_escape(part[end : link.start()]), f'<a href="{address}">{address}</a>']
        end = link.end()
    pieces.append(conditional_escape(part[end:]))
    return Paragraph(mark_safe("".join(pieces).replace("\n", "<br>\n")), "")  # noqa: S308  every piece is escaped
