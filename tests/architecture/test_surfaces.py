"""A process that serves one surface never imports another."""

import os
import subprocess
import sys

import pytest

from tests.architecture.sources import PACKAGE, ROOT

PACKAGES = {"portal": "portal", "certificate": "portal", "bms_id": "bms_id", "backoffice": "backoffice"}
SURFACES = [surface for surface, package in PACKAGES.items() if (PACKAGE / "surfaces" / package / "urls.py").exists()]
LOADED = """
import sys
import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.urls import get_resolver
django.setup()
WSGIHandler()
from securenet.surfaces.shared.middleware import URLCONFS
for surface in settings.SURFACES:
    get_resolver(URLCONFS[surface]).url_patterns
print(*{name.split(".")[2] for name in sys.modules if name.startswith("securenet.surfaces.")})
"""


def loaded_packages(served: str) -> set[str]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_SURFACES": served}
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr[-2000:]
    return set(done.stdout.split())


@pytest.mark.parametrize("surface", SURFACES)
def test_a_surface_served_alone_imports_no_other(surface):
    assert loaded_packages(surface) == {PACKAGES[surface], "shared"}


def test_surfaces_served_together_are_all_imported():
    assert loaded_packages(",".join(SURFACES)) == {*(PACKAGES[surface] for surface in SURFACES), "shared"}
