"""A database that several threads can use at once."""

import pytest
from django.core.management import call_command
from django.db import connections


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """On SQLite, where tests run in memory, a file in its place; PostgreSQL as it is."""
    connection = connections["default"]
    if connection.vendor != "sqlite":
        yield
        return
    in_memory = connection.settings_dict["NAME"]
    held, connection.connection = connection.connection, None
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = str(tmp_path / "shared.sqlite3")
    call_command("migrate", "throttle", verbosity=0)
    yield
    connection.connection.close()
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = in_memory
    connection.connection = held
