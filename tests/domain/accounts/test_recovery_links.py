"""The link for a new password: once, in time, the newest, for the address it went to."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password

from securenet.domain.accounts.models import RecoveryLink, Session, User
from securenet.domain.accounts.passwords import PasswordSelfDerived, PasswordTooShort
from securenet.domain.accounts.recovery import (
    RecoveryLinkOld,
    RecoveryLinkUnknown,
    RecoveryLinkUsed,
    require_recovery_link,
    send_password_link,
    set_password_by_link,
)
from securenet.domain.accounts.sessions import SURFACE, USER, SessionStore
from securenet.domain.approvals.queries import hashed
from securenet.domain.profile.queries import profile
from securenet.foundation.jobs.models import Job
from securenet.foundation.mail.models import Mail
from tests.cast import AT, PASSWORD, as_actor, last_mail
from tests.domain.accounts.forgetting import ask, link_hash

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R11")]
NEW = "Another3Horse4Battery"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def link(anong):
    ask()
    return link_hash()


def set_password(link, at=AT, password=NEW):
    return set_password_by_link(link, password=password, by=as_actor(at=at))


def test_the_link_changes_the_password_once(anong, link):
    assert set_password(link) == anong
    anong.refresh_from_db()
    assert check_password(NEW, anong.password)
    with pytest.raises(RecoveryLinkUsed):
        set_password(link, password="Third5Horse6Battery")
    with pytest.raises(RecoveryLinkUsed):
        require_recovery_link(link, by=as_actor())
    anong.refresh_from_db()
    assert check_password(NEW, anong.password)


def test_the_member_is_told_that_the_password_was_changed(anong, link):
    set_password(link)
    mail = last_mail("password-changed")
    assert mail.to == "anong@alpha.example"
    assert profile().operator.service_desk.phone in mail.text


def test_looking_at_a_link_uses_nothing_up(link):
    for _look in range(3):
        require_recovery_link(link, by=as_actor())
    set_password(link)


def test_a_link_ends_with_its_minutes(anong, link):
    life = timedelta(minutes=profile().deadlines.recovery_minutes)
    require_recovery_link(link, by=as_actor(at=AT + life - timedelta(seconds=1)))
    with pytest.raises(RecoveryLinkOld):
        set_password(link, at=AT + life)
    anong.refresh_from_db()
    assert check_password(PASSWORD, anong.password)


@pytest.mark.parametrize("night", [datetime(2026, 3, 29, 0, 50, tzinfo=UTC), datetime(2026, 10, 25, 0, 50, tzinfo=UTC)])
def test_a_change_of_the_clocks_neither_shortens_nor_lengthens_a_link(anong, night):
    send_password_link(anong, by=as_actor(at=night))
    life = timedelta(minutes=profile().deadlines.recovery_minutes)
    require_recovery_link(link_hash(), by=as_actor(at=night + life - MINUTE))
    with pytest.raises(RecoveryLinkOld):
        require_recovery_link(link_hash(), by=as_actor(at=night + life))


def test_only_the_newest_link_works(anong, link):
    ask()
    with pytest.raises(RecoveryLinkUnknown):
        set_password(link)
    set_password(link_hash())


@pytest.mark.parametrize("altered", ["", "0" * 64, "x"])
def test_an_altered_link_opens_nothing(link, altered):
    with pytest.raises(RecoveryLinkUnknown):
        set_password(altered)


def test_the_stored_hash_is_not_the_key(link):
    row = RecoveryLink.objects.get()
    with pytest.raises(RecoveryLinkUnknown):
        set_password(hashed(row.token_hash))


def test_a_link_ends_when_the_address_it_went_to_is_no_longer_the_members(anong, link):
    User.objects.filter(pk=anong.pk).update(email="new@alpha.example")
    with pytest.raises(RecoveryLinkOld):
        set_password(link)


def test_a_link_ends_when_the_account_is_closed(anong, link):
    User.objects.filter(pk=anong.pk).update(closed_at=AT)
    with pytest.raises(RecoveryLinkOld):
        set_password(link)


@pytest.mark.parametrize(
    ("password", "refusal"), [("Ab1", PasswordTooShort), ("Anong12345", PasswordSelfDerived)], ids=["short", "own name"]
)
def test_a_bad_password_leaves_the_link_open(anong, link, password, refusal):
    with pytest.raises(refusal):
        set_password(link, password=password)
    set_password(link)


def session_of(user, surface="portal"):
    store = SessionStore()
    store.update({USER: user.pk, SURFACE: surface})
    store.save()
    return store.session_key


def test_every_session_of_the_member_ends_and_nobody_elses(anong, boonmee, link):
    session_of(anong)
    session_of(anong, "bms_id")
    others = session_of(boonmee)
    set_password(link)
    assert list(Session.objects.values_list("session_key", flat=True)) == [others]
    assert Job.objects.get(name="oidc.end-sessions").args == {"user": anong.pk}


def test_two_browsers_at_the_same_moment_set_one_password(at_once, anong, link):
    passwords = ("First7Horse8Battery", "Second9Horse1Battery")
    outcomes = at_once(*(lambda password=password: set_password(link, password=password) for password in passwords))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RecoveryLinkUsed", "User"]
    winner = passwords[[isinstance(outcome, User) for outcome in outcomes].index(True)]
    assert check_password(winner, User.objects.get(pk=anong.pk).password)
    assert Mail.objects.filter(template="password-changed").count() == 1
