"""How the back office names states, verbs and days that are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from securenet.domain.approvals.flow import APPLICANTS_TURN, REVIEWS, State, Verb
from securenet.domain.approvals.models import Case, Kind, Step
from securenet.domain.approvals.queries import COUNTED
from securenet.domain.approvals.words import role_label
from securenet.domain.calendar.queries import business_days_left
from securenet.domain.profile.queries import profile
from securenet.foundation.countries import country_name

VERBS = {
    Verb.CONFIRM: gettext_lazy("Request confirmed by the applicant"),
    Verb.COMPLETE: gettext_lazy("All required documents received"),
    Verb.ENDORSE: gettext_lazy("Checked and passed on"),
    Verb.APPROVE: gettext_lazy("Approved"),
    Verb.RETURN: gettext_lazy("Returned to the applicant with a question"),
    Verb.ANSWER: gettext_lazy("Answered by the applicant"),
    Verb.REJECT: gettext_lazy("Refused"),
    Verb.WITHDRAW: gettext_lazy("Withdrawn by the applicant"),
    Verb.EXPIRE: gettext_lazy("Cancelled: the deadline passed"),
    Verb.CLOSE: gettext_lazy("Closed: it can no longer be approved"),
}
SHORT = {
    State.AWAITING_EMAIL: gettext_lazy("E-mail not confirmed"),
    State.SERVICE_OWNER_REVIEW: gettext_lazy("With the service's owner"),
    State.EXPIRED: gettext_lazy("Deadline passed"),
}
TONES = {State.APPROVED: "ok", State.REJECTED: "er", State.EXPIRED: "er", State.RETURNED: "wa"}


NAMES = ("name_th", "name_en")
"""The fields that `name_of` reads."""


def language() -> str:
    """Return the active language, `th` or `en`."""
    return (get_language() or "th").split("-")[0]


def figure(number: int) -> str:
    """Return a count in words: exact up to 1,000, then `1,000+` (R30)."""
    return f"{COUNTED:,}+" if number > COUNTED else f"{number:,}"


OF_NO_SERVICE = {
    Kind.CERTIFICATE: gettext_lazy("Certificate"),
    Kind.APPLICATION: gettext_lazy("Application for a certificate"),
    Kind.RELEASE: gettext_lazy("Release of a certificate"),
    Kind.RECOVERY: gettext_lazy("Recovery of an account"),
    Kind.TRUST_STORE: gettext_lazy("Change of the trust store"),
    Kind.REVOCATION_EXCEPTION: gettext_lazy("Exception for unknown revocation"),
}
"""What is asked for in cases that belong to no service."""


def asked_parts(case: Case) -> list[str]:
    """Return which right a case asks for: service and role."""
    if not case.service:
        return [str(OF_NO_SERVICE[Kind(case.kind)])]
    return [str(profile().service(case.service).name), role_label(case.role)]


def asked(case: Case) -> str:
    """Return which right a case asks for, in one line."""
    return " – ".join(asked_parts(case))


def verb_of(step: Step, case: Case) -> str:
    """Return what was done in a step of a case."""
    if case.is_operators_act and step.verb == Verb.CONFIRM:
        return _("Proposed")
    return str(VERBS[Verb(step.verb)])


@dataclass(frozen=True, slots=True)
class Tag:
    """A few words with a tone."""

    text: str
    tone: str = ""


def state_tag(case: Case, *, papers_missing: int = 0) -> Tag:
    """Return the state of a case for a queue, with the number of papers that it waits for."""
    state = case.state_now
    if case.is_operators_act and state in REVIEWS:
        return Tag(_("Waits for another person"), "in")
    if state is State.AWAITING_DOCUMENTS and papers_missing:
        words = ngettext("Waiting for %(number)d document", "Waiting for %(number)d documents", papers_missing)
        return Tag(words % {"number": papers_missing}, "wa")
    tone = "in" if state in REVIEWS else "wa" if state in APPLICANTS_TURN - {State.AWAITING_EMAIL} else ""
    return Tag(str(SHORT.get(state, state.label)), TONES.get(state, tone))


def days_tag(case: Case, at: datetime) -> Tag | None:
    """Return how many business days are left, None for a case that has ended."""
    return None if case.is_ended else left_tag(business_days_left(at, case.due_at))


def left_tag(left: int) -> Tag:
    """Return a number of business days that are left, below 0 those that one is late."""
    if left < 0:
        late = ngettext("%(number)d business day late", "%(number)d business days late", -left)
        return Tag(late % {"number": -left}, "er")
    if left == 0:
        return Tag(_("Due today"), "wa")
    words = ngettext("%(number)d business day left", "%(number)d business days left", left)
    return Tag(words % {"number": left}, "wa" if left == 1 else "in")


def document_words(kind: str, country: str) -> str:
    """Return kind and issuing country of an identity document."""
    names = {document.key: str(document.name) for document in profile().identity_documents}
    return f"{names.get(kind, kind)} ({country_name(country, language())})"


def name_of(user: Any) -> str:
    """Return a person's name in the active language, nothing for nobody."""
    return str(user.name_in(language())) if user is not None else ""
