"""What the commands are called and what they take."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

Verbs = argparse._SubParsersAction  # argparse has no public name for it
SURFACES = ("portal", "bms_id", "backoffice", "certificate")


class Parser(argparse.ArgumentParser):
    """A parser that may ask a module what its command takes, once that command is typed: those load much else."""

    taught_by = ""

    def parse_known_args(self, *given: Any, **named: Any) -> Any:
        """Learn first."""
        teacher, self.taught_by = self.taught_by, ""
        if teacher:
            import_module(teacher).add_arguments(self)
        return super().parse_known_args(*given, **named)


def read(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what was typed, with the command's `module` and whether it `needs_django`."""
    chosen = parser().parse_args(arguments)
    if chosen.command == "certificate" and chosen.verb == "check" and chosen.trust is None:
        chosen.module, chosen.needs_django = "certificate_here", True
    return chosen


def parser() -> Parser:
    """Return the parser of all commands."""
    whole = Parser(prog="securenet", description="Access for regulated institutions.")
    verbs = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _serving(verbs)
    _keeping(verbs)
    _secrets(verbs)
    _demonstrating(verbs)
    _certificate(verbs)
    _client(verbs)
    return whole


def _command(verbs: Verbs[Parser], name: str, text: str, module: str, *, needs_django: bool = True) -> Parser:
    made = verbs.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    made.set_defaults(module=module, needs_django=needs_django)
    return made


def _group(verbs: Verbs[Parser], name: str, text: str) -> Verbs[Parser]:
    return verbs.add_parser(name, help=text).add_subparsers(dest="verb", required=True, metavar="VERB")


def _serving(verbs: Verbs[Parser]) -> None:
    serve = _command(verbs, "serve", "serve surfaces over HTTP or HTTPS until stopped", "serve")
    serve.add_argument(
        "--surface", action="append", choices=SURFACES, help="may be given several times; else SECURENET_SURFACES"
    )
    place = serve.add_mutually_exclusive_group()
    place.add_argument("--bind", type=address, default=("127.0.0.1", 8000), metavar="HOST:PORT")
    place.add_argument("--unix", type=Path, metavar="PATH", help="a socket, in a directory that the proxy alone enters")
    serve.add_argument("--certificate", type=Path, metavar="FILE", help="the server's chain (PEM), with --key")
    serve.add_argument("--key", type=Path, metavar="FILE")
    serve.add_argument("--workers", type=positive, default=1, metavar="N")
    serve.add_argument("--threads", type=positive, default=16, metavar="N")
    _command(verbs, "worker", "do the work of the queue: mails, deadlines, revocation lists, until stopped", "worker")


def _keeping(verbs: Verbs[Parser]) -> None:
    _command(verbs, "migrate", "bring the database up to this version", "migrate")
    _command(verbs, "static", "collect the style sheets, scripts and fonts into SECURENET_STATIC_ROOT", "static")
    check = _command(verbs, "check", "check settings, profile and keys", "check")
    check.add_argument("--deploy", action="store_true", help="database, calendar, trust store and cookies too")
    audit = _group(verbs, "audit", "the audit trail")
    verify = _command(audit, "verify", "tell whether the audit trail is what was written", "audit")
    verify.add_argument("--kept", type=Path, metavar="FILE", help="checkpoints kept elsewhere, one a line")
    _command(audit, "seal", "seal what is new and print the checkpoints", "audit")
    staff = _group(verbs, "staff", "staff accounts")
    first = _command(staff, "create-administrator", "make the first operator administrator", "staff")
    for fact in ("username", "name", "email"):
        first.add_argument(f"--{fact}", required=True)
    first.add_argument("--password-file", type=Path, metavar="FILE", help="else it is asked for")
    lost = _command(
        staff, "reset-second-factor", "let somebody enrol a new one; two administrators agree", "staff_factor"
    )
    lost.add_argument("username", metavar="USERNAME", help="whose second factor is lost")
    lost.add_argument("--reason", required=True, help="why, and how the person was recognised")
    organizations = _group(verbs, "organizations", "the register of organizations")
    taken = _command(organizations, "import", "take a file of organizations into the register", "organizations")
    taken.add_argument("file", type=Path, metavar="FILE", help="XLSX, or CSV in UTF-8 or TIS-620")
    taken.add_argument("--rename", action="store_true", help="where a name differs from the register, take the file's")
    oidc = _group(verbs, "oidc", "services that let members sign in here")
    _command(oidc, "register-bms-id", "connect BMS ID, or give it its present secret", "oidc")
    seal = _group(verbs, "seal", "sealed fields")
    _command(seal, "rotate", "seal everything with the newest key", "seal")


def _secrets(verbs: Verbs[Parser]) -> None:
    secrets = _group(verbs, "secrets", "files with the secrets of an installation")
    for name, text in (
        ("create", "make the secrets that are missing in a folder"),
        ("add-seal-key", "put another sealing key beside those in a folder"),
    ):
        made = _command(secrets, name, text, "secrets", needs_django=False)
        made.add_argument("directory", type=Path, metavar="DIR")


