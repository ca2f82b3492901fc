"""What a certificate's key may be used for (RFC 5280 sections 4.2.1.3 and 4.2.1.12)."""

from collections.abc import Iterator
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from securenet.foundation.x509.extensions import extension_of
from securenet.foundation.x509.reasons import Reason

Purpose = Literal["login", "signature", "encryption"]

_ANY = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE
_USES: dict[Purpose, frozenset[ObjectIdentifier]] = {
    "login": frozenset({ExtendedKeyUsageOID.CLIENT_AUTH}),
    "signature": frozenset({
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # documentSigning, RFC 9336
        ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # document signing of Windows
    }),
    "encryption": frozenset({
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ObjectIdentifier("1.3.6.1.4.1.311.80.1"),  # document encryption of Windows
    }),
}  # fmt: skip


def purpose_reasons(certificate: x509.Certificate, purpose: Purpose) -> Iterator[Reason]:
    """Yield why the key may not be used so. Absent extendedKeyUsage is allowed: the reference CA writes none."""
    usage = extension_of(certificate, x509.KeyUsage)
    if usage is None:
        if purpose == "signature":  # the national profile demands it, and a signature binds its owner
            yield Reason.KEY_USAGE
    elif usage.key_cert_sign or usage.crl_sign or not _allows(usage, purpose):
        yield Reason.KEY_USAGE
    uses = _extended_uses(certificate)
    if uses is not None and not uses & (_USES[purpose] | {_ANY}):
        yield Reason.EXTENDED_KEY_USAGE


def purpose_remarks(certificate: x509.Certificate, purpose: Purpose) -> Iterator[Reason]:
    """Yield warnings: no keyUsage at all, or nothing but the catch-all extendedKeyUsage."""
    if purpose == "login" and extension_of(certificate, x509.KeyUsage) is None:
        yield Reason.KEY_USAGE
    uses = _extended_uses(certificate)
    if uses is not None and _ANY in uses and not uses & _USES[purpose]:
        yield Reason.EXTENDED_KEY_USAGE


def _allows(usage: x509.KeyUsage, purpose: Purpose) -> bool:
    if purpose == "encryption":  # RSA keys encipher, others agree; which of them is asked where it is done
        return usage.key_encipherment or usage.key_agreement
    # TLS asks for digitalSignature; nonRepudiation alone is for signatures that bind
    return usage.digital_signature or (purpose == "signature" and usage.content_commitment)


def _extended_uses(certificate: x509.Certificate) -> frozenset[ObjectIdentifier] | None:
    uses = extension_of(certificate, x509.ExtendedKeyUsage)
    return None if uses is None else frozenset(uses)
