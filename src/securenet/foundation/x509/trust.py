"""The certification authorities that the operator has accepted."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from asn1crypto.x509 import Certificate as Asn1Certificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.foundation.x509.extensions import extension_of
from securenet.foundation.x509.limits import MAX_PATH, MAX_PATH_STEPS, MAX_PATHS
from securenet.foundation.x509.reasons import Reason, Refused
from securenet.foundation.x509.signatures import is_signed_by
from securenet.foundation.x509.upload import read_der


@dataclass(frozen=True)
class Authority:
    """One CA certificate. Names are compared as RFC 5280 section 7.1 says, through `name` and `issuer_name`."""

    der: bytes
    name: str = field(compare=False)
    issuer_name: str = field(compare=False)
    key_id: bytes | None = field(compare=False)
    issuer_key_id: bytes | None = field(compare=False)
    spki_sha256: str = field(compare=False)
    certificate: x509.Certificate = field(compare=False, repr=False)

    @classmethod
    def of(cls, certificate: x509.Certificate) -> Self:
        """Return the authority of a CA certificate; raises Refused(malformed) when a part cannot be read."""
        der = certificate.public_bytes(Encoding.DER)
        try:
            parsed = Asn1Certificate.load(der, strict=True)
            _ = (certificate.extensions, certificate.public_key(), parsed.not_valid_before, parsed.not_valid_after)
            return cls(
                der=der,
                name=parsed.subject.hashable,
                issuer_name=parsed.issuer.hashable,
                key_id=parsed.key_identifier,
                issuer_key_id=parsed.authority_key_identifier,
                spki_sha256=sha256(parsed.public_key.dump()).hexdigest(),
                certificate=certificate,
            )
        except Exception as wrong:
            raise Refused(Reason.MALFORMED) from wrong

    @property
    def identity(self) -> tuple[str, str]:
        """The named key: renewed certificates of one CA have the same."""
        return self.name, self.spki_sha256

    def may_have_issued(self, issuer_name: str, key_id: bytes | None) -> bool:
        """Whether the issuer's name, and its key identifier where both tell one, are this authority's."""
        return self.name == issuer_name and (key_id is None or self.key_id is None or key_id == self.key_id)

    def may_be_above(self, other: "Authority") -> bool:
        """Whether this authority may have issued the other's certificate, by the names."""
        return self.may_have_issued(other.issuer_name, other.issuer_key_id)

    @property
    def may_sign_certificates(self) -> bool:
        """Whether keyUsage says so; a CA's certificate has that extension (RFC 5280 section 4.2.1.3)."""
        usage = self._key_usage
        return usage is not None and usage.key_cert_sign

    @property
    def may_sign_lists(self) -> bool:
        """Whether keyUsage allows signing revocation lists, or is not there to forbid it."""
        usage = self._key_usage
        return usage is None or usage.crl_sign

    @property
    def _key_usage(self) -> x509.KeyUsage | None:
        return extension_of(self.certificate, x509.KeyUsage)

    @property
    def is_self_signed(self) -> bool:
        """Whether it names itself as its issuer and its own key verifies it."""
        return self.name == self.issuer_name and self.has_signed(self.certificate)

    def has_signed(self, certificate: x509.Certificate) -> bool:
        """Whether the certificate's signature verifies with this authority's key."""
        return is_signed_by(certificate, certificate.tbs_certificate_bytes, self.certificate.public_key())


def read_authority(data: bytes) -> Authority:
    """Return the CA certificate in a DER or PEM file; raises Refused."""
    der = read_der(data)
    try:
        return Authority.of(x509.load_der_x509_certificate(der))
    except Refused:
        raise
    except Exception as wrong:
        raise Refused(Reason.MALFORMED) from wrong


@dataclass(frozen=True)
class Trust:
    """The accepted roots, and below them the issuing CAs that were approved one by one."""

    roots: tuple[Authority, ...]
    intermediates: tuple[Authority, ...]

    @classmethod
    def of(cls, roots: Iterable[x509.Certificate], intermediates: Iterable[x509.Certificate]) -> Self:
        """Return a trust store; one without roots or without issuing CAs accepts nothing."""
        anchors = tuple(dict.fromkeys(Authority.of(certificate) for certificate in roots))
        below = dict.fromkeys(Authority.of(certificate) for certificate in intermediates)
        return cls(anchors, tuple(authority for authority in below if authority not in anchors))

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """Roots and issuing CAs."""
        return self.roots + self.intermediates

    def paths_to(self, issuer: Authority) -> list[tuple[Authority, ...]]:
        """Return the candidate paths from a root down to an approved issuing CA, the shortest first.

        Names alone lead the search, so authorities that name each other could keep it busy: it is bounded.
        """
        found: list[tuple[Authority, ...]] = []
        waiting: deque[tuple[Authority, ...]] = deque([(issuer,)])
        for _ in range(MAX_PATH_STEPS):
            if not waiting:
                break
            path = waiting.popleft()
            found += [(root, *path) for root in self.roots if root.may_be_above(path[0])]
            if len(path) < MAX_PATH:
                above = (ca for ca in self.intermediates if ca not in path and ca.may_be_above(path[0]))
                waiting.extend((ca, *path) for ca in above)
        return found[:MAX_PATHS]
