"""`securenet serve`: the surfaces over HTTP behind a proxy, or over HTTPS by ourselves."""

from __future__ import annotations

import argparse
import sys

from django.conf import settings

from securenet.domain.certificates.queries import accepted_cas
from securenet.domain.profile.queries import profile
from securenet.foundation.listener.server import HeaderWithoutGuard, OpenDirectory, Tls, serve
from securenet.foundation.sealed import require_siv
from securenet.surfaces.shared.middleware import surface_of

APPLICATION = "securenet.wsgi:application"


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM. Raises ProfileError or ImproperlyConfigured before the first request."""
    if (arguments.certificate is None) != (arguments.key is None):
        return _refuse("--certificate and --key belong together.")
    profile()
    require_siv()
    try:
        serve(
            APPLICATION,
            bind=arguments.unix or arguments.bind,
            tls=_tls(arguments),
            trust_header=settings.TRUST_CERTIFICATE_HEADER,
            threads=arguments.threads,
            workers=arguments.workers,
        )
    except HeaderWithoutGuard:
        return _refuse("The certificate's header is trusted on a unix socket only: give --unix, without --certificate.")
    except OpenDirectory as error:
        return _refuse(f"{error} is open to everybody: take away the rights of others (chmod 0750).")


def _tls(arguments: argparse.Namespace) -> Tls | None:
    if arguments.certificate is None:
        return None
    asks = _asks if "certificate" in settings.SURFACES else None
    return Tls(arguments.certificate, arguments.key, asks=asks, accepted_cas=accepted_cas)


def _asks(name: str) -> bool:
    return surface_of(name) == "certificate"


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
