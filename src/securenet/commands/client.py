"""`securenet client`: files signed and encrypted at a member's desk, without an installation (R47)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from securenet.commands.keys import opened_key
from securenet.foundation import cms
from securenet.foundation.cms import Opened, Unfinished, UnusableKey, read_certificate
from securenet.foundation.x509 import REFUSALS, Certificate, Purpose, Reason, check, read_crls, read_trust

OK, REFUSED, UNUSABLE = 0, 1, 2
ENDING = ".cms"


class Untrusted(Exception):
    """A certificate is not good for what it is to do here; the text begins with a stable code."""


def run(arguments: argparse.Namespace) -> int:
    """Return 0; 1 where the file or a certificate is refused; 2 where a key, a path or an argument cannot be used."""
    at = datetime.now(UTC)
    try:
        told = VERBS[arguments.verb](arguments, at)
    except cms.Refused as refused:
        return say(f"{arguments.file}: {refused.reason}: {refused}", REFUSED)
    except Untrusted as untrusted:
        return say(f"{arguments.file}: {untrusted}", REFUSED)
    except UnusableKey as trouble:
        return say(str(trouble), UNUSABLE)
    except OSError as error:
        return say(f"{error.strerror}: {error.filename}" if error.filename else str(error), UNUSABLE)
    print(told)
    return OK


def say(sentence: str, code: int) -> int:
    """Print a sentence on standard error and return the code."""
    print(sentence, file=sys.stderr)
    return code


@contextmanager
def both(arguments: argparse.Namespace, place: Path) -> Iterator[tuple[BinaryIO, Unfinished]]:
    """Give the file to read, and the one that comes to be at `place`. Raises OSError, or UnusableKey."""
    if place.exists() and not arguments.force:
        raise UnusableKey(f"{place} is there already: name another place by --out, or give --force.")
    with arguments.file.open("rb") as source, Unfinished(place) as target:
        yield source, target


def opened_place(arguments: argparse.Namespace) -> Path:
    """Return where the content goes: as told, or beside the file without its ending. Raises UnusableKey."""
    if arguments.out:
        return Path(arguments.out)
    if arguments.file.suffix != ENDING:
        raise UnusableKey(f"Name the file to be made by --out: {arguments.file} does not end in {ENDING}.")
    return Path(arguments.file.with_suffix(""))


def _sign_encrypt(arguments: argparse.Namespace, at: datetime) -> str:
    recipients = _recipients(arguments, at)
    place = arguments.out or arguments.file.with_name(arguments.file.name + ENDING)
    with opened_key(arguments) as key, both(arguments, place) as (source, target):
        _require_current(key.certificate, at, "signer")
        cms.seal(source, target.file, signer=key, recipients=recipients, at=at, cipher=arguments.cipher)
        target.keep()
    return f"{place}: signed by {_called(key.certificate)}, encrypted to {_all(recipients)}"


def _decrypt_verify(arguments: argparse.Namespace, at: datetime) -> str:
    if not (arguments.sender or arguments.trust):
        raise UnusableKey("Say whose signature is right: --from the sender's certificate, or --trust a folder of CAs.")
    senders = [read_certificate(path) for path in arguments.sender]
    place = opened_place(arguments)
    with opened_key(arguments) as key, both(arguments, place) as (source, target):
        opened = cms.open_sealed(source, target.file, key)
        _require_sender(opened.certificate, senders, arguments, at)
        target.keep()
    return f"{place}: {_signed(opened)}"


def _rewrap(arguments: argparse.Namespace, at: datetime) -> str:
    recipients = _recipients(arguments, at)
    with opened_key(arguments) as key, both(arguments, arguments.out) as (source, target):
        opened = cms.rewrap(source, target.file, key, recipients)
        target.keep()
    return f"{arguments.out}: {_signed(opened)}, encrypted to {_all(recipients)}"


VERBS: dict[str, Callable[[argparse.Namespace, datetime], str]] = {
    "sign-encrypt": _sign_encrypt,
    "decrypt-verify": _decrypt_verify,
    "rewrap": _rewrap,
}


def _recipients(arguments: argparse.Namespace, at: datetime) -> list[Certificate]:
    recipients = [read_certificate(path) for path in arguments.to]
    for each in recipients:
        _require_current(each, at, "recipient")
        _require_trusted(each, arguments, at, "recipient")
    return recipients


def _require_sender(
    signer: Certificate, senders: list[Certificate], arguments: argparse.Namespace, at: datetime
) -> None:
    if senders and signer not in senders:
        raise Untrusted(f"other-signer: It is signed by {_called(signer)}, not by whom --from names.")
    _require_current(signer, at, "signer")
    _require_trusted(signer, arguments, at, "signer")


def _require_current(certificate: Certificate, at: datetime, who: str) -> None:
    """Refuse what is wrong with a certificate whoever issued it, and one whose time has not come or is over."""
    reasons = list(certificate.findings)
    reasons += [Reason.NOT_YET_VALID] * (at < certificate.not_before) + [Reason.EXPIRED] * (at > certificate.not_after)
    _refuse(reasons, certificate, who)


def _require_trusted(certificate: Certificate, arguments: argparse.Namespace, at: datetime, who: str) -> None:
    if not arguments.trust:
        return
    trust = read_trust(arguments.trust)
    lists = read_crls(arguments.crls, trust) if arguments.crls else None
    purpose: Purpose = "signature" if who == "signer" else "encryption"
    _refuse(check(certificate, trust=trust, at=at, purpose=purpose, crls=lists).reasons, certificate, who)


def _refuse(reasons: list[Reason] | tuple[Reason, ...], certificate: Certificate, who: str) -> None:
    if reasons:
        codes = ", ".join(f"{who}-{reason}" for reason in reasons)
        raise Untrusted(f"{codes}: {_called(certificate)}: {' '.join(REFUSALS[reason].en for reason in reasons)}")


def _signed(opened: Opened) -> str:
    when = f" on {opened.signed_at:%Y-%m-%d %H:%M} UTC by their clock" if opened.signed_at else ""
    return f"signed by {_called(opened.certificate)}{when}, {opened.size} octets, {opened.digest}"


def _called(certificate: Certificate) -> str:
    return f"{certificate.subject} (serial {certificate.serial_hex})"


def _all(certificates: list[Certificate]) -> str:
    return "; ".join(map(_called, certificates))
