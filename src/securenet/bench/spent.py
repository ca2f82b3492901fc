"""What a command of its own spends: CPU time, and the most resident memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


class Failed(Exception):
    """The command did not do its work: then its cost means nothing."""


def spent_by(command: list[str], place: Path) -> tuple[float, float]:
    """Return the CPU seconds and the MiB of a command that is run in a folder. Raises Failed.

    A small process starts it: what a process took before it became another program counts as that program's memory
    (getrusage(2)), and the one that measures may be large.
    """
    starter = [sys.executable, "-P", "-S", str(Path(__file__)), *command]
    told = subprocess.run(starter, cwd=place, capture_output=True, check=False)
    if told.returncode:
        raise Failed(" ".join(command[:4]))
    seconds, mebibytes = json.loads(told.stdout)
    return seconds, mebibytes


def main() -> int:
    """Run the command that the arguments are, tell what it spent, and return its exit code."""
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
