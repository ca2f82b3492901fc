"""TOTP: right codes once, others never."""

from datetime import timedelta
from functools import partial

import pyotp
import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from securenet.domain.accounts.models import SecondFactor
from securenet.domain.accounts.second_factors import (
    WrongCode,
    begin_second_factor,
    enrol_second_factor,
    provisioning_address,
    require_code,
)
from securenet.foundation.audit.models import AuditEntry
from tests.cast import AT, SERVICE_DESK, as_actor, staff

pytestmark = [pytest.mark.rule("R33", "R85"), pytest.mark.django_db]
STEP = timedelta(seconds=30)


@pytest.fixture
def factor(chai):
    return begin_second_factor(chai, by=as_actor(chai))


def code_at(factor, at):
    return pyotp.TOTP(factor.secret).at(at)


def prove(factor, code, at=AT):
    require_code(factor, code=code, by=as_actor(factor.user, at=at))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "๑๒๓๔๕๖", "-00001", "'or 1=1", "0" * 4000])
def test_what_is_no_code_is_refused(code, factor):
    with pytest.raises(WrongCode):
        prove(factor, code)


def test_a_wrong_code_is_refused(factor):
    right = int(code_at(factor, AT))
    nearby = {code_at(factor, AT + step * STEP) for step in (-1, 0, 1)}
    wrong = next(f"{(right + off) % 10**6:06d}" for off in range(1, 9) if f"{(right + off) % 10**6:06d}" not in nearby)
    with pytest.raises(WrongCode):
        prove(factor, wrong)


def test_a_code_works_once(factor):
    code = code_at(factor, AT)
    prove(factor, code)
    for moment in (AT, AT + STEP / 3, AT + STEP):
        with pytest.raises(WrongCode):
            prove(factor, code, moment)


def test_an_earlier_code_is_refused_after_a_later_one(factor):
    prove(factor, code_at(factor, AT + STEP))
    with pytest.raises(WrongCode):
        prove(factor, code_at(factor, AT))
    prove(factor, code_at(factor, AT + 2 * STEP), AT + 2 * STEP)


@pytest.mark.parametrize("skew", [-1, 0, 1])
def test_a_clock_that_is_thirty_seconds_off_is_borne(skew, factor):
    prove(factor, code_at(factor, AT + skew * STEP))


@pytest.mark.parametrize("skew", [-3, -2, 2, 3])
def test_a_clock_that_is_further_off_is_not(skew, factor):
    with pytest.raises(WrongCode):
        prove(factor, code_at(factor, AT + skew * STEP))


def test_a_code_is_read_with_its_spaces(factor):
    code = code_at(factor, AT)
    prove(factor, f" {code[:3]} {code[3:]} ")


def test_another_persons_code_is_refused(factor):
    other = begin_second_factor(staff("chuan", SERVICE_DESK), by=as_actor())
    with pytest.raises(WrongCode):
        prove(factor, code_at(other, AT))


def test_the_secret_is_made_once_and_confirmed_by_a_first_code(factor, chai):
    assert begin_second_factor(chai, by=as_actor(chai)).secret == factor.secret
    with pytest.raises(WrongCode):
        enrol_second_factor(factor, code="000000", by=as_actor(chai, at=AT + 1000 * STEP))
    assert SecondFactor.objects.get().confirmed_at is None
    enrol_second_factor(factor, code=code_at(factor, AT), by=as_actor(chai))
    assert SecondFactor.objects.get().confirmed_at == AT
    assert AuditEntry.objects.filter(event="second-factor.enrolled").count() == 1


@pytest.mark.rule("R84")
def test_the_secret_lies_sealed_and_is_in_no_ledger(factor, chai):
    enrol_second_factor(factor, code=code_at(factor, AT), by=as_actor(chai))
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_secondfactor")
        assert factor.secret.encode() not in bytes(cursor.fetchone()[0])
    assert all(factor.secret not in str(entry.facts) for entry in AuditEntry.objects.all())


def test_the_app_reads_name_and_operator_from_the_qr_code(factor):
    address = provisioning_address(factor)
    assert address.startswith("otpauth://totp/")
    assert "chai" in address
    assert "BOT%20SecureNet" in address


@pytest.mark.django_db(transaction=True)
def test_one_code_in_two_windows_at_the_same_moment_opens_one(at_once):
    factor = begin_second_factor(staff("chai", SERVICE_DESK), by=as_actor())
    code = code_at(factor, AT)
    copies = [SecondFactor.objects.select_related("user").get() for _window in range(2)]
    outcomes = at_once(*[partial(prove, copy, code) for copy in copies])
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [WrongCode]


@bounds(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_code_or_refused(factor, typed):
    if "".join(letter for letter in typed if letter in "0123456789") != code_at(factor, AT):
        with pytest.raises(WrongCode):
            prove(factor, typed, AT + 10**6 * STEP)
