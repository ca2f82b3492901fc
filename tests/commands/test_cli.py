import stat
import subprocess
import sys
from pathlib import Path

import pytest

from securenet.commands.arguments import read
from securenet.commands.faults import told
from tests.commands.command import securenet

PROFILE = Path(__file__).resolve().parents[2] / "src/securenet/domain/profile/bank-of-thailand.toml"


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    """A folder with secrets, as the command makes it."""
    folder = tmp_path_factory.mktemp("installation") / "secrets"
    assert securenet("secrets", "create", folder).returncode == 0
    return folder


@pytest.fixture
def installation(secrets, tmp_path):
    """The environment of an installation on SQLite, its database not made yet."""
    return {
        "SECURENET_SECRETS_DIR": str(secrets),
        "SECURENET_DATABASE_URL": f"sqlite:///{tmp_path}/new/securenet.sqlite3",
        "SECURENET_STATIC_ROOT": str(tmp_path / "static"),
    }


@pytest.mark.parametrize(
    "typed",
    [
        [],
        ["nonsense"],
        ["serve", "--surface", "intranet"],
        ["serve", "--bind", "8000"],
        ["serve", "--bind", "127.0.0.1:99999"],
        ["serve", "--workers", "0"],
        ["serve", "--bind", "127.0.0.1:8000", "--unix", "x.sock"],
        ["demo", "--port-base", "80"],
        ["demo", "--port-base", "65530"],
        ["certificate", "check"],
        ["certificate", "check", "x.cer", "--at", "yesterday"],
        ["certificate", "check", "x.cer", "--purpose", "fun"],
        ["audit"],
        ["staff", "create-administrator"],
    ],
)
def test_a_command_that_is_typed_wrongly_ends_with_2(typed, capsys):
    with pytest.raises(SystemExit) as ended:
        read(typed)
    assert ended.value.code == 2
    assert "usage: securenet" in capsys.readouterr().err


LOADED = """
import sys
from securenet.cli import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code
print(" ".join(sys.modules))
"""


@pytest.mark.parametrize(("command", "loads"), [((), False), (("certificate",), False), (("bench",), True)])
def test_a_command_loads_what_it_needs_and_no_more(command, loads):
    typed = [sys.executable, "-c", LOADED, *command, "--help"]
    loaded = subprocess.run(typed, capture_output=True, text=True, check=True).stdout.split()
    slow = {"django", "pydantic", "structlog", "cryptography", "securenet.bench.command"}
    assert slow.isdisjoint(loaded) or loads
    assert ("securenet.bench.command" in loaded) is loads


@pytest.mark.parametrize("group", ["testca", "bench"])
def test_what_is_learnt_late_is_told_like_the_rest(group, capsys):
    with pytest.raises(SystemExit) as ended:
        read([group, "--help"])
    assert ended.value.code == 0
    assert {"testca": "publish a new revocation list", "bench": "registrations"}[group] in capsys.readouterr().out


def test_a_fault_of_ours_is_not_told_as_one_of_the_operator():
    with pytest.raises(KeyError):
        told(KeyError("surface"))


def test_surfaces_are_named_one_by_one():
    assert read(["serve", "--surface", "portal", "--surface", "bms_id"]).surface == ["portal", "bms_id"]


@pytest.mark.parametrize(
    ("typed", "hour"), [("2026-07-31T09:00:00Z", 9), ("2026-07-31T09:00:00+07:00", 2), ("2026-07-31T09:00", 9)]
)
def test_a_moment_is_in_utc_unless_it_says_otherwise(typed, hour):
    moment = read(["certificate", "check", "x.cer", "--at", typed]).at
    assert moment.utcoffset() is not None
    assert moment.astimezone(tz=None).timestamp() % 86400 == hour * 3600


@pytest.mark.rule("R85")
def test_secrets_are_files_that_their_owner_alone_reads(secrets):
    names = {path.name for path in secrets.iterdir()}
    expected = {"secret_key", "seal_keys", "index_key", "ledger_key", "bms_id_client_secret"}
    assert names == {f"securenet_{name}" for name in expected}
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()} == {0o600}


def test_secrets_that_are_there_stay_and_none_is_shown(tmp_path):
    securenet("secrets", "create", tmp_path)
    before = {path: path.read_text() for path in tmp_path.iterdir()}
    (tmp_path / "securenet_index_key").unlink()
    again = securenet("secrets", "create", tmp_path)
    assert again.stdout.split() == [str(tmp_path / "securenet_index_key")]
    kept = {path: path.read_text() for path in tmp_path.iterdir() if path.name != "securenet_index_key"}
    assert kept.items() <= before.items()


