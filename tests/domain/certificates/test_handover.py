"""From the certificate address to the portal: one session's, once, within a minute."""

from datetime import timedelta
from functools import partial

import pytest

from securenet.domain.certificates.handover import HandoverLost, hand_over, hand_over_login, take_over
from securenet.domain.certificates.jobs import forget_old_handovers
from securenet.domain.certificates.login import CertificateUnusable
from securenet.domain.certificates.models import Handover
from tests.cast import AT, as_actor

pytestmark = [pytest.mark.rule("R46", "R85"), pytest.mark.django_db]
TX, DER = "the transaction in her session", b"a certificate"
SECOND = timedelta(seconds=1)


def give(tx=TX, at=AT, purpose="register"):
    return hand_over(tx, purpose=purpose, der=DER, by=as_actor(at=at, surface="certificate"))


def take(code, tx=TX, at=AT, purpose="register"):
    return take_over(tx, code, purpose=purpose, by=as_actor(at=at))[0]


def test_the_session_that_asked_takes_it_with_the_code_that_the_browser_brings():
    assert take(give()) == DER


def test_it_is_taken_once():
    code = give()
    take(code)
    with pytest.raises(HandoverLost):
        take(code)


def test_another_sessions_transaction_opens_nothing_and_spoils_nothing():
    code = give()
    for tx in ("another session's", "", TX + " "):
        with pytest.raises(HandoverLost):
            take(code, tx)
    assert take(code) == DER


@pytest.mark.parametrize("code", ["", "x", "A" * 43, "A" * 5000])
def test_a_guessed_code_opens_nothing(code):
    give()
    with pytest.raises(HandoverLost):
        take(code)


def test_one_for_registering_does_not_log_in():
    with pytest.raises(HandoverLost):
        take(give(), purpose="login")


def test_one_that_nobody_judged_is_not_handed_over_for_a_login():
    with pytest.raises(HandoverLost):
        give(purpose="login")
    with pytest.raises(CertificateUnusable):
        hand_over_login(TX, der=DER, by=as_actor(at=AT, surface="certificate"))
    assert not Handover.objects.exists()


def test_it_lives_a_minute():
    assert take(give(), at=AT + 60 * SECOND) == DER
    code = give("a second one")
    with pytest.raises(HandoverLost):
        take(code, "a second one", at=AT + 61 * SECOND)


def test_one_transaction_is_handed_over_once():
    give()
    with pytest.raises(HandoverLost):
        give()


def test_nothing_is_handed_over_without_a_transaction():
    with pytest.raises(HandoverLost):
        give("")
    assert not Handover.objects.exists()


def test_of_transaction_and_code_only_hashes_are_kept_and_what_is_old_goes():
    code = give()
    row = str(vars(Handover.objects.get()))
    assert code not in row
    assert TX not in row
    forget_old_handovers(at=AT + 60 * SECOND)
    assert Handover.objects.exists()
    forget_old_handovers(at=AT + 61 * SECOND)
    assert not Handover.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_the_same_moment_take_it_once(at_once):
    code = give()
    outcomes = at_once(*[partial(take, code)] * 2)
    assert [type(outcome) for outcome in outcomes if outcome != DER] == [HandoverLost]
