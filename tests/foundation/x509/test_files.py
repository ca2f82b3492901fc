"""Files on disk, as `securenet certificate check` takes them, and the JSON that scripts rely on."""

import json
from pathlib import Path

import pytest

from securenet.foundation.x509 import check_files
from tests.foundation.x509.cases_files import pem
from tests.foundation.x509.forge import AT, NUMBER, crl, integer, person
from tests.foundation.x509.world import World, ec_key

pytestmark = pytest.mark.rule("R44")


@pytest.fixture
def folder(world: World, tmp_path: Path) -> Path:
    for name, authorities in {
        "roots": (world.root, world.ec_root),
        "intermediates": (world.ca, world.ec_ca, world.no_lists),
    }.items():
        (tmp_path / name).mkdir()
        for n, authority in enumerate(authorities):
            data = authority.der if n % 2 else pem(authority.der)
            (tmp_path / name / f"{n}.whatever").write_bytes(data)
        (tmp_path / name / "notes.txt").write_text("no certificate")
    lists = tmp_path / "crls"
    lists.mkdir()
    for n, authority in enumerate((world.root, world.ca, world.ec_root, world.ec_ca, world.no_lists)):
        (lists / str(n)).write_bytes(world.lists[authority] if n % 2 else pem(world.lists[authority], "X509 CRL"))
    (lists / "forged").write_bytes(crl(world.ca.subject, ec_key("stranger"), [(integer(0x519E2D79), 1)]))
    (lists / "empty").write_bytes(b"")
    return tmp_path


def reports(folder: Path, *files: bytes, crls: bool = True) -> list[dict]:  # type: ignore[type-arg]
    paths = []
    for n, data in enumerate(files):
        paths.append(folder / f"{n}.cer")
        paths[-1].write_bytes(data)
    return list(check_files(paths, folder, folder / "crls" if crls else None, AT))


def test_the_json_of_an_accepted_certificate(world: World, folder: Path) -> None:
    (report,) = reports(folder, world.ca.draft().der())

    assert json.loads(json.dumps(report)) == report
    certificate = report.pop("certificate")
    assert report == {
        "file": str(folder / "0.cer"), "accepted": True, "reasons": [], "warnings": [], "revocation": "good",
    }  # fmt: skip
    assert certificate.pop("subject").startswith("CN=Anong Jaidee + E=anong@example.test, OU=Treasury")
    assert [len(certificate.pop("sha1")), len(certificate.pop("sha256"))] == [40, 64]
    assert certificate == {
        "issuer": "C=TH, O=Example CA Company, CN=Example CA G3",
        "serial": "519E2D79",
        "not_before": "2026-01-27T12:00:00Z",
        "not_after": "2027-12-28T12:00:00Z",
        "public_key": "RSA 2048",
        "organization_number": NUMBER,
        "emails": ["anong@example.test"],
    }


def test_the_json_of_a_file_that_holds_no_certificate(folder: Path) -> None:
    (report,) = reports(folder, b"", crls=False)

    assert (report["accepted"], report["certificate"], report["revocation"]) == (False, None, "not-checked")
    (reason,) = report["reasons"]
    assert reason["code"] == "empty"
    assert set(reason) == {"code", "message_th", "message_en"}


def test_files_are_reported_in_the_order_given(world: World, folder: Path) -> None:
    revoked = world.ca.draft(serial=integer(0xDEAD)).der()

    found = reports(folder, revoked, b"", world.no_lists.draft().der(), world.ca.draft().der())

    codes = [[reason["code"] for reason in report["reasons"]] for report in found]
    assert codes == [["revoked"], ["empty"], ["revocation-unknown"], []]
    assert [report["revocation"] for report in found] == ["revoked", "unknown", "unknown", "good"]


def test_without_lists_revocation_is_reported_as_not_checked(world: World, folder: Path) -> None:
    (report,) = reports(folder, world.ca.draft(serial=integer(0xDEAD)).der(), crls=False)

    assert (report["accepted"], report["revocation"]) == (True, "not-checked")


def test_one_run_notices_a_serial_given_twice_and_warns_of_a_key_in_two_certificates(
    world: World, folder: Path
) -> None:
    good, twin = world.ca.draft().der(), world.ca.draft(subject=person("Ekachai"), key=ec_key("ekachai")).der()
    same_key = world.ca.draft(subject=person("Boonmee"), serial=integer(88)).der()

    found = reports(folder, good, good, twin, same_key)

    assert [report["accepted"] for report in found] == [True, True, False, True]
    assert found[2]["reasons"][0]["code"] == "duplicate-serial"
    assert found[3]["warnings"][0]["code"] == "key-reuse"


def test_a_refused_certificate_takes_nothing_from_the_next(world: World, folder: Path) -> None:
    forged = world.ca.draft().der().replace(b"Anong", b"Among", 1)

    assert [report["accepted"] for report in reports(folder, forged, world.ca.draft().der())] == [False, True]


def test_an_empty_trust_store_accepts_nothing(world: World, tmp_path: Path) -> None:
    (report,) = reports(tmp_path, world.ca.draft().der(), crls=False)

    assert [reason["code"] for reason in report["reasons"]] == ["unaccepted-issuer"]


def test_a_path_that_names_no_file_is_told_before_any_answer(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check_files([folder / "missing.cer"], folder, None, AT)
    with pytest.raises(IsADirectoryError):
        check_files([folder], folder, None, AT)
    with pytest.raises(NotADirectoryError):
        check_files([], folder / "missing", None, AT)
    with pytest.raises(NotADirectoryError):
        check_files([], folder, folder / "missing", AT)
