"""A compiled query finds what Django's own would, whatever its values, and its SQL is made once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from django.db.models import Prefetch, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from securenet.domain.accounts.models import Kind, Session, StaffRole, User
from securenet.domain.entitlements.models import Review
from securenet.domain.organizations.models import Organization
from securenet.foundation.compiled import compiled

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 2, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def people():
    facts = {"kind": Kind.STAFF, "name_en": "Chai Mankong", "created_at": AT}
    made = {name: User.objects.create(username=name, email=f"{name}@example.com", **facts) for name in ("chai", "dara")}
    for place, (name, user) in enumerate(made.items()):
        StaffRole.objects.create(user=user, role=StaffRole.Role.SERVICE_DESK, desk=f"desk-{name}")
        Session.objects.create(session_key=name, user=user, session_data="", expire_date=AT + place * HOUR)
    return made


@compiled
def named(username: str) -> QuerySet[User]:
    """Return the accounts of a name."""
    return User.objects.filter(username=username, closed_at=None)


@compiled
def living(key: str, at: datetime) -> QuerySet[Session]:
    """Return a session that has not ended."""
    return Session.objects.select_related("user").filter(session_key=key, expire_date__gt=at)


@pytest.fixture
def made(monkeypatch):
    """The statements that were made from here on."""
    seen, make = [], SQLCompiler.as_sql

    def noted(self, *given, **named):
        seen.append(self.query)
        return make(self, *given, **named)

    monkeypatch.setattr(SQLCompiler, "as_sql", noted)
    return seen


def test_each_call_finds_what_its_own_value_says(people):
    assert [named(name) for name in ("chai", "dara", "nobody", "chai")] == [
        [people["chai"]], [people["dara"]], [], [people["chai"]],
    ]  # fmt: skip


def test_the_sql_is_made_once_and_the_database_asked_each_time(people, made, django_assert_num_queries):
    @compiled
    def called(username: str) -> QuerySet[User]:
        return User.objects.filter(username=username)

    with django_assert_num_queries(3):
        assert [called.first(name) for name in ("chai", "dara", "chai")] == [*people.values(), people["chai"]]
    assert len(made) == 1


def test_what_was_found_before_is_not_kept(people):
    assert named.first("chai").name_en == "Chai Mankong"

    User.objects.filter(username="chai").update(name_en="Chai Yangdee")

    assert named.first("chai").name_en == "Chai Yangdee"
    User.objects.filter(username="chai").update(closed_at=AT)
    assert named.first("chai") is None


def test_moments_are_compared_as_the_database_keeps_them(people):
    assert living("dara", AT + HOUR) == []
    assert [each.pk for each in living("dara", AT + HOUR - timedelta(microseconds=1))] == ["dara"]
    assert living("chai", AT - HOUR)[0].expire_date == AT
    in_bangkok = (AT + HOUR).astimezone(ZoneInfo("Asia/Bangkok"))
    assert [len(living("dara", each)) for each in (in_bangkok, in_bangkok - timedelta(microseconds=1))] == [0, 1]


def test_days_are_compared_as_the_database_keeps_them():
    @compiled
    def due(day: date) -> QuerySet[Review]:
        return Review.objects.filter(due_date__lte=day)

    alpha = Organization.objects.create(number="0105561000011", name="Alpha", created_at=AT)
    review = Review.objects.create(organization=alpha, service="bmsid", opened_at=AT, due_date=AT.date())

    assert [due(AT.date() + timedelta(days=days)) for days in (-1, 0, 1)] == [[], [review], [review]]


def test_rows_come_with_what_is_selected_along(people, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert living.first("dara", AT).user.username == "dara"


def test_rows_come_with_what_is_prefetched(people, django_assert_num_queries):
    @compiled
    def with_roles(kind: str) -> QuerySet[User]:
        return User.objects.filter(kind=kind).order_by("pk").prefetch_related(Prefetch("staff_roles"))

    for _again in range(2):
        with django_assert_num_queries(2):
            desks = [role.desk for user in with_roles(Kind.STAFF) for role in user.staff_roles.all()]
        assert desks == ["desk-chai", "desk-dara"]


def test_values_come_as_tuples_or_flat(people):
    @compiled
    def roles(user: int) -> QuerySet[StaffRole, tuple[str, str]]:
        return StaffRole.objects.filter(user=user).values_list("role", "desk")

    @compiled
    def desks(user: int) -> QuerySet[StaffRole, str]:
        return StaffRole.objects.filter(user=user).exclude(role="other").values_list("desk", flat=True)[:1]

    assert [roles(user.pk) for user in people.values()] == [
        [("service_desk", "desk-chai")], [("service_desk", "desk-dara")],
    ]  # fmt: skip
    assert [desks.first(user.pk) for user in people.values()] == ["desk-chai", "desk-dara"]


@pytest.mark.parametrize("values", [(), ("chai", "dara"), (None,)])
def test_a_value_too_few_or_too_many_and_none_are_refused(values):
    with pytest.raises(TypeError, match="named takes 1 values"):
        named(*values)


def test_values_by_name_are_refused():
    with pytest.raises(TypeError, match="by position"):
        named(username="chai")


def test_a_value_that_is_worked_on_while_the_sql_is_made_is_refused():
    @compiled
    def lowered(username: str) -> QuerySet[User]:
        return User.objects.filter(username=username.lower())

    with pytest.raises(AttributeError):
        lowered("Chai")


def test_text_made_of_a_value_while_the_sql_is_made_is_refused():
    @compiled
    def beginning(username: str) -> QuerySet[User]:
        return User.objects.filter(username__startswith=f"{username}x")

    with pytest.raises(TypeError, match="before it has values"):
        beginning("chai")


def test_a_refused_statement_leaves_the_next_one_as_it_was(people):
    with connection.execute_wrapper(_refuse), pytest.raises(ConnectionError):
        named("chai")

    assert named("dara") == [people["dara"]]


def _refuse(*_statement):
    raise ConnectionError


@pytest.mark.django_db(transaction=True)
def test_threads_ask_with_values_and_connections_of_their_own(people, made):
    names = ["chai", "dara", "nobody", "chai"]
    together = Barrier(len(names))

    def ask(name):
        found = []
        for _again in range(10):
            together.wait()
            found += named(name)
        connections.close_all()
        return [row.username for row in found]

    with ThreadPoolExecutor(len(names)) as pool:
        answers = list(pool.map(ask, names))

    assert answers == [[name] * 10 if name in people else [] for name in names]
    assert len(made) == len(names)


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_got_another_connection_asks_through_that(people):
    before = connections["default"]
    named("chai")
    connections["default"] = before.copy()
    try:
        with connections["default"].execute_wrapper(_refuse), pytest.raises(ConnectionError):
            named("chai")
    finally:
        connections["default"].close()
        connections["default"] = before
