"""What a well-formed profile can still get wrong: names of what does not exist, things twice, numbers that disagree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from securenet.domain.profile.catalogue import OperatorRoutes, Question, Route, Service, ServiceRoutes
from securenet.domain.profile.lines import KeyPath
from securenet.domain.profile.models import Profile
from securenet.domain.profile.papers import ChecklistItem

Mistake = tuple[KeyPath, str]


def find_mistakes(profile: Profile) -> Iterator[Mistake]:
    """Yield every mistake as the path of its key and a sentence about it."""
    yield from _repeated_things(profile)
    yield from _references(profile)
    yield from _all_routes(profile)
    for number, service in enumerate(profile.services):
        yield from _service(profile, ("services", number), service)
    yield from _checklists(profile)
    yield from _numbers(profile)
    yield from _patterns(profile)
    yield from _trust_store(profile)


def _repeated_things(profile: Profile) -> Iterator[Mistake]:
    keyed = ("identity_documents", "organization_number_types", "desks", "service_groups", "services", "forms")
    for name in (*keyed, "banknote_centres"):
        yield from _repeated((name,), "key", getattr(profile, name))
    yield from _repeated(("issuers",), "country", profile.issuers)
    yield from _repeated(("closing_days",), "date", profile.closing_days)
    for number, service in enumerate(profile.services):
        yield from _repeated(("services", number, "functions"), "key", service.functions)
        yield from _repeated(("services", number, "questions"), "key", service.questions)
        for place, question in enumerate(service.questions):
            yield from _repeated(("services", number, "questions", place, "choices"), "key", question.choices)


def _repeated(path: KeyPath, field: str, things: Iterable[Any]) -> Iterator[Mistake]:
    seen = set()
    for number, thing in enumerate(things):
        value = getattr(thing, field)
        if value in seen:
            yield (*path, number, field), f"{value} is there twice"
        seen.add(value)


def _references(profile: Profile) -> Iterator[Mistake]:
    desks, services = {desk.key for desk in profile.desks}, {service.key for service in profile.services}
    for number, desk in enumerate(profile.desks):
        if desk.deputy is not None:
            yield from _known(("desks", number, "deputy"), "desk", desk.deputy, desks - {desk.key})
    for number, contact in enumerate(profile.contacts):
        yield from _known(("contacts", number, "service"), "service", contact.service, services)


def _known(path: KeyPath, noun: str, key: str | None, known: Iterable[str]) -> Iterator[Mistake]:
    if key is not None and key not in known:
        yield path, f"there is no {noun} {key}"


def _all_routes(profile: Profile) -> Iterator[Mistake]:
    for kind in OperatorRoutes.model_fields:
        yield from _route(profile, ("routes", kind), getattr(profile.routes, kind))
        if any(tier.tier == "organization" for tier in getattr(profile.routes, kind)):
            yield ("routes", kind), "the tier organization decides rights and mandates only"
    for number, service in enumerate(profile.services):
        for kind in ServiceRoutes.model_fields if service.routes else ():
            yield from _route(profile, ("services", number, "routes", kind), getattr(service.routes, kind) or ())


def _route(profile: Profile, path: KeyPath, route: Route | tuple[()]) -> Iterator[Mistake]:
    desks = {desk.key for desk in profile.desks}
    yield from _repeated(path, "tier", route)
    for number, tier in enumerate(route):
        yield from _known((*path, number, "desk"), "desk", tier.desk, desks)
        yield from _known((*path, number, "escalate_to"), "desk", tier.escalate_to, desks)
        if (tier.tier == "organization") != (tier.desk is None):
            yield (*path, number, "desk"), "every tier but organization names its desk"
        if tier.tier == "organization" and number > 0:
            yield (*path, number, "tier"), "the tier organization comes first"
    if route and all(tier.tier == "organization" for tier in route):
        yield path, "a tier of the operator decides last"


def _service(profile: Profile, path: KeyPath, service: Service) -> Iterator[Mistake]:
    yield from _known((*path, "group"), "service group", service.group, {group.key for group in profile.service_groups})
    if (service.surface is None) == (service.link is None) and service.open:
        yield path, "an open service has a surface or a link, not both"
    for name in ("roles", "routes"):
        if service.open and not getattr(service, name):
            yield (*path, name), "an open service has them"
    if service.open and service.roles and "officer" not in service.roles:
        yield (*path, "roles"), "the role officer is needed"
    for number, question in enumerate(service.questions):
        yield from _question(profile, (*path, "questions", number), question)
    for name in ("reminder_days", "review_reminder_days"):
        yield from _falling((*path, "policy", name), getattr(service.policy, name))


def _question(profile: Profile, path: KeyPath, question: Question) -> Iterator[Mistake]:
    offered = bool(question.choices) + bool(question.choices_from)
    if offered != (question.type != "text"):
        yield (*path, "type"), "a text has no choices; a choice has either choices or choices_from"
    if question.choices_from and not profile.choices_of(question):
        yield (*path, "choices_from"), f"{question.choices_from} is empty"


def _checklists(profile: Profile) -> Iterator[Mistake]:
    services, forms = {service.key for service in profile.services}, {form.key for form in profile.forms}
    variants, written = set(profile.variants.model_dump().values()), dict[str, ChecklistItem]()
    for number, checklist in enumerate(profile.checklists):
        path: KeyPath = ("checklists", number)
        yield from _known((*path, "service"), "service", checklist.service, services)
        yield from _known((*path, "variant"), "variant", checklist.variant, variants)
        yield from _repeated((*path, "items"), "key", checklist.items)
        for place, item in enumerate(checklist.items):
            yield from _known((*path, "items", place, "form"), "form", item.form, forms)
            if written.get(item.key, item) != item:
                yield (*path, "items", place, "key"), f"{item.key} is another document in another checklist"
            if item.condition and item.required:
                yield (*path, "items", place, "required"), "an item with a condition is not required: set it to false"
        written |= {item.key: item for item in checklist.items}
    kinds = {kind for checklist in profile.checklists for kind in checklist.kinds}
    for kind in sorted({"registration", "rights", "certificate"} - kinds):
        yield ("checklists",), f"no checklist is for {kind}"


def _numbers(profile: Profile) -> Iterator[Mistake]:
    deadlines, sessions = profile.deadlines, profile.sessions
    yield from _falling(("deadlines", "documents_reminder_days"), deadlines.documents_reminder_days)
    yield from _falling(("certificate", "reminder_days"), profile.certificate.reminder_days)
    if max(deadlines.documents_reminder_days, default=0) >= deadlines.documents_days:
        yield ("deadlines", "documents_reminder_days"), "a reminder comes after the request and before its deadline"
    if deadlines.returned_reminder_business_days >= deadlines.returned_business_days:
        yield ("deadlines", "returned_reminder_business_days"), "a reminder comes before its deadline"
    if profile.certificate.hold_reminder_days >= profile.certificate.hold_days:
        yield ("certificate", "hold_reminder_days"), "a reminder comes before its deadline"
    if len(set(profile.operator.weekend)) == 7:
        yield ("operator", "weekend"), "leaves no business day"
    for who in ("members", "staff"):
        length = getattr(sessions, who)
        if length.idle_minutes > length.absolute_hours * 60:
            yield ("sessions", who, "idle_minutes"), "is longer than the whole session"


def _falling(path: KeyPath, days: Sequence[int]) -> Iterator[Mistake]:
    if list(days) != sorted(set(days), reverse=True):
        yield path, "go from the largest to the smallest, each once"


def _patterns(profile: Profile) -> Iterator[Mistake]:
    for name in ("issuers", "identity_documents"):
        for number, thing in enumerate(getattr(profile, name)):
            if (thing.check == "pattern") != bool(thing.pattern):
                yield (name, number, "pattern"), 'goes with check = "pattern"'
            try:
                re.compile(thing.pattern)
            except re.error as error:
                yield (name, number, "pattern"), f"is not a regular expression: {error}"


def _trust_store(profile: Profile) -> Iterator[Mistake]:
    seen = set()
    for number, entry in enumerate(profile.trust_store.certificates):
        path: KeyPath = ("trust_store", "certificates", number)
        if (entry.set, entry.file) in seen:
            yield (*path, "file"), f"{entry.file} is there twice"
        seen.add((entry.set, entry.file))
        for name in ("crl_urls", "ocsp_urls"):
            for place, url in enumerate(getattr(entry, name)):
                if urlsplit(url).hostname not in entry.allowed_hosts:
                    yield (*path, name, place), "its host is not among allowed_hosts"
