"""`securenet testca …`: the test CA from the command line."""

# ruff: noqa: T201  a command speaks on standard output

import argparse
import getpass
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags

from securenet.foundation.testca.demo import DEMO_CAS
from securenet.foundation.testca.est import EstDoor
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import Certifiable, issue, issue_as_requested, load_request
from securenet.foundation.testca.keys import KeyKind, PrivateKey, export_pkcs12, make_key, write_key
from securenet.foundation.testca.profiles import Person, Profile, Server, Subject
from securenet.foundation.testca.refusals import DONE, FAILED, REFUSED, CaRefusal, RequestRefusal
from securenet.foundation.testca.register import Entry, Register
from securenet.foundation.testca.responder import serve
from securenet.foundation.testca.revocation import hold, publish_crl, release, revoke

REASONS = [reason.value for reason in ReasonFlags if reason.name not in ("certificate_hold", "remove_from_crl")]

ENDINGS = (
    f"Ends with {DONE} when it is done; {REFUSED} when a request for a certificate is refused, which asking again does "
    f"not change; {FAILED} when anything else is in the way; 2 when it was typed wrongly."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = ENDINGS
    verbs = parser.add_subparsers(dest="verb", required=True)
    init = _verb(verbs, "init", "make the roots, the intermediates and the TLS CA")
    init.add_argument("--base-url", default="http://127.0.0.1:8445", help="where `serve` will answer")
    _add_issue(_verb(verbs, "issue", "issue a certificate and print it as PEM"))
    for verb, text in (("revoke", "revoke for ever"), ("hold", "suspend"), ("release", "end a suspension")):
        change = _verb(verbs, verb, text)
        change.add_argument("serial", metavar="SERIAL", type=_serial, help="in hexadecimal, as `list` shows it")
        change.add_argument("--ca", help="needed when several CAs used the serial number")
        if verb == "revoke":
            change.add_argument("--reason", choices=REASONS, default=ReasonFlags.unspecified.value)
    _verb(verbs, "crl", "publish a new revocation list of every CA")
    answer = _verb(verbs, "serve", "answer with CRLs, CA certificates and OCSP until stopped")
    answer.add_argument("--host", default="127.0.0.1")
    answer.add_argument("--port", type=int, default=8445)
    _add_est(answer)
    _verb(verbs, "list", "print the issued certificates")


def run(args: argparse.Namespace) -> int:
    """DONE; or, with a sentence on standard error, REFUSED for what the request is, FAILED for everything else."""
    try:
        VERBS[args.verb](args)
    except RequestRefusal as refusal:
        return _say(refusal, REFUSED)
    except (CaRefusal, OSError) as trouble:
        return _say(trouble, FAILED)
    return DONE


def _say(problem: Exception, code: int) -> int:
    print(problem, file=sys.stderr)
    return code


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, epilog=ENDINGS)
    parser.add_argument("dir", metavar="DIR", type=Path)
    return parser


def _add_issue(parser: argparse.ArgumentParser) -> None:
    key = parser.add_mutually_exclusive_group(required=True)
    key.add_argument("--csr", type=Path, help="a PKCS#10 request; only its key is taken")
    parser.add_argument(
        "--as-requested", action="store_true", help="with --csr: take the names too, and answer the same request once"
    )
    key.add_argument("--key-out", type=Path, help="make a key and write it here (PEM, mode 0600)")
    parser.add_argument("--key-type", choices=get_args(KeyKind), default="rsa-2048")
    parser.add_argument(
        "--p12-out", type=Path, help="with --key-out: key and certificate for a browser; asks for a password"
    )
    parser.add_argument("--ca", required=True, metavar="NAME")
    parser.add_argument("--profile", choices=[profile.value for profile in Profile], default=Profile.PERSON.value)
    for fact in ("--name", "--email", "--organization"):
        parser.add_argument(fact, default="", help="of the person")
    parser.add_argument("--host", action="append", default=[], help="of the server; may be given several times")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--expired", action="store_true", help="let it have ended yesterday")


