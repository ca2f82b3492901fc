"""`securenet` as a process of its own, with an environment of our choice."""

import os
import socket
import subprocess
import sys

COMMAND = [sys.executable, "-P", "-m", "securenet.cli"]


def environment(**own):
    """The environment without any of SecureNet's own variables, and with these."""
    foreign = ("SECURENET_", "DJANGO_", "TEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | own


def securenet(*arguments, cwd=None, **own):
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], env=environment(**own), cwd=cwd, capture_output=True, text=True, check=False
    )


def free_ports(number):
    """The first of so many loopback ports in a row that nobody listens on now."""
    for start in range(20000 + os.getpid() % 5000 * 2, 60000, number):
        taken = []
        try:
            for port in range(start, start + number):
                taken.append(socket.create_server(("127.0.0.1", port)))
        except OSError:
            continue
        finally:
            for listener in taken:
                listener.close()
        return start
    raise AssertionError("no free ports")
