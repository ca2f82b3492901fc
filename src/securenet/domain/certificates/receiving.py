"""Who has sent a signed and encrypted file, and whether it may be taken over (R47)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.models import User
from securenet.domain.calendar.queries import local_date
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.login import note_key_proof, require_registered, require_sound
from securenet.domain.certificates.models import MemberCertificate
from securenet.domain.entitlements.queries import ActingFor, functions_of
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal


class FileEvent(StrEnum):
    """What the ledger calls files that come in."""

    RECEIVED = "file.received"
    REFUSED = "file.refused"


class SignatureUnusable(Refusal):
    """The signer's certificate does not pass the checks of today."""

    sentence = _("The certificate that signed this file cannot be used: %(why)s")


class SignerWithoutRight(Refusal):
    """The signer is a member, but this is not among what they may do."""

    sentence = _("The signer of this file has no right to send it.")


@dataclass(frozen=True)
class Sender:
    """Who has signed: the registered certificate, and for which organizations they may do what the file is for.

    `revocation` is `unknown` where the profile accepts that nothing fresh is known (R44), else `good`.
    """

    certificate: MemberCertificate
    organizations: tuple[ActingFor, ...]
    revocation: str

    @property
    def member(self) -> User:
        """Return the person."""
        return self.certificate.holder


def require_sender(sha256: str, *, service: str, function: str, by: Actor) -> Sender:
    """Return who signed with the certificate of this SHA-256, as a member who has `function` at `service` now (R47).

    Called outside of transactions, since the certificate's CA may be asked. Raises CertificateUnknown,
    CertificatePending, CertificateExpired, CertificateRevoked, CertificateSuspended, CertificateUnaccepted,
    RevocationUnknown, SignatureUnusable, or SignerWithoutRight; `code_of` tells them apart for programs.
    """
    registered = require_registered(sha256, by=by)
    certificate = read_certificate(bytes(registered.der))
    verdict = require_sound(certificate, purpose="signature", unusable=SignatureUnusable, by=by)
    places = functions_of(registered.holder, service, local_date(by.at))
    having = tuple(place for place in places if function in place.functions)
    if not having:
        raise SignerWithoutRight
    return Sender(registered, having, verdict.revocation)


def code_of(refusal: Refusal) -> str:
    """Return the stable code of a refusal, such as `certificate-unknown`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(refusal).__name__).lower()


@transaction.atomic
def note_received_file(sender: Sender, *, service: str, function: str, digest: str, size: int, by: Actor) -> None:
    """Write down that a file is taken over, its content named by its digest; the signature proves the key (R42a, R47).

    To be done before the content appears where others read it.
    """
    note_key_proof(sender.certificate, by=by)
    record(
        FileEvent.RECEIVED,
        by=by,
        about=sender.certificate.about,
        holder=sender.member.username,
        service=service,
        function=function,
        digest=digest,
        size=size,
        revocation=sender.revocation,
    )


@transaction.atomic
def note_refused_file(code: str, *, signer: str = "", by: Actor) -> None:
    """Write down that a file was refused, by which rule, and the SHA-256 of its signer where one was read (R47)."""
    record(FileEvent.REFUSED, by=by, about=f"certificate {signer[:16]}" if signer else "", rule=code)
