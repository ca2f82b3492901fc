"""Who signed: one SignerInfo (RFC 5652 section 5.3), with signed attributes, over content that has streamed past."""

from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any

from asn1crypto import cms
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from securenet.foundation.cms.keys import Key, digest_for
from securenet.foundation.cms.reasons import Reason, Refused
from securenet.foundation.cms.recipients import is_named, name_of
from securenet.foundation.x509 import Certificate, read_upload
from securenet.foundation.x509 import Refused as CertificateRefused

DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_MOST_CERTIFICATES = 20


def sign(digest: bytes, key: Key, at: datetime) -> bytes:
    """Return the SET of one SignerInfo over content with this digest, by the algorithm of `digest_for`."""
    name = digest_for(key.certificate).name
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "signing_time", "values": [cms.Time("utc_time", at.replace(microsecond=0))]}),
            cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
        ]
    )
    rsa = isinstance(key.certificate.loaded.public_key(), RSAPublicKey)
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", name_of(key.certificate)),
            "digest_algorithm": {"algorithm": name},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": f"{name}_rsa" if rsa else f"{name}_ecdsa"},
            "signature": key.sign(attributes.dump()),
        }
    )
    return bytes(cms.SignerInfos([signer]).dump())


def digest_names(der: bytes) -> list[str]:
    """Return those of the digest algorithms announced before the content that are taken here. Raises Refused."""
    try:
        announced = [each["algorithm"].native for each in cms.DigestAlgorithms.load(der, strict=True)]
    except (ValueError, TypeError) as wrong:
        raise Refused(Reason.MALFORMED) from wrong
    return [name for name in DIGESTS if name in announced]


def verify(signers_der: bytes, certificates_der: bytes, digests: Mapping[str, bytes]) -> tuple[Certificate, str, Any]:
    """Return the signer's certificate, the name of the digest, and when they say to have signed (None: nothing said).

    `digests` are those of the content. Whether the certificate is to be trusted is not looked at. Raises Refused.
    """
    try:
        signer = _only(cms.SignerInfos.load(signers_der, strict=True))
        name = signer["digest_algorithm"]["algorithm"].native
        if name not in digests:
            raise Refused(Reason.ALGORITHM)
        certificate = _certificate_of(signer, certificates_der)
        told = _attributes(signer)
        if told.get("content_type") != "data" or not isinstance(told.get("message_digest"), bytes):
            raise Refused(Reason.MALFORMED)
        _verify(signer, certificate, name)
    except InvalidSignature as wrong:
        raise Refused(Reason.BAD_SIGNATURE) from wrong
    except UnsupportedAlgorithm as wrong:
        raise Refused(Reason.ALGORITHM) from wrong
    except (ValueError, TypeError, KeyError) as wrong:
        raise Refused(Reason.MALFORMED) from wrong
    if not compare_digest(told["message_digest"], digests[name]):
        raise Refused(Reason.ALTERED)
    return certificate, name, told.get("signing_time")


def _only(signers: cms.SignerInfos) -> cms.SignerInfo:
    if len(signers) == 0:
        raise Refused(Reason.UNSIGNED)
    if len(signers) > 1:
        raise Refused(Reason.SEVERAL_SIGNERS)
    return signers[0]


def _certificate_of(signer: cms.SignerInfo, certificates_der: bytes) -> Certificate:
    """Return the certificate that the signer names from those in the message."""
    choices = cms.CertificateSet.load(certificates_der, strict=True) if certificates_der else []
    for choice in list(choices)[:_MOST_CERTIFICATES]:
        try:
            certificate = read_upload(choice.chosen.dump()) if choice.name == "certificate" else None
        except CertificateRefused:
            continue
        if certificate is not None and is_named(signer["sid"], certificate):
            return certificate
    raise Refused(Reason.SIGNER_CERTIFICATE)


def _attributes(signer: cms.SignerInfo) -> dict[str, Any]:
    """Return the signed attributes, each of which stands there once with one value (RFC 5652 section 11)."""
    told: dict[str, Any] = {}
    for attribute in signer["signed_attrs"]:
        kind = attribute["type"].native
        if kind in told:
            raise ValueError("an attribute twice")
        if kind in {"content_type", "message_digest", "signing_time"}:
            (single,) = attribute["values"]
            told[kind] = single.native
    return told


def _verify(signer: cms.SignerInfo, certificate: Certificate, name: str) -> None:
    key, signature = certificate.loaded.public_key(), signer["signature"].native
    signed = signer["signed_attrs"].untag().dump()
    algorithm, digest = signer["signature_algorithm"], DIGESTS[name]()
    kind = algorithm["algorithm"].native
    if isinstance(key, RSAPublicKey) and kind in {"rsassa_pkcs1v15", f"{name}_rsa"}:
        key.verify(signature, signed, PKCS1v15(), digest)
    elif isinstance(key, RSAPublicKey) and kind == "rsassa_pss" and algorithm.hash_algo == name:
        key.verify(signature, signed, PSS(MGF1(digest), algorithm["parameters"]["salt_length"].native), digest)
    elif isinstance(key, EllipticCurvePublicKey) and kind == f"{name}_ecdsa":
        key.verify(signature, signed, ECDSA(digest))
    else:
        raise Refused(Reason.ALGORITHM)
