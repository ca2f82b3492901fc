"""CPU time of servers, and rounds of work for them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(roots: Iterable[int]) -> float:
    """Return what these processes and all below them have used, those that ended and were waited for too."""
    used, parents = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(entry)):
            parents[int(entry.name)] = int(fields[1])
            used[int(entry.name)] = sum(map(int, fields[11:15])) / TICKS
    wanted = set(roots)
    return sum(seconds for process, seconds in used.items() if _is_below(process, wanted, parents))


def parent_of(process: int) -> int:
    """Return the process that started this one, 0 where it has gone."""
    fields = _stat(Path("/proc") / str(process))
    return int(fields[1]) if fields else 0


def _stat(entry: Path) -> list[str]:
    """Return proc(5)'s fields of a process after its name, from the state on; nothing once it has gone."""
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _is_below(process: int, roots: set[int], parents: dict[int, int]) -> bool:
    step: int | None = process
    while step:
        if step in roots:
            return True
        step = parents.get(step)
    return False


@dataclass
class Contest:
    """Jobs that take turns, so that a busy moment of the machine meets all of them.

    Each is done by several browsers at once for `seconds` a round; the first, short round warms up and is not counted.
    """

    rounds: int
    seconds: float

    def run(self, jobs: dict[str, tuple[list[Callable[[], object]], list[int]]]) -> dict[str, float]:
        """Return each job's CPU milliseconds, the medians; a job is its browsers and its servers' processes."""
        for browsers, servers in jobs.values():
            _round(browsers, servers, min(self.seconds, 1.0))
        seen: dict[str, list[float]] = {name: [] for name in jobs}
        for _each in range(self.rounds):
            for name, (browsers, servers) in jobs.items():
                seen[name].append(_round(browsers, servers, self.seconds))
        return {name: median(costs) for name, costs in seen.items()}


def _round(browsers: list[Callable[[], object]], servers: list[int], seconds: float) -> float:
    done: list[int] = []
    troubles: list[Exception] = []
    before, ends = cpu_seconds(servers), time.monotonic() + seconds

    def work(job: Callable[[], object]) -> None:
        count = 0
        try:
            while time.monotonic() < ends or not count:
                job()
                count += 1
        except Exception as trouble:  # raised again by who waits for the thread
            troubles.append(trouble)
        done.append(count)

    threads = [threading.Thread(target=work, args=(job,)) for job in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return (cpu_seconds(servers) - before) * 1000 / sum(done)


def own_cpu(job: Callable[[], object], *, rounds: int, seconds: float) -> float:
    """Return the CPU milliseconds of a job in this process: the median over the rounds."""
    job()
    costs = []
    for _each in range(rounds):
        count, begun, ends = 0, time.process_time(), time.monotonic() + seconds
        while time.monotonic() < ends or not count:
            job()
            count += 1
        costs.append((time.process_time() - begun) * 1000 / count)
    return median(costs)
