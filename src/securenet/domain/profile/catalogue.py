"""The operator's services: who may ask for what, who decides, and what their Organization Admins may do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from securenet.domain.profile.text import Count, Fact, Key, Link, Positive, Text

Role = Literal["organization_admin", "officer"]
TierName = Literal["organization", "service_desk", "service_owner"]
CaseKind = Literal[
    "registration",
    "rights",
    "certificate",
    "mandate",
    "recovery",
    "trust_store",
    "revocation_exception",
    "blacklist",
    "relying_party",
]


class Tier(Fact):
    """One stop of a route: who decides there, and how many of them (R24a, R32a)."""

    tier: TierName
    """Which tier; each at most once in a route."""
    desk: Key | None = None
    """The desk that decides; left out for `organization`, whose desk is the applicant's own organization."""
    quorum: Positive = 1
    """How many distinct persons must agree before the case moves on."""
    remind_business_days: Count = 1
    """A reminder goes to the desk this many business days before the due date."""
    escalate_to: Key | None = None
    """The desk that is told once the due date has passed."""


Route = Annotated[tuple[Tier, ...], Field(min_length=1)]


class ServiceRoutes(Fact):
    """Who decides what belongs to a service."""

    rights: Route
    """For a right asked for by a member."""
    registration: Route | None = None
    """For the right that comes with a new account; as `rights` unless given."""
    mandate: Route | None = None
    """For a mandate between organizations; as `rights` unless given."""
    blacklist: Route | None = None
    """For putting a person or vehicle on the blacklist, or taking one off; as `rights` unless given."""


class OperatorRoutes(Fact):
    """Who decides what is of no service. The operator's own acts are proposed by one person and decided by others."""

    certificate: Route
    """For the registration of a member's certificate."""
    recovery: Route
    """For helping a member who is locked out."""
    trust_store: Route
    """For adding or withdrawing an accepted CA."""
    revocation_exception: Route
    """For accepting a certificate for a time although its revocation state is unknown."""
    relying_party: Route
    """For connecting a service."""


class Function(Fact):
    """A function of a service that an Organization Admin grants (R71)."""

    key: Key
    """The word that grants and claims carry."""
    name: Text
    """What people read."""
    description: Text
    """What it lets a person do."""
    certificate_required: bool = False
    """Whether only a login with a certificate opens it."""
    checks_applications: bool = False
    """Whether who has it is an RA officer of the organization: checks its members' applications for certificates."""
    self_grantable: bool = True
    """Whether an Organization Admin may have it by their own grant, where the service's two-person rule allows that."""


class Choice(Fact):
    """An answer to choose."""

    key: Key
    """The value that is stored."""
    name: Text
    """What people read."""


class Question(Fact):
    """What a service asks of an applicant beyond the general form (R4)."""

    key: Key
    """The field's name."""
    label: Text
    """The question."""
    hint: Text | None = None
    """Help below the question."""
    type: Literal["text", "choice", "choices"] = "text"
    """A line of text, one of several, or any of several."""
    required: bool = True
    """Whether an answer must be given."""
    max_length: Annotated[int, Field(ge=1, le=1000)] = 100
    """The longest text, in characters."""
    choices: tuple[Choice, ...] = ()
    """The answers to choose from."""
    choices_from: Literal["banknote_centres"] | None = None
    """Takes the answers from that list of the profile instead."""


class TwoPerson(Fact):
    """The two-person rule of a service (R22b). Left out, it is the strict one; each key loosens it."""

    min_admins: Positive = 2
    """Organization Admins that an organization should have; fewer bring a countdown and a mail, no lock-out."""
    self_grant: bool = False
    """Whether an Organization Admin may grant a function to themself."""
    self_grant_consent: bool = True
    """Whether such a grant needs a second Organization Admin's consent."""
    administer_vouched: bool = False
    """Whether someone may administer an officer whom they vouched for; taking away is always possible."""
    admitter_grants: bool = False
    """Whether the one who admits a user may also grant functions to them."""


class Policy(Fact):
    """How long rights of a service last and how they are kept in order (R22c, R22e, R22f)."""

    right_months: Positive = 24
    """How long a right lasts at most."""
    reminder_days: tuple[Count, ...] = (60, 30, 7)
    """Days before the end of a right or grant on which holder and Organization Admin are reminded."""
    review_months: Positive = 12
    """How often the Organization Admin goes through all rights."""
    review_days: Positive = 30
    """How long a review is open; rows left unanswered are suspended then."""
    review_reminder_days: Annotated[tuple[Count, ...], Field(min_length=2)] = (14, 3)
    """Days before a review's end on which it is reminded."""
    vacancy_grace_days: Positive = 90
    """How long officers' rights go on when an organization has no Organization Admin left."""
    admins_countdown_days: Positive = 60
    """How long an organization has to name another Organization Admin when it has too few."""


class ServiceGroup(Fact):
    """A heading that services stand under."""

    key: Key
    """The word that services name."""
    name: Text
    """What people read."""


class Service(Fact):
    """A service of the operator."""

    key: Key
    """The word that rights, claims and cases carry."""
    group: Key
    """The service group it stands under."""
    name: Text
    """The name on its tile."""
    description: Text
    """The sentence on its tile."""
    open: bool = False
    """Whether it is connected; a tile that is not says so, and nobody can ask for rights."""
    surface: Literal["portal", "bms_id", "backoffice"] | None = None
    """The surface of this installation that the tile opens."""
    link: Link | None = None
    """The outside address that the tile opens."""
    capacity: Text | None = None
    """The capacity in which people act; left out where they act for themselves, without an organization."""
    roles: tuple[Role, ...] = ()
    """The roles that can be asked for."""
    functions: tuple[Function, ...] = ()
    """What an Organization Admin grants."""
    questions: tuple[Question, ...] = ()
    """What is asked at step 3."""
    routes: ServiceRoutes | None = None
    """Who decides; an open service has them."""
    two_person: TwoPerson = TwoPerson()
    """The two-person rule."""
    policy: Policy = Policy()
    """How long rights last and how they are kept in order."""

    @property
    def for_organizations(self) -> bool:
        """Whether rights are held on behalf of an organization."""
        return self.capacity is not None
