"""The CAs that an RA's checked requests are passed to (R40): one small interface, two behind it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from securenet.foundation.est import Declined, EstServer, Unreachable, enroll
from securenet.foundation.testca.refusals import DONE, REFUSED

SECONDS = 60


class Issuer(Protocol):
    """A CA that answers a checked PKCS#10 request, and answers the same request with the same certificate."""

    def issue(self, request: bytes) -> bytes:
        """Return the certificate's DER. Raises Later, Declined (for good), or Unreachable (worth another try)."""


@dataclass(frozen=True)
class TestCa:
    """The test CA, by its command, in a process of its own."""

    directory: Path
    name: str

    def issue(self, request: bytes) -> bytes:
        """Return the certificate's DER. Raises Declined for what the request is, Unreachable for any other fault."""
        with tempfile.NamedTemporaryFile(suffix=".p10") as file:
            file.write(request)
            file.flush()
            command = [sys.executable, "-P", "-m", "securenet.cli", "testca", "issue", str(self.directory)]
            command += ["--csr", file.name, "--as-requested", "--ca", self.name]
            try:
                done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise Unreachable(type(error).__name__) from error
        if done.returncode < 0:
            raise Unreachable(f"ended by signal {-done.returncode}")
        if done.returncode == REFUSED:
            raise Declined(f"exit {REFUSED}")
        if done.returncode != DONE:
            said = done.stderr.decode(errors="replace").splitlines()[-1:]
            raise Unreachable(" ".join([f"exit {done.returncode}", *said]))
        return x509.load_pem_x509_certificate(done.stdout).public_bytes(Encoding.DER)


@dataclass(frozen=True)
class EstCa:
    """A CA that speaks EST (RFC 7030)."""

    server: EstServer

    def issue(self, request: bytes) -> bytes:
        """Return the certificate's DER. Raises Later, Declined, or Unreachable."""
        return enroll(self.server, request)


def issuer() -> Issuer | None:
    """Return the CA that the settings name, None where they name none: then nobody can apply here."""
    if settings.CA_BACKEND == "testca" and settings.TESTCA_DIRECTORY:
        return TestCa(settings.TESTCA_DIRECTORY, settings.TESTCA_NAME)
    if settings.CA_BACKEND == "est" and settings.EST_TRUST:
        keys = settings.EST_CERTIFICATE, settings.EST_KEY
        return EstCa(EstServer(settings.EST_URL, settings.EST_TRUST, *keys, login=settings.EST_LOGIN))
    return None
