"""Somebody forgets something, asks, and a worker answers."""

import re

from securenet.domain.accounts.recovery import (
    Typed,
    Wish,
    ask_recovery,
)
from securenet.domain.approvals.queries import hashed
from securenet.foundation.jobs.models import Job
from securenet.foundation.jobs.queue import run_one
from securenet.foundation.mail.models import Mail
from tests.cast import AT, as_actor, last_mail, national_id


def typed(**changes):
    facts = {
        "username": "anong",
        "email": "anong@alpha.example",
        "identity_type": "national_id",
        "identity_number": national_id("anong"),
        "identity_country": "TH",
    }
    return Typed(**(facts | changes))


def ask(wish=Wish.PASSWORD, at=AT, address="192.0.2.7", **changes):
    ask_recovery(wish, typed(**changes), by=as_actor(at=at, address=address))
    return work(at)


def work(at=AT):
    """Let a worker do what is ready, and return the mails that answer."""
    before = set(Mail.objects.values_list("pk", flat=True))
    while Job.objects.filter(name="accounts.answer-recovery", done_at=None, dead_at=None).exists():
        run_one("worker", at=at)
    return list(Mail.objects.exclude(pk__in=before).filter(template__in=["password-link", "username-reminder"]))


def link_hash(mail=None):
    text = (mail or last_mail("password-link")).text
    return hashed(re.search(r"/recover/password/([\w-]{40,})/", text)[1])
