"""`securenet certificate receive`: a member's file opened, where its signer is a member with the right (R47)."""

from __future__ import annotations

import argparse

from django.utils import timezone
from django.utils.translation import override

from securenet.commands.client import OK, REFUSED, UNUSABLE, both, opened_place, say
from securenet.commands.keys import opened_key
from securenet.domain.certificates.receiving import (
    Sender,
    code_of,
    note_received_file,
    note_refused_file,
    require_sender,
)
from securenet.foundation import cms
from securenet.foundation.actor import Actor, system
from securenet.foundation.cms import UnusableKey
from securenet.foundation.refusal import Refusal


def run(arguments: argparse.Namespace) -> int:
    """Return 0 and put the content in its place; 1 where the file is refused; 2 where key or path cannot be used."""
    by = system("command line", timezone.now())
    try:
        with override("en"):
            return _receive(arguments, by=by)
    except cms.Refused as refused:
        note_refused_file(refused.reason, by=by)
        return say(f"{arguments.file}: {refused.reason}: {refused}", REFUSED)
    except UnusableKey as trouble:
        return say(str(trouble), UNUSABLE)
    except OSError as error:
        return say(f"{error.strerror}: {error.filename}" if error.filename else str(error), UNUSABLE)


def _receive(arguments: argparse.Namespace, *, by: Actor) -> int:
    place, purpose = opened_place(arguments), {"service": arguments.service, "function": arguments.function}
    with opened_key(arguments) as key, both(arguments, place) as (source, target):
        opened = cms.open_sealed(source, target.file, key)
        signer = opened.certificate.sha256
        try:
            sender = require_sender(signer, **purpose, by=by)
        except Refusal as refusal:
            note_refused_file(code_of(refusal), signer=signer, by=by)
            return say(f"{arguments.file}: {code_of(refusal)}: {refusal}", REFUSED)
        note_received_file(sender, **purpose, digest=opened.digest, size=opened.size, by=by)
        target.keep()
    print(f"{place}: from {_called(sender)}, {opened.size} octets, {opened.digest}")
    return OK


def _called(sender: Sender) -> str:
    places = ", ".join(f"{each.organization_name} ({each.organization_number})" for each in sender.organizations)
    return f"{sender.member.username} for {places}"
