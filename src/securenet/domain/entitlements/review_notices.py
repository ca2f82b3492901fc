"""Mails about reviews: to those who review, to whose right is suspended, to the service desk (R22e)."""

from __future__ import annotations

from typing import Any

from securenet.domain import links
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Answer, Review, ReviewRow
from securenet.domain.entitlements.queries import admins_of
from securenet.domain.letters import letterhead, write_to
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.mail.actions import queue_mail


def tell_reviewers(review: Review, template: str, *, by: Actor) -> None:
    """Write to the Organization Admins of the review's organization and service."""
    counts = {
        "unanswered": review.rows.filter(answer=Answer.OPEN).count(),
        "suspended": review.rows.filter(answer=Answer.LAPSED).count(),
    }
    for admin in admins_of(review.organization_id, review.service, local_date(by.at)):
        words = _words(review, admin.language) | counts
        write_to(admin, template, about=review.about, link=links.review(review.pk), by=by, **words)


def tell_holder_of_lapse(row: ReviewRow, *, by: Actor) -> None:
    """Write to somebody whose right has just been suspended."""
    member = row.entitlement.member
    words = _words(row.review, member.language)
    write_to(member, "review-suspended", about=row.review.about, link=links.rights(), by=by, **words)


def tell_holder_of_removal(row: ReviewRow, reason: str, *, by: Actor) -> None:
    """Write to somebody whose right has just been removed."""
    member = row.entitlement.member
    words = _words(row.review, member.language)
    write_to(member, "review-removed", about=row.review.about, link=links.rights(), reason=reason, by=by, **words)


def report_to_desk(row: ReviewRow, *, by: Actor) -> None:
    """Tell the first desk of the service's route that an organization's last Organization Admin was not reviewed."""
    facts = profile()
    language, member = facts.operator.default_language, row.entitlement.member
    route = facts.route_for("rights", row.review.service)
    desk = facts.desk(next(tier.desk for tier in route if tier.desk))
    queue_mail(
        "review-unanswered-admin",
        to=desk.email,
        language=language,
        context=letterhead(language)
        | _words(row.review, language)
        | {"desk": desk.name.in_(language), "person": member.name_in(language), "username": member.username},
        about=row.review.about,
        by=by,
    )


def _words(review: Review, language: str) -> dict[str, Any]:
    return {
        "service": profile().service(review.service).name.in_(language),
        "organization": review.organization.name,
        "due_date": review.due_date,
    }
