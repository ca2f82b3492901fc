"""A form for a new password sent with right and with wrong data, in turns, as WSGI in this process."""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import median
from typing import Any

from django.core.handlers.wsgi import WSGIHandler

from securenet.bench.browser import Browser, Straight
from securenet.bench.journeys import PORTAL, require_page
from securenet.domain.accounts.models import User
from securenet.foundation.throttle.models import Bucket

START, SENT = f"{PORTAL}/recover/password/", f"{PORTAL}/recover/password/sent/"


def main(folder: str, rounds: str, seconds: str) -> dict[str, float]:
    """Return the median milliseconds from sending the form to the answer: right data, wrong data, right data again."""
    world = json.loads((Path(folder) / "world.json").read_text())
    forms = _forms(world["members"][0], world["members"][1])
    browser = Browser(Straight(WSGIHandler()))
    page = browser.get(START)
    hidden = page.hidden('name="identity_number"')
    times: dict[str, list[float]] = {name: [] for name in forms}
    for name in forms:  # the first of each warms up
        _send(browser, hidden | forms[name])
    ends = time.monotonic() + int(rounds) * float(seconds)
    while time.monotonic() < ends or not times["right"]:
        for name, form in forms.items():
            times[name].append(_send(browser, hidden | form))
    return {name: median(each) for name, each in times.items()}


def _forms(username: str, other: str) -> dict[str, dict[str, Any]]:
    member, somebody = (User.objects.get(username=name) for name in (username, other))
    right = {
        "username": member.username,
        "email": member.email,
        "identity_type": member.identity_type,
        "identity_number": member.identity_number,
        "identity_country": "",
    }
    wrong = right | {"username": "n" * len(member.username), "identity_number": somebody.identity_number}
    return {"right": right, "wrong": wrong, "right again": right}


def _send(browser: Browser, form: dict[str, Any]) -> float:
    """Return the milliseconds that the answer took; the attempts are forgotten, which would be limited."""
    Bucket.objects.all().delete()
    begun = time.perf_counter()
    answer = browser.post(START, form)
    took = (time.perf_counter() - begun) * 1000
    require_page(browser.follow(answer), SENT)
    return took
