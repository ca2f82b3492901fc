"""The folder of a test CA: who may sign, with which key, and under which addresses it is reached."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from securenet.foundation.testca.files import replace_file
from securenet.foundation.testca.keys import DIGEST, KeyKind, PrivateKey, PublicKey, make_key, read_key, write_key
from securenet.foundation.testca.profiles import key_usage
from securenet.foundation.testca.refusals import FolderInUse, NoHierarchy, UnknownCA
from securenet.foundation.testca.register import Entry, Register, moment

LIFETIME = timedelta(days=3650)


@dataclass(frozen=True)
class CaSpec:
    """One CA to make. `issuer` is the slug of a CA further up in the list; a root has none.

    `only_hosts` makes it a CA for TLS servers whose certificates are good for these names alone (RFC 5280 4.2.1.10),
    so that a browser that trusts a demo's CA trusts it for the demo and nothing else.
    """

    slug: str
    name: str
    key: KeyKind
    issuer: str | None = None
    organization: str = "Test"
    country: str = "TH"
    only_hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hierarchy:
    """A folder made by `create`. Nothing in it is secret enough to guard more than test certificates."""

    directory: Path

    @classmethod
    def create(cls, directory: Path, specs: Sequence[CaSpec], *, base_url: str, at: datetime) -> "Hierarchy":
        """Make keys and certificates of all CAs, valid for ten years from `at`.

        `base_url` is where the responder answers (`http://127.0.0.1:8445`). Raises FolderInUse, UnknownCA.
        """
        if directory.exists() and any(directory.iterdir()):
            raise FolderInUse(str(directory))
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in ("crl", "issued"):
            (directory / name).mkdir()
        hierarchy, base_url = cls(directory), base_url.rstrip("/")
        register = Register.load(hierarchy.register_path)
        for spec in specs:
            register.entries.append(_make_ca(hierarchy, spec, base_url, at))
        register.save()
        content = {"base_url": base_url, "cas": [asdict(spec) for spec in specs]}
        replace_file(directory / "hierarchy.json", json.dumps(content, indent=1, ensure_ascii=False).encode())
        return hierarchy

    @classmethod
    def open(cls, directory: Path) -> "Hierarchy":
        """Raises NoHierarchy."""
        if not (directory / "hierarchy.json").is_file():
            raise NoHierarchy(str(directory))
        return cls(directory)

    @cached_property
    def base_url(self) -> str:
        return str(json.loads((self.directory / "hierarchy.json").read_text())["base_url"])

    @cached_property
    def specs(self) -> tuple[CaSpec, ...]:
        content = json.loads((self.directory / "hierarchy.json").read_text())
        return tuple(CaSpec(**{**spec, "only_hosts": tuple(spec["only_hosts"])}) for spec in content["cas"])

    @property
    def register_path(self) -> Path:
        return self.directory / "register.json"

    @property
    def lock_path(self) -> Path:
        return self.directory / ".lock"

    def ca_path(self, slug: str) -> Path:
        """The folder of one CA. Raises UnknownCA, also for a slug that tries to be a path."""
        path = self.directory / "cas" / slug
        if not slug.isascii() or not slug.replace("-", "").isalnum() or not path.is_dir():
            raise UnknownCA(slug)
        return path

    def certificate(self, slug: str) -> x509.Certificate:
        return x509.load_der_x509_certificate((self.ca_path(slug) / "certificate.cer").read_bytes())

    def key(self, slug: str) -> PrivateKey:
        return read_key(self.ca_path(slug) / "key.pem")

    def responder(self, slug: str) -> x509.Certificate:
        """The certificate of the CA's OCSP responder."""
        return x509.load_der_x509_certificate((self.ca_path(slug) / "ocsp.cer").read_bytes())

    def responder_key(self, slug: str) -> PrivateKey:
        return read_key(self.ca_path(slug) / "ocsp-key.pem")

    def chain(self, slug: str) -> tuple[x509.Certificate, ...]:
        """The CA's certificate and those above it, the root last."""
        issuers = {spec.slug: spec.issuer for spec in self.specs}
        chain: list[x509.Certificate] = []
        step: str | None = slug
        while step:
            chain.append(self.certificate(step))
            step = issuers[step]
        return tuple(chain)

    def crl_path(self, slug: str) -> Path:
        return self.directory / "crl" / f"{slug}.crl"


def _make_ca(hierarchy: Hierarchy, spec: CaSpec, base_url: str, at: datetime) -> Entry:
    folder = hierarchy.directory / "cas" / spec.slug
    folder.mkdir(parents=True)
    key = make_key(spec.key)
    write_key(folder / "key.pem", key)
    name = _name(spec.name, spec)
    builder = _builder(name, key.public_key(), at).add_extension(x509.BasicConstraints(True, None), critical=True)
    builder = builder.add_extension(key_usage("key_cert_sign", "crl_sign", "digital_signature"), critical=True)
    if spec.only_hosts:
        permitted = [_general_subtree(host) for host in spec.only_hosts]
        builder = builder.add_extension(x509.NameConstraints(permitted, None), critical=True)
    if spec.issuer:
        signer, issuer = hierarchy.key(spec.issuer), hierarchy.certificate(spec.issuer)
        crl = x509.DistributionPoint(
            [x509.UniformResourceIdentifier(f"{base_url}/{spec.issuer}.crl")], None, None, None
        )
        builder = builder.add_extension(x509.CRLDistributionPoints([crl]), critical=False)
        builder = builder.issuer_name(issuer.subject).add_extension(_authority(issuer), critical=False)
    else:
        signer, builder = key, builder.issuer_name(name)
    certificate = builder.sign(signer, DIGEST)
    _write_certificate(folder, "certificate", certificate)
    _make_responder(folder, spec, certificate, key, at)
    return _entry(spec, certificate)


def _make_responder(folder: Path, spec: CaSpec, issuer: x509.Certificate, ca_key: PrivateKey, at: datetime) -> None:
    """A delegated OCSP responder (RFC 6960 4.2.2.2), whose own revocation is not asked for (`id-pkix-ocsp-nocheck`)."""
    key = make_key("p-256")
    write_key(folder / "ocsp-key.pem", key)
    certificate = (
        _builder(_name(f"{spec.name} OCSP", spec), key.public_key(), at)
        .issuer_name(issuer.subject)
        .add_extension(_authority(issuer), critical=False)
        .add_extension(key_usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .sign(ca_key, DIGEST)
    )
    _write_certificate(folder, "ocsp", certificate)


def _builder(name: x509.Name, key: PublicKey, at: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str, spec: CaSpec) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, spec.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, spec.organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _authority(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _general_subtree(host: str) -> x509.GeneralName:
    return x509.IPAddress(ip_network(host)) if "/" in host else x509.DNSName(host)


def _write_certificate(folder: Path, name: str, certificate: x509.Certificate) -> None:
    replace_file(folder / f"{name}.cer", certificate.public_bytes(Encoding.DER))
    replace_file(folder / f"{name}.pem", certificate.public_bytes(Encoding.PEM))


def _entry(spec: CaSpec, certificate: x509.Certificate) -> Entry:
    return Entry(
        ca=spec.issuer or spec.slug,
        serial=f"{certificate.serial_number:X}",
        subject=certificate.subject.rfc4514_string(),
        profile="ca",
        not_before=moment(certificate.not_valid_before_utc),
        not_after=moment(certificate.not_valid_after_utc),
    )
