"""Whole logins with a certificate: a new mutual TLS connection, the certificate judged, handed over, a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

from securenet.bench.browser import Browser, Door, Wire
from securenet.bench.figures import Figure, Target
from securenet.bench.installation import Installation
from securenet.bench.journeys import BARE, BARE_CERTIFICATE, TRIVIAL, CertificateLogin, Visit, card_context
from securenet.bench.processes import Contest

NAME = "certificate-login"
RATE = Target(least=0.7)


def measure(made: Installation, *, rounds: int, seconds: float) -> Iterator[Figure]:
    """Yield the login beside a handshake with a one-word answer, and beside two bare Django logins by certificate.

    One is the least there is: the pages' own host asks for the certificate. The other goes our way, as pages that
    must never ask have to: button, address of its own, handed over, landing page.
    """
    with ExitStack() as stack:
        costs = Contest(rounds, seconds).run(_jobs(made, stack))
    whole, job = costs["whole"], "certificate login"
    yield Figure(NAME, job, whole, "handshake and one word", costs["handshake"], database=made.database)
    for name, told in (("bare", "bare Django, two requests"), ("same way", "bare Django, the same five requests")):
        yield Figure(NAME, f"{job}, rate", whole, told, costs[name], RATE, inverse=True, database=made.database)


def _jobs(made: Installation, stack: ExitStack) -> dict[str, tuple[list[Callable[[], object]], list[int]]]:
    portal, portal_port = stack.enter_context(made.serving("portal"))
    asking, asking_port = stack.enter_context(made.serving("certificate", *made.tls()))
    bare, bare_port = stack.enter_context(made.listening("securenet.bench.bare.wsgi:application"))
    bare_asking, bare_asking_port = stack.enter_context(
        made.listening("securenet.bench.bare.wsgi:application", *made.tls())
    )
    trivial, trivial_port = stack.enter_context(made.listening("securenet.bench.bare.trivial:application", *made.tls()))
    browsers = []
    for certificate, key in made.world["cards"]:
        tls = card_context(str(made.authority), certificate, key)
        doors = {
            "portal.localhost:8440": Door(portal_port),
            "cert.localhost:8443": Door(asking_port, tls),
            "bare.localhost:8440": Door(bare_port),
            "bare.localhost:8443": Door(bare_asking_port, tls),
            "bare.localhost:8444": Door(trivial_port, tls),
        }
        browsers.append(Browser(Wire(doors)))
    plain = [Visit(browser, f"{BARE_CERTIFICATE}/certificate/", f"{BARE}/me/") for browser in browsers]
    same = [CertificateLogin(browser, f"{BARE}/start/", f"{BARE}/me/") for browser in browsers]
    return {
        "whole": ([CertificateLogin(browser) for browser in browsers], [portal, asking, *made.roots]),
        "bare": (list(plain), [bare, bare_asking, *made.roots]),
        "same way": (list(same), [bare, bare_asking, *made.roots]),
        "handshake": ([Visit(browser, f"{TRIVIAL}/", f"{TRIVIAL}/") for browser in browsers], [trivial]),
    }
