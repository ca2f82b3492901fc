"""Once a period an Organization Admin answers about everybody's right; what is not answered is suspended."""

from datetime import timedelta

import pytest

from securenet.domain.approvals.actions import Overtaken
from securenet.domain.entitlements.grants import grant_function
from securenet.domain.entitlements.jobs import watch_reviews
from securenet.domain.entitlements.models import Answer, Entitlement, Review, ReviewRow, Role, Status
from securenet.domain.entitlements.reviews import (
    AnsweredAlready,
    LastOfAdmins,
    NotTheReviewer,
    OwnRow,
    RemovalUnexplained,
    answer_row,
    keep_rows,
    open_review,
)
from securenet.domain.entitlements.use import note_use
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, as_actor, member, right_of

pytestmark = [pytest.mark.rule("R22e"), pytest.mark.django_db]
YEAR = timedelta(days=366)
LATER = AT + YEAR
OVER = LATER + timedelta(days=31)


@pytest.fixture
def bua(boonmee, chai, dara):
    """She is Alpha's other Organization Admin."""
    return member("bua", Role.ORGANIZATION_ADMIN, chai=chai, dara=dara)


@pytest.fixture
def review(anong, boonmee):
    watch_reviews(at=LATER)
    return Review.objects.get()


def row_of(user):
    return ReviewRow.objects.select_related("review", "entitlement__member").get(entitlement__member=user)


def answer(user, by, given=Answer.KEPT, at=LATER, **facts):
    answer_row(row_of(user), given, by=as_actor(by, at=at), **facts)


def status(user):
    return right_of(user).status


def answers():
    return dict(ReviewRow.objects.values_list("entitlement__member__username", "answer"))


def mails(template):
    return Mail.objects.filter(template=template).count()


def test_a_review_opens_once_when_its_time_has_come_and_again_a_period_later(anong, boonmee):
    Entitlement.objects.update(until_date=None)
    watch_reviews(at=AT + timedelta(days=364))
    assert not Review.objects.exists()
    for _run in range(2):
        watch_reviews(at=LATER)
    assert Review.objects.count() == 1
    assert set(answers()) == {"anong", "boonmee"}
    assert open_review(right_of(anong).organization_id, "bmsid", by=as_actor(at=LATER)) is None
    assert mails("review-opened") == 1
    for user in (anong, boonmee):
        answer(user, boonmee)
    watch_reviews(at=OVER)
    watch_reviews(at=LATER + YEAR)
    assert Review.objects.count() == 2


def test_nobody_but_an_admin_of_the_place_answers(review, anong, ekachai, chai):
    for somebody in (anong, ekachai, chai, None):
        with pytest.raises(NotTheReviewer):
            answer(anong, somebody)
    assert set(answers().values()) == {Answer.OPEN}


@pytest.mark.rule("R22b")
def test_nobody_answers_about_themself_while_there_is_another_admin(bua, review, boonmee):
    with pytest.raises(OwnRow):
        answer(boonmee, boonmee)
    answer(boonmee, bua)
    assert answers()["boonmee"] == Answer.KEPT


def test_an_only_admin_answers_about_themself(review, boonmee):
    answer(boonmee, boonmee)
    assert answers()["boonmee"] == Answer.KEPT


def test_a_removed_right_ends_with_a_reason_and_cannot_be_answered_again(review, anong, boonmee):
    with pytest.raises(RemovalUnexplained):
        answer(anong, boonmee, Answer.REMOVED, reason=" ")
    assert status(anong) == Status.ACTIVE
    answer(anong, boonmee, Answer.REMOVED, reason="She has left.")
    assert status(anong) == Status.ENDED
    with pytest.raises(AnsweredAlready):
        answer(anong, boonmee)


def test_the_last_admin_is_not_removed(review, boonmee):
    with pytest.raises(LastOfAdmins):
        answer(boonmee, boonmee, Answer.REMOVED, reason="I leave.")
    assert status(boonmee) == Status.ACTIVE


def test_two_who_answer_at_once_do_not_both_succeed(review, anong, boonmee):
    stale = row_of(anong)
    answer(anong, boonmee)
    with pytest.raises(Overtaken):
        answer_row(stale, Answer.CHANGED, by=as_actor(boonmee, at=LATER))


def test_what_is_unanswered_is_suspended_with_its_reason_and_the_holder_told(review, anong, boonmee):
    answer(boonmee, boonmee)
    for _run in range(2):
        watch_reviews(at=OVER)
    assert answers() == {"anong": Answer.LAPSED, "boonmee": Answer.KEPT}
    assert (status(anong), status(boonmee)) == (Status.SUSPENDED, Status.ACTIVE)
    assert right_of(anong).periods.last().reason
    assert Mail.objects.filter(template="review-suspended", to=anong.email).count() == 1
    assert Review.objects.get().closed_at == OVER
    assert AuditEntry.objects.filter(event="review.closed").count() == 1


