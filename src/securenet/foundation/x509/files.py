"""Certificate files checked one by one, as `securenet certificate check` reports them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from securenet.foundation.x509.certificate import Certificate, read_upload
from securenet.foundation.x509.limits import MAX_CRL, MAX_UPLOAD
from securenet.foundation.x509.purposes import Purpose
from securenet.foundation.x509.reasons import REFUSALS, WARNINGS, Reason, Refused, Sentence
from securenet.foundation.x509.revocation import CrlIndex, RevocationList, load_crl, name_of, read_crl
from securenet.foundation.x509.trust import Authority, Trust, read_authority
from securenet.foundation.x509.verdict import Known, Verdict, check


def check_files(
    paths: Iterable[Path], trust_dir: Path, crls_dir: Path | None, at: datetime, purpose: Purpose = "login"
) -> Iterator[dict[str, Any]]:
    """Return what `judge_files` does, with the trust store and the lists read from directories."""
    trust = read_trust(trust_dir)
    crls = None if crls_dir is None else read_crls(crls_dir, trust)
    return judge_files(paths, trust, crls, at, purpose)


def judge_files(
    paths: Iterable[Path], trust: Trust, crls: CrlIndex | None, at: datetime, purpose: Purpose = "login"
) -> Iterator[dict[str, Any]]:
    """Return one JSON object per file in the order given, in the form that docs and contracts name.

    Without `crls` revocation is not checked. Accepted certificates are remembered during the run: another one with
    the same issuer and serial is refused; the same key in another is only a warning, as no file tells its owner.
    Raises FileNotFoundError or IsADirectoryError before the first answer when a path names no file.
    """
    files = list(paths)
    for path in files:
        _require_file(path)
    return _reports(files, trust, crls, at, purpose)


def _reports(
    files: list[Path], trust: Trust, crls: CrlIndex | None, at: datetime, purpose: Purpose
) -> Iterator[dict[str, Any]]:
    known: list[Known] = []
    for path in files:
        try:
            certificate = read_upload(_read(path, MAX_UPLOAD))
        except Refused as refused:
            yield _report(path, None, refused.reasons, (), "not-checked" if crls is None else "unknown")
            continue
        verdict = check(certificate, trust=trust, at=at, purpose=purpose, crls=crls, known=known)
        if verdict.accepted:
            known.append(Known(certificate))
        yield _judged(path, certificate, verdict)


def read_trust(directory: Path) -> Trust:
    """Return the trust store in `roots/` and `intermediates/`; files that do not hold one certificate are passed over.

    Either may be missing: such a store accepts nothing. Raises NotADirectoryError when the directory itself is.
    """
    _require_directory(directory)
    roots, intermediates = (_authorities(directory / name) for name in ("roots", "intermediates"))
    return Trust.of(
        (authority.certificate for authority in roots), (authority.certificate for authority in intermediates)
    )


def read_crls(directory: Path, trust: Trust) -> CrlIndex:
    """Return the lists in a directory, whatever the files' names, that an accepted CA has signed.

    Any other file is passed over, so that what it might have told stays unknown. Raises NotADirectoryError.
    """
    _require_directory(directory)
    return CrlIndex(each for path in _files(directory) for each in _lists(_read(path, MAX_CRL), trust))


def _require_file(path: Path) -> None:
    if not path.exists():
        raise FileNotFoundError(f"no such file: {path}")
    if path.is_dir():
        raise IsADirectoryError(f"a directory, not a file: {path}")


def _require_directory(directory: Path) -> None:
    if not directory.is_dir():
        raise NotADirectoryError(f"no such directory: {directory}")


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.glob("*") if path.is_file())


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit + 1)


def _authorities(directory: Path) -> Iterator[Authority]:
    for path in _files(directory):
        try:
            yield read_authority(_read(path, MAX_UPLOAD))
        except Refused:
            continue


def _lists(data: bytes, trust: Trust) -> Iterator[RevocationList]:
    try:
        name = name_of(load_crl(data))
    except Refused:
        return
    for authority in trust.authorities:
        if authority.name == name:
            try:
                yield read_crl(data, authority)
            except Refused:
                continue


def _judged(path: Path, certificate: Certificate, verdict: Verdict) -> dict[str, Any]:
    return _report(path, certificate, verdict.reasons, verdict.warnings, verdict.revocation)


def _report(
    path: Path,
    certificate: Certificate | None,
    reasons: tuple[Reason, ...],
    warnings: tuple[Reason, ...],
    revocation: str,
) -> dict[str, Any]:
    return {
        "file": str(path),
        "accepted": not reasons,
        "reasons": [_message(reason, REFUSALS[reason]) for reason in reasons],
        "warnings": [_message(reason, WARNINGS[reason]) for reason in warnings],
        "certificate": _facts(certificate) if certificate else None,
        "revocation": revocation,
    }


def _message(reason: Reason, sentence: Sentence) -> dict[str, str]:
    return {"code": reason.value, "message_th": sentence.th, "message_en": sentence.en}


def _facts(certificate: Certificate) -> dict[str, Any]:
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial_hex,
        "not_before": _moment(certificate.not_before),
        "not_after": _moment(certificate.not_after),
        "public_key": certificate.public_key,
        "sha1": certificate.sha1,
        "sha256": certificate.sha256,
        "organization_number": certificate.organization_number,
        "emails": list(certificate.emails),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
