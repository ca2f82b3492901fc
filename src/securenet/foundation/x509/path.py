"""Certification path validation (RFC 5280 section 6.1), without revocation, over accepted authorities only.

pyhanko-certvalidator judges; `openssl_accepts` is the second opinion, and both must accept.
"""

from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from OpenSSL.crypto import FILETYPE_ASN1, X509, X509Store, X509StoreContext, X509StoreContextError, load_certificate
from pyhanko_certvalidator.authority import CertTrustAnchor, TrustQualifiers
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import DisallowedAlgorithmError, ExpiredError, NotYetValidError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    DisallowWeakAlgorithmsPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.validate import async_validate_path

from securenet.foundation.x509.extensions import extension_of
from securenet.foundation.x509.limits import MIN_RSA
from securenet.foundation.x509.parsed import ParsedCertificate, parsed_authority, parsed_certificate
from securenet.foundation.x509.reasons import Reason
from securenet.foundation.x509.remembered import remembered
from securenet.foundation.x509.trust import Authority, Trust

_KEPT = 64  # authorities, in the form that OpenSSL wants
_NO_REVOCATION_HERE = CertRevTrustPolicy(
    RevocationCheckingPolicy(
        ee_certificate_rule=RevocationCheckingRule.NO_CHECK,
        intermediate_ca_cert_rule=RevocationCheckingRule.NO_CHECK,
    )
)
_WANTED = frozenset({  # what members' certificates are for
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
})  # fmt: skip
_NOBODY_ELSE = SimpleTrustManager()  # type: ignore[no-untyped-call]  # the path brings its anchor along
_ALGORITHMS = DisallowWeakAlgorithmsPolicy(  # type: ignore[no-untyped-call]
    weak_hash_algos=frozenset({"md2", "md5", "sha1", "sha224"}),
    weak_signature_algos=frozenset({"dsa"}),
    rsa_key_size_threshold=MIN_RSA,
)


@dataclass(frozen=True)
class Judgement:
    """The reasons against a path (none: it is good) and the path, root first, without the certificate itself."""

    reasons: tuple[Reason, ...]
    path: tuple[Authority, ...] = ()


def judge_path(certificate: x509.Certificate, der: bytes, trust: Trust, at: datetime) -> Judgement:
    """Judge whether a certificate was issued by an approved CA below an accepted root, at this moment.

    The path is given whenever the signature of an approved CA verifies, even with reasons against it.
    """
    judged = [
        Judgement(_at_the_time(each.path, each.reasons, at), each.path) for each in _judge(certificate, der, trust)
    ]
    return min(judged, key=lambda each: len(each.reasons))


@remembered(1_024)
def _judge(certificate: x509.Certificate, der: bytes, trust: Trust) -> tuple[Judgement, ...]:
    """Return one judgement or more, all without regard to the time."""
    parsed, issuer = parsed_certificate(der)
    if parsed is None:
        return (Judgement((Reason.UNTRUSTED_PATH,)),)
    named = [ca for ca in trust.intermediates if ca.name == issuer] if trust.roots else []
    if not named:
        return (Judgement((Reason.SELF_SIGNED if _signs_itself(certificate) else Reason.UNACCEPTED_ISSUER,)),)
    key_id = parsed.authority_key_identifier
    issuers = [ca for ca in named if ca.may_have_issued(ca.name, key_id)]
    signers = [ca for ca in issuers if ca.has_signed(certificate)]
    if not signers:
        return (Judgement(_reasons_without_signer(certificate, issuers)),)
    paths = [path for signer in signers for path in trust.paths_to(signer)]
    judged = tuple(Judgement(_reasons(path, parsed), path) for path in paths)
    return judged or (Judgement((Reason.UNTRUSTED_PATH,)),)


def _reasons_without_signer(certificate: x509.Certificate, issuers: Sequence[Authority]) -> tuple[Reason, ...]:
    if _signs_itself(certificate):
        return (Reason.SELF_SIGNED,)
    # the CA's name with another key identifier: a stranger who took the name, or a key not yet approved
    return (Reason.BAD_SIGNATURE,) if issuers else (Reason.BAD_SIGNATURE, Reason.UNACCEPTED_ISSUER)