def _add_est(parser: argparse.ArgumentParser) -> None:
    est = parser.add_argument_group("EST", "requests taken from RAs over TLS (RFC 7030), besides")
    est.add_argument("--est-port", type=int)
    est.add_argument("--est-ca", metavar="NAME", help="the CA that issues")
    for name, text in (("certificate", "of the TLS server, PEM"), ("key", "of the TLS server, PEM")):
        est.add_argument(f"--est-{name}", metavar="FILE", type=Path, help=text)
    est.add_argument("--est-clients", metavar="FILE", type=Path, help="the CAs whose certificates RAs may show, PEM")
    est.add_argument("--est-login", metavar="FILE", type=Path, help="a file with name:password of the RA")
    est.add_argument("--est-retry-after", metavar="SECONDS", type=int, default=0, help="let every request wait first")


def _serial(text: str) -> int:
    return int(text, 16)


def _init(args: argparse.Namespace) -> None:
    hierarchy = Hierarchy.create(args.dir, DEMO_CAS, base_url=args.base_url, at=_now())
    for spec in hierarchy.specs:
        publish_crl(hierarchy, spec.slug, at=_now())
        print(spec.slug)


def _issue(args: argparse.Namespace) -> None:
    hierarchy = Hierarchy.open(args.dir)
    end = _now() + timedelta(days=-1 if args.expired else args.days)
    start = end - timedelta(days=args.days) if args.expired else _now()
    if args.csr and args.as_requested:
        request = load_request(args.csr.read_bytes())
        _print_pem(issue_as_requested(hierarchy, args.ca, request, not_before=start, not_after=end))
        return
    subject = _subject(args)
    key: PrivateKey | None = None
    certifiable: Certifiable
    if args.csr:
        certifiable = load_request(args.csr.read_bytes())
    else:
        key = make_key(args.key_type)
        certifiable = key.public_key()
        write_key(args.key_out, key)
    profile = Profile(args.profile)
    certificate = issue(hierarchy, args.ca, certifiable, subject, profile, not_before=start, not_after=end)
    if key and args.p12_out:
        password = getpass.getpass("Password of the PKCS#12 file: ").encode()
        args.p12_out.touch(mode=0o600)
        args.p12_out.write_bytes(export_pkcs12(certificate, key, password, hierarchy.chain(args.ca)))
    _print_pem(certificate)


def _print_pem(certificate: x509.Certificate) -> None:
    print(certificate.public_bytes(Encoding.PEM).decode(), end="")


def _subject(args: argparse.Namespace) -> Subject:
    """Raises CaRefusal when facts are missing."""
    if args.profile == Profile.SERVER:
        if not args.host:
            raise CaRefusal("A server's certificate needs --host.")
        return Server(tuple(args.host))
    if not (args.name and args.email and args.organization):
        raise CaRefusal("A person's certificate needs --name, --email and --organization.")
    return Person(args.name, args.email, args.organization)


def _change(args: argparse.Namespace) -> None:
    hierarchy = Hierarchy.open(args.dir)
    if args.verb == "revoke":
        entry = revoke(hierarchy, args.serial, ReasonFlags(args.reason), at=_now(), ca=args.ca)
    else:
        entry = (hold if args.verb == "hold" else release)(hierarchy, args.serial, at=_now(), ca=args.ca)
    _print(entry)


def _crl(args: argparse.Namespace) -> None:
    hierarchy = Hierarchy.open(args.dir)
    for spec in hierarchy.specs:
        publish_crl(hierarchy, spec.slug, at=_now())
        print(hierarchy.crl_path(spec.slug))


def _serve(args: argparse.Namespace) -> None:
    door = None
    if args.est_port is not None:
        if not (args.est_ca and args.est_certificate and args.est_key):
            raise CaRefusal("EST needs --est-ca, --est-certificate and --est-key.")
        login = args.est_login.read_text().strip() if args.est_login else ""
        files = args.est_certificate, args.est_key, args.est_clients
        door = args.est_port, EstDoor(args.est_ca, *files, login, args.est_retry_after)
    serve(args.dir, args.host, args.port, door)


def _list(args: argparse.Namespace) -> None:
    for entry in Register.load(Hierarchy.open(args.dir).register_path).entries:
        _print(entry)


def _print(entry: Entry) -> None:
    state = f"{entry.reason} {entry.revoked_at}" if entry.revoked_at else "good"
    print(entry.serial, entry.ca, entry.profile, entry.not_after, state, entry.subject, sep="\t")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  a command is a door


VERBS = {
    "init": _init,
    "issue": _issue,
    "revoke": _change,
    "hold": _change,
    "release": _change,
    "crl": _crl,
    "serve": _serve,
    "list": _list,
}
