"""Drafts of a request that is filled in over several pages: registration, and a member asking for more rights."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from securenet.domain.accounts.phones import readable_phone
from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.words import role_label
from securenet.domain.entitlements.actions import RightAsked
from securenet.domain.entitlements.models import Role
from securenet.domain.profile.catalogue import Service
from securenet.domain.profile.queries import profile
from securenet.domain.registration.drafts import Content, load_draft, save_draft, submission_of
from securenet.foundation.countries import country_name
from securenet.surfaces.shared.request import Request

COOKIE = "__Host-draft"
SESSION_KEY = "draft"


@dataclass(frozen=True, slots=True)
class Journey:
    """A way through the pages. `prefix` starts the names of its addresses."""

    prefix: str
    with_person: bool

    def url(self, step: str) -> str:
        """Return the address of a step."""
        return reverse(f"{self.prefix}-{step}")

    def go(self, step: str, query: str = "") -> HttpResponseRedirect:
        """Return the way to a step."""
        return HttpResponseRedirect(self.url(step) + query)


REGISTRATION = Journey("register", with_person=True)
MORE_RIGHTS = Journey("request", with_person=False)


class Draft:
    """What this browser has filled in on a journey."""

    def __init__(self, request: Request, journey: Journey) -> None:
        self.request, self.journey = request, journey
        kept = request.COOKIES.get(COOKIE) if journey.with_person else request.session.get(SESSION_KEY)
        self.key = str(kept or "")
        self.content: Content = load_draft(self.key, by=request.actor) if self.key else {}

    def save(self, **parts: Any) -> None:
        """Keep these parts besides what is there."""
        self.key = self.key or secrets.token_urlsafe(32)
        self.content |= parts
        save_draft(self.key, self.content, by=self.request.actor)

    def keep_key(self, response: HttpResponse) -> HttpResponse:
        """Give the browser the key of its draft."""
        if self.journey.with_person:
            age = profile().deadlines.draft_hours * 3600
            response.set_cookie(COOKIE, self.key, max_age=age, path="/", secure=True, httponly=True, samesite="Lax")
        else:
            self.request.session[SESSION_KEY] = self.key
        return response

    def renew(self) -> None:
        """Start with an empty draft under a new key."""
        self.key, self.content = secrets.token_urlsafe(32), {}

    @property
    def sent(self) -> Submission | None:
        """Return what this draft became; a second click, the back button and another tab come here (R5)."""
        return submission_of(self.key) if self.key else None

    def missing_step(self) -> str:
        """Return the step to go back to before the review; empty when everything is there."""
        if self.journey.with_person and not self.content.get("person"):
            return "person"
        if not self.rights:
            return "rights"
        answered = self.content.get("answers", {})
        asking = [service for service in self.services if service.questions]
        return "" if all(service.key in answered for service in asking) else "details"

    @property
    def rights(self) -> list[dict[str, Any]]:
        """Return the rights asked for so far, as their form cleaned them."""
        found: list[dict[str, Any]] = self.content.get("rights", [])
        return found

    @property
    def services(self) -> list[Service]:
        """Return the services of these rights, each once."""
        return [profile().service(key) for key in dict.fromkeys(right["service"] for right in self.rights)]

    @property
    def asks_details(self) -> bool:
        """Tell whether a chosen service asks more (R4)."""
        return any(service.questions for service in self.services)

    def asked(self) -> list[RightAsked]:
        """Return the rights as the rooms take them."""
        answers = self.content.get("answers", {})
        return [
            RightAsked(
                service=right["service"],
                role=Role(right["role"]),
                organization_number_type=right["organization_number_type"],
                organization_number=right["organization_number"],
                organization_country=right["organization_country"],
                organization_name=right["organization_name"],
                answers=answers.get(right["service"], {}),
                invitation=right.get("invitation"),
            )
            for right in self.rights
        ]

    def cards(self, language: str) -> list[dict[str, Any]]:
        """Return the rights as the pages show them."""
        numbers = {kind.key: str(kind.name) for kind in profile().organization_number_types}
        return [
            right
            | {
                "service_name": str(profile().service(right["service"]).name),
                "capacity": str(profile().service(right["service"]).capacity or ""),
                "role_name": role_label(right["role"]),
                "country_name": country_name(right["organization_country"], language),
                "number_label": numbers.get(right["organization_number_type"], ""),
            }
            for right in self.rights
        ]

    def step_names(self) -> list[str]:
        """Return the names of the journey's steps; the third is there only when something is asked."""
        names = [_("Personal data")] if self.journey.with_person else []
        names.append(_("Rights"))
        if self.asks_details or not self.rights:
            names.append(_("Details"))
        names.append(_("Review"))
        return names + ([_("Confirmation")] if self.journey.with_person else []) + [_("Documents")]

    def step(self, name: str) -> int:
        """Return the place of a step, counted from 1."""
        return self.step_names().index(name) + 1


def answer_rows(service: Service, answers: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return question and answer in words."""
    rows = []
    for question in service.questions:
        value: Any = answers.get(question.key, "")
        names = {choice.key: str(choice.name) for choice in profile().choices_of(question)}
        shown = [names.get(item, item) for item in value] if isinstance(value, list) else names.get(value, value)
        rows.append((str(question.label), shown))
    return rows


def person_rows(person: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """Return step 1 in words for the review."""
    documents = {document.key: str(document.name) for document in profile().identity_documents}
    country = country_name(person["identity_country"], language)
    return [
        (_("User name (Username)"), person["username"]),
        (_("Password"), _("It is set.")),
        (_("Name in Thai"), person["name_th"]),
        (_("Name in English"), person["name_en"]),
        (
            _("Identity document"),
            f"{documents.get(person['identity_type'], '')} {person['identity_number']} ({country})",
        ),
        (_("E-mail"), person["email"]),
        (_("Mobile phone"), readable_phone(person["mobile_phone"])),
        (_("Office phone"), readable_phone(person["office_phone"], person.get("office_extension") or "")),
    ]


def detail_rows(draft: Draft) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Return what the services asked, in words, by service."""
    answers = draft.content.get("answers", {})
    return [
        (service, answer_rows(service, answers.get(service.key, {}))) for service in draft.services if service.questions
    ]
