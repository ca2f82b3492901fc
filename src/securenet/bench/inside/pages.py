"""The main pages, called straight as WSGI in this process: every middleware runs, no server stands between."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pyotp
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import override_settings

from securenet.bench.browser import Browser, Straight
from securenet.bench.journeys import BACKOFFICE, PORTAL, Login, accept_terms, require_page, sign_in_staff

Page = tuple[str, Browser, str]


def main(folder: str, rounds: str, seconds: str) -> dict[str, Any]:
    """Return the trivial page's CPU milliseconds, and (page, CPU milliseconds, queries) for each main page."""
    world = json.loads((Path(folder) / "world.json").read_text())
    time_them = partial(_timed, rounds=int(rounds), seconds=float(seconds))
    with override_settings(MIDDLEWARE=[], ROOT_URLCONF="securenet.bench.bare.trivial"):
        trivial = time_them([("trivial", Browser(Straight(WSGIHandler())), f"{PORTAL}/")])
    pages = list(_pages(world, WSGIHandler()))
    costs = time_them(pages)
    return {
        "trivial": trivial[0],
        "pages": [(name, cost, _queries(page)) for page, cost in zip(pages, costs, strict=True) for name in page[:1]],
    }


def _pages(world: dict[str, Any], application: WSGIHandler) -> Iterator[Page]:
    def browser() -> Browser:
        return Browser(Straight(application))

    visitor, member, newcomer, chai, dara = (browser() for _each in range(5))
    sign_in = Login(member, f"{PORTAL}/login/", f"{PORTAL}/me/", world["members"][0], world["password"])
    sign_in.go()
    accept_terms(newcomer)
    for staff, username in ((chai, "chai"), (dara, "dara")):
        sign_in_staff(staff, username, world["staff_password"], pyotp.TOTP(world["secrets"][username]).now)
    yield "landing page", visitor, f"{PORTAL}/"
    yield "login", visitor, f"{PORTAL}/login/"
    yield "registration, step 1", newcomer, f"{PORTAL}/register/person/"
    yield "personal page", member, f"{PORTAL}/me/"
    yield "managing rights", member, f"{PORTAL}/rights/"
    yield "certificates", member, f"{PORTAL}/certificates/"
    yield "a request", member, f"{PORTAL}/case/{world['own_case']}/"
    yield "back office: queue of 50", chai, f"{BACKOFFICE}/cases/"
    yield "back office: a request", chai, f"{BACKOFFICE}/cases/{world['desk_case']}/"
    yield "service owner's list of 50", dara, f"{BACKOFFICE}/bmsid/approvals/?show=50"


def _timed(pages: list[Page], *, rounds: int, seconds: float) -> list[float]:
    """Return each page's CPU milliseconds: medians over rounds in which the pages take turns."""
    costs: list[list[float]] = [[] for _page in pages]
    for _name, browser, url in pages:
        require_page(browser.follow(browser.get(url)), url)
    for _round in range(rounds):
        for place, (_name, browser, url) in enumerate(pages):
            count, begun, ends = 0, time.process_time(), time.monotonic() + seconds
            while time.monotonic() < ends or not count:
                browser.get(url)
                count += 1
            costs[place].append((time.process_time() - begun) * 1000 / count)
    return [median(each) for each in costs]


def _queries(page: Page) -> int:
    """Return how many statements a page sends to the database."""
    seen: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
        seen.append(sql)
        return execute(sql, *others)

    _name, browser, url = page
    with connection.execute_wrapper(note):
        require_page(browser.follow(browser.get(url)), url)
    return len(seen)
