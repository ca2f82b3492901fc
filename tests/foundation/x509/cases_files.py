"""Files as people upload them: certificates in many wrappings, and what is none."""

import base64
import gzip
import io
import zipfile
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)

from tests.foundation.x509.forge import Key, seq, spki, tlv
from tests.foundation.x509.world import Row, World, ec_key, rsa_key

SECRET = BestAvailableEncryption(b"correct horse")


def pem(der: bytes, label: str = "CERTIFICATE", ends: str | None = None, newline: str = "\n") -> bytes:
    text = base64.encodebytes(der).decode().split()
    lines = [f"-----BEGIN {label}-----", *text, f"-----END {ends or label}-----", ""]
    return newline.join(lines).encode()


PKCS1, PKCS8 = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8


def good(world: World) -> bytes:
    return world.ca.draft().der()


def private(key: Key, form: PrivateFormat, encoding: Encoding = Encoding.PEM, encrypted: bool = False) -> bytes:
    return key.private_bytes(encoding, form, SECRET if encrypted else NoEncryption())


def request(encoding: Encoding) -> bytes:
    builder = x509.CertificateSigningRequestBuilder(x509.Name([]))
    return builder.sign(ec_key("anong"), hashes.SHA256()).public_bytes(encoding)


def bag(world: World, with_key: bool) -> bytes:
    certificate = x509.load_der_x509_certificate(good(world))
    key = rsa_key("anong") if with_key else None
    return pkcs12.serialize_key_and_certificates(b"anong", key, certificate, None, SECRET)


def p7b(world: World, encoding: Encoding) -> bytes:
    return pkcs7.serialize_certificates([x509.load_der_x509_certificate(good(world))], encoding)


def p7s(world: World) -> bytes:
    certificate = x509.load_der_x509_certificate(good(world))
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"hello")
    return builder.add_signer(certificate, rsa_key("anong"), hashes.SHA256()).sign(Encoding.DER, [])


def zipped(path: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(path, bytes(20_000_000))
    return file.getvalue()


def long_length(der: bytes) -> bytes:
    return b"\x30\x83\x00" + der[2:]


def one_long_line(der: bytes) -> bytes:
    return b"\n".join([b"-----BEGIN CERTIFICATE-----", base64.b64encode(der), b"-----END CERTIFICATE-----"])


def explained(der: bytes) -> bytes:
    return "Certificate:\n    Data:\n        Subject: CN=อนงค์ ใจดี\n".encode() + pem(der)


def chain(world: World, leaf_first: bool = True) -> bytes:
    blocks = [pem(good(world)), pem(world.ca.der)]
    return b"".join(blocks if leaf_first else reversed(blocks))


def public_pem() -> bytes:
    return rsa_key("anong").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def ssh_key(private_part: bool) -> bytes:
    key = rsa_key("anong")
    if private_part:
        return private(key, PrivateFormat.OpenSSH)
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)


