"""The manual as PDFs, one for members and one for staff, made of the guides that pages show; its pictures in docs."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from camera import NAMED
from django.template.loader import render_to_string
from django.urls import set_urlconf
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, override

from securenet.domain.profile.queries import profile
from securenet.foundation.documents.pdf import render_pdf
from securenet.foundation.documents.pictures import Picture
from securenet.surfaces.backoffice import guides as staff
from securenet.surfaces.portal import guides as members
from securenet.surfaces.shared.middleware import URLCONFS
from securenet.surfaces.shared.pictures import FOLDER

LANGUAGES = ("th", "en")
BOOKS = {"members": ("portal", members), "staff": ("backoffice", staff)}
WITHIN = re.compile(r'href="/help/([\w-]+)/"')
AWAY = re.compile(r'<a([^>]*) href="/[^"]*"([^>]*)>(.*?)</a>', re.DOTALL)
SOURCE = re.compile(r'src="(picture:(manual/[^"]+))"')
GALLERY = Path(__file__).parent.parent / "docs/manual/README.md"
PREFACE = """# The manual

`make manual` walks through two fresh demos in Chromium, one in Thai and one in English, with the same steps as the
tests in `tests/journeys`. It takes the pictures of the guides (`/help/` in the portal and in the back office) and
prints the guides as PDFs. Everybody in them is invented. The token is one in software.

| | ไทย | English |
| --- | --- | --- |
| for members | [members.th.pdf]({static}/members.th.pdf) | [members.en.pdf]({static}/members.en.pdf) |
| for staff | [staff.th.pdf]({static}/staff.th.pdf) | [staff.en.pdf]({static}/staff.en.pdf) |

Below are all pictures in Thai, and what the guides say about them.
"""


def write_books() -> None:
    """Write the four PDFs beside the pictures."""
    for readers, (surface, guides) in BOOKS.items():
        for language in LANGUAGES:
            pdf = print_book(readers, surface, guides, language)
            (FOLDER / f"{readers}.{language}.pdf").write_bytes(pdf)
            print(f"{readers}.{language}.pdf", len(pdf) // 1000, "kB", flush=True)


def print_book(readers: str, surface: str, guides: Any, language: str) -> bytes:
    """Return one manual as PDF, with the guides in their order as its chapters."""
    set_urlconf(URLCONFS[surface])
    with override(language):
        words = _words()
        parts = [
            {"title": heading, "chapters": [_chapter(surface, guides, topic, language, words) for topic in topics]}
            for heading, topics in guides.GUIDES
        ]
        bodies = "".join(chapter["body"] for part in parts for chapter in part["chapters"])
        pictures = {address: Picture((FOLDER.parent / path).read_bytes()) for address, path in SOURCE.findall(bodies)}
        context = words | {
            "readers": readers,
            "parts": parts,
            "version": version("securenet"),
            "today": datetime.now(UTC).date(),
        }
        return render_pdf("shared/manual.html", context, language=language, pictures=pictures)


def _words() -> dict[str, Any]:
    operator = profile().operator
    return {
        "system_name": operator.system_name,
        "operator_name": operator.name,
        "desk_phone": operator.service_desk.phone,
        "desk_email": operator.service_desk.email,
        "profile": profile(),
        "terms": profile().terms,
        "printed": True,
    }


def _chapter(
    surface: str, guides: Any, topic: tuple[str, Any, Any], language: str, words: dict[str, Any]
) -> dict[str, Any]:
    """Return a guide as a chapter: links lead to other chapters, or nowhere, since paper has no pages to open."""
    key, title, summary = topic
    context = words | {"facts": guides.facts_of(key), "LANGUAGE_CODE": language}
    text = render_to_string(f"{surface}/help/{key}.{language}.html", context)
    body = AWAY.sub(r"<span\1\2>\3</span>", WITHIN.sub(r'href="#\1"', text))
    return {"key": key, "title": title, "summary": summary, "body": mark_safe(body)}  # noqa: S308 - rendered guides


def write_gallery() -> None:
    """Write the page that shows all pictures."""
    static = Path("../..") / FOLDER.relative_to(GALLERY.parent.parent.parent)
    GALLERY.parent.mkdir(exist_ok=True)
    with override("en"):
        GALLERY.write_text("\n".join([PREFACE.format(static=static), *_lines(static)]).rstrip() + "\n")


def _lines(static: Path) -> Iterator[str]:
    for surface, guides in BOOKS.values():
        for _heading, topics in guides.GUIDES:
            for key, title, _summary in topics:
                guide = FOLDER.parents[2] / surface / f"templates/{surface}/help/{key}.en.html"
                pictures = NAMED.findall(guide.read_text())
                if pictures:
                    yield f"## {gettext(str(title))}\n"
                for name, caption in pictures:
                    yield f"{caption}\n\n![{caption}]({static}/th/{name}.png)\n"
