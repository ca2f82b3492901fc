"""Answers of OCSP responders about members' certificates, asked for at a login and kept for a while (R44)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.db import transaction

from securenet.domain.certificates.models import Authority, OcspAnswerFile
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.fetching import Unfetched, fetch
from securenet.foundation.x509 import Authority as TrustedAuthority
from securenet.foundation.x509 import Certificate, OcspAnswer, Refused, read_authority, read_ocsp

LARGEST_ANSWER = 64 * 1024
SECONDS = 3  # a person waits; a responder that is slower is as good as silent
PAUSE = timedelta(minutes=1)  # after a fault: the next login does not wait for the same silence


class AnswerEvent(StrEnum):
    """What the ledger calls answers."""

    REFUSED = "ocsp-answer.refused"


def answers_about(certificate: Certificate, responding: Collection[int], *, by: Actor) -> tuple[OcspAnswer, ...]:
    """Return what the certificate's CA answers about it, asking its responder where nothing recent is kept.

    Only responders that the operator has set, those of the CAs `responding`, on hosts that the operator allows: nothing
    in the certificate is followed. Called outside of transactions. Empty where there is no responder, or nothing good
    came.
    """
    current = certificate.not_before <= by.at <= certificate.not_after
    issuer = _issuer_of(certificate, responding) if current and responding else None
    if issuer is None:
        return ()
    trusted = read_authority(bytes(issuer.der))
    kept = OcspAnswerFile.objects.filter(authority=issuer, serial=certificate.serial_hex).first()
    if kept is None or not _is_recent(kept, by):
        kept = _ask(certificate, issuer, trusted, by=by)
    return (read_ocsp(bytes(kept.der), trusted),) if kept.der else ()


def _issuer_of(certificate: Certificate, responding: Collection[int]) -> Authority | None:
    """Return the accepted CA that has signed the certificate: its chain is proven before anything is fetched."""
    for row in Authority.objects.filter(pk__in=responding):
        if read_authority(bytes(row.der)).has_signed(certificate.loaded):
            return row
    return None


def _is_recent(kept: OcspAnswerFile, by: Actor) -> bool:
    if kept.fault:
        return kept.tried_at > by.at - PAUSE
    fresh = kept.tried_at > by.at - timedelta(minutes=profile().certificate.ocsp_cache_minutes)
    return fresh and kept.next_update is not None and kept.next_update > by.at


def _ask(certificate: Certificate, issuer: Authority, trusted: TrustedAuthority, *, by: Actor) -> OcspAnswerFile:
    fault = ""
    for url in issuer.ocsp_urls:
        try:
            data = fetch(
                url,
                allowed_hosts=tuple(issuer.allowed_hosts),
                most_bytes=LARGEST_ANSWER,
                seconds=SECONDS,
                body=_question(certificate.loaded, trusted.certificate),
                content_type="application/ocsp-request",
            )
            answer = read_ocsp(data, trusted)
            if answer.serial != certificate.loaded.serial_number or not answer.is_current(by.at):
                fault = "an answer about another certificate or another time"
                continue
        except Unfetched as error:
            fault = str(error)
        except Refused as refused:
            fault = ", ".join(refused.reasons)
        else:
            return keep_answer(certificate, issuer, data, answer, by=by)
    return note_silence(certificate, issuer, fault, by=by)


def _question(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """Return the request (RFC 6960 section 4.1). SHA-1 names the CA here, as responders expect; it proves nothing."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1())  # noqa: S303
    return builder.build().public_bytes(Encoding.DER)


@transaction.atomic
def keep_answer(
    certificate: Certificate, issuer: Authority, data: bytes, answer: OcspAnswer, *, by: Actor
) -> OcspAnswerFile:
    """Keep a good answer in place of an earlier one and return it."""
    row, _made = OcspAnswerFile.objects.update_or_create(
        authority=issuer,
        serial=certificate.serial_hex,
        defaults={
            "der": data,
            "this_update": answer.this_update,
            "next_update": answer.next_update,
            "fetched_at": by.at,
            "tried_at": by.at,
            "fault": "",
        },
    )
    return row


@transaction.atomic
def note_silence(certificate: Certificate, issuer: Authority, fault: str, *, by: Actor) -> OcspAnswerFile:
    """Write down why no good answer came, and return the row with the last good one, which may still be current."""
    row, made = OcspAnswerFile.objects.update_or_create(
        authority=issuer, serial=certificate.serial_hex, defaults={"tried_at": by.at, "fault": fault[:200]}
    )
    record(AnswerEvent.REFUSED, by=by, about=issuer.about, fault=fault, first=made)
    return row
