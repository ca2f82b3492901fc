"""Findings that are always the same of the same octets are remembered: a member's certificate comes day after day."""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

Given = ParamSpec("Given")
Found = TypeVar("Found")
_FORGETTING: list[Callable[[], None]] = []


def remembered(most: int) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Return a decorator that keeps the `most` last used results of a pure function; what it raises is not kept."""

    def decorate(find: Callable[Given, Found]) -> Callable[Given, Found]:
        kept = lru_cache(maxsize=most)(find)
        _FORGETTING.append(kept.cache_clear)
        return cast("Callable[Given, Found]", kept)

    return decorate


def forget_findings() -> None:
    """Forget what was found so far, so that a measurement meets each certificate for the first time."""
    for forget in _FORGETTING:
        forget()
