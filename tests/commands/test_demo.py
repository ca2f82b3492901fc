"""`securenet demo` for real: everything starts, answers, stays, and ends together."""

import http.client
import json
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import time
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest

from tests.commands.command import COMMAND, environment, free_ports

PATIENCE = 120
CHEAP = {"SECURENET_ARGON2_MEMORY_KIB": "8", "SECURENET_ARGON2_ROUNDS": "1"}
pytestmark = [pytest.mark.journey, pytest.mark.rule("R87")]


@pytest.fixture(scope="module")
def base():
    return free_ports(10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "state"


@contextmanager
def demo(folder, base, *more):
    """A running demo and the line that it printed; it is killed where a test forgot to end it."""
    command = [*COMMAND, "demo", "--json", "--dir", str(folder), "--port-base", str(base), *more]
    with subprocess.Popen(
        command, env=environment(**CHEAP), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            yield process, json.loads(line)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(PATIENCE)


def get(url, authority, path):
    """GET over TLS under the public name, trusting the demo's CA alone; the status and the body."""
    parts = urlsplit(url)
    context = ssl.create_default_context(cafile=authority)
    with (
        socket.create_connection(("127.0.0.1", parts.port), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname=parts.hostname) as secure,
    ):
        secure.sendall(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = http.client.HTTPResponse(secure)
        answer.begin()
        return answer.status, answer.read().decode()


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def mails(folder):
    with closing(sqlite3.connect(folder / "securenet.sqlite3")) as database:
        return database.execute("SELECT count(*), sum(state = 'sent') FROM mail_mail").fetchone()


@pytest.fixture(scope="module")
def first(folder, base):
    """The first start, which builds the demo: its process and what it told."""
    with demo(folder, base) as (process, told):
        yield process, told


@pytest.fixture(scope="module")
def left(first):
    """What the first start told; it has been asked to end."""
    process, told = first
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)
    return told


def test_everything_answers_over_tls(first, folder):
    process, told = first
    assert told["ready"] is True
    assert told["pid"] == process.pid
    assert {"urls", "accounts", "token", "certificates", "ca"} <= set(told)
    for name in ("portal", "bms_id", "backoffice", "certificate", "mailbox"):
        assert get(told["urls"][name], told["ca"], "/readyz")[0] == 200
    for nonce in ("q7w8", "another-name"):
        address = told["urls"]["certificate"].replace("cert.localhost", f"{nonce}.cert.localhost")
        assert get(address, told["ca"], "/readyz")[0] == 200
    until = time.monotonic() + PATIENCE
    while len(set(mails(folder))) > 1 and time.monotonic() < until:
        time.sleep(0.5)
    found = json.loads(get(told["urls"]["mailbox"], told["ca"], "/api/mails?to=malee")[1])
    assert any("/register/confirm/" in link for mail in found for link in mail["links"])


def test_two_demos_stand_beside_each_other(first, tmp_path):
    _process, told = first
    with demo(tmp_path / "second", free_ports(10)) as (_other, second):
        assert set(told["urls"].values()).isdisjoint(second["urls"].values())
        for each in (told, second):
            assert get(each["urls"]["portal"], each["ca"], "/")[0] == 200


@pytest.mark.usefixtures("left")
def test_it_ends_well_when_asked_to_and_frees_its_ports(first, base):
    process, _told = first
    assert process.returncode == 0
    assert (process.stdout.read(), "Traceback" in process.stderr.read()) == ("", False)
    assert all(is_free(base + number) for number in range(10))


def test_a_second_start_finds_what_the_first_built(left, folder, base):
    with demo(folder, base) as (process, again):
        assert again["accounts"] == left["accounts"]
        assert again["certificates"] == left["certificates"]
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


@pytest.mark.usefixtures("left")
def test_when_one_process_ends_the_demo_says_which_and_ends(folder, base):
    with demo(folder, base) as (process, _told):
        children = subprocess.run(
            ["ps", "--ppid", str(process.pid), "-o", "pid=,args="], capture_output=True, text=True, check=True
        ).stdout
        worker = next(line for line in children.splitlines() if line.endswith("securenet.cli worker"))
        os.kill(int(worker.split()[0]), signal.SIGKILL)
        assert process.wait(PATIENCE) == 1
        assert "worker ended with -9" in process.stderr.read()
    assert all(is_free(base + number) for number in range(10))


def test_starting_afresh_forgets_everything(left, folder, base):
    before = {one["totp"] for one in left["accounts"] if "totp" in one}
    with demo(folder, base, "--reset") as (_process, fresh):
        after = {one["totp"] for one in fresh["accounts"] if "totp" in one}
    assert len(before) == len(after)
    assert before.isdisjoint(after)


def test_a_port_in_use_ends_it_with_1_before_anything_is_touched(tmp_path, base):
    with socket.create_server(("127.0.0.1", base + 2)):
        command = [*COMMAND, "demo", "--dir", str(tmp_path / "new"), "--port-base", str(base)]
        ended = subprocess.run(command, env=environment(**CHEAP), capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert f"Port {base + 2} (backoffice) is in use" in ended.stderr
    assert [path.name for path in (tmp_path / "new").iterdir()] == [".securenet-demo"]