def path_reasons(path: Sequence[Authority], der: bytes, at: datetime) -> tuple[Reason, ...]:
    """Return what speaks against a path (root first) to the certificate `der` at this moment; empty: nothing.

    Whether the CAs' validity periods cover the moment is judged apart from the rest, so that every reason is told at
    once; the certificate's own is not judged here.
    """
    leaf, _issuer = parsed_certificate(der)
    return (Reason.UNTRUSTED_PATH,) if leaf is None else _at_the_time(path, _reasons(path, leaf, at), at)


def is_anchored(authority: Authority, trust: Trust, at: datetime) -> bool:
    """Whether a path of accepted authorities leads from a root down to this one, which need not be accepted itself."""
    return any(not path_reasons(path[:-1], authority.der, at) for path in trust.paths_to(authority))


def _at_the_time(path: Sequence[Authority], lasting: Iterable[Reason], at: datetime) -> tuple[Reason, ...]:
    in_force = all(first <= at <= last for first, last in (_period(each.certificate) for each in path))
    return tuple(dict.fromkeys(lasting if in_force else [Reason.CHAIN_EXPIRED, *lasting]))


def _period(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def _reasons(path: Sequence[Authority], leaf: ParsedCertificate, at: datetime | None = None) -> tuple[Reason, ...]:
    """Return what speaks against a path at any time: it is judged at the first moment that all periods cover.

    Where they cover none, it is judged at `at`; without, only the periods speak against it.
    """
    certificates = [*(parsed_authority(each.der) for each in path), leaf]
    starts, ends = zip(*(each.period for each in certificates), strict=True)
    moment = max(starts) if max(starts) <= min(ends) else at
    other_uses = any(_is_for_other_uses(authority.certificate) for authority in path[1:])
    opinion = _opinion(certificates, moment) if moment else None
    return tuple(reason for reason in (Reason.CHAIN_EKU if other_uses else None, opinion) if reason)


def _signs_itself(certificate: x509.Certificate) -> bool:
    try:
        return Authority.of(certificate).is_self_signed
    except Exception:
        return False


def _is_for_other_uses(certificate: x509.Certificate) -> bool:
    """Whether an issuing CA's extendedKeyUsage leaves out every use that members' certificates have."""
    uses = extension_of(certificate, x509.ExtendedKeyUsage)
    return uses is not None and _WANTED.isdisjoint(uses)


def _opinion(certificates: Sequence[ParsedCertificate], moment: datetime) -> Reason | None:
    root, *below, leaf = certificates
    anchor = CertTrustAnchor(root, TrustQualifiers())
    context = ValidationContext(
        trust_manager=_NOBODY_ELSE,
        allow_fetching=False,
        moment=moment,
        revinfo_policy=_NO_REVOCATION_HERE,
        algorithm_usage_policy=_ALGORITHMS,
        time_tolerance=timedelta(0),
    )
    try:
        if not root.ca:
            return Reason.UNTRUSTED_PATH
        _run(async_validate_path(context, ValidationPath(anchor, below, leaf)))
    except (ExpiredError, NotYetValidError) as wrong:
        return None if wrong.is_ee_cert else Reason.CHAIN_EXPIRED
    except DisallowedAlgorithmError as wrong:
        return Reason.SIGNATURE_ALGORITHM if wrong.is_ee_cert else Reason.UNTRUSTED_PATH
    except Exception:  # hostile names make it raise TypeError and others: whatever it is, the path is not proven
        return Reason.UNTRUSTED_PATH
    return None


def _run(validation: Coroutine[Any, Any, object]) -> None:
    """Run a coroutine that has nothing to wait for, as nothing is fetched; no event loop is needed."""
    try:
        validation.send(None)
    except StopIteration:
        return
    validation.close()
    raise RuntimeError("the validation wanted to wait")


def openssl_accepts(path: Sequence[Authority], der: bytes, at: datetime) -> bool:
    """Whether OpenSSL, too, finds the path (root first) to the certificate good at this moment."""
    store = X509Store()
    store.add_cert(_for_openssl(path[0]))
    store.set_time(at.astimezone(UTC))  # it reads the clock face and takes it for UTC
    below = [_for_openssl(authority) for authority in path[1:]]
    leaf = load_certificate(FILETYPE_ASN1, der)
    try:
        X509StoreContext(store, leaf, below).verify_certificate()
    except X509StoreContextError:
        return False
    return True


@lru_cache(maxsize=_KEPT)
def _for_openssl(authority: Authority) -> X509:
    return X509.from_cryptography(authority.certificate)
