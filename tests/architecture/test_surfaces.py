"""A process that serves one surface never imports another."""

import os
import subprocess
import sys

import pytest

from tests.architecture.sources import PACKAGE, ROOT

SURFACES = sorted(path.parent.name for path in (PACKAGE / "surfaces").glob("*/urls.py") if path.parent.name != "shared")
LOADED = """
import sys
import django
from django.core.handlers.wsgi import WSGIHandler
from django.urls import get_resolver
django.setup()
WSGIHandler()
list(get_resolver().reverse_dict)
print(*sorted({name.split(".")[2] for name in sys.modules if name.startswith("securenet.surfaces.")}))
"""


def loaded_surfaces(served: str) -> list[str]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_SURFACES": served}
    command = [sys.executable, "-c", LOADED]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("surface", SURFACES)
def test_a_surface_served_alone_imports_no_other(surface):
    assert set(loaded_surfaces(surface)) == {surface, "shared"}


def test_surfaces_served_together_are_all_imported():
    assert set(loaded_surfaces(",".join(SURFACES))) == {*SURFACES, "shared"}
