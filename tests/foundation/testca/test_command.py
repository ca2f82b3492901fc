import argparse
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from securenet.foundation.testca.command import add_arguments, run
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.keys import make_key, read_key
from securenet.foundation.testca.profiles import Person, subject_name
from securenet.foundation.testca.refusals import FAILED, REFUSED

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
def test_whatever_is_in_the_way_is_a_sentence_and_exit_1(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert command(*(argument.format(ca=folder, tmp=tmp_path) for argument in arguments)) == 1
    assert says in capsys.readouterr().err


NAMED = subject_name(Person(ANONG[1], ANONG[3], ANONG[5]))


def der(key: object, name: x509.Name = NAMED) -> bytes:
    builder = x509.CertificateSigningRequestBuilder(name)
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, digest).public_bytes(Encoding.DER)  # type: ignore[arg-type]  # any key that signs


@pytest.mark.rule("R40")
@pytest.mark.parametrize(
    ("request_of", "says"),
    [
        (lambda: b"hello", "not a PKCS#10 request"),
        (lambda: der(make_key("p-256")).replace(b"Anong", b"Arong"), "signature"),
        (lambda: der(ed25519.Ed25519PrivateKey.generate()), "Only RSA"),
        (lambda: der(make_key("p-256"), x509.Name([])), "names no person"),
        (lambda: der(make_key("p-256"), subject_name(Person("Anong", "anong@ไทย.example", ANONG[5]))), "cannot stand"),
    ],
    ids=["unreadable", "another's signature", "another kind of key", "no names", "no address"],
)
def test_a_refused_request_is_a_sentence_and_exit_3(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], request_of: Callable[[], bytes], says: str
) -> None:
    (tmp_path / "csr").write_bytes(request_of())
    assert command("issue", folder, "--csr", tmp_path / "csr", "--as-requested", "--ca", "demo-ca") == REFUSED
    assert says in capsys.readouterr().err


def test_a_key_of_the_ca_that_nobody_uses_is_not_the_fault_of_a_request(folder: Path, tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    own = folder / "cas/demo-ca/key.pem"
    own.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "csr").write_bytes(der(make_key("p-256")))
    assert command("issue", folder, "--csr", tmp_path / "csr", "--as-requested", "--ca", "demo-ca") == FAILED


@pytest.mark.parametrize("verb", [(), ("issue",)])
def test_the_help_tells_how_it_ends(verb: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command(*verb, "--help")
    assert "3 when a request for a certificate is refused" in " ".join(capsys.readouterr().out.split())
