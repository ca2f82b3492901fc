"""What a password must be, by the profile's rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.domain.accounts import passwords
from securenet.domain.accounts.passwords import require_good_password
from securenet.foundation.refusal import Refusal
from tests.cast import MERIDIA, PASSWORD

pytestmark = pytest.mark.rule("R2", "R85")
OWN = ["anong", "Anong Jaidee", "อนงค์ ใจดี", "a.jaidee@alpha.example"]


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("", passwords.PasswordTooShort),
        ("Abcdef1", passwords.PasswordTooShort),
        ("Aa1" + "x" * 62, passwords.PasswordTooLong),
        ("abcdefg1", passwords.PasswordLacksUpper),
        ("ABCDEFG1", passwords.PasswordLacksLower),
        ("Abcdefgh", passwords.PasswordLacksDigit),
        ("ÀBCDefgh๑", passwords.PasswordLacksDigit),
        ("Password123", passwords.PasswordTooCommon),
        ("Xanong12345", passwords.PasswordSelfDerived),
        ("JAIDEEabc123", passwords.PasswordSelfDerived),
        ("Myalpha1word", passwords.PasswordSelfDerived),
        ("Aใจดีxyz12345", passwords.PasswordSelfDerived),
    ],
)
def test_a_bad_password_is_refused_with_its_reason(password, refusal):
    with pytest.raises(refusal):
        require_good_password(password, own_words=OWN)


@pytest.mark.parametrize("password", ["Kuxelba7", "Aa1" + "x" * 61, "Aa1 with spaces and ไทย", PASSWORD])
def test_a_good_one_passes(password):
    require_good_password(password, own_words=OWN)


@pytest.mark.rule("R86")
def test_another_operators_rule_is_length_alone(settings):
    settings.PROFILE_PATH = MERIDIA
    with pytest.raises(passwords.PasswordTooShort):
        require_good_password("Abcdefg1Abcdefg", own_words=[])
    require_good_password("all small letters here", own_words=[])
    require_good_password("x" * 121 + " y " + "z", own_words=[])


@given(st.text(max_size=100))
def test_whatever_is_typed_passes_or_gets_a_sentence(password):
    refusal = None
    try:
        require_good_password(password, own_words=OWN)
    except Refusal as raised:
        refusal = raised
    assert refusal is None or (str(refusal) and refusal.field == "password")
