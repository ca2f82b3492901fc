"""Threads that meet in one database."""

import sqlite3
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

PATIENCE = 60  # seconds after which a thread that never came is a failure of the test


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """On SQLite, where tests run in memory and threads cannot wait for each other, a file in its place."""
    default = connections["default"]
    if default.vendor != "sqlite":
        yield
        return
    file, in_memory = str(tmp_path / "shared.sqlite3"), default.settings_dict["NAME"]
    with sqlite3.connect(file) as copy:
        default.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")  # here: of two threads that change it at once, SQLite lets neither wait
    copy.close()
    held, default.connection = default.connection, None
    connections.settings["default"]["NAME"] = default.settings_dict["NAME"] = file
    yield
    default.close()
    if default.connection is not None:
        default.connection.close()
    connections.settings["default"]["NAME"] = default.settings_dict["NAME"] = in_memory
    default.connection = held


@pytest.fixture
def at_once(shared_database):
    """Return a function that makes several calls at the same moment, and returns what each gave or raised."""

    def run(*calls):
        barrier, outcomes = Barrier(len(calls)), [None] * len(calls)

        def one(place, call):
            try:
                barrier.wait(PATIENCE)
                outcomes[place] = call()
            except Exception as raised:
                outcomes[place] = raised
            finally:
                connection.close()

        threads = [Thread(target=one, args=(place, call)) for place, call in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        return outcomes

    return run
