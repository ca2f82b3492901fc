"""Guides: pages of text in each language, which `make manual` also prints (R60)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from securenet.domain.profile.queries import profile
from securenet.surfaces.shared.pictures import FOLDER

Topics = tuple[tuple[str, Any, Any], ...]
Groups = tuple[tuple[Any, Topics], ...]
"""Groups of guides: (heading, ((key, title, summary), …))."""


def reading() -> str:
    """Return the language in which long texts are shown, `th` or `en`."""
    return "th" if (get_language() or "th").startswith("th") else "en"


def guide(surface: str, guides: Groups, topic: str) -> dict[str, Any]:
    """Return what the page of one guide shows. Raises StopIteration for none of them."""
    return {
        "topic": topic,
        "heading": next(title for _heading, topics in guides for key, title, _summary in topics if key == topic),
        "text": f"{surface}/help/{topic}.{reading()}.html",
        "guides": guides,
        "profile": profile(),
    }


def manual_of(readers: str) -> str:
    """Return where the manual for `members` or for `staff` lies below the static files; nothing where there is none."""
    path = f"{FOLDER.name}/{readers}.{reading()}.pdf"
    return path if (FOLDER.parent / path).is_file() else ""
