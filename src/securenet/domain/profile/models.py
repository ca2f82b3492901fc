"""The whole profile, and how the rest of the house asks it."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from securenet.domain.profile.catalogue import (
    CaseKind,
    Choice,
    Function,
    OperatorRoutes,
    Question,
    Route,
    Service,
    ServiceGroup,
)
from securenet.domain.profile.operator import (
    Contact,
    Desk,
    Hints,
    IdentityDocument,
    Issuer,
    Operator,
    OrganizationNumberType,
)
from securenet.domain.profile.papers import Checklist, ChecklistItem, Form, Variants
from securenet.domain.profile.rules import (
    Certificate,
    ClosingDay,
    Deadlines,
    Limits,
    Passwords,
    Retention,
    Sessions,
    Terms,
    Throttles,
)
from securenet.domain.profile.text import Fact
from securenet.domain.profile.trust import TrustStore
from securenet.foundation.refusal import Refusal


class UnknownService(Refusal):
    """No service of the catalogue has that key."""

    sentence = _("This service does not exist.")
    field = "service"


class ServiceNotConnected(Refusal):
    """The service has a tile, but nobody can ask for rights yet."""

    sentence = _("This service is not connected here yet.")
    field = "service"


class UnknownFunction(Refusal):
    """The service has no function with that key."""

    sentence = _("This service has no such function.")
    field = "function"


class UnknownRole(Refusal):
    """The service does not know that role."""

    sentence = _("This service has no such role.")
    field = "role"


class Profile(Fact):
    """Everything the operator decides about itself."""

    operator: Operator
    """The institution that runs the system."""
    terms: Terms
    """The terms of use in force."""
    hints: Hints = Hints()
    """Advice beside the fields of step 1."""
    identity_documents: Annotated[tuple[IdentityDocument, ...], Field(min_length=1)]
    """Documents that prove who a person is."""
    organization_number_types: Annotated[tuple[OrganizationNumberType, ...], Field(min_length=1)]
    """Numbers that identify an organization."""
    issuers: tuple[Issuer, ...] = ()
    """How numbers of organizations are checked, by the country that issues them."""
    desks: Annotated[tuple[Desk, ...], Field(min_length=1)]
    """Units of staff in whose queues cases stand."""
    routes: OperatorRoutes
    """Who decides what belongs to no service."""
    service_groups: Annotated[tuple[ServiceGroup, ...], Field(min_length=1)]
    """Headings of the catalogue."""
    services: Annotated[tuple[Service, ...], Field(min_length=1)]
    """The catalogue."""
    banknote_centres: tuple[Choice, ...] = ()
    """The operator's banknote centres."""
    contacts: tuple[Contact, ...] = ()
    """The table of contacts."""
    variants: Variants = Variants()
    """Which role gets which variant of a checklist."""
    forms: tuple[Form, ...] = ()
    """Documents that the system fills in."""
    checklists: tuple[Checklist, ...] = ()
    """The documents that requests need."""
    deadlines: Deadlines = Deadlines()
    """How long things wait."""
    passwords: Passwords = Passwords()
    """What a member's password must be."""
    sessions: Sessions = Sessions()
    """How long people stay signed in."""
    throttles: Throttles = Throttles()
    """How often things may be tried."""
    limits: Limits = Limits()
    """Sizes and numbers that requests may not pass."""
    retention: Retention = Retention()
    """How long things are kept."""
    certificate: Certificate
    """How members' certificates are treated."""
    trust_store: TrustStore = TrustStore()
    """The CA certificates that the operator accepts."""
    closing_days: tuple[ClosingDay, ...] = ()
    """Days on which the operator is closed besides weekends."""

    def service(self, key: str) -> Service:
        """Return the service, open or not. Raises UnknownService."""
        for service in self.services:
            if service.key == key:
                return service
        raise UnknownService(key=key)

    def open_service(self, key: str) -> Service:
        """Return a service that rights can be asked for. Raises UnknownService or ServiceNotConnected."""
        service = self.service(key)
        if not service.open:
            raise ServiceNotConnected(key=key)
        return service

    def function(self, service: str, key: str) -> Function:
        """Return a function of a service. Raises UnknownService or UnknownFunction."""
        for function in self.service(service).functions:
            if function.key == key:
                return function
        raise UnknownFunction(key=key)

    def ra_functions(self) -> list[tuple[str, str]]:
        """Return the functions that make somebody an RA officer, as service and function (R40)."""
        return [
            (service.key, function.key)
            for service in self.services
            for function in service.functions
            if service.open and function.checks_applications
        ]

    def function_label(self, service: str, key: str, language: str) -> str:
        """Return a function's name, or its key where the profile has dropped it while grants go on."""
        names = {function.key: function.name.in_(language) for function in self.service(service).functions}
        return names.get(key, key)

    def route_for(self, kind: CaseKind, service: str | None = None) -> Route:
        """Return the tiers that decide a case of that kind, in order (R24a).

        `service` is needed for registration, rights, mandate and blacklist, and ignored for the others. Raises
        UnknownService or ServiceNotConnected.
        """
        if kind in OperatorRoutes.model_fields:
            route: Route = getattr(self.routes, kind)
            return route
        routes = self.open_service(service or "").routes
        if routes is None:
            raise ServiceNotConnected(key=service)
        return getattr(routes, kind) or routes.rights

    def checklist_for(
        self, kind: str, role: str | None = None, service: str | None = None
    ) -> tuple[ChecklistItem, ...]:
        """Return the documents that a request needs (R7), in the order of the file, each key once.

        Raises UnknownRole.
        """
        if role and role not in Variants.model_fields:
            raise UnknownRole(role=role)
        variant = getattr(self.variants, role) if role else ""
        items = [item for each in self.checklists if each.fits(kind, service or "", variant) for item in each.items]
        return tuple({item.key: item for item in items}.values())

    def form(self, key: str) -> Form:
        """Return a form. Raises KeyError: checklists name existing forms only."""
        return {form.key: form for form in self.forms}[key]

    def desk(self, key: str) -> Desk:
        """Return a desk. Raises KeyError: routes name existing desks only."""
        return {desk.key: desk for desk in self.desks}[key]

    def choices_of(self, question: Question) -> tuple[Choice, ...]:
        """Return the answers that a question offers."""
        return self.banknote_centres if question.choices_from else question.choices

    def issuer(self, country: str) -> Issuer | None:
        """Return how organization numbers of a country are checked; None where they are not."""
        return next((issuer for issuer in self.issuers if issuer.country == country), None)

    def require_role(self, service: str, role: str) -> None:
        """Raise UnknownRole unless the service knows the role."""
        if role not in self.service(service).roles:
            raise UnknownRole(role=role)
