"""How much resident memory this process takes, and what a piece of work adds to it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")
_SELF = Path("/proc/self")


def added_by(work: Callable[[], Result]) -> tuple[Result, float, float]:
    """Return what the work returns, the MiB that it leaves behind, and the most that it took meanwhile.

    What was freed before and not given back to the system hides some of it.
    """
    gc.collect()
    (_SELF / "clear_refs").write_text("5")  # proc(5): the peak begins anew
    before = _mebibytes("VmRSS")
    result = work()
    gc.collect()
    return result, _mebibytes("VmRSS") - before, _mebibytes("VmHWM") - before


def _mebibytes(name: str) -> float:
    lines = (_SELF / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024
