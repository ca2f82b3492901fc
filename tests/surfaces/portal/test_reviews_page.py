"""An Organization Admin goes through everybody's rights: row by row, or a page at once after a question (R22e)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securenet.domain.entitlements.models import Answer, Review, ReviewRow, Role, Status
from securenet.domain.entitlements.reviews import open_review
from tests.cast import AT, as_actor, member, right_of
from tests.surfaces.portal.visitor import Visitor, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R22e")]


@pytest.fixture
def review(anong, boonmee, chai, dara):
    """An open review of Alpha's three rights; Bua is its other Organization Admin."""
    member("bua", Role.ORGANIZATION_ADMIN, chai=chai, dara=dara)
    return open_review(right_of(anong).organization_id, "bmsid", by=as_actor(at=AT + timedelta(minutes=1)))


@pytest.fixture
def place(review):
    return f"/rights/reviews/{review.pk}/"


def row_of(user):
    return ReviewRow.objects.get(entitlement__member=user)


def answers():
    return dict(ReviewRow.objects.values_list("entitlement__member__username", "answer"))


def test_the_rows_with_the_most_marks_come_first_with_their_reasons(sign_in, place, boonmee):
    page = sign_in(boonmee, "en").get(place)
    rows = page.context["rows"]
    assert [len(row["marks"]) for row in rows] == sorted((len(row["marks"]) for row in rows), reverse=True)
    assert "Never used" in text_of(page)
    assert "Organization Admin" in text_of(page)


def test_a_row_is_kept_and_the_answer_saved_at_once(sign_in, place, anong, boonmee):
    visitor = sign_in(boonmee)
    answered = visitor.post(f"{place}rows/{row_of(anong).pk}/", {"do": "keep", "query": "q=anong&page=1"})
    assert answered.headers["Location"] == f"{place}?q=anong&page=1"
    assert answers()["anong"] == Answer.KEPT
    assert visitor.post(f"{place}rows/{row_of(anong).pk}/", {"do": "keep"}).status_code == 409


def test_changing_leads_to_the_persons_functions(sign_in, place, anong, boonmee):
    answered = sign_in(boonmee).post(f"{place}rows/{row_of(anong).pk}/", {"do": "change"})
    assert path_of(answered) == f"/rights/people/{right_of(anong).pk}/"
    assert answers()["anong"] == Answer.CHANGED


def test_removing_asks_for_the_reason(sign_in, place, anong, boonmee):
    visitor, remove = sign_in(boonmee), f"{place}rows/{row_of(anong).pk}/remove/"
    assert visitor.get(remove).status_code == 200
    assert visitor.post(remove, {"reason": " "}).status_code == 422
    assert right_of(anong).status == Status.ACTIVE

    assert path_of(visitor.post(remove, {"reason": "ลาออก"})) == place

    assert right_of(anong).status == Status.ENDED
    assert path_of(visitor.get(remove)) == place


def test_ones_own_right_is_for_the_other_admin(sign_in, place, boonmee):
    visitor = sign_in(boonmee)
    assert visitor.post(f"{place}rows/{row_of(boonmee).pk}/", {"do": "keep"}).status_code == 409
    assert visitor.post(f"{place}rows/{row_of(boonmee).pk}/remove/", {"reason": "No."}).status_code == 422
    assert answers()["boonmee"] == Answer.OPEN


def test_a_page_is_kept_after_a_question_and_without_ones_own_right(sign_in, place, boonmee):
    visitor = sign_in(boonmee)
    shown = visitor.get(place).context["can_keep"]
    question = visitor.get(f"{place}keep/", {"row": shown})
    assert len(question.context["people"]) == 2
    assert set(answers().values()) == {Answer.OPEN}

    every = list(ReviewRow.objects.values_list("pk", flat=True))
    assert path_of(visitor.post(f"{place}keep/", {"row": every})) == place

    assert answers() == {"anong": Answer.KEPT, "bua": Answer.KEPT, "boonmee": Answer.OPEN}
    assert path_of(visitor.post(f"{place}keep/", {"row": ["x", "-1", "9" * 30]})) == place


def test_nobody_else_finds_the_review(sign_in, place, anong, ekachai):
    row = row_of(anong).pk
    for somebody in (anong, ekachai):
        visitor = sign_in(somebody)
        assert visitor.get(place).status_code == 404
        assert visitor.get(f"{place}keep/?row={row}").status_code == 404
        assert visitor.post(f"{place}rows/{row}/", {"do": "keep"}).status_code == 404
        assert visitor.post(f"{place}rows/{row}/remove/", {"reason": "No."}).status_code == 404
        assert not visitor.get("/rights/reviews/").context["rows"]
    assert path_of(Visitor().get(place)) == "/login/"


def test_a_row_of_another_review_is_not_found_under_this_one(sign_in, place, anong, boonmee, ekachai):
    other = open_review(right_of(ekachai).organization_id, "bmsid", by=as_actor())
    row = other.rows.get().pk
    visitor = sign_in(boonmee)
    assert visitor.post(f"{place}rows/{row}/", {"do": "keep"}).status_code == 404
    assert path_of(visitor.post(f"{place}keep/", {"row": [row]})) == place
    assert Review.objects.count() == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=anong", {"anong"}), ("answer=kept", set()), ("mark=admin", {"boonmee", "bua"}), ("mark=any&q=bua", {"bua"})],
)
def test_rows_are_found_by_name_answer_and_mark(sign_in, place, boonmee, query, found):
    page = sign_in(boonmee).get(f"{place}?{query}")
    assert {row["right"].member.username for row in page.context["rows"]} == found


@pytest.mark.parametrize("query", ["answer=x", "mark=x", "q=%00", "page=x", "page=-1"])
def test_a_filter_that_is_none_breaks_nothing(sign_in, place, boonmee, query):
    assert sign_in(boonmee).get(f"{place}?{query}").status_code in {200, 422}
