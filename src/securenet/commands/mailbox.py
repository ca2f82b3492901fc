"""`securenet mailbox`: the demo's mail server, and the page that shows what came."""

from __future__ import annotations

import argparse
import sys

from securenet.foundation.listener.server import Tls, serve
from securenet.foundation.mailbox.sink import take_mails

PAGE = "securenet.foundation.mailbox.page:make_application({folder!r}, {static!r}, {zone!r})"
ZONE = "Asia/Bangkok"


def run(arguments: argparse.Namespace) -> int:
    """Take mails with --smtp, else show them, until SIGINT or SIGTERM."""
    if arguments.smtp:
        take_mails(arguments.directory, *arguments.smtp)
        return 0
    if arguments.bind and arguments.certificate and arguments.key and arguments.static:
        page = PAGE.format(folder=str(arguments.directory), static=str(arguments.static), zone=ZONE)
        serve(page, bind=arguments.bind, tls=Tls(arguments.certificate, arguments.key), threads=4)
    print("Showing mails takes --bind, --certificate, --key and --static.", file=sys.stderr)
    return 2
