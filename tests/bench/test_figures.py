"""Figures stand beside their limits and say whether a target is met."""

import json

import pytest

from securenet.bench.figures import Figure, Target, table


def figure(value, limit=None, **facts):
    return Figure("login", "a login", value, "a limit", limit, **facts)


@pytest.mark.parametrize(
    ("value", "limit", "target", "met"),
    [
        (13, 10, Target(most=1.3), True),
        (14, 10, Target(most=1.3), False),
        (4.9, 0.2, Target(most=5, outright=True), True),
        (5.1, 0.2, Target(most=5, outright=True), False),
        (5, None, Target(most=1.3), False),
        (5, 10, None, None),
    ],
)
def test_a_cost_is_held_against_its_target(value, limit, target, met):
    assert figure(value, limit, target=target).met is met


@pytest.mark.parametrize(("value", "met"), [(10, True), (14, True), (15, False)])
def test_a_rate_is_the_limits_cost_over_the_jobs(value, met):
    assert figure(value, 10, target=Target(least=0.7), inverse=True).met is met


@pytest.mark.parametrize(("queries", "met"), [(12, True), (13, False)])
def test_a_page_may_be_cheap_and_still_ask_too_much(queries, met):
    assert figure(1, 1, target=Target(most=10, outright=True, queries=12), queries=queries).met is met


def test_a_limit_of_nothing_makes_no_ratio():
    assert figure(3, 0.0).ratio is None
    assert figure(0.0, 3, inverse=True).ratio is None


def test_a_figure_is_one_json_object():
    told = json.loads(figure(3, 2, target=Target(most=1.3), database="SQLite").line())
    assert (told["value"], told["limit_value"], told["ratio"], told["target"], told["met"]) == (
        3,
        2,
        1.5,
        "≤ 1.3",
        False,
    )


def test_the_table_says_what_was_missed():
    lines = table([figure(3, 2, target=Target(most=1.3)), figure(1, queries=4)]).splitlines()
    assert lines[0].split()[:2] == ["database", "job"]
    assert lines[1].endswith("NO")
    assert "1.00 CPU ms, 4 queries" in lines[2]
