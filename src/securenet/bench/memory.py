"""How much resident memory this process takes, and what a piece of work adds to it."""

from __future__ import annotations

import gc
import os
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


def most_taken_by(work: Callable[[], object]) -> float:
    """Return the MiB that the work takes at most, done in a child, so that no earlier work hides any of it.

    NaN where it failed.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, str(added_by(work)[2]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        most = float(told.read() or "nan")
    os.waitpid(child, 0)
    return most