def _demonstrating(verbs: Verbs[Parser]) -> None:
    demo = _command(verbs, "demo", "run the whole system here with invented people", "demo", needs_django=False)
    demo.add_argument("--dir", type=Path, default=Path("var/demo"), metavar="DIR")
    demo.add_argument("--port-base", type=port_base, metavar="N", help="ports N to N+9; else as before, or 8440")
    demo.add_argument("--reset", action="store_true", help="start afresh")
    demo.add_argument("--json", action="store_true", help="print one JSON line when everything is ready")
    mailbox = _command(verbs, "mailbox", "keep the demo's mails and show them", "mailbox", needs_django=False)
    mailbox.add_argument("directory", type=Path, metavar="DIR")
    mailbox.add_argument("--smtp", type=address, metavar="HOST:PORT", help="take mails; else show them")
    mailbox.add_argument("--bind", type=address, metavar="HOST:PORT")
    for fact in ("certificate", "key", "static"):
        mailbox.add_argument(f"--{fact}", type=Path, metavar="PATH")
    test_ca = verbs.add_parser("testca", help="a small certification authority for tests and the demo")
    test_ca.set_defaults(module="testca", needs_django=False)
    test_ca.taught_by = "securenet.foundation.testca.command"
    text = "measure jobs beside their limits, apart from any installation"
    _command(verbs, "bench", text, "bench", needs_django=False).taught_by = "securenet.bench.command"


def _certificate(verbs: Verbs[Parser]) -> None:
    certificate = _group(verbs, "certificate", "certificate files")
    check = _command(certificate, "check", "check files as the upload form would", "certificate", needs_django=False)
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument(
        "--trust", type=Path, metavar="DIR", help="roots/ and intermediates/; else the trust store of the installation"
    )
    check.add_argument("--crls", type=Path, metavar="DIR", help="revocation lists by any name")
    check.add_argument("--at", type=moment, metavar="ISO8601", help="UTC unless it says otherwise; else now")
    check.add_argument("--purpose", choices=("login", "signature"), default="login")
    check.add_argument("--json", action="store_true", help="one object a line and file")

    receive = _command(certificate, "receive", "open a file whose signer is a member with the right", "receive")
    receive.add_argument("file", type=Path, metavar="FILE", help="signed and encrypted (CMS)")
    receive.add_argument("--service", required=True, metavar="KEY", help="the service of the profile that it is for")
    receive.add_argument("--function", required=True, metavar="KEY", help="the function that its signer must have")
    _key(receive)
    _place(receive, "else FILE without .cms")


def _client(verbs: Verbs[Parser]) -> None:
    client = _group(verbs, "client", "sign and encrypt files, and open them, at one's own desk")
    sealing = _command(client, "sign-encrypt", "sign a file and encrypt it", "client", needs_django=False)
    opening = _command(client, "decrypt-verify", "decrypt a file and verify it", "client", needs_django=False)
    renewing = _command(client, "rewrap", "encrypt a file anew, to other certificates", "client", needs_django=False)
    for made in (sealing, opening, renewing):
        made.add_argument("file", type=Path, metavar="FILE")
        _key(made)
        made.add_argument("--trust", type=Path, metavar="DIR", help="roots/ and intermediates/ of CAs to be relied on")
        made.add_argument("--crls", type=Path, metavar="DIR", help="with --trust: revocation lists by any name")
    for made in (sealing, renewing):
        made.add_argument(
            "--to", type=Path, action="append", required=True, metavar="CERTIFICATE", help="of a recipient; repeatable"
        )
    sealing.add_argument("--cipher", choices=("aes-256-gcm", "aes-256-cbc"), default="aes-256-gcm")
    opening.add_argument(
        "--from", dest="sender", type=Path, action="append", default=[], metavar="CERTIFICATE", help="may be repeated"
    )
    _place(sealing, "else FILE.cms")
    _place(opening, "else FILE without .cms")
    _place(renewing, "may be FILE itself, with --force", required=True)


def _place(parser: argparse.ArgumentParser, text: str, *, required: bool = False) -> None:
    parser.add_argument("--out", type=Path, metavar="FILE", help=text, required=required)
    parser.add_argument("--force", action="store_true", help="put it in place of a file that is there")


def _key(parser: argparse.ArgumentParser) -> None:
    parser.allow_abbrev = False  # --password is not --password-file: a password never stands among the arguments
    key = parser.add_mutually_exclusive_group(required=True)
    key.add_argument("--token", metavar="LABEL", help="sign and decrypt inside this token")
    key.add_argument("--key", type=Path, metavar="FILE", help="a private key in PEM, DER or PKCS #12")
    parser.add_argument("--module", dest="library", type=Path, metavar="FILE", help="the token's PKCS #11 library")
    parser.add_argument(
        "--certificate", type=Path, metavar="FILE", help="the key's certificate, or which one to choose"
    )
    parser.add_argument(
        "--password-file", type=Path, metavar="FILE", help="PIN or password; else SECURENET_CLIENT_PASSWORD, else asked"
    )


def address(text: str) -> tuple[str, int]:
    """Return host and port."""
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise argparse.ArgumentTypeError(f"{text} is not HOST:PORT")
    return host.strip("[]"), int(port)


def port_base(text: str) -> int:
    """Return the first of ten ports."""
    if not (text.isascii() and text.isdigit() and 1024 <= int(text) <= 65526):
        raise argparse.ArgumentTypeError("take a number from 1024 to 65526")
    return int(text)


def positive(text: str) -> int:
    """Return a whole number from 1 on."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 on")
    return int(text)


def moment(text: str) -> datetime:
    """Return the moment, in UTC where it names no time zone."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a moment such as 2026-07-31T09:00:00Z") from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)