def test_the_last_admin_is_reported_to_the_desk_and_not_suspended(review, anong, boonmee):
    watch_reviews(at=OVER)
    assert answers() == {"anong": Answer.LAPSED, "boonmee": Answer.REPORTED}
    assert status(boonmee) == Status.ACTIVE
    assert mails("review-unanswered-admin") == 1


def test_of_several_unanswered_admins_one_stays(bua, review, boonmee):
    watch_reviews(at=OVER)
    assert sorted([status(bua), status(boonmee)]) == [Status.ACTIVE, Status.SUSPENDED]
    assert mails("review-unanswered-admin") == 1


def test_a_later_answer_lifts_the_suspension(review, anong, boonmee):
    watch_reviews(at=OVER)
    answer(anong, boonmee, at=OVER + DAY)
    assert status(anong) == Status.ACTIVE
    assert answers()["anong"] == Answer.KEPT


def test_a_right_that_ended_otherwise_is_left_alone(review, anong, boonmee):
    Entitlement.objects.filter(member=anong).update(status=Status.ENDED)
    watch_reviews(at=OVER)
    assert answers()["anong"] == Answer.GONE
    assert status(anong) == Status.ENDED


def test_two_reminders_go_out_each_once(review):
    sent = []
    for days in (0, 15, 16, 17, 26, 27, 28):
        watch_reviews(at=LATER + days * DAY)
        sent.append(mails("review-due"))
    assert sent == [0, 0, 1, 1, 1, 2, 2]


def test_where_everything_is_answered_nobody_is_reminded(review, anong, boonmee):
    for user in (anong, boonmee):
        answer(user, boonmee)
    watch_reviews(at=LATER + 20 * DAY)
    assert mails("review-due") == 0


def test_a_page_of_rows_is_kept_together_or_not_at_all(review, bua, anong, boonmee):
    def rows():
        return list(ReviewRow.objects.select_related("review", "entitlement__member"))

    with pytest.raises(OwnRow):
        keep_rows(rows(), by=as_actor(boonmee, at=LATER))
    assert set(answers().values()) == {Answer.OPEN}
    assert keep_rows(rows(), by=as_actor(bua, at=LATER)) == 2
    assert keep_rows(rows(), by=as_actor(bua, at=LATER)) == 0


def test_each_mark_has_its_reason(anong, boonmee, bua):
    grant_function(right_of(boonmee), function="submit", from_date=AT.date(), until_date=None, by=as_actor(boonmee))
    note_use(anong, service="bmsid", organization_id=right_of(anong).organization_id, by=as_actor(at=LATER - DAY))
    type(anong).objects.filter(pk=anong.pk).update(email="anong@elsewhere.example")
    Entitlement.objects.filter(member=anong).update(until_date=LATER.date() + timedelta(days=30))
    Entitlement.objects.filter(member=boonmee).update(until_date=None)
    watch_reviews(at=LATER)
    assert row_of(boonmee).marks == ["never_used", "admin", "self_granted", "far_end"]
    assert row_of(anong).marks == ["other_mail"]
    names = ReviewRow.objects.order_by("-rank").values_list("entitlement__member__username", flat=True)
    assert list(names) == ["boonmee", "bua", "anong"]


def test_what_has_changed_since_the_last_review_is_marked(review, anong, boonmee):
    Entitlement.objects.update(until_date=None)
    for user in (anong, boonmee):
        answer(user, boonmee)
    watch_reviews(at=OVER)
    later = as_actor(boonmee, at=OVER + DAY)
    grant_function(right_of(anong), function="submit", from_date=later.at.date(), until_date=None, by=later)
    watch_reviews(at=LATER + YEAR)
    newest = Review.objects.latest("opened_at")
    assert "functions_changed" in newest.rows.get(entitlement__member=anong).marks
    assert "functions_changed" not in newest.rows.get(entitlement__member=boonmee).marks


def test_the_last_use_is_the_newest_one(anong, alpha):
    for at in (AT + DAY, AT):
        note_use(anong, service="bmsid", organization_id=alpha.pk, by=as_actor(anong, at=at))
    note_use(anong, service="emcs", organization_id=alpha.pk, by=as_actor(anong, at=AT + 2 * DAY))
    assert right_of(anong).last_used_at == AT + DAY
