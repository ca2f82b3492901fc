"""Staff who lost their second factor: two administrators take it away (R33)."""

import pyotp
import pytest

from securenet.commands.arguments import read
from securenet.commands.staff_factor import run
from securenet.domain.accounts.actions import WrongCredentials
from securenet.domain.accounts.models import SecondFactor, Session, User
from securenet.domain.accounts.second_factors import WrongCode, begin_second_factor, enrol_second_factor
from securenet.domain.accounts.staff_factors import (
    NoStaffAccount,
    ReasonNeeded,
    TwoAdministratorsNeeded,
    require_administrator,
    reset_staff_factor,
)
from securenet.foundation.actor import system
from securenet.foundation.audit.models import AuditEntry
from tests.cast import AT, PASSWORD, SERVICE_DESK, as_actor, last_mail, register, staff

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R33")]
BY = system("command line", AT)
ADMINISTRATOR = ("administrator", "")


def with_factor(username, *roles):
    user = staff(username, *roles)
    factor = begin_second_factor(user, by=as_actor(user))
    enrol_second_factor(factor, code=pyotp.TOTP(factor.secret).at(AT.timestamp() - 30), by=as_actor(user))
    return user


def code(user):
    return pyotp.TOTP(SecondFactor.objects.get(user=user).secret).at(AT.timestamp())


@pytest.fixture
def orn():
    return with_factor("orn", ADMINISTRATOR)


@pytest.fixture
def prem():
    return with_factor("prem", ADMINISTRATOR)


@pytest.fixture
def chai():
    """He has lost his phone, and is signed in somewhere."""
    user = with_factor("chai", SERVICE_DESK)
    Session.objects.create(session_key="k", user=user, surface="backoffice", expire_date=AT)
    return user


def reset(*administrators, username="chai", reason="Lost the phone; known to both in person."):
    return reset_staff_factor(username, administrators=administrators, reason=reason, by=BY)


def test_two_administrators_take_it_away_and_everything_is_written_down(chai, orn, prem):
    assert reset(orn, prem) == chai
    assert not SecondFactor.objects.filter(user=chai).exists()
    assert not Session.objects.filter(user=chai).exists()
    assert last_mail("second-factor-reset").to == chai.email
    entry = AuditEntry.objects.get(event="second-factor.reset")
    assert (entry.about, entry.facts["administrators"]) == (chai.about, ["orn", "prem"])


def test_one_administrator_alone_or_twice_is_not_enough(chai, orn):
    for administrators in ((), (orn,), (orn, orn)):
        with pytest.raises(TwoAdministratorsNeeded):
            reset(*administrators)
    assert SecondFactor.objects.filter(user=chai).exists()


def test_nobody_counts_who_is_no_administrator_any_more_or_the_person_themself(chai, orn, prem):
    with pytest.raises(TwoAdministratorsNeeded):
        reset(orn, chai)
    with pytest.raises(TwoAdministratorsNeeded):
        reset(orn, prem, username="prem")
    User.objects.filter(pk=prem.pk).update(closed_at=AT)
    with pytest.raises(TwoAdministratorsNeeded):
        reset(orn, prem)


def test_members_closed_accounts_and_strangers_are_no_staff(chai, orn, prem):
    register("anong")
    User.objects.filter(pk=chai.pk).update(closed_at=AT)
    for username in ("anong", "chai", "nobody"):
        with pytest.raises(NoStaffAccount):
            reset(orn, prem, username=username)


def test_it_has_a_reason(chai, orn, prem):
    with pytest.raises(ReasonNeeded):
        reset(orn, prem, reason=" - ")


def test_an_administrator_proves_both_factors(orn):
    assert require_administrator("orn", PASSWORD, code=code(orn), by=BY) == orn
    with pytest.raises(WrongCode):
        require_administrator("orn", PASSWORD, code=code(orn), by=BY)
    with pytest.raises(WrongCredentials):
        require_administrator("orn", "another", code="000000", by=BY)


def test_others_and_administrators_without_a_factor_prove_nothing(chai):
    staff("new", ADMINISTRATOR)
    for username in ("chai", "new", "nobody"):
        with pytest.raises(WrongCredentials):
            require_administrator(username, PASSWORD, code="000000", by=BY)


def test_the_command_asks_both_administrators_for_both_factors(chai, orn, prem, monkeypatch, capsys):
    typed = iter(["orn", "prem"])
    secrets = iter([PASSWORD, now(orn), PASSWORD, now(prem)])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(typed))
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(secrets))
    arguments = read(["staff", "reset-second-factor", "chai", "--reason", "Lost the phone; known in person."])
    assert run(arguments) == 0
    assert "chai enrols a new second factor" in capsys.readouterr().out
    assert not SecondFactor.objects.filter(user=chai).exists()


def now(user):
    return pyotp.TOTP(SecondFactor.objects.get(user=user).secret).now()
