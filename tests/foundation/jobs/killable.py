"""A process of its own for the test that kills workers: `python -m tests.foundation.jobs.killable <verb>`.

The database comes in SECURENET_KILLABLE as JSON. Each job writes one row with its number, so that a lost effect is a
missing row and a doubled one is a second row.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

settings.configure(
    INSTALLED_APPS=["securenet.foundation.jobs"],
    DATABASES={"default": json.loads(os.environ["SECURENET_KILLABLE"])},
    USE_TZ=True,
)
django.setup()

from securenet.foundation.jobs.actions import enqueue  # noqa: E402  the settings come first
from securenet.foundation.jobs.models import Job  # noqa: E402
from securenet.foundation.jobs.registry import SCHEDULES, job, load_bodies  # noqa: E402
from securenet.foundation.jobs.worker import work  # noqa: E402


def clock():
    """Return the moment."""
    return datetime.now(UTC)


def say(line):
    """Tell the test."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def sql(statement, *values):
    """Run a statement and return what it finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@job("killable.effect")
def effect(*, at, number):
    """Take a while, then write the effect in the transaction that marks the job done."""
    time.sleep(0.004)

    def finish():
        sql("INSERT INTO effect (number) VALUES (%s)", number)
        time.sleep(0.002)

    return finish


@job("killable.long")
def long(*, at, number):
    """Take longer than the lease."""
    time.sleep(5)
    return partial(sql, "INSERT INTO effect (number) VALUES (%s)", number)


def fill(count, name="killable.effect"):
    """Make the tables and write the jobs."""
    call_command("migrate", verbosity=0)
    sql("CREATE TABLE effect (number integer)")
    with transaction.atomic():
        for number in range(int(count)):
            enqueue(name, run_at=clock(), dedupe=str(number), number=number)


def run(lease="1"):
    """Work, when told to, until ended or killed."""
    load_bodies()
    SCHEDULES.clear()
    say("ready")
    sys.stdin.readline()
    work(clock=clock, lease=timedelta(seconds=int(lease)), poll=timedelta(milliseconds=20))


def report():
    """Wait until no job is open and tell which numbers were written and how many attempts it took."""
    while Job.objects.filter(done_at=None).exists():
        time.sleep(0.05)
    numbers = [number for (number,) in sql("SELECT number FROM effect ORDER BY number")]
    say(json.dumps({"numbers": numbers, "attempts": sum(Job.objects.values_list("attempts", flat=True))}))


if __name__ == "__main__":
    {"fill": fill, "run": run, "report": report}[sys.argv[1]](*sys.argv[2:])
