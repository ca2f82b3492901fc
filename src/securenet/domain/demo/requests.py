"""Requests for rights in every state of R24, some of them late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from securenet.domain.approvals.actions import take_case
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.calendar.queries import local_date
from securenet.domain.demo import acting
from securenet.domain.demo.cast import (
    ADMINISTRATOR,
    BOONMEE,
    CARRIER,
    CLERKS,
    EKACHAI,
    FAH,
    MALEE,
    SUDA,
    Person,
    crowd,
)
from securenet.domain.demo.timeline import Past, Story
from securenet.domain.entitlements.actions import expire_right, request_rights, withdraw_rights_request
from securenet.domain.entitlements.grants import grant_functions
from securenet.domain.entitlements.models import Entitlement, Role
from securenet.foundation.actor import system

ADMIN, OFFICER = Role.ORGANIZATION_ADMIN, Role.OFFICER
LONG_AGO = 130
"""Business days since the system was set up."""


@dataclass(frozen=True)
class Course:
    """How far a registration gets: how many business days ago each step was taken, None where it was not."""

    submitted: int
    confirmed: bool = True
    papers: int | None = None
    missing: int = 0
    desk: int | None = None
    desk_verb: Verb = Verb.ENDORSE
    owner: int | None = None
    owner_verb: Verb = Verb.APPROVE
    reason: str = ""
    roles: tuple[Role, ...] = (OFFICER,)


UNCLEAR = "สำเนาหนังสือรับรองการจดทะเบียนนิติบุคคลไม่ชัดเจน โปรดส่งฉบับใหม่"
NOT_SIGNED = "หนังสือแต่งตั้งไม่ได้ลงนามโดยผู้มีอำนาจลงนามตามหนังสือรับรอง"
COURSES = (
    Course(3, confirmed=False),
    Course(1, confirmed=False),
    Course(10),
    Course(4),
    Course(6, papers=2, missing=3),
    Course(2),
    Course(12, papers=8),
    Course(9, papers=6, roles=(ADMIN,)),
    Course(8, papers=5),
    Course(7, papers=4),
    Course(5, papers=2, roles=(OFFICER, ADMIN)),
    Course(4, papers=1),
    Course(14, papers=9, desk=7),
    Course(11, papers=5, desk=3),
    Course(9, papers=4, desk=2, roles=(ADMIN,)),
    Course(6, papers=3, desk=1),
    Course(18, papers=13, desk=10, owner=8, roles=(ADMIN,)),
    Course(17, papers=12, desk=9, owner=6),
    Course(15, papers=10, desk=8, desk_verb=Verb.REJECT, reason=NOT_SIGNED),
    Course(16, papers=11, desk=9, owner=7, owner_verb=Verb.REJECT, reason=NOT_SIGNED),
    Course(12, papers=7, desk=5, desk_verb=Verb.RETURN, reason=UNCLEAR),
)


CARRIERS_FUNCTIONS = ["register_persons", "register_vehicles", "submit", "announce_visits", "check_applications"]


def stories(past: Past) -> Iterator[Story]:
    """Yield what happened at the operator since it was set up, without certificates."""
    yield staff(past)
    for person, role, day in (
        (BOONMEE, ADMIN, 125),
        (SUDA, ADMIN, 124),
        (MALEE, OFFICER, 118),
        (EKACHAI, OFFICER, 117),
    ):
        yield registration(past, person, Course(day, papers=day - 3, desk=day - 5, owner=day - 6, roles=(role,)))
    yield grants(past, BOONMEE, MALEE, CARRIERS_FUNCTIONS)
    yield grants(past, SUDA, EKACHAI, ["see_reports", "announce_visits"])
    yield registration(past, FAH, Course(9, papers=6, desk=4, desk_verb=Verb.RETURN, reason=UNCLEAR))
    people = crowd()
    for course, person in zip(COURSES, people, strict=False):
        yield registration(past, person, course)
    yield expired(past, next(people))
    yield withdrawn(past, next(people))
    yield second_right(past)
    yield taken(past)


def staff(past: Past) -> Story:
    """The first administrator, made on the command line, makes the other accounts."""
    yield past.day(LONG_AGO, 9)
    acting.hire_administrator(ADMINISTRATOR, by=system("command line", past.day(LONG_AGO, 9)))
    for place, who in enumerate(CLERKS):
        at = past.day(LONG_AGO, 10, 5 * place)
        yield at
        acting.hire(who, by=acting.clerk(ADMINISTRATOR.username, at))


def registration(past: Past, person: Person, course: Course) -> Story:
    """Somebody registers and gets as far as the course says."""
    minute = person.seat * 7 % 60
    at = past.day(course.submitted, 9, minute)
    yield at
    submission = acting.register(person, course.roles, at=at)
    if not course.confirmed:
        return
    yield at + timedelta(minutes=20)
    acting.confirm(submission, at=at + timedelta(minutes=20))
    desk, owner = ("chai", "dara") if person.seat % 2 else ("chanida", "decha")
    if course.papers is not None:
        at = past.day(course.papers, 11, minute)
        yield at
        acting.bring_papers(submission, by=acting.clerk(desk, at), missing=course.missing)
    if course.desk is not None:
        at = past.day(course.desk, 13, minute)
        yield at
        acting.decide(submission, course.desk_verb, by=acting.clerk(desk, at), reason=course.reason)
    if course.owner is not None:
        at = past.day(course.owner, 14, minute)
        yield at
        acting.decide(submission, course.owner_verb, by=acting.clerk(owner, at), reason=course.reason)


def grants(past: Past, admin: Person, officer: Person, functions: list[str]) -> Story:
    """An Organization Admin lets an officer use functions (R22)."""
    at = past.day(110, 10, admin.seat % 60)
    yield at
    granted = Entitlement.objects.get(member__username=officer.username, role=OFFICER)
    day = local_date(at)
    grant_functions(granted, functions=functions, from_date=day, until_date=None, by=acting.member(admin.username, at))


def expired(past: Past, person: Person) -> Story:
    """The papers never came."""
    at = past.day(25, 15)
    yield at
    submission = acting.register(person, (OFFICER,), at=at)
    yield at + timedelta(minutes=9)
    acting.confirm(submission, at=at + timedelta(minutes=9))
    at = submission.papers_due_at + timedelta(minutes=10)
    yield at
    for case in Case.objects.filter(submission=submission):
        expire_right(case, by=system("deadlines", at))


def withdrawn(past: Past, person: Person) -> Story:
    """Somebody changes their mind."""
    at = past.day(8, 16)
    yield at
    submission = acting.register(person, (OFFICER,), at=at)
    yield at + timedelta(minutes=15)
    acting.confirm(submission, at=at + timedelta(minutes=15))
    at = past.day(5, 9)
    yield at
    withdraw_rights_request(submission, by=acting.member(person.username, at))


def second_right(past: Past) -> Story:
    """Boonmee asks to do an officer's work too."""
    at = past.day(6, 9, 30)
    yield at
    by = acting.member(BOONMEE.username, at)
    submission = request_rights(by.user, [acting.right(CARRIER, OFFICER)], kind="rights", confirmed=True, by=by)
    at = past.day(3, 15)
    yield at
    acting.bring_papers(submission, by=acting.clerk("chanida", at))


def taken(past: Past) -> Story:
    """Chai takes one of the waiting cases."""
    at = past.day(1, 16, 40)
    yield at
    by = acting.clerk("chai", at)
    case = Case.objects.at_desks(by.desks).filter(state=State.SERVICE_DESK_REVIEW).order_by("due_at").first()
    if case is not None:
        take_case(case, by=by)
