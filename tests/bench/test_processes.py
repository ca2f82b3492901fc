"""CPU time is taken from whole trees of processes, over rounds in which jobs take turns."""

import subprocess
import sys

import pytest

from securenet.bench.processes import Contest, cpu_seconds, own_cpu, parent_of
from securenet.bench.spent import Failed, spent_by

BURN = "import time\nwhile time.process_time() < 0.3: pass\n"
FAMILY = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURN!r}], check=True)
print("done", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def family():
    """A process that waits, whose child has used CPU time and ended."""
    with subprocess.Popen([sys.executable, "-c", FAMILY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"done\n"
        yield process.pid


def test_what_ended_children_used_still_counts(family):
    assert cpu_seconds([family]) >= 0.25


def test_a_process_that_has_gone_used_nothing():
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    assert cpu_seconds([int(done.stdout)]) == 0
    assert parent_of(int(done.stdout)) == 0


def test_the_memory_of_a_command_is_its_own_not_that_of_who_measures(tmp_path):
    large = bytearray(256 << 20)
    large[::4096] = b"x" * (len(large) // 4096)

    seconds, mebibytes = spent_by([sys.executable, "-c", BURN], tmp_path)

    assert seconds >= 0.3
    assert 2 < mebibytes < 100
    assert len(large) > 100 << 20


def test_a_command_that_fails_has_no_cost(tmp_path):
    with pytest.raises(Failed):
        spent_by(["false"], tmp_path)


def test_every_job_is_done_in_every_round():
    done = []
    costs = Contest(rounds=3, seconds=0).run({name: ([lambda name=name: done.append(name)] * 2, []) for name in "ab"})
    assert costs == {"a": 0, "b": 0}
    assert done == [*"aabb"] * 4  # the first round warms up


def test_a_job_that_fails_ends_the_contest():
    def fail():
        raise LookupError

    with pytest.raises(LookupError):
        Contest(rounds=1, seconds=0).run({"a": ([fail], [])})


def test_work_in_this_process_is_warmed_up_first():
    done = []
    assert own_cpu(lambda: done.append(1), rounds=2, seconds=0) >= 0
    assert len(done) == 3
