"""Credentials: one text for every failure, at the same cost."""

from functools import partial

import pytest

from securenet.domain.accounts import actions
from securenet.domain.accounts.actions import (
    WrongCredentials,
    note_refused_sign_in,
    note_sign_in,
    require_credentials,
)
from securenet.domain.accounts.hashers import BoundedArgon2Hasher, TooBusy, _Place
from securenet.domain.accounts.jobs import clear_sessions
from securenet.domain.accounts.models import Kind, KnownAddress, Session, User
from securenet.domain.accounts.queries import is_known_address
from securenet.domain.accounts.sessions import USER, SessionStore
from securenet.foundation.audit.models import AuditEntry
from tests.cast import AT, DAY, PASSWORD, as_actor, national_id, register

pytestmark = [pytest.mark.rule("R9"), pytest.mark.django_db]
member = partial(require_credentials, kind=Kind.MEMBER)


@pytest.fixture
def anong(registration):
    return registration.applicant


@pytest.mark.parametrize(
    ("username", "password"),
    [
        *(("anong", ""), ("anong", PASSWORD.lower()), ("anong", PASSWORD + " "), ("anong", "x" * 5000)),
        *(("nobody", PASSWORD), ("", PASSWORD), ("", ""), ("anong'--", PASSWORD), ("anong%", PASSWORD)),
    ],
)
def test_every_wrong_pair_gets_the_same_sentence(username, password, anong):
    with pytest.raises(WrongCredentials) as refused:
        member(username, password)
    assert str(refused.value) == str(WrongCredentials())


def test_the_username_is_taken_in_any_case(anong):
    for typed in ("anong", "ANONG", " Anong "):
        assert member(typed, PASSWORD) == anong


def test_staff_are_no_members_and_members_no_staff(anong, chai):
    with pytest.raises(WrongCredentials):
        member("chai", PASSWORD)
    with pytest.raises(WrongCredentials):
        require_credentials("anong", PASSWORD, kind=Kind.STAFF)
    assert require_credentials("chai", PASSWORD, kind=Kind.STAFF) == chai


def test_a_closed_account_opens_nothing(anong):
    User.objects.update(closed_at=AT)
    with pytest.raises(WrongCredentials):
        member("anong", PASSWORD)


def test_an_unknown_username_costs_as_many_hashes_as_a_known_one(anong, monkeypatch):
    hashed = []
    verify = BoundedArgon2Hasher.verify

    def counted(self, password, encoded):
        hashed.append(encoded)
        return verify(self, password, encoded)

    monkeypatch.setattr(BoundedArgon2Hasher, "verify", counted)
    actions._nobodys_hash()
    for username in ("anong", "nobody"):
        with pytest.raises(WrongCredentials):
            member(username, "wrong")
    assert len(hashed) == 2


@pytest.mark.rule("R84")
def test_a_failed_login_is_in_the_ledger_without_what_was_typed(anong):
    number = national_id("anong")
    for typed in ("anong", number, "a password typed in the wrong field"):
        note_refused_sign_in(typed, by=as_actor())
    entries = AuditEntry.objects.filter(event="account.sign-in-refused")
    assert [entry.about for entry in entries] == ["account anong", "account unknown", "account unknown"]
    assert {str(entry.facts) for entry in entries} == {"{}"}


@pytest.mark.rule("R13")
def test_an_address_is_known_to_the_person_who_signed_in_from_it(anong):
    assert not is_known_address("anong", "192.0.2.7")
    note_sign_in(anong, by=as_actor(anong))
    note_sign_in(anong, by=as_actor(anong, at=AT + DAY))
    register("ekachai")
    assert is_known_address("ANONG", "192.0.2.7")
    assert not is_known_address("anong", "192.0.2.8")
    assert not is_known_address("ekachai", "192.0.2.7")
    row = KnownAddress.objects.get()
    assert row.last_at == AT + DAY
    assert "192" not in row.address_index


@pytest.mark.rule("R85")
def test_a_flood_of_logins_is_told_to_wait(monkeypatch):
    monkeypatch.setattr("securenet.domain.accounts.hashers.WAITING_SECONDS", 0)
    taken = [BoundedArgon2Hasher._places.acquire(blocking=False) for _place in range(64)]
    try:
        with pytest.raises(TooBusy), _Place(BoundedArgon2Hasher._places):
            pass
    finally:
        BoundedArgon2Hasher._places.release(taken.count(True))


def test_ended_sessions_are_cleared_and_living_ones_are_not():
    for key, moment in (("old", AT), ("young", AT + 2 * DAY)):
        Session.objects.create(session_key=key, session_data="", expire_date=moment, surface="portal")
    clear_sessions(at=AT + DAY)
    assert [session.pk for session in Session.objects.all()] == ["young"]


def test_a_session_that_has_ended_has_no_person_any_more(anong):
    opened = SessionStore()
    opened[USER] = anong.pk
    opened.save()
    store = SessionStore(opened.session_key)
    assert store.load() == {USER: anong.pk}
    assert store.person == anong

    Session.objects.all().delete()

    assert store.load() == {}
    assert store.person is None
    assert store.session_key is None
