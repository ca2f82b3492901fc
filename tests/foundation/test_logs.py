"""Logs say what happened, and nothing that opens anything."""

import json
import subprocess
import sys

import pytest

TOKEN = "wPq3Zr9sT1uV5xY7aB2cD4eF6gH8iJ0k"
PROGRAM = f"""
import logging, structlog
from securenet.foundation.logs import configure
configure("INFO", readable=READABLE)
log = structlog.get_logger("securenet.test")
log.info("case moved", number=2818)
log.debug("not said")
logging.getLogger("somebody.else").info("not said")
logging.getLogger("django.request").warning("Not Found: %s", "/register/confirm/{TOKEN}/?code={TOKEN}")
try:
    raise ValueError("password {TOKEN} of anong@company.example")
except ValueError:
    log.exception("failed")
    logging.getLogger("django.request").error("Internal Server Error: %s", "/login/", exc_info=True)
"""
pytestmark = pytest.mark.rule("R84", "R87")


def run(*, readable):
    program = PROGRAM.replace("READABLE", str(readable))
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)


def test_machines_get_a_json_object_a_line():
    lines = [json.loads(line) for line in run(readable=False).stderr.splitlines()]
    assert [line["event"] for line in lines] == [
        "case moved",
        "Not Found: /register/confirm/…/",
        "failed",
        "Internal Server Error: /login/",
    ]
    assert lines[0]["number"] == 2818
    assert all({"level", "logger", "timestamp"} <= set(line) for line in lines)


@pytest.mark.parametrize("readable", [True, False])
def test_no_token_query_or_text_of_an_exception_is_logged(readable):
    said = run(readable=readable)
    assert TOKEN not in said.stderr
    assert "anong@" not in said.stderr
    assert "ValueError" in said.stderr
    assert said.stdout == ""
