"""Files signed and encrypted (CMS, RFC 5652): made, opened and encrypted anew as they stream past."""

from securenet.foundation.cms.ciphers import CipherName
from securenet.foundation.cms.keys import FileKey, Key, PasswordNeeded, UnusableKey, read_certificate, read_key
from securenet.foundation.cms.opening import Opened, open_sealed, rewrap
from securenet.foundation.cms.reasons import SENTENCES, Reason, Refused
from securenet.foundation.cms.recipients import require_encryptable
from securenet.foundation.cms.sealing import seal
from securenet.foundation.cms.unfinished import Unfinished

__all__ = [
    "SENTENCES",
    "CipherName",
    "FileKey",
    "Key",
    "Opened",
    "PasswordNeeded",
    "Reason",
    "Refused",
    "Unfinished",
    "UnusableKey",
    "open_sealed",
    "read_certificate",
    "read_key",
    "require_encryptable",
    "rewrap",
    "seal",
]
