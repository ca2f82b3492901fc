"""Where a case stands, in the words of its applicant: whose turn it is, until when, and what to do next (R8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from securenet.domain.approvals.flow import State, Tier
from securenet.domain.approvals.models import Case, Kind
from securenet.domain.approvals.words import role_label
from securenet.domain.calendar.queries import business_days_left
from securenet.domain.profile.queries import profile

WAIT = gettext_lazy(
    "You need not do anything now. We write to you as soon as it is decided, or if there is a question."
)
ANEW = gettext_lazy("This request is closed. You can send a new one at any time.")
NEXT = {
    State.AWAITING_EMAIL: gettext_lazy("Open the link in our mail and press the button there, or type its code."),
    State.AWAITING_DOCUMENTS: gettext_lazy(
        "Print the forms, have them signed, and send all papers so that they arrive in time. Sign in to find the forms."
    ),
    State.ORGANIZATION_REVIEW: gettext_lazy(
        "You need not do anything now. Your Organization Admin decides first; ask them if it takes long."
    ),
    State.SERVICE_DESK_REVIEW: WAIT,
    State.SERVICE_OWNER_REVIEW: WAIT,
    State.RETURNED: gettext_lazy("Sign in to read what is asked, correct what is not right, and answer."),
    State.APPROVED: gettext_lazy("You can sign in and use what was granted from its effective date."),
    State.REJECTED: gettext_lazy("Our mail tells the reason. You can send a new request at any time."),
    State.EXPIRED: ANEW,
    State.WITHDRAWN: ANEW,
}

NEXT_OF_APPLICATION = NEXT | {
    State.ORGANIZATION_REVIEW: gettext_lazy(
        "Print the application form, sign it, and hand it to the RA officer of your organization."
    ),
    State.APPROVED: gettext_lazy("We write to you when the certification authority has issued the certificate."),
}


def turn_of(case: Case) -> str:
    """Return whose turn it is, in words (R8)."""
    if case.is_applicants_turn:
        return _("Yours")
    if case.state_now is Tier.ORGANIZATION.review:
        return (
            _("RA officer of your organization") if case.kind == Kind.APPLICATION else role_label("organization_admin")
        )
    desks = {desk.key: str(desk.name) for desk in profile().desks}
    return desks.get(case.desk) or str(profile().operator.service_desk.name)


def progress_of(case: Case, at: datetime) -> dict[str, Any]:
    """Return the case with whose turn it is, the business days left while it is open, and what to do next."""
    following = NEXT_OF_APPLICATION if case.kind == Kind.APPLICATION else NEXT
    return {
        "case": case,
        "turn": turn_of(case),
        "days_left": business_days_left(at, case.due_at) if case.is_open else None,
        "next": str(following[case.state_now]),
    }
