"""`securenet seal`: sealed fields move to the newest key."""

from __future__ import annotations

import argparse
import sys

from django.utils import timezone

from securenet.foundation.actor import system
from securenet.foundation.sealed.box import Unsealable, newest_key
from securenet.foundation.sealed.rotation import reseal_all


def run(arguments: argparse.Namespace) -> int:
    """Seal everything with the newest key, beside a running system."""
    try:
        count = reseal_all(system("command line", timezone.now()))
    except Unsealable as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{count} texts were sealed with key {newest_key()}; no text needs an older one.")
    return 0
