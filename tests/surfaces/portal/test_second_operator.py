"""Nothing of the reference operator is built in: journey 1 holds at an invented one, in another language order (R86).

Language and time zone are settings, which a process reads once, so these tests have a process of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cast import MERIDIA

ROOT = Path(__file__).parents[3]


@pytest.mark.rule("R86", "R80", "R24a")
def test_journey_1_holds_at_the_second_operator(tmp_path):
    environment = os.environ | {"SECURENET_PROFILE": str(MERIDIA)}
    tests = Path(__file__).with_name("second_operator.py")
    command = [sys.executable, "-m", "pytest", str(tests), "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]

    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600)

    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
