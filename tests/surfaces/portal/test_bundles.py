"""The accepted CAs in one file, and the scripts that install them (R50, R51)."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zipfile
from io import BytesIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from securenet.domain.certificates.models import Authority
from tests.cast import AT

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R50")]
PRODUCTION = ("root", "ca", "ca-g2")


def fetched(visitor, form, trust_set="production"):
    answer = visitor.get(f"/trust/{trust_set}.{form}")
    assert answer.status_code == 200
    assert f'filename="accepted-cas-{trust_set}.{form}' in answer.headers["Content-Disposition"]
    return answer.content


def ders(certificates):
    return {certificate.public_bytes(Encoding.DER) for certificate in certificates}


def test_every_form_holds_every_certificate_of_the_set_and_no_other(anyone, pki):
    wanted = {pki.der(slug) for slug in PRODUCTION}
    assert ders(pkcs7.load_der_pkcs7_certificates(fetched(anyone, "p7b"))) == wanted
    assert ders(x509.load_pem_x509_certificates(fetched(anyone, "pem"))) == wanted
    with zipfile.ZipFile(BytesIO(fetched(anyone, "zip"))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sums = files.pop("SHA256SUMS").decode()
    assert set(files.values()) == wanted
    for name, der in files.items():
        assert f"{hashlib.sha256(der).hexdigest()}  {name}\n" in sums
    assert fetched(anyone, "sha256").decode() == sums


def test_the_same_certificates_make_the_same_file(anyone, pki):
    assert fetched(anyone, "zip") == fetched(anyone, "zip")


def test_two_files_of_one_name_are_both_there(anyone, pki):
    Authority.objects.update(file="CA.cer")
    with zipfile.ZipFile(BytesIO(fetched(anyone, "zip"))) as archive:
        assert len(set(archive.namelist())) == len(PRODUCTION) + 1


def test_what_is_withdrawn_is_in_none(anyone, pki):
    Authority.objects.filter(file="ca-g2.cer").update(withdrawn_at=AT)
    assert ders(x509.load_pem_x509_certificates(fetched(anyone, "pem"))) == {pki.der("root"), pki.der("ca")}


@pytest.mark.parametrize("path", ["production.exe", "production.cer", "nonsense.pem", "production.", "../etc.pem"])
def test_nothing_else_is_handed_out(anyone, pki, path):
    assert anyone.get(f"/trust/{path}").status_code == 404


def test_a_set_without_certificates_has_no_bundle(anyone, db):
    assert anyone.get("/trust/production.p7b").status_code == 404
    assert "production.p7b" not in anyone.get("/trust/").content.decode()


def test_the_page_offers_them(anyone, pki):
    page = anyone.get("/trust/").content.decode()
    for form in ("p7b", "pem", "zip", "sha256", "sh", "ps1", "macos"):
        assert f'href="/trust/production.{form}"' in page


@pytest.mark.rule("R51")
class TestScript:
    @pytest.fixture
    def home(self, tmp_path):
        (tmp_path / ".mozilla/firefox/x.default").mkdir(parents=True)
        store = f"sql:{tmp_path / '.mozilla/firefox/x.default'}"
        subprocess.run(["certutil", "-N", "--empty-password", "-d", store], check=True)
        return tmp_path

    def run(self, script, home, *arguments, path=os.environ["PATH"]):
        file = home / "install.sh"
        file.write_bytes(script)
        environment = {"PATH": path, "HOME": str(home)}
        return subprocess.run(
            ["sh", str(file), *arguments], env=environment, capture_output=True, text=True, check=False
        )

    def trusted(self, home, place):
        listed = subprocess.run(
            ["certutil", "-L", "-d", f"sql:{home / place}"], capture_output=True, text=True, check=True
        )
        return sorted(line.split()[-1] for line in listed.stdout.splitlines() if line.startswith("BOT "))

    def test_it_installs_for_chromium_and_firefox_and_takes_out_again(self, anyone, pki, home):
        script = fetched(anyone, "sh")
        for arguments, left in (((), [",,", ",,", "CT,C,C"]), ((), [",,", ",,", "CT,C,C"]), (("--remove",), [])):
            done = self.run(script, home, *arguments)
            assert done.returncode == 0, done.stderr
            for place in (".pki/nssdb", ".mozilla/firefox/x.default"):
                assert self.trusted(home, place) == left

    def test_it_stops_at_a_certificate_that_is_not_the_named_one(self, anyone, pki, home):
        other = pki.authority("ca").sha256.upper().encode()
        done = self.run(fetched(anyone, "sh").replace(other, b"0" * 64), home)
        assert done.returncode == 1
        assert "fingerprint" in done.stderr

    def test_an_operators_name_cannot_run_anything(self, anyone, pki, home, monkeypatch):
        short = "securenet.domain.profile.text.Text.in_"
        monkeypatch.setattr(short, lambda _text, _language: '$(touch ran)"; touch ran; "')
        self.run(fetched(anyone, "sh"), home)
        assert not list(home.rglob("ran"))

    @pytest.mark.parametrize("form", ["ps1", "macos"])
    def test_those_that_nobody_tried_say_so_and_name_every_fingerprint(self, form, anyone, pki):
        script = fetched(anyone, form).decode()
        for slug in PRODUCTION:
            assert hashlib.sha256(pki.der(slug)).hexdigest().upper() in script
        assert "Not tried yet" in script

    def test_the_one_for_macos_gives_each_certificate_its_place(self, anyone, pki, home):
        """What it would tell macOS is written down by a stand-in: whether macOS does it has not been tried."""
        told = home / "told"
        stand_in = home / "bin" / "security"
        stand_in.parent.mkdir()
        stand_in.write_text(f'#!/bin/sh\necho "$1 $2" >>"{told}"\n')
        stand_in.chmod(0o755)
        path = f"{stand_in.parent}:{os.environ['PATH']}"
        assert self.run(fetched(anyone, "macos"), home, path=path).returncode == 0
        assert sorted(told.read_text().split("\n")) == ["", *["add-certificates -k"] * 2, "add-trusted-cert -r"]
        told.unlink()
        assert self.run(fetched(anyone, "macos"), home, "--remove", path=path).returncode == 0
        assert told.read_text() == "delete-certificate -Z\n" * 3
