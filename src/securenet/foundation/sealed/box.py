"""Sealing text with AES-256-GCM-SIV (RFC 8452) and indexing it with HMAC-SHA-256.

A sealed text is key id (1 byte) | nonce (12) | ciphertext and tag. The key id and the context are associated data: what
is copied to another row's column or field does not open there. GCM-SIV keeps its promise even if a nonce comes twice.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
NONCE_BYTES = 12
LARGEST_KEY_ID = 255


class Unsealable(Exception):
    """The sealed text was altered, belongs elsewhere, or its key is gone."""


def seal(text: str, *, context: str) -> bytes:
    """Return `text` sealed with the newest key for this context (such as `accounts.User.identity_number`)."""
    newest = newest_key()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _keys(settings.SEAL_KEYS)[newest].encrypt(nonce, text.encode(), _associated(newest, context))
    return bytes([newest]) + nonce + sealed


def unseal(blob: bytes, *, context: str) -> str:
    """Return the text in `blob`. Raises Unsealable, which tells neither text nor key."""
    blob = bytes(blob)
    cipher = _keys(settings.SEAL_KEYS).get(blob[0]) if blob else None
    if cipher is None:
        raise Unsealable(f"No key opens what is sealed in {context}.")
    nonce, sealed = blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, sealed, _associated(blob[0], context)).decode()
    except (InvalidTag, ValueError):
        raise Unsealable(f"What is sealed in {context} was altered or belongs elsewhere.") from None


def newest_key() -> int:
    """Return the id of the key that seals."""
    return max(_keys(settings.SEAL_KEYS))


def blind_index(value: str, *, purpose: str) -> str:
    """Return 64 hex digits by which an equal value is found again; indexes of two purposes cannot be compared."""
    return hmac.digest(settings.INDEX_KEY.encode(), f"{purpose}\0{value}".encode(), "sha256").hex()


def new_keys() -> dict[str, str]:
    """Return fresh secrets by the names of their settings in lower case, for an installation that has none."""
    return {
        "secret_key": secrets.token_urlsafe(64),
        "seal_keys": "1:" + _fresh_key(),
        "index_key": _fresh_key(),
        "ledger_key": _fresh_key(),
    }


def with_another_key(seal_keys: str) -> str:
    """Return the value of `seal_keys` with a fresh key of the next id, the first step of a rotation."""
    return f"{seal_keys},{max(_keys(seal_keys)) + 1}:{_fresh_key()}"


def require_siv() -> None:
    """Raise ImproperlyConfigured when this OpenSSL has no AES-GCM-SIV or the keys are not well formed."""
    try:
        AESGCMSIV(bytes(KEY_BYTES))
    except UnsupportedAlgorithm:
        found = backend.openssl_version_text()
        raise ImproperlyConfigured(
            f"Sealing needs AES-GCM-SIV, which OpenSSL has from 3.2 on; cryptography runs with {found}. "
            "Install the cryptography package from its wheel."
        ) from None
    newest_key()
    for name in ("INDEX_KEY", "LEDGER_KEY"):
        if len(getattr(settings, name)) < KEY_BYTES:
            raise ImproperlyConfigured(f"{name} is shorter than {KEY_BYTES} characters.")


@lru_cache(maxsize=4)
def _keys(written: str) -> dict[int, AESGCMSIV]:
    keys = {}
    for entry in written.split(","):
        number, _, encoded = entry.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if (
            not number.isdecimal()
            or not 1 <= int(number) <= LARGEST_KEY_ID
            or len(key) != KEY_BYTES
            or int(number) in keys
        ):
            raise ImproperlyConfigured("SEAL_KEYS is a list of <id 1 to 255>:<base64 of 32 bytes>, each id once.")
        keys[int(number)] = AESGCMSIV(key)
    return keys


def _associated(key_id: int, context: str) -> bytes:
    return bytes([key_id]) + context.encode()


def _fresh_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
