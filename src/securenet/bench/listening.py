"""Serves what SecureNet is compared with by SecureNet's own listener."""

from __future__ import annotations

import argparse
from pathlib import Path

from securenet.bench.installation import THREADS, WORKERS
from securenet.foundation.listener.server import Tls, serve


def main() -> None:
    """Serve until SIGTERM; with a certificate over TLS, where every client is asked for one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("application")
    parser.add_argument("port", type=int)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    chosen = parser.parse_args()
    tls = Tls(chosen.certificate, chosen.key, asks=lambda _name: True) if chosen.certificate else None
    serve(chosen.application, bind=("127.0.0.1", chosen.port), tls=tls, threads=THREADS, workers=WORKERS)


if __name__ == "__main__":
    main()
