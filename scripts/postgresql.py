"""Run a command beside a PostgreSQL server of its own; TEST_DATABASE_URL tells the command where the server is.

The data lives in a temporary folder, the server listens on a free port of the loopback interface, and both are gone
when the command has ended. PostgreSQL refuses to run as root: then the user postgres runs it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROLE = "securenet"


def binaries() -> Path:
    """Return the folder of the newest installed server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise SystemExit("PostgreSQL is not installed: scripts/setup --tests")
    return found[-1].parent if found else Path(str(on_path)).parent


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def run(*command: str | Path) -> None:
    """Run one of the server's tools as a user that the server accepts."""
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [*as_postgres, *map(str, command)], check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )


@contextmanager
def server() -> Iterator[str]:
    """Start a server and yield the URL of a database on it; stop it afterwards."""
    tools, port, password = binaries(), free_port(), secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory(prefix="securenet-postgresql-") as name:
        folder, secret = Path(name), Path(name) / "password"
        secret.write_text(password)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            shutil.chown(secret, "postgres")
        data = folder / "data"
        run(
            *(tools / "initdb", "--pgdata", data, "--username", ROLE, "--pwfile", secret, "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        )
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c max_connections=60"
        run(tools / "pg_ctl", "start", "--wait", "-D", data, "-l", folder / "log", "-o", options)
        try:
            yield f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/postgres"
        finally:
            run(tools / "pg_ctl", "stop", "--wait", "-m", "immediate", "-D", data)


def main() -> int:
    """Run the command given on the command line; return its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with server() as url:
        return subprocess.run(sys.argv[1:], env={**os.environ, "TEST_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
