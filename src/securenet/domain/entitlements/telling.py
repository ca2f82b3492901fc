"""Mails about rights, to their holders and to Organization Admins."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from securenet.domain import links
from securenet.domain.accounts.models import User
from securenet.domain.approvals.words import role_label
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Entitlement
from securenet.domain.letters import write_to
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor


def tell_holder(right: Entitlement, template: str, *, by: Actor, function: str = "", **context: Any) -> None:
    """Queue a mail about a right, or a function under it, to its holder."""
    member, language = right.member, right.member.language
    write_to(member, template, by=by, **(words_of(right, language, function=function) | context))


def tell_admins(right: Entitlement, template: str, *, by: Actor, function: str = "", **context: Any) -> None:
    """Queue a mail about a right to those who administer it in full, the actor and the holder left out."""
    for admin in admins_of(right.organization_id, right.service, by=by):
        if admin.pk == right.member_id or (by.user is not None and admin.pk == by.user.pk):
            continue
        words = words_of(right, admin.language, function=function) | {"member": right.member.name_in(admin.language)}
        write_to(admin, template, by=by, **(words | context))


def admins_of(organization_id: int | None, service: str, *, by: Actor) -> list[User]:
    """Return who administers an organization's rights at a service in full today."""
    rights = Entitlement.objects.full_admins(local_date(by.at)).filter(organization=organization_id, service=service)
    return [right.member for right in rights.select_related("member").order_by("pk")]


def words_of(right: Entitlement, language: str, *, function: str = "") -> dict[str, Any]:
    """Return how a mail in a language calls the right: `service`, `role`, `organization`, `function`, with `link`."""
    facts = profile()
    with override(language):
        role = role_label(right.role)
    return {
        "service": facts.service(right.service).name.in_(language),
        "role": role,
        "organization": right.organization_name,
        "function": facts.function_label(right.service, function, language) if function else "",
        "link": links.rights(),
    }
