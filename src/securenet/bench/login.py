"""Whole logins with user name and password: form, answer, landing page, with session and audit row in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

from securenet.bench.browser import Browser, Door, Wire
from securenet.bench.figures import Figure, Target
from securenet.bench.hashes import raw_hashing
from securenet.bench.installation import Installation
from securenet.bench.journeys import BARE, BMS_ID, PORTAL, Login
from securenet.bench.processes import Contest

NAME = "login"
PASSWORD, OIDC = Target(most=1.3), Target(most=2.0)
Jobs = dict[str, tuple[list[Callable[[], object]], list[int]]]


def measure(made: Installation, *, rounds: int, seconds: float) -> Iterator[Figure]:
    """Yield the whole login, and what it costs beyond its hash: measured with a hash of next to no cost."""
    with ExitStack() as stack:
        costs = Contest(rounds, seconds).run(_jobs(made, stack))
    raw = raw_hashing(rounds=rounds, seconds=min(seconds, 2.0))
    yield _figure(made, "password login", costs["whole"], "raw hashing", raw)
    yield _figure(made, "password login", costs["whole"], "bare Django login", costs["bare whole"])
    beyond = "bare Django login beyond the hash"
    yield _figure(made, "password login beyond the hash", costs["light"], beyond, costs["bare light"], PASSWORD)
    yield _figure(made, "the same to BMS ID, by OpenID Connect", costs["oidc"], beyond, costs["bare light"], OIDC)


def _figure(
    made: Installation, job: str, value: float, limit: str, limit_value: float, target: Target | None = None
) -> Figure:
    return Figure(NAME, job, value, limit, limit_value, target, database=made.database)


def _jobs(made: Installation, stack: ExitStack) -> Jobs:
    portal, portal_port = stack.enter_context(made.serving("portal"))
    behind, _port = stack.enter_context(made.serving("portal", *made.tls(), port=made.token_port))
    bms_id, bms_id_port = stack.enter_context(made.serving("bms_id"))
    bare, bare_port = stack.enter_context(made.listening("securenet.bench.bare.wsgi:application"))
    doors = {"portal.localhost:8440": Door(portal_port), "bms-id.localhost:8441": Door(bms_id_port)}
    doors["bare.localhost:8440"] = Door(bare_port)

    def browsers(start: str, landing: str, usernames: list[str]) -> list[Callable[[], object]]:
        return [Login(Browser(Wire(doors)), start, landing, name, made.world["password"]) for name in usernames]

    heavy, light = made.world["members"], made.world["light_members"]
    ours, theirs = (f"{PORTAL}/login/", f"{PORTAL}/me/"), (f"{BARE}/login/", f"{BARE}/me/")
    return {
        "whole": (browsers(*ours, heavy), [portal, *made.roots]),
        "bare whole": (browsers(*theirs, heavy), [bare, *made.roots]),
        "light": (browsers(*ours, light), [portal, *made.roots]),
        "bare light": (browsers(*theirs, light), [bare, *made.roots]),
        "oidc": (browsers(f"{BMS_ID}/login/", f"{BMS_ID}/", light), [portal, behind, bms_id, *made.roots]),
    }
