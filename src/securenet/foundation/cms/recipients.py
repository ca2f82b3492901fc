"""The key of the content, encrypted to each recipient: RSA-OAEP (RFC 8017) or ECDH (RFC 5753)."""

from collections.abc import Callable, Iterator, Sequence

from asn1crypto import cms, core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from securenet.foundation.cms.ciphers import KEY_SIZE
from securenet.foundation.cms.keys import Key, digest_for
from securenet.foundation.cms.reasons import Reason, Refused
from securenet.foundation.x509 import Certificate
from securenet.foundation.x509.der import bits_of, parse
from securenet.foundation.x509.extensions import extension_of

_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,  # of OAEP and key derivation only, where nothing hangs on its collisions; OpenSSL's default
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_SCHEMES: dict[str, type[hashes.HashAlgorithm]] = {  # dhSinglePass-stdDH-…kdf-scheme, RFC 5753 section 7.1.4
    "1.3.133.16.840.63.0.2": hashes.SHA1,
    "1.3.132.1.11.1": hashes.SHA256,
    "1.3.132.1.11.2": hashes.SHA384,
    "1.3.132.1.11.3": hashes.SHA512,
}
_SCHEME_OF = {"sha256": "1.3.132.1.11.1", "sha384": "1.3.132.1.11.2"}
_NO_PARAMETERS = (b"", b"\x05\x00")  # RFC 4055 section 2.1: absent or NULL
_WRAPS = {"aes128_wrap": 16, "aes192_wrap": 24, "aes256_wrap": 32}


class _SharedInfo(core.Sequence):  # type: ignore[misc]  # asn1crypto ships no types
    """ECC-CMS-SharedInfo, RFC 5753 section 7.2."""

    _fields = [
        ("key_info", cms.KeyEncryptionAlgorithm),
        ("entity_u_info", core.OctetString, {"explicit": 0, "optional": True}),
        ("supp_pub_info", core.OctetString, {"explicit": 2}),
    ]


def wrap_key(key: bytes, recipients: Sequence[Certificate]) -> tuple[bytes, bool]:
    """Return the RecipientInfos, and whether any is by agreement, which decides the version of what holds them.

    Raises Refused for a certificate that says it is not for this.
    """
    infos = [_wrapped(key, certificate) for certificate in recipients]
    agreed = any(info.name == "kari" for info in infos)
    return cms.RecipientInfos(infos).dump(), agreed


def unwrap_key(infos_der: bytes, key: Key) -> bytes:
    """Return the key of the content. Raises Refused where none is for `key`, or what is for it cannot be opened."""
    try:
        opened = next(_opened(infos_der, key), None)
    except (ValueError, TypeError, KeyError, InvalidUnwrap) as wrong:
        raise Refused(Reason.ALTERED) from wrong
    if opened is None:
        raise Refused(Reason.OTHER_RECIPIENT)
    if len(opened) != KEY_SIZE:
        raise Refused(Reason.ALGORITHM)
    return opened


def _opened(infos_der: bytes, key: Key) -> Iterator[bytes]:
    """Yield the key from each of the RecipientInfos that is for `key`; what is for it must be strict DER."""
    for info in cms.RecipientInfos.load(infos_der, strict=True):
        for opens in _ways(info, key):
            parse(info.dump())
            yield opens()


def require_encryptable(certificate: Certificate) -> None:
    """Raise Refused unless the certificate's key may be encrypted to (RFC 5280 section 4.2.1.3)."""
    usage = extension_of(certificate.loaded, x509.KeyUsage)
    if usage is None:
        return
    key = certificate.loaded.public_key()
    if not (usage.key_encipherment if isinstance(key, RSAPublicKey) else usage.key_agreement):
        raise Refused(Reason.RECIPIENT_KEY)


def _wrapped(key: bytes, certificate: Certificate) -> cms.RecipientInfo:
    require_encryptable(certificate)
    public = certificate.loaded.public_key()
    if isinstance(public, RSAPublicKey):
        return cms.RecipientInfo("ktri", _transported(key, certificate, public))
    if isinstance(public, EllipticCurvePublicKey):
        return cms.RecipientInfo("kari", _agreed(key, certificate, public))
    raise Refused(Reason.RECIPIENT_KEY)


def _transported(key: bytes, certificate: Certificate, public: RSAPublicKey) -> cms.KeyTransRecipientInfo:
    digest = {"algorithm": "sha256"}
    mask = {"algorithm": "mgf1", "parameters": digest}
    algorithm = {"algorithm": "rsaes_oaep", "parameters": {"hash_algorithm": digest, "mask_gen_algorithm": mask}}
    return cms.KeyTransRecipientInfo(
        {
            "version": "v0",
            "rid": cms.RecipientIdentifier("issuer_and_serial_number", name_of(certificate)),
            "key_encryption_algorithm": algorithm,
            "encrypted_key": public.encrypt(key, OAEP(MGF1(hashes.SHA256()), hashes.SHA256(), None)),
        }
    )


