"""Which function does which job, and which jobs come again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.utils.module_loading import autodiscover_modules

Finish = Callable[[], None]
Body = TypeVar("Body", bound=Callable[..., Finish | None])

BODIES: dict[str, Callable[..., Finish | None]] = {}
SCHEDULES: dict[str, timedelta] = {}


class Postponed(Exception):
    """A job cannot be done now. Its text is shown to operators: it holds no secret and no address."""


def job(name: str) -> Callable[[Body], Body]:
    """Register a function as the body of the jobs called `name`.

    The body is called as `body(at=moment, **args)` outside any transaction, since slow work inside one would hold up
    every other writer. What it returns, if anything, is called in the short transaction that marks the job done: its
    effects happen exactly once. A body that raises is tried again.
    """

    def register(body: Body) -> Body:
        if BODIES.setdefault(name, body) is not body:
            raise ValueError(f"Two functions claim the job {name!r}.")
        return body

    return register


def schedule(name: str, every: timedelta) -> None:
    """Run the job called `name` again and again, at most once in `every`, however many workers there are."""
    if every <= timedelta(0):
        raise ValueError(f"The job {name!r} would be due without end.")
    SCHEDULES[name] = every


def body_of(name: str) -> Callable[..., Finish | None]:
    """Return the function for a job. Raises Postponed where this worker does not know it, or not yet."""
    if name not in BODIES:
        load_bodies()
    try:
        return BODIES[name]
    except KeyError:
        raise Postponed("This worker does not know the job.") from None


def load_bodies() -> None:
    """Import the module `jobs` of every app, where bodies and schedules are declared."""
    autodiscover_modules("jobs")
