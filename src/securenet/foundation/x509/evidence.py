"""What is known about revocation from certificate lists and OCSP answers together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from cryptography import x509

from securenet.foundation.x509.ocsp import OcspAnswer
from securenet.foundation.x509.revocation import CrlIndex, RevocationList, Status
from securenet.foundation.x509.trust import Authority

Crls = CrlIndex | Iterable[RevocationList]
_WORST_FIRST: tuple[Status, ...] = ("revoked", "on-hold", "good", "unknown")


@dataclass(frozen=True)
class Evidence:
    """What is known about revocation; both None: it is not to be checked."""

    crls: CrlIndex | None
    ocsp: tuple[OcspAnswer, ...] | None

    @classmethod
    def of(cls, crls: Crls | None, ocsp: Iterable[OcspAnswer] | None) -> Self:
        """Return the evidence, indexed."""
        return cls(None if crls is None else CrlIndex.of(crls), None if ocsp is None else tuple(ocsp))

    @property
    def is_wanted(self) -> bool:
        """Whether revocation is to be checked."""
        return self.crls is not None or self.ocsp is not None

    def status(self, certificate: x509.Certificate, issuer: Authority, at: datetime, is_ca: bool = False) -> Status:
        """Return the worst that a list or an answer tells; nothing good is concluded from silence."""
        told: list[Status] = [self.crls.status(certificate, issuer, at, is_ca)] if self.crls else []
        for answer in self.ocsp or ():
            if answer.issuer == issuer.identity and answer.serial == certificate.serial_number:
                told.append(self._status_of(answer, issuer, at))
        return next((status for status in _WORST_FIRST if status in told), "unknown")

    def has_bad_news(self, certificate: x509.Certificate, issuer: Authority) -> bool:
        """Whether a list or an answer, however old, told of a revocation or a hold."""
        answers = [answer for answer in self.ocsp or () if answer.issuer == issuer.identity]
        told = [answer.status for answer in answers if answer.serial == certificate.serial_number]
        named = self.crls is not None and self.crls.names(certificate, issuer)
        return named or any(status in ("revoked", "on-hold") for status in told)

    def _status_of(self, answer: OcspAnswer, issuer: Authority, at: datetime) -> Status:
        signer = answer.signer
        if signer is not None and self.crls and self.crls.status(signer, issuer, at) in ("revoked", "on-hold"):
            return "unknown"
        if answer.status == "revoked" and answer.has_begun(at):
            return "revoked"
        return answer.status if answer.is_current(at) else "unknown"
