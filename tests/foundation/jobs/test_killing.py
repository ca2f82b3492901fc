"""Workers are killed with SIGKILL at any moment: nothing is lost, nothing happens twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[3]
EFFECTS = 300
WORKERS = 3
KILLS = 6
POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL") or os.environ.get("TEST_DATABASE_URL", "")


@pytest.fixture
def sqlite(tmp_path):
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "jobs.sqlite3"), "OPTIONS": options}


@pytest.fixture
def postgresql():
    if not POSTGRESQL.startswith("postgresql"):
        pytest.skip("TEST_POSTGRESQL_URL names no server")
    psycopg = pytest.importorskip("psycopg")
    name = f"killable_{uuid.uuid4().hex[:12]}"
    with closing(psycopg.connect(POSTGRESQL, autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield {**parts(POSTGRESQL), "NAME": name}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def run(request):
    """Start `killable` with a verb on a database of its own; what was started is over after the test."""
    database = json.dumps(request.getfixturevalue(request.param))
    started = []

    def start(*words):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.foundation.jobs.killable", *words],
            cwd=ROOT,
            env={**os.environ, "SECURENET_KILLABLE": database},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def parts(url):
    url = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname,
        "PORT": str(url.port),
    }


def report(run):
    out, _ = run("report").communicate(timeout=120)
    return json.loads(out)


def ready(processes):
    for process in processes:
        assert process.stdout.readline() == b"ready\n"
    return processes


def go(process):
    process.stdin.write(b"go\n")
    process.stdin.flush()
    return process


def test_of_300_effects_nothing_is_lost_and_nothing_is_doubled(run):
    assert run("fill", str(EFFECTS)).wait(120) == 0
    chance = random.Random(EFFECTS)
    spare = ready([run("run") for _ in range(WORKERS + KILLS)])
    workers = [go(spare.pop()) for _ in range(WORKERS)]
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.05, 0.25))
        victim = workers.pop(0)
        victim.send_signal(signal.SIGKILL)
        assert victim.wait(60) == -signal.SIGKILL
        workers.append(go(spare.pop()))
    state = report(run)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    assert state["numbers"] == list(range(EFFECTS))
    assert state["attempts"] >= EFFECTS


def test_a_job_that_takes_longer_than_its_lease_is_not_taken_over(run):
    assert run("fill", "2", "killable.long").wait(120) == 0
    workers = [go(worker) for worker in ready([run("run", "3") for _ in range(WORKERS)])]
    assert report(run) == {"numbers": [0, 1], "attempts": 2}
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_in_peace_when_asked(run, ending):
    assert run("fill", "5").wait(120) == 0
    worker = go(*ready([run("run")]))
    assert report(run) == {"numbers": list(range(5)), "attempts": 5}
    worker.send_signal(ending)
    assert worker.wait(60) == 0
