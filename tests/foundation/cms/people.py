"""Keys with certificates of their own signing, and OpenSSL beside them."""

import subprocess
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from securenet.foundation.cms import FileKey, open_sealed, seal
from securenet.foundation.testca.profiles import key_usage
from securenet.foundation.x509 import read_upload

AT = datetime(2026, 2, 2, 5, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
KINDS = ("rsa-2048", "p-256", "p-384")
USES = ("digital_signature", "content_commitment")


@cache
def private(kind, name="anong"):
    """A key, made once for each name."""
    if kind == "rsa-2048":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key({"p-256": ec.SECP256R1(), "p-384": ec.SECP384R1()}[kind])


@cache
def person(kind="p-256", name="anong", uses=None):
    """Somebody's key with a certificate that it has signed itself."""
    key = private(kind, name)
    own = uses or (*USES, "key_encipherment" if kind.startswith("rsa") else "key_agreement")
    return FileKey(key, read_upload(certify(key.public_key(), key, name, own).public_bytes(Encoding.DER)))


def certify(public, key, name, uses, issuer=""):
    """A certificate, signed by its own key or by another's."""
    called, above = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer or name))
    builder = x509.CertificateBuilder().subject_name(called).issuer_name(above).public_key(public)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2120, 1, 1))  # noqa: DTZ001
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    return (
        builder.add_extension(identifier, critical=False)
        .add_extension(key_usage(*uses), critical=True)
        .sign(key, hashes.SHA256())
    )


def sealed(content, signer=None, *to, cipher="aes-256-gcm"):
    """A file, in memory."""
    signer = signer or person()
    out = BytesIO()
    recipients = [key.certificate for key in to or (signer,)]
    seal(BytesIO(content), out, signer=signer, recipients=recipients, at=AT, cipher=cipher)
    return out.getvalue()


def opened(data, key=None):
    """The content, and what the file says."""
    out = BytesIO()
    told = open_sealed(BytesIO(data), out, key or person())
    return out.getvalue(), told


class OpenSsl:
    """`openssl cms` in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder

    def write(self, name, data):
        """A file in the folder."""
        (self.folder / name).write_bytes(data)
        return self.folder / name

    def files(self, key):
        """Certificate and key of somebody, as PEM."""
        certificate = key.certificate.loaded.public_bytes(Encoding.PEM)
        pem = key._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        stem = key.certificate.sha256[:8]
        return self.write(f"{stem}.pem", certificate), self.write(f"{stem}.key", pem)

    def run(self, *arguments, data):
        """What the command writes when it reads this."""
        source, out = self.write("in", data), self.folder / "out"
        command = ["openssl", "cms", *map(str, arguments), "-binary", "-in", str(source), "-out", str(out)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return out.read_bytes()

    def sign(self, content, *signers, more=("-nodetach",)):
        """SignedData."""
        each = [word for key in signers for word in self._signer(key)]
        return self.run("-sign", *each, "-outform", "DER", *more, data=content)

    def _signer(self, key):
        certificate, private_key = self.files(key)
        return "-signer", certificate, "-inkey", private_key

    def encrypt(self, data, *recipients, more=("-aes-256-gcm",)):
        """AuthEnvelopedData or EnvelopedData around it."""
        each = [word for key in recipients for word in self._recipient(key)]
        return self.run("-encrypt", *more, *each, "-outform", "DER", data=data)

    def _recipient(self, key):
        certificate, _key = self.files(key)
        oaep = ("-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256")
        return "-recip", certificate, *(oaep if key.certificate.public_key.startswith("RSA") else ())

    def open(self, data, key, signer):
        """What OpenSSL decrypts and verifies."""
        certificate, private_key = self.files(key)
        signed = self.run("-decrypt", "-inform", "DER", "-recip", certificate, "-inkey", private_key, data=data)
        trusted = self.write("trusted.pem", signer.certificate.loaded.public_bytes(Encoding.PEM))
        verify = ("-verify", "-inform", "DER", "-CAfile", trusted, "-partial_chain", "-purpose", "any")
        return self.run(*verify, data=signed)