def _agreed(key: bytes, certificate: Certificate, public: EllipticCurvePublicKey) -> cms.KeyAgreeRecipientInfo:
    digest, own = digest_for(certificate), generate_private_key(public.curve)
    wrap = cms.KeyEncryptionAlgorithm({"algorithm": "aes256_wrap"})
    wrapping = _derived(own.exchange(ECDH(), public), digest, wrap, None)
    point = own.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    recipient = cms.KeyAgreementRecipientIdentifier("issuer_and_serial_number", name_of(certificate))
    return cms.KeyAgreeRecipientInfo(
        {
            "version": "v3",
            "originator": cms.OriginatorIdentifierOrKey("originator_key", cms.PublicKeyInfo.load(point)),
            "key_encryption_algorithm": {"algorithm": _SCHEME_OF[digest.name], "parameters": wrap},
            "recipient_encrypted_keys": [{"rid": recipient, "encrypted_key": aes_key_wrap(wrapping, key)}],
        }
    )


def name_of(certificate: Certificate) -> cms.IssuerAndSerialNumber:
    """Return issuer and serial number, by which CMS names a certificate."""
    parts = asn1.Certificate.load(certificate.der)["tbs_certificate"]
    return cms.IssuerAndSerialNumber({"issuer": parts["issuer"], "serial_number": parts["serial_number"]})


def is_named(identifier: core.Choice, certificate: Certificate) -> bool:
    """Tell whether an identifier of a signer or a recipient means this certificate."""
    if identifier.name == "issuer_and_serial_number":
        return bool(identifier.chosen.dump() == name_of(certificate).dump())
    own = extension_of(certificate.loaded, x509.SubjectKeyIdentifier)
    if own is None:
        return False
    named = identifier.chosen["subjectKeyIdentifier"] if identifier.name == "r_key_id" else identifier.chosen
    return bool(named.native == own.digest)


def _ways(info: cms.RecipientInfo, key: Key) -> Iterator[Callable[[], bytes]]:
    chosen = info.chosen
    if info.name == "ktri" and is_named(chosen["rid"], key.certificate):
        if chosen["version"].native != ("v0" if chosen["rid"].name == "issuer_and_serial_number" else "v2"):
            raise ValueError("another version")
        yield lambda: _receive(chosen, key)
    if info.name == "kari" and chosen["version"].native == "v3":
        for each in chosen["recipient_encrypted_keys"]:
            if is_named(each["rid"], key.certificate):
                yield lambda each=each: _agree(chosen, each["encrypted_key"].native, key)  # type: ignore[misc]


def _receive(info: cms.KeyTransRecipientInfo, key: Key) -> bytes:
    algorithm = info["key_encryption_algorithm"]
    if algorithm["algorithm"].native != "rsaes_oaep":  # PKCS #1 v1.5 tells by its errors what it should hide
        raise Refused(Reason.ALGORITHM)
    parameters = algorithm["parameters"]
    digest, mask = parameters["hash_algorithm"], parameters["mask_gen_algorithm"]["parameters"]
    name, label = digest["algorithm"].native, parameters["p_source_algorithm"]["parameters"].native
    if name not in _DIGESTS or mask["algorithm"].native != name or label:
        raise Refused(Reason.ALGORITHM)
    if any(each["parameters"].dump() not in _NO_PARAMETERS for each in (digest, mask)):
        raise Refused(Reason.MALFORMED)
    return key.decrypt(info["encrypted_key"].native, _DIGESTS[name]())


def _agree(info: cms.KeyAgreeRecipientInfo, wrapped: bytes, key: Key) -> bytes:
    algorithm, public = info["key_encryption_algorithm"], key.certificate.loaded.public_key()
    digest = _SCHEMES.get(algorithm["algorithm"].dotted)
    if digest is None or info["originator"].name != "originator_key" or not isinstance(public, EllipticCurvePublicKey):
        raise Refused(Reason.ALGORITHM)
    wrap = cms.KeyEncryptionAlgorithm.load(algorithm["parameters"].dump(), strict=True)
    if wrap["algorithm"].native not in _WRAPS:
        raise Refused(Reason.ALGORITHM)
    other = _originator(info["originator"].chosen, public)
    return aes_key_unwrap(_derived(key.agree(other), digest(), wrap, info["ukm"].native), wrapped)


def _originator(told: cms.PublicKeyInfo, public: EllipticCurvePublicKey) -> EllipticCurvePublicKey:
    """Return the sender's key of the moment, on the recipient's curve; its parameters may be absent (RFC 5753 7.1.2).

    Raises ValueError.
    """
    algorithm, parameters = told["algorithm"], told["algorithm"]["parameters"]
    if algorithm["algorithm"].native != "ec" or (
        parameters.native is not None and parameters.native != public.curve.name
    ):
        raise ValueError("another kind of key")
    return EllipticCurvePublicKey.from_encoded_point(public.curve, bits_of(parse(told["public_key"].dump())))


def _derived(shared: bytes, digest: hashes.HashAlgorithm, wrap: cms.KeyEncryptionAlgorithm, ukm: bytes | None) -> bytes:
    size = _WRAPS[wrap["algorithm"].native]
    told = {"key_info": wrap, "supp_pub_info": (size * 8).to_bytes(4)} | ({"entity_u_info": ukm} if ukm else {})
    return X963KDF(digest, size, _SharedInfo(told).dump()).derive(shared)
