"""The bans in pyproject.toml bite."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

RUFF = Path(sys.executable).parent / "ruff"


def findings(source: str, path: str) -> set[str]:
    command = [RUFF, "check", "--output-format=concise", f"--stdin-filename={path}", "-"]
    answer = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=False)
    return {line.split()[1].rstrip(":") for line in answer.stdout.splitlines() if line.startswith(("src", "tests"))}


RULE = "src/securenet/domain/accounts/actions.py"
BRANCHES = (
    "def f(x: int) -> int:\n" + "".join(f"    if x == {n}:\n        x += 1\n" for n in range(8)) + "    return x\n"
)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("from django.http import HttpResponse\n", "TID251"),
        ("from django.shortcuts import redirect\n", "TID251"),
        ("from django.urls import reverse\n", "TID251"),
        ("from django.utils.timezone import now\n", "TID251"),
        ("from django.utils import timezone\n\nAT = timezone.now()\n", "TID251"),
        ("import datetime\n\nAT = datetime.datetime.now(datetime.UTC)\n", "TID251"),
        ("import time\n\nAT = time.time()\n", "TID251"),
        ("from django.dispatch import receiver\n", "TID251"),
        ("from django.contrib import admin\n", "TID251"),
        ("from securenet.settings import ENVIRONMENT\n", "TID251"),
        ("from . import models\n", "TID252"),
        ("import datetime\n\nAT = datetime.datetime(2026, 1, 1)\n", "DTZ001"),
        ("def f() -> None:\n    import os\n\n    os.getcwd()\n", "PLC0415"),
        (BRANCHES, "C901"),
        ('print("x")\n', "T201"),
    ],
)
def test_a_rule_that_leaves_its_floor_is_refused(source, code):
    assert code in findings(source, RULE)


def test_a_door_speaks_http():
    source = 'from django.http import HttpResponse\n\nOK = HttpResponse("ok")\n'
    assert findings(source, "src/securenet/surfaces/portal/pages.py") == set()
