"""`securenet certificate check` against the trust store of this installation and the revocation lists it has."""

from __future__ import annotations

import argparse

from securenet.commands.certificate import report, unusable
from securenet.domain.certificates.judging import trust_now
from securenet.foundation.x509 import read_crls


def run(arguments: argparse.Namespace) -> int:
    """Return 0 when all are accepted, 1 when one is refused, 2 when a file or folder is not there."""
    accepted = trust_now()
    try:
        crls = read_crls(arguments.crls, accepted.trust) if arguments.crls else accepted.crls
        return report(arguments, accepted.trust, crls)
    except OSError as error:
        return unusable(error)