ACCEPTED_FILES: dict[str, Callable[[World], bytes]] = {
    "up_der": good,
    "up_pem": lambda w: pem(good(w)),
    "up_pem_crlf": lambda w: pem(good(w), newline="\r\n"),
    "up_pem_cr": lambda w: pem(good(w), newline="\r"),
    "up_pem_x509_label": lambda w: pem(good(w), "X509 CERTIFICATE"),
    "up_pem_no_final_nl": lambda w: pem(good(w)).rstrip(),
    "up_pem_leading_blank": lambda w: b"\n\r\n \n" + pem(good(w)),
    "up_pem_openssl_text": lambda w: explained(good(w)),
    "up_pem_byte_order_mark": lambda w: b"\xef\xbb\xbf" + pem(good(w)),
    "up_pem_one_long_line": lambda w: one_long_line(good(w)),
}  # fmt: skip
REFUSED_FILES: dict[str, tuple[Callable[[World], bytes], str]] = {
    "up_pem_utf16le": (lambda w: b"\xff\xfe" + pem(good(w)).decode().encode("utf-16-le"), "encoding"),
    "up_pem_utf16be_no_mark": (lambda w: pem(good(w)).decode().encode("utf-16-be"), "encoding"),
    "up_key_utf16": (
        lambda w: private(ec_key("anong"), PKCS8).decode().encode("utf-16"), "private-key",
    ),
    "up_b64_bare": (lambda w: base64.encodebytes(good(w)), "not-a-certificate"),
    "up_hex_text": (lambda w: good(w).hex(" ").encode(), "not-a-certificate"),
    "up_pem_key_last": (lambda w: pem(good(w)) + private(rsa_key("anong"), PKCS1), "private-key"),
    "up_pem_key_enc": (lambda w: private(rsa_key("anong"), PKCS8, encrypted=True), "private-key"),
    "up_der_key": (lambda w: private(rsa_key("anong"), PKCS8, Encoding.DER), "private-key"),
    "up_der_key_enc": (lambda w: private(ec_key("anong"), PKCS8, Encoding.DER, True), "private-key"),
    "up_der_key_rsa": (lambda w: private(rsa_key("anong"), PKCS1, Encoding.DER), "private-key"),
    "up_der_key_ec": (lambda w: private(ec_key("anong"), PKCS1, Encoding.DER), "private-key"),
    "up_der_key_in_pem_label": (lambda w: pem(private(ec_key("anong"), PKCS8, Encoding.DER)), "private-key"),
    "up_der_then_key": (lambda w: good(w) + private(ec_key("anong"), PKCS8), "private-key"),
    "up_pem_ssh_key": (lambda w: ssh_key(True), "private-key"),
    "up_ssh_pub": (lambda w: ssh_key(False), "not-a-certificate"),
    "up_putty": (lambda w: b"PuTTY-User-Key-File-3: ssh-rsa\n", "private-key"),
    "up_pgp": (lambda w: pem(b"\x99\x01\x0d", "PGP PUBLIC KEY BLOCK"), "not-a-certificate"),
    "up_pem_pubkey": (lambda w: public_pem(), "not-a-certificate"),
    "up_der_pubkey": (lambda w: spki(rsa_key("anong")), "not-a-certificate"),
    "up_p12": (lambda w: bag(w, with_key=True), "pkcs12"),
    "up_p12_certonly": (lambda w: bag(w, with_key=False), "pkcs12"),
    "up_p12_ber": (lambda w: b"\x30\x80\x02\x01\x03\x30\x80", "pkcs12"),
    "up_p7b_pem": (lambda w: p7b(w, Encoding.PEM), "pkcs7"),
    "up_p7b_der": (lambda w: p7b(w, Encoding.DER), "pkcs7"),
    "up_p7s_signed": (p7s, "pkcs7"),
    "up_csr_pem": (lambda w: request(Encoding.PEM), "csr"),
    "up_csr_der": (lambda w: request(Encoding.DER), "csr"),
    "up_csr_new_label": (lambda w: pem(request(Encoding.DER), "NEW CERTIFICATE REQUEST"), "csr"),
    "up_crl_pem": (lambda w: pem(w.lists[w.ca], "X509 CRL"), "not-a-certificate"),
    "up_crl_der": (lambda w: w.lists[w.ca], "not-a-certificate"),
    "up_ocsp": (lambda w: seq(tlv(0x0A, b"\x00"), tlv(0xA0, seq())), "malformed"),
    "up_two_pem": (lambda w: pem(good(w)) + pem(w.ca.draft(serial=b"\x02\x01\x09").der()), "several-certificates"),
    "up_two_pem_same": (lambda w: pem(good(w)) * 2, "several-certificates"),
    "up_pem_chain": (chain, "several-certificates"),
    "up_pem_chain_ca_first": (lambda w: chain(w, leaf_first=False), "several-certificates"),
    "up_pem_trusted": (lambda w: pem(good(w) + seq(), "TRUSTED CERTIFICATE"), "not-a-certificate"),
    "up_pem_label_mismatch": (lambda w: pem(good(w), ends="X509 CERTIFICATE"), "not-a-certificate"),
    "up_pem_no_end": (lambda w: pem(good(w)).split(b"-----END")[0], "not-a-certificate"),
    "up_pem_two_begins": (lambda w: b"-----BEGIN CERTIFICATE-----\n" + pem(good(w)), "not-a-certificate"),
    "up_pem_encrypted_header": (
        lambda w: pem(good(w)).replace(b"-----\n", b"-----\nProc-Type: 4,ENCRYPTED\n\n", 1), "not-a-certificate",
    ),
    "up_pem_bad_base64": (lambda w: pem(good(w)).replace(b"A", b"!", 1), "not-a-certificate"),
    "up_pem_in_html": (lambda w: b"<!DOCTYPE html>\n<pre>\n" + pem(good(w)) + b"</pre>", "not-a-certificate"),
    "up_pem_in_binary": (lambda w: b"GIF89a\x00\n" + pem(good(w)), "not-a-certificate"),
    "up_pem_trailing_der": (lambda w: pem(good(w) + b"\x05\x00"), "trailing-data"),
    "up_trailing_zero": (lambda w: good(w) + bytes(16), "trailing-data"),
    "up_trailing_newline": (lambda w: good(w) + b"\n", "trailing-data"),
    "up_trailing_pem": (lambda w: good(w) + b"\n" + pem(w.ca.der), "trailing-data"),
    "up_prefix_gif": (lambda w: b"GIF89a" + good(w), "not-a-certificate"),
    "up_truncated_half": (lambda w: good(w)[: len(good(w)) // 2], "not-a-certificate"),
    "up_truncated_1": (lambda w: good(w)[:-1], "not-a-certificate"),
    "up_empty": (lambda w: b"", "empty"),
    "up_one_byte": (lambda w: b"0", "not-a-certificate"),
    "up_whitespace": (lambda w: b" \r\n\t ", "empty"),
    "up_nul_4k": (lambda w: bytes(4096), "not-a-certificate"),
    "up_ber_indefinite": (lambda w: b"\x30\x80" + good(w)[4:] + b"\x00\x00", "malformed"),
    "up_ber_long_length": (lambda w: long_length(good(w)), "malformed"),
    "up_len_4g": (lambda w: b"\x30\x84\xff\xff\xff\xff" + good(w)[4:], "not-a-certificate"),
    "up_len_8byte": (lambda w: b"\x30\x88\x7f" + b"\xff" * 7 + good(w)[4:], "not-a-certificate"),
    "up_deeply_nested": (lambda w: nested(2000), "too-large"),
    "up_zip_bomb": (lambda w: zipped("anong.cer"), "not-a-certificate"),
    "up_zip_slip": (lambda w: zipped("../../etc/passwd"), "not-a-certificate"),
    "up_gzip": (lambda w: gzip.compress(bytes(10_000_000)), "not-a-certificate"),
    "up_png": (lambda w: b"\x89PNG\r\n\x1a\n" + bytes(64), "not-a-certificate"),
    "up_svg": (lambda w: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not-a-certificate"),
    "up_der_cr_mangled": (lambda w: good(w).replace(b"\x06\x03", b"\x06\x03\x0d"), "trailing-data"),
    "up_64k": (lambda w: pem(good(w)) + b" " * 65536, "too-large"),
}  # fmt: skip


def nested(depth: int) -> bytes:
    value = seq()
    for _ in range(depth):
        value = seq(value)
    return value


FILES = {case: Row(build) for case, build in ACCEPTED_FILES.items()} | {
    case: Row(build, refused) for case, (build, refused) in REFUSED_FILES.items()
}
