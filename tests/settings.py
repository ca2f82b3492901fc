"""The settings that tests run under: the real ones, with invented secrets and a cheap password hash.

`TEST_DATABASE=postgresql` takes the server that `scripts/postgresql.py` announces in `TEST_DATABASE_URL`; else SQLite.
"""

import base64
import os
import tempfile
from pathlib import Path

_SCRATCH = Path(tempfile.gettempdir()) / f"securenet-tests-{os.getuid()}"


def _key(number: int) -> str:
    return base64.b64encode(bytes([number]) * 32).decode()


_POSTGRESQL = os.environ.get("TEST_DATABASE") == "postgresql"
os.environ.update(
    {
        "SECURENET_SECRET_KEY": "tests-" + "0123456789abcdef" * 4,
        "SECURENET_SEAL_KEYS": f"1:{_key(1)}",
        "SECURENET_INDEX_KEY": _key(2),
        "SECURENET_LEDGER_KEY": _key(3),
        "SECURENET_DATABASE_URL": os.environ["TEST_DATABASE_URL"]
        if _POSTGRESQL
        else f"sqlite:///{_SCRATCH}/db.sqlite3",
        "SECURENET_ARGON2_MEMORY_KIB": "8",
        "SECURENET_ARGON2_ROUNDS": "1",
        "SECURENET_UPLOADS": str(_SCRATCH / "uploads"),
        "SECURENET_STATIC_ROOT": str(_SCRATCH / "static"),
        "SECURENET_SURFACES": os.environ.get("TEST_SURFACES", "portal,certificate,bms_id,backoffice"),
    }
)

from securenet.settings import *  # noqa: E402, F403  the environment comes first
from securenet.settings import STORAGES  # noqa: E402

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True  # nothing is collected into STATIC_ROOT
