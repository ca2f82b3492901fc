"""Finds every page that a GET reaches: follows the links of what is there, and knows all views from the urlconfs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from securenet.surfaces.shared.middleware import URLCONFS
from tests.journeys.world import Visit

ASK = """async (path) => {
  const answer = await fetch(path, {redirect: "manual"});
  return {status: answer.status, kind: answer.headers.get("content-type") || "", text: await answer.text()};
}"""
SENT = """() => [...document.querySelectorAll("form[method=get]:not([role=search])")].map((form) => {
  const row = form.querySelector("input[type=checkbox][name]");
  if (row) row.checked = true;
  const address = new URL(form.getAttribute("action") || "", location.href);
  const button = [...form.elements].find((one) => one.type === "submit" && one.name);
  return `${address.pathname}?${new URLSearchParams(new FormData(form, button))}`;
})"""
OK, NOT_ALLOWED = 200, 405
Answer = dict[str, Any]
ADDRESS = re.compile(r'\s(?:href|action|formaction)="([^"#]*)')
TRIES = 3
"""How many addresses of one view are tried for one person, until a page comes."""
MANY = {"help-page"}
"""Views of which every address is a page of its own."""


def views(surface: str) -> set[str]:
    """Return the names of all views of a surface."""
    return set(_names(get_resolver(URLCONFS[surface])))


def _names(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry)
        elif isinstance(entry, URLPattern) and entry.name:
            yield entry.name


def view_of(surface: str, path: str) -> str:
    """Return the name of the view at a path of a surface, nothing where there is none."""
    try:
        match = resolve(path, URLCONFS[surface])
    except Resolver404:
        return ""
    name = match.url_name or ""
    return f"{name} {path}" if name in MANY else name


@dataclass
class Findings:
    """What was found of one surface, by view."""

    surface: str
    apart: Collection[str] = ()
    """Views that are left alone."""
    pages: dict[str, str] = field(default_factory=dict)
    """Views that gave a page, and one address of each."""
    without: dict[str, str] = field(default_factory=dict)
    """Views that give no page: they take no GET, or hand out a file."""
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Views that led to another page, or refused, each time that they were asked."""

    def note(self, view: str, path: str, answer: Answer) -> bool:
        """Keep what came of an address, and return whether it was a page."""
        if answer["status"] == OK and answer["kind"].startswith("text/html"):
            self.pages.setdefault(view, path)
            return True
        if answer["status"] in {OK, NOT_ALLOWED}:
            self.without[view] = path
        else:
            self.elsewhere[view] = f"{path} {answer['status'] or 'leads on'}"
        return False

    def missing(self) -> set[str]:
        """Return the views of which nobody has seen a page, that are not known to have none, and are not left alone."""
        found = {view.split()[0] for view in (*self.pages, *self.without)}
        return views(self.surface) - found - set(self.apart)


def crawl(at: Visit, findings: Findings, *starts: str) -> list[str]:
    """Follow all links from the starts as the person sees them; return the addresses of pages new to the findings."""
    known, asked = set(findings.pages), dict.fromkeys(starts)
    at.go(findings.surface, starts[0])
    asked.update(dict.fromkeys(links(at, findings.surface, starts[0], at.page.content())))
    tried: dict[str, int] = {}
    for path in asked_in_turn(asked):
        view = view_of(findings.surface, path.split("?")[0])
        if not view or view in findings.apart or tried.get(view, 0) >= TRIES:
            continue
        answer = at.page.evaluate(ASK, path)
        if findings.note(view, path, answer):
            tried[view] = TRIES
            asked.update(dict.fromkeys(links(at, findings.surface, path, answer["text"])))
        else:
            tried[view] = tried.get(view, 0) + 1
    return [path for view, path in findings.pages.items() if view not in known]


def asked_in_turn(asked: dict[str, None]) -> Iterator[str]:
    """Yield what is in the table, and what is put into it meanwhile."""
    done = 0
    while done < len(asked):
        yield list(asked)[done]
        done += 1


def links(at: Visit, surface: str, path: str, page: str) -> Iterator[str]:
    """Yield the paths on the same surface that a page leads to."""
    base = at.demo.url(surface, path)
    for found in ADDRESS.findall(page):
        address = urlsplit(urljoin(base, unescape(found)))
        if address.netloc == urlsplit(base).netloc and not address.path.startswith("/static/"):
            yield address.path + (f"?{address.query}" if address.query else "")


def sent(at: Visit) -> list[str]:
    """Return where the forms on a page lead that are sent by GET, but for searches, with the first row ticked."""
    return list(at.page.evaluate(SENT))
