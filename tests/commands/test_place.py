import fcntl
import socket

import pytest

from securenet.commands.demonstration.place import MARK, CannotStart, Place, taken
from tests.commands.command import free_ports


@pytest.fixture
def base():
    return free_ports(10)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path, base):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CannotStart, match="something else"), taken(tmp_path, base, reset=True):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_starting_afresh_removes_the_demo_and_nothing_else(tmp_path, base):
    with taken(tmp_path, base, reset=False) as place:
        (place.folder / "secrets").mkdir()
        (place.folder / "secrets/key").write_text("x")
        (place.folder / "securenet.sqlite3-wal").write_text("x")
        (place.folder / "notes.txt").write_text("mine")
        place.note(certificates={})
        place.clear()
        assert {path.name for path in place.folder.iterdir()} == {MARK, "notes.txt"}


def test_a_link_in_the_folder_leads_nowhere_when_it_is_cleared(tmp_path, base):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("x")
    with taken(tmp_path / "demo", base, reset=False) as place:
        (place.folder / "secrets").symlink_to(elsewhere)
        place.clear()
    assert (elsewhere / "kept").exists()


def test_two_demos_do_not_run_in_one_folder(tmp_path, base):
    with (
        taken(tmp_path, base, reset=False),
        pytest.raises(CannotStart, match="running"),
        taken(tmp_path, base, reset=False),
    ):
        pass


def test_the_folder_is_free_again_afterwards(tmp_path, base):
    with taken(tmp_path, base, reset=False):
        pass
    with (tmp_path / MARK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_port_in_use_is_named(tmp_path, base):
    with (
        socket.create_server(("127.0.0.1", base + 3)),
        pytest.raises(CannotStart, match=rf"Port {base + 3} \(certificate\) is in use"),
        taken(tmp_path, base, reset=False),
    ):
        pass


def test_a_demo_stays_on_its_ports(tmp_path, base):
    with taken(tmp_path, base, reset=False) as place:
        place.note(certificates={})
    with taken(tmp_path, None, reset=False) as place:
        assert place.base == base
    with pytest.raises(CannotStart, match="--reset"), taken(tmp_path, base - 10, reset=False):
        pass


def test_processes_get_the_demos_settings_and_the_callers_hash(tmp_path, monkeypatch):
    monkeypatch.setenv("SECURENET_PROFILE", "/elsewhere.toml")
    monkeypatch.setenv("SECURENET_ARGON2_ROUNDS", "1")
    given = Place(tmp_path, 9000).environment()
    assert "SECURENET_PROFILE" not in given
    assert given["SECURENET_ARGON2_ROUNDS"] == "1"
    assert given["SECURENET_TOKEN_ENDPOINT_ADDRESS"] == "127.0.0.1:9000"
    assert given["SECURENET_CERTIFICATE_URL"] == "https://cert.localhost:9003"
