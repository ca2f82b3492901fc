"""Secrets at rest: sealed text, sealed model fields, and blind indexes to find them by."""

from securenet.foundation.sealed.box import Unsealable, blind_index, new_keys, require_siv, seal, unseal
from securenet.foundation.sealed.fields import SealedField

__all__ = ["SealedField", "Unsealable", "blind_index", "new_keys", "require_siv", "seal", "unseal"]
