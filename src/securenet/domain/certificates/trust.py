"""Keeping the trust store: accepting CAs, replacing their revocation lists (R44, R50)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from hashlib import sha1
from typing import get_args

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.certificates.judging import CertificateRefused, read_certificate
from securenet.domain.certificates.models import Authority, RevocationListFile
from securenet.domain.profile.queries import profile, trust_directory
from securenet.domain.profile.trust import TrustEntry, TrustSet
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.fetching import Unfetched, fetch
from securenet.foundation.refusal import Refusal
from securenet.foundation.x509 import Refused, RevocationList, read_authority, read_crl
from securenet.foundation.x509.limits import MAX_CRL

LARGEST_LIST = MAX_CRL
LIST_SECONDS = 60


class TrustEvent(StrEnum):
    """What the ledger calls changes of the trust store."""

    AUTHORITY_ACCEPTED = "authority.accepted"
    LIST_REPLACED = "revocation-list.replaced"
    LIST_REFUSED = "revocation-list.refused"


class NotAnAuthority(Refusal):
    """The certificate of somebody who may not issue any (RFC 5280 section 4.2.1.9)."""

    sentence = _("The file %(file)s is not the certificate of a certification authority.")


class WrongFingerprint(Refusal):
    """The file is not the one whose fingerprint the operator has compared (R50)."""

    sentence = _("The file %(file)s does not have the fingerprint that the operator's profile names.")


@transaction.atomic
def accept_authority(entry: TrustEntry, data: bytes, *, by: Actor) -> Authority:
    """Return the CA of a profile's entry, accepted from its file.

    Raises CertificateRefused, NotAnAuthority, or WrongFingerprint.
    """
    certificate = read_certificate(data)
    try:
        read_authority(certificate.der)
    except Refused as refused:
        raise CertificateRefused(refused.reasons) from refused
    if not certificate.is_ca:
        raise NotAnAuthority(file=entry.file)
    if entry.sha256 and entry.sha256 != certificate.sha256.lower():
        raise WrongFingerprint(file=entry.file)
    authority, made = Authority.objects.get_or_create(
        trust_set=entry.set,
        sha256=certificate.sha256,
        withdrawn_at=None,
        defaults={
            "kind": entry.kind,
            "name": entry.name,
            "file": entry.file,
            "der": certificate.der,
            "sha1": sha1(certificate.der, usedforsecurity=False).hexdigest(),
            "subject": certificate.subject,
            "not_before": certificate.not_before,
            "not_after": certificate.not_after,
            "allowed_hosts": list(entry.allowed_hosts),
            "crl_urls": list(entry.crl_urls),
            "ocsp_urls": list(entry.ocsp_urls),
            "added_at": by.at,
        },
    )
    if made:
        record(TrustEvent.AUTHORITY_ACCEPTED, by=by, about=authority.about, name=entry.name, set=entry.set)
    return authority


@transaction.atomic
def begin_trust_store(*, by: Actor) -> list[str]:
    """Return the names of the profile's CAs accepted now: whole sets, only those that have never held any (R50, R52).

    A set of which a file is missing waits; what is in the store already only two persons change. Raises what
    `accept_authority` raises.
    """
    names = []
    for trust_set in get_args(TrustSet):
        entries = [entry for entry in profile().trust_store.certificates if entry.set == trust_set]
        files = [trust_directory() / entry.file for entry in entries]
        if Authority.objects.filter(trust_set=trust_set).exists() or not all(file.is_file() for file in files):
            continue
        for entry, file in zip(entries, files, strict=True):
            names.append(accept_authority(entry, file.read_bytes(), by=by).name)
    return names


def refresh_lists(*, by: Actor, asked_before: datetime | None = None) -> int:
    """Fetch every list of every accepted CA, replace those that are newer and good, and return how many were.

    With `asked_before`, a list in force that was asked for since then waits, unless it is past its nextUpdate.

    Fetching happens outside any transaction; a list that does not come, does not verify, or is older leaves the one
    that is there in force, with the fault beside it.
    """
    good = RevocationListFile.objects.filter(fault="", next_update__gt=by.at)
    waiting = set(good.filter(tried_at__gte=asked_before).values_list("authority", "url")) if asked_before else set()
    replaced = 0
    for authority in Authority.objects.filter(withdrawn_at=None):
        due = [url for url in authority.crl_urls if (authority.pk, url) not in waiting]
        replaced += sum(_refresh(authority, url, by=by) for url in due)
    return replaced


def _refresh(authority: Authority, url: str, *, by: Actor) -> bool:
    try:
        data = fetch(url, allowed_hosts=tuple(authority.allowed_hosts), most_bytes=LARGEST_LIST, seconds=LIST_SECONDS)
        if _is_in_force(authority, url, data, by=by):
            return False
        read = read_crl(data, read_authority(bytes(authority.der)))
    except Unfetched as error:
        return _note_fault(authority, url, str(error), by=by)
    except Refused as refused:
        return _note_fault(authority, url, ", ".join(refused.reasons), by=by)
    return replace_list(authority, url, data, read, by=by)


def _is_in_force(authority: Authority, url: str, data: bytes, *, by: Actor) -> bool:
    """Whether this very list is there already, which is noted; a large one is not read again for that."""
    same = RevocationListFile.objects.filter(authority=authority, url=url, der=data)
    return bool(same.update(tried_at=by.at, fault=""))


@transaction.atomic
def replace_list(authority: Authority, url: str, data: bytes, read: RevocationList, *, by: Actor) -> bool:
    """Put a verified list into force unless it is older than the one that is there; return whether it was (R44)."""
    row, _made = RevocationListFile.objects.select_for_update().get_or_create(authority=authority, url=url)
    if _is_older(read, row):
        return _note_fault(authority, url, "older than the list in force", by=by)
    changed = bytes(row.der) != data
    row.der, row.number = data, _hex(read.number)
    row.this_update, row.next_update = read.this_update, read.next_update
    row.fetched_at = by.at if changed else row.fetched_at
    row.tried_at, row.fault = by.at, ""
    row.save()
    if changed:
        record(TrustEvent.LIST_REPLACED, by=by, about=authority.about, number=row.number)
    return changed


def _hex(number: int | None) -> str:
    """Return a list's number as tools print it; in decimal, 13 digits could pass for an identity number."""
    return "" if number is None else f"0x{number:X}"


def _is_older(read: RevocationList, row: RevocationListFile) -> bool:
    if row.this_update is None:
        return False
    number_falls = read.number is not None and row.number != "" and read.number < int(row.number, 16)
    return number_falls or read.this_update < row.this_update


@transaction.atomic
def _note_fault(authority: Authority, url: str, fault: str, *, by: Actor) -> bool:
    row, _made = RevocationListFile.objects.get_or_create(authority=authority, url=url)
    if row.fault != fault:
        record(TrustEvent.LIST_REFUSED, by=by, about=authority.about, fault=fault)
    RevocationListFile.objects.filter(pk=row.pk).update(tried_at=by.at, fault=fault[:200])
    return False
