"""`securenet oidc`: BMS ID as the first service that lets members sign in here (R90)."""

from __future__ import annotations

import argparse
import sys

from django.conf import settings
from django.utils import timezone

from securenet.domain.links import link
from securenet.domain.oidc.connecting import Addresses, change_secret, register_relying_party
from securenet.domain.oidc.queries import relying_party
from securenet.foundation.actor import Actor, system


def run(arguments: argparse.Namespace) -> int:
    """Connect BMS ID with the secret and the addresses of the settings. Raises a Refusal."""
    if not settings.BMS_ID_CLIENT_SECRET:
        print("SECURENET_BMS_ID_CLIENT_SECRET is missing.", file=sys.stderr)
        return 2
    made = connect_bms_id(by=system("command line", timezone.now()))
    print("BMS ID is connected." if made else "BMS ID was connected already; it has its present secret now.")
    return 0


def connect_bms_id(*, by: Actor) -> bool:
    """Connect BMS ID, or give it its present secret; return whether it was connected now."""
    party = relying_party(settings.BMS_ID_CLIENT_ID)
    if party is not None:
        change_secret(party, secret=settings.BMS_ID_CLIENT_SECRET, by=by)
        return False
    register_relying_party(
        client_id=settings.BMS_ID_CLIENT_ID,
        name="BMS ID",
        service="bmsid",
        addresses=Addresses(
            redirect_uris=[link("bms_id", "/oidc/callback/")],
            post_logout_redirect_uris=[link("bms_id", "/signed-out/")],
            backchannel_logout_uri=link("bms_id", "/oidc/backchannel-logout/"),
        ),
        secret=settings.BMS_ID_CLIENT_SECRET,
        by=by,
    )
    return True