def test_another_sealing_key_stands_beside_the_old_one(tmp_path):
    securenet("secrets", "create", tmp_path)
    path = tmp_path / "securenet_seal_keys"
    before = path.read_text()
    told = securenet("secrets", "add-seal-key", tmp_path)
    assert path.read_text().startswith(f"{before},2:")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() not in told.stdout + told.stderr


def test_there_is_no_sealing_key_to_add_to_where_there_are_none(tmp_path):
    assert securenet("secrets", "add-seal-key", tmp_path).returncode == 1


@pytest.mark.rule("R85")
@pytest.mark.parametrize("command", [["check"], ["worker"], ["serve"], ["migrate"]])
def test_without_its_secrets_nothing_starts_and_each_is_named(command, tmp_path):
    ended = securenet(*command, cwd=tmp_path)
    assert ended.returncode == 2
    for name in ("SECRET_KEY", "SEAL_KEYS", "INDEX_KEY", "LEDGER_KEY"):
        assert f"SECURENET_{name} is missing" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.rule("R86")
def test_every_mistake_of_the_profile_is_told_with_file_and_line(installation, tmp_path):
    wrong = tmp_path / "profile.toml"
    wrong.write_text(
        PROFILE.read_text().replace('time_zone = "Asia/Bangkok"', 'time_zone = "Asia/Nowhere"\ncolour = 3')
    )
    ended = securenet("check", SECURENET_PROFILE=str(wrong), **installation)
    assert ended.returncode == 2
    lines = ended.stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{wrong}:") and ": operator." in line for line in lines)


def test_a_profile_that_is_not_there_is_named(installation):
    ended = securenet("check", SECURENET_PROFILE="/nowhere/profile.toml", **installation)
    assert (ended.returncode, ended.stderr.strip()) == (2, "/nowhere/profile.toml: No such file or directory")


def test_a_certificate_without_its_key_serves_nothing(installation):
    ended = securenet("serve", "--certificate", "server.pem", **installation)
    assert ended.returncode == 2
    assert "belong together" in ended.stderr


def test_the_certificate_header_is_trusted_behind_a_socket_only(installation):
    ended = securenet("serve", "--bind", "127.0.0.1:1", SECURENET_TRUST_CERTIFICATE_HEADER="true", **installation)
    assert ended.returncode == 2
    assert "--unix" in ended.stderr


def test_a_database_that_is_not_there_is_told_without_a_traceback(installation):
    ended = securenet("audit", "verify", **installation)
    assert ended.returncode == 1
    assert "out of reach" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.rule("R33", "R84")
def test_an_installation_begins_with_its_database_and_its_administrator(installation, tmp_path):
    assert securenet("migrate", **installation).returncode == 0
    password = tmp_path / "password"
    password.write_text("Tom-Kha-2569\n")
    first = ["staff", "create-administrator", "--username", "apinya", "--name", "Apinya Sommut"]
    made = securenet(*first, "--email", "apinya@operator.example", "--password-file", password, **installation)
    assert (made.returncode, made.stderr) == (0, "")
    again = securenet(*first, "--email", "apinya@operator.example", "--password-file", password, **installation)
    assert again.returncode == 1
    assert "administrator already" in again.stderr
    sealed = securenet("audit", "seal", **installation)
    assert sealed.returncode == 0
    kept = tmp_path / "kept"
    kept.write_text(sealed.stdout)
    assert securenet("audit", "verify", "--kept", kept, **installation).returncode == 0
    kept.write_text("1:forged:forged\n")
    assert securenet("audit", "verify", "--kept", kept, **installation).returncode == 1
    assert securenet("seal", "rotate", **installation).returncode == 0


@pytest.mark.rule("R87")
def test_what_a_deployment_lacks_is_found_before_it_starts(installation):
    before = securenet("check", "--deploy", **installation)
    assert before.returncode == 1
    assert "error: no style sheets" in before.stdout
    securenet("migrate", **installation)
    securenet("static", **installation)
    after = securenet("check", "--deploy", **installation)
    assert (after.returncode, after.stderr) == (0, "")
    assert "warning: SQLite is for the demo" in after.stdout
    assert "warning: no CA is accepted" in after.stdout


def test_a_demo_setting_does_not_pass_as_a_deployment(installation):
    ended = securenet("check", "--deploy", SECURENET_DEMO="true", **installation)
    assert ended.returncode == 1
    assert "error: SECURENET_DEMO is on" in ended.stdout


@pytest.mark.rule("R90")
def test_bms_id_is_connected_once_and_gets_its_new_secret_then(installation):
    securenet("migrate", **installation)
    first = securenet("oidc", "register-bms-id", **installation)
    assert (first.returncode, first.stdout) == (0, "BMS ID is connected.\n")
    again = securenet("oidc", "register-bms-id", **installation)
    assert again.returncode == 0
    assert "connected already" in again.stdout
