"""The commands that pages tell members to type, typed: a request from a token (R40), a certificate out of it (R41)."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from html import unescape
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

import securenet.surfaces.portal as door
from securenet.foundation.testca.issuing import issue_as_requested, load_request
from securenet.foundation.x509 import read_request, read_upload
from securenet.surfaces.portal.applications import MAKE_KEY, MAKE_REQUEST, STORE_CERTIFICATE
from tests.cast import AT, DAY
from tests.tools.token import Token, softhsm_module

ENGINE = list(Path("/usr/lib").glob("*/engines-3/pkcs11.so"))
HELP = Path(door.__file__).parent / "templates/portal/help"
SUBJECT = "/C=TH/O=0105561000011/CN=Anong Jaidee/emailAddress=anong@alpha.example"


def typed(command: str, token: Token, folder: Path) -> str:
    """Run a command as a member would, whose answer to the question for the PIN is given with it."""
    words = shlex.split(re.sub(r"\bMODULE\b", str(softhsm_module()), command))
    environment = {**os.environ, **token.environment}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    if words[0] == "pkcs11-tool":
        words += ["--pin", token.pin]
    words = [word.replace(";type=private", f";type=private?pin-value={token.pin}") for word in words]
    done = subprocess.run(words, env=environment, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def commands_in(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'<span class="mono[^"]*" lang="en">(.*?)</span>', page)]


@pytest.fixture
def token(tmp_path):
    return Token.create(tmp_path / "token")


@pytest.mark.rule("R40", "R41")
@pytest.mark.skipif(not ENGINE, reason="libengine-pkcs11-openssl is not installed")
@pytest.mark.parametrize("language", ["th", "en"])
def test_a_request_is_made_the_certificate_stored_and_exported_again(token, tmp_path, hierarchy, language):
    typed(MAKE_KEY, token, tmp_path)
    typed(MAKE_REQUEST.format(subject=SUBJECT), token, tmp_path)
    content = (tmp_path / "request.p10").read_bytes()
    request = read_request(content)
    assert (request.common_name, request.organization_number) == ("Anong Jaidee", "0105561000011")
    assert request.public_key == "RSA 2048"

    made = issue_as_requested(hierarchy, "ca", load_request(content), not_before=AT, not_after=AT + DAY)
    (tmp_path / "certificate-7.cer").write_bytes(made.public_bytes(Encoding.DER))
    typed(STORE_CERTIFICATE.format(file="certificate-7.cer"), token, tmp_path)

    listing, reading = commands_in((HELP / f"export.{language}.html").read_text())
    assert "ID:         01" in typed(listing, token, tmp_path)
    typed(reading, token, tmp_path)
    exported = (tmp_path / "certificate.cer").read_bytes()
    assert x509.load_der_x509_certificate(exported) == made
    assert read_upload(exported).common_name == "Anong Jaidee"


@pytest.mark.rule("R41")
@pytest.mark.parametrize("language", ["th", "en"])
def test_the_guide_leads_through_the_tokens_program_and_the_systems_certificate_managers(anyone, language):
    page = anyone.speak(language).get("/help/export/").content.decode()
    steps = re.findall(r"<h2>(.*?)</h2>\s*<ol>(.*?)</ol>", page, re.DOTALL)

    for place in ("token", "Windows", "macOS", "Linux"):
        assert any(place in heading and content.count("<li>") >= 2 for heading, content in steps), place
    for word in (".cer", "DER", "Base-64", "No, do not export the private key", "certmgr.msc", "Keychain Access"):
        assert word in page
    assert ".p12" in page, "what must not be sent"
