import argparse
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from securenet.foundation.testca.command import add_arguments, run
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.keys import make_key, read_key

ANONG = ["--name", "Anong Test", "--email", "anong@bank.example", "--organization", "0994000162243"]


def command(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args([str(argument) for argument in arguments]))


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert command("init", tmp_path / "ca") == 0
    capsys.readouterr()
    return tmp_path / "ca"


def test_a_key_is_made_and_certified(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = tmp_path / "key.pem"

    assert command("issue", folder, "--key-out", key, "--ca", "demo-ca", *ANONG, "--days", 30) == 0

    certificate = x509.load_pem_x509_certificate(capsys.readouterr().out.encode())
    assert certificate.public_key() == read_key(key).public_key()
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 30


def test_an_expired_certificate_can_be_had(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("issue", folder, "--key-out", tmp_path / "k", "--ca", "demo-ca", *ANONG, "--expired") == 0

    expired = x509.load_pem_x509_certificate(capsys.readouterr().out.encode())
    root = Hierarchy.open(folder).certificate("demo-root-ca")
    assert expired.not_valid_after_utc < root.not_valid_before_utc


@pytest.mark.rule("R40")
def test_a_request_is_certified(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(make_key("p-256"), hashes.SHA256())
    (tmp_path / "csr").write_bytes(request.public_bytes(Encoding.PEM))

    assert command("issue", folder, "--csr", tmp_path / "csr", "--ca", "demo-ca-g2", *ANONG) == 0
    assert x509.load_pem_x509_certificate(capsys.readouterr().out.encode()).public_key() == request.public_key()


def test_a_browser_bundle_asks_for_its_password(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _: "secret")
    bundle = tmp_path / "anong.p12"

    command("issue", folder, "--key-out", tmp_path / "k", "--p12-out", bundle, "--ca", "demo-ca", *ANONG)

    assert bundle.stat().st_mode & 0o777 == 0o600
    assert pkcs12.load_pkcs12(bundle.read_bytes(), b"secret").cert


def test_hold_release_and_revoke_show_in_the_list(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command("issue", folder, "--key-out", tmp_path / "k", "--ca", "demo-ca", *ANONG)
    certificate = x509.load_pem_x509_certificate(capsys.readouterr().out.encode())
    serial = f"{certificate.serial_number:X}"

    assert command("hold", folder, serial) == 0
    assert command("release", folder, serial) == 0
    assert command("revoke", folder, serial, "--reason", "keyCompromise") == 0
    capsys.readouterr()
    assert command("list", folder) == 0

    assert any(line.startswith(serial) and "keyCompromise" in line for line in capsys.readouterr().out.splitlines())
    assert command("crl", folder) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["list", "nowhere"], "no test CA"),
        (["revoke", "{ca}", "2A"], "2A"),
        (["issue", "{ca}", "--key-out", "{tmp}/k", "--ca", "nobody", *ANONG], "nobody"),
        (["issue", "{ca}", "--key-out", "{tmp}/k", "--ca", "demo-ca"], "--name"),
        (["issue", "{ca}", "--key-out", "{tmp}/k", "--ca", "demo-tls-ca", "--profile", "server"], "--host"),
        (["issue", "{ca}", "--csr", "{tmp}/missing", "--ca", "demo-ca", *ANONG], "missing"),
        (["init", "{ca}"], "not empty"),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_1(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert command(*(argument.format(ca=folder, tmp=tmp_path) for argument in arguments)) == 1
    assert says in capsys.readouterr().err
