"""A token in software (SoftHSM) for tests: keys are made inside it and never leave it."""

import hashlib
import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pkcs11
from asn1crypto import csr, keys
from asn1crypto.x509 import Name
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_ecdsa_signature, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key
from pkcs11.util.x509 import decode_x509_certificate

from securenet.foundation.testca.keys import KeyKind

SOFTHSM_PLACES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
AUTOPIN_SOURCE = Path(__file__).with_name("autopin.c")
PRIVATE_KEY = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}


def softhsm_module() -> Path:
    """Raises FileNotFoundError when SoftHSM is not installed."""
    for place in SOFTHSM_PLACES:
        if Path(place).exists():
            return Path(place)
    raise FileNotFoundError("libsofthsm2.so: install the package softhsm2")


@dataclass(frozen=True)
class Token:
    """A token in a directory of its own; several may stand side by side, as on several people's desks."""

    directory: Path
    label: str
    pin: str

    @classmethod
    def create(cls, directory: Path, label: str = "Test token", pin: str = "123456") -> "Token":
        token = cls(directory, label, pin)
        (directory / "tokens").mkdir(parents=True, mode=0o700)
        settings = f"directories.tokendir = {directory / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
        (directory / "softhsm2.conf").write_text(settings)
        init = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", pin]
        subprocess.run(init, env={**os.environ, **token.environment}, check=True, capture_output=True)
        return token

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to find this token."""
        return {"SOFTHSM2_CONF": str(self.directory / "softhsm2.conf")}

    def make_key(self, label: str, kind: KeyKind | Literal["rsa-4096", "p-384"]) -> None:
        """A key pair inside the token, for signing; an RSA key deciphers too, another agrees on keys."""
        named = {"id": label.encode(), "label": label, "store": True, "private_template": PRIVATE_KEY}
        with self.session() as session:
            family, _, size = kind.partition("-")
            if family == "rsa":
                uses = MechanismFlag.SIGN | MechanismFlag.VERIFY | MechanismFlag.DECRYPT | MechanismFlag.ENCRYPT
                session.generate_keypair(KeyType.RSA, int(size), capabilities=uses, **named)
            else:
                curve = {Attribute.EC_PARAMS: encode_named_curve_parameters(f"secp{size}r1")}
                parameters = session.create_domain_parameters(KeyType.EC, curve, local=True)
                uses = MechanismFlag.SIGN | MechanismFlag.VERIFY | MechanismFlag.DERIVE
                parameters.generate_keypair(capabilities=uses, **named)

    def request(self, label: str) -> x509.CertificateSigningRequest:
        """A PKCS#10 request for the key, signed inside the token."""
        with self.session() as session:
            public = session.get_key(ObjectClass.PUBLIC_KEY, label=label)
            info = csr.CertificationRequestInfo(
                {
                    "version": "v1",
                    "subject": Name.build({"common_name": label}),
                    "subject_pk_info": keys.PublicKeyInfo.load(_public_der(public)),
                    "attributes": [],
                }
            )
            private = session.get_key(ObjectClass.PRIVATE_KEY, label=label)
            algorithm, signature = _sign(private, info.dump())
        signed = csr.CertificationRequest(
            {
                "certification_request_info": info,
                "signature_algorithm": {"algorithm": algorithm},
                "signature": signature,
            }
        )
        return x509.load_der_x509_csr(signed.dump())

    def sign(self, label: str, content: bytes) -> bytes:
        """The key's signature with SHA-256: RSA PKCS#1 v1.5, or ECDSA in DER."""
        with self.session() as session:
            return _sign(session.get_key(ObjectClass.PRIVATE_KEY, label=label), content)[1]

    def store_certificate(self, label: str, certificate: x509.Certificate) -> None:
        """Put it beside its key, as the vendor's client does; browsers find the key by the common id."""
        facts = decode_x509_certificate(certificate.public_bytes(Encoding.DER))
        named = {Attribute.ID: label.encode(), Attribute.LABEL: label, Attribute.TOKEN: True}
        with self.session() as session:
            session.create_object({**facts, **named})

    @contextmanager
    def session(self) -> Iterator[pkcs11.Session]:
        """A logged-in session. SoftHSM reads its settings when it is loaded: it is loaded for this token and let go.

        What a test of a command has left loaded is let go of first.
        """
        module, before = str(softhsm_module()), os.environ.get("SOFTHSM2_CONF")
        os.environ.update(self.environment)
        pkcs11.unload(module)
        try:
            token = pkcs11.lib(module).get_token(token_label=self.label)
            with token.open(rw=True, user_pin=self.pin) as session:
                yield session
        finally:
            pkcs11.unload(module)
            if before is None:
                del os.environ["SOFTHSM2_CONF"]
            else:
                os.environ["SOFTHSM2_CONF"] = before


def build_autopin(directory: Path) -> Path:
    """The module that types the PIN itself (autopin.c), compiled into the directory unless it is there and newer."""
    built = directory / "autopin.so"
    if built.exists() and built.stat().st_mtime >= AUTOPIN_SOURCE.stat().st_mtime:
        return built
    directory.mkdir(parents=True, exist_ok=True)
    flags = subprocess.run(["pkg-config", "--cflags", "p11-kit-1"], check=True, capture_output=True, text=True).stdout
    scratch = directory / f"autopin-{os.getpid()}.so"
    compile_ = ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", scratch, AUTOPIN_SOURCE]
    subprocess.run([*compile_, *shlex.split(flags), "-ldl"], check=True)
    scratch.replace(built)
    return built


def _public_der(key: pkcs11.PublicKey) -> bytes:
    if key.key_type is KeyType.EC:
        return encode_ec_public_key(key)
    return keys.PublicKeyInfo.wrap(keys.RSAPublicKey.load(encode_rsa_public_key(key)), "rsa").dump()


def _sign(key: pkcs11.PrivateKey, content: bytes) -> tuple[str, bytes]:
    """The algorithm's name in asn1crypto, and the signature."""
    if key.key_type is KeyType.EC:
        raw = key.sign(hashlib.sha256(content).digest(), mechanism=Mechanism.ECDSA)
        return "sha256_ecdsa", encode_ecdsa_signature(raw)
    return "sha256_rsa", key.sign(content, mechanism=Mechanism.SHA256_RSA_PKCS)
