"""Reads everything about one person, room by room, in plain values (R79)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_noop

from securenet.domain.accounts.models import User
from securenet.domain.accounts.queries import open_sessions
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.approvals.words import case_title
from securenet.domain.certificates.models import MemberCertificate
from securenet.domain.entitlements.models import Entitlement, FunctionGrant
from securenet.domain.oidc.models import Grant
from securenet.domain.oidc.queries import sign_ins_of
from securenet.foundation.mail.queries import mails_to

Row = dict[str, Any]
SECTIONS = {
    "account": gettext_noop("Personal data"),
    "rights": gettext_noop("Rights to use services"),
    "functions": gettext_noop("Functions"),
    "requests": gettext_noop("History of requests"),
    "certificates": gettext_noop("Certificates"),
    "sessions": gettext_noop("Where you are signed in"),
    "services": gettext_noop("At services"),
    "sign_ins": gettext_noop("History of sign-ins"),
    "mails": gettext_noop("Mails to you"),
}
ACCOUNT = (
    *("username", "name_th", "name_en", "email", "email_confirmed_at", "mobile_phone", "office_phone"),
    *("office_extension", "identity_type", "identity_number", "identity_country", "language", "created_at"),
    *("admitted_at", "terms_version", "terms_accepted_at"),
)
RIGHT = (
    *("service", "role", "organization_number_type", "organization_number", "organization_country"),
    *("organization_name", "answers", "status", "from_date", "until_date"),
)
CERTIFICATE = (
    *("subject", "issuer", "serial", "sha256", "not_before", "not_after", "status", "registered_at"),
    *("key_proven_at", "last_login_at", "ended_at", "end_reason"),
)


def gather(user: User, at: datetime) -> dict[str, list[Row]]:
    """Return the person's data by section, without anything that opens something."""
    certificates = MemberCertificate.objects.filter(holder=user).defer("der").order_by("registered_at")
    sessions = open_sessions(user, "portal", at)
    return {
        "account": [_columns(user, ACCOUNT)],
        "rights": [_columns(row, RIGHT) for row in Entitlement.objects.filter(member=user).order_by("pk")],
        "functions": [_function(row) for row in _functions(user)],
        "requests": [_submission(row, user.language) for row in _submissions(user)],
        "certificates": [_columns(row, CERTIFICATE) for row in certificates],
        "sessions": [_columns(row, ("opened_at", "used_at", "address", "agent", "credential")) for row in sessions],
        "services": [_grant(row) for row in _grants(user)],
        "sign_ins": [
            _columns(row, ("at", "event", "address", "credential")) for row in sign_ins_of(user, at).order_by("at")
        ],
        "mails": [
            _columns(row, ("subject", "to", "created_at", "state", "sent_at"))
            for row in mails_to(user.about).order_by("created_at")
        ],
    }


def _columns(row: Model, names: Iterable[str]) -> Row:
    return {name: getattr(row, name) for name in names}


def _functions(user: User) -> Iterable[FunctionGrant]:
    return FunctionGrant.objects.filter(entitlement__member=user).select_related("entitlement").order_by("pk")


def _function(grant: FunctionGrant) -> Row:
    right = grant.entitlement
    own = _columns(grant, ("function", "from_date", "until_date", "granted_at", "ended_at"))
    return {"service": right.service, "organization_name": right.organization_name} | own


def _submissions(user: User) -> Iterable[Submission]:
    rows = Submission.objects.filter(applicant=user).prefetch_related("cases__steps", "papers")
    return rows.order_by("pk")


def _submission(submission: Submission, language: str) -> Row:
    return {
        "number": submission.number,
        "kind": submission.kind,
        "submitted_at": submission.submitted_at,
        "cases": [_case(case, language) for case in submission.cases.all()],
        "papers": [{"name": item.names, "received_at": item.received_at} for item in submission.papers.all()],
    }


def _case(case: Case, language: str) -> Row:
    steps = [_columns(step, ("verb", "after", "at", "reason")) for step in case.steps.all()]
    return {"title": case_title(case, language), "state": case.state, "steps": steps}


def _grants(user: User) -> Iterable[Grant]:
    return Grant.objects.filter(user=user).select_related("relying_party", "organization").order_by("pk")


def _grant(grant: Grant) -> Row:
    own = _columns(grant, ("signed_in_at", "granted_at", "ended_at"))
    return {"service": grant.relying_party.name, "organization_name": grant.organization.name} | own
