"""Which mail goes out when a case enters a state (R8, R31)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from securenet.domain import links
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.approvals.words import case_title
from securenet.domain.letters import letterhead, write_to
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.mail.actions import queue_mail

TO_APPLICANT = {
    State.RETURNED: "case-returned",
    State.APPROVED: "case-approved",
    State.REJECTED: "case-rejected",
    State.EXPIRED: "case-expired",
    State.WITHDRAWN: "case-withdrawn",
}


def tell(case: Case, before: State, *, by: Actor) -> None:
    """Queue the mails that belong to the state which `case` has just entered."""
    if case.state_now is before:
        return
    template = TO_APPLICANT.get(case.state_now)
    if template and not case.is_operators_act:
        tell_applicant(case, template, by=by)
    stop = case.route.stop_at(case.state_now)
    if stop is not None and stop.tier.is_operator:
        tell_desk(case, stop.desk, "work-arrived", by=by)


def tell_applicant(case: Case, template: str, *, by: Actor) -> None:
    """Queue a mail about `case` to its applicant, in the applicant's language."""
    submission = case.submission
    write_to(
        submission.applicant,
        template,
        about=submission.about,
        link=links.submission(submission.number),
        login=links.login(),
        by=by,
        **_words(case, submission.applicant.language),
    )


def tell_of_sent_back(submission: Submission, lines: Sequence[str], *, due_at: datetime, by: Actor) -> None:
    """Queue the mail that lists the papers that were sent back, each with its reason (R7a)."""
    write_to(
        submission.applicant,
        "papers-sent-back",
        about=submission.about,
        number=submission.number,
        lines=list(lines),
        due_at=due_at,
        link=links.submission(submission.number),
        by=by,
    )


def tell_of_scans(submission: Submission, *, by: Actor) -> None:
    """Tell the desk of each case that waits for papers that every required one has been uploaded (R8)."""
    waiting = [case for case in submission.cases.all() if case.state_now is State.AWAITING_DOCUMENTS]
    for case in {case.route.first_operator.desk: case for case in waiting}.values():
        tell_desk(case, case.route.first_operator.desk, "scans-arrived", by=by)


def tell_desk(case: Case, desk: str, template: str, *, by: Actor) -> None:
    """Queue a mail about `case` to the mailbox of a desk, in the operator's first language.

    A desk that the profile has dropped meanwhile has none: the operator's service desk reads it then.
    """
    operator = profile().operator
    language = operator.default_language
    reader = next((known for known in profile().desks if known.key == desk), operator.service_desk)
    link = links.desk_case(case.submission_id)
    if desk.startswith("owner-"):
        link = links.owner_list(case.service)
    queue_mail(
        template,
        to=reader.email,
        language=language,
        context=letterhead(language) | _words(case, language) | {"link": link, "desk": reader.name.in_(language)},
        about=case.submission.about,
        by=by,
    )


def _words(case: Case, language: str) -> dict[str, Any]:
    return {
        "number": case.submission_id,
        "title": case_title(case, language),
        "reason": case.reason,
        "due_at": case.due_at,
    }
