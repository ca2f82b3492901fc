"""`securenet bench`: one measurement, or all, each with its limit in the same run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial

from securenet.bench import (
    certificate_check,
    certificate_login,
    first_visit,
    login,
    pages,
    recovery,
    registrations,
    revocation_list,
    sealing,
    worst_upload,
)
from securenet.bench.browser import Unexpected
from securenet.bench.figures import Figure, table
from securenet.bench.installation import Installation, NotReady, installed
from securenet.bench.spent import Failed

ROUNDS, SECONDS = 5, 4.0
Measurement = Callable[[Installation], Iterator[Figure]]
ALL, CHECK, LIST = "all", certificate_check.NAME, revocation_list.NAME
UPLOAD, SEALING = worst_upload.NAME, sealing.NAME
WITHOUT_DATABASE = (CHECK, LIST, UPLOAD, SEALING)
NAMES = (
    *(login.NAME, certificate_login.NAME, CHECK, LIST, UPLOAD, pages.NAME),
    *(first_visit.NAME, registrations.NAME, recovery.NAME, SEALING),
)
MEBIBYTES = 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what this command takes."""
    parser.add_argument("name", nargs="?", default=ALL, choices=(*NAMES, ALL))
    parser.add_argument("--json", action="store_true", help="one object a line and figure")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="of which the median counts")
    parser.add_argument("--seconds", type=float, default=SECONDS, metavar="S", help="each round lasts so long")
    parser.add_argument(
        "--mebibytes", type=int, default=MEBIBYTES, metavar="N", help=f"size of the file that {SEALING} seals"
    )
    parser.add_argument(
        "--postgresql",
        default="",
        metavar="URL",
        help="a server on which a database may be made; SQLite is measured too",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; return 0 whatever the figures say, 1 where something cannot be measured."""
    figures = []
    try:
        for figure in _figures(arguments):
            figures.append(figure)
            if arguments.json:
                print(figure.line(), flush=True)
            else:
                print(f"{figure.database} {figure.name}: {figure.job}".strip(), file=sys.stderr)
    except (NotReady, Unexpected, Failed) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    finally:
        if not arguments.json:
            print(table(figures))
    if not arguments.postgresql and not arguments.json and arguments.name not in WITHOUT_DATABASE:
        print("PostgreSQL was not measured: give --postgresql URL.")
    return 0


def _figures(arguments: argparse.Namespace) -> Iterator[Figure]:
    length = {"rounds": arguments.rounds, "seconds": arguments.seconds}
    measurements: dict[str, Measurement] = {
        login.NAME: partial(login.measure, **length),
        certificate_login.NAME: partial(certificate_login.measure, **length),
        pages.NAME: partial(pages.measure, rounds=arguments.rounds, seconds=min(arguments.seconds, 1.0)),
        first_visit.NAME: first_visit.measure,
        registrations.NAME: registrations.measure,
        recovery.NAME: partial(recovery.measure, **length),
    }
    wanted = [each for name, each in measurements.items() if arguments.name in {name, ALL}]
    for url in ("", arguments.postgresql) if arguments.postgresql else ("",):
        if wanted:
            with installed(url) as made:
                for measure in wanted:
                    yield from measure(made)
    if arguments.name in {CHECK, ALL}:
        yield from certificate_check.measure(rounds=arguments.rounds, seconds=min(arguments.seconds, 1.0))
    if arguments.name in {LIST, ALL}:
        yield from revocation_list.measure(rounds=arguments.rounds, seconds=min(arguments.seconds, 1.0))
    if arguments.name in {UPLOAD, ALL}:
        yield from worst_upload.measure(rounds=arguments.rounds)
    if arguments.name in {SEALING, ALL}:
        yield from sealing.measure(mebibytes=arguments.mebibytes, rounds=arguments.rounds)
