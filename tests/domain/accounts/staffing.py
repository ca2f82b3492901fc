"""What administrators do to the staff, with as little told as can be."""

from __future__ import annotations

import re

from securenet.domain.accounts.models import Kind, Session
from securenet.domain.accounts.queries import roles_of
from securenet.domain.accounts.recovery import set_password_by_link
from securenet.domain.accounts.staffing import add_staff, change_staff_roles, close_staff
from securenet.domain.approvals.actions import take_case
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.queries import hashed
from tests.cast import AT, PASSWORD, SERVICE_DESK, as_actor, confirm, register

ADMINISTRATOR, AUDITOR = ("administrator", ""), ("auditor", "")
WHY = "Moves to another department."


def add(by, *roles, at=AT, **changes):
    facts = {"username": "wirat", "name_th": "", "name_en": "Wirat Tuayang", "email": "wirat@bank.example"}
    return add_staff(**(facts | changes), roles=roles or [SERVICE_DESK], by=as_actor(by, at=at))


def link_of(mail):
    return hashed(re.search(r"/password/([\w-]{20,})/", mail.text)[1])


def choose(link, at=AT, password=PASSWORD, kind=Kind.STAFF):
    return set_password_by_link(link, password=password, kind=kind, by=as_actor(at=at))


def close(user, by, reason=WHY):
    return close_staff(user, reason=reason, by=as_actor(by))


def change(user, *roles, by, shown=None, reason=WHY):
    return change_staff_roles(
        user, roles, shown=roles_of(user) if shown is None else shown, reason=reason, by=as_actor(by)
    )


def signed_in(user):
    Session.objects.create(session_key=user.username, user=user, surface="backoffice", expire_date=AT)


def held_by(user):
    """A confirmed request that somebody of the desk works on."""
    submission = register("anong")
    confirm(submission)
    case = submission.cases.get()
    take_case(case, by=as_actor(user))
    return Case.objects.get(pk=case.pk)
