"""Sealed text opens only with our keys and where it belongs."""

import base64

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from securenet.foundation.sealed import Unsealable, blind_index, box, new_keys, require_siv, seal, unseal
from securenet.foundation.sealed.box import with_another_key

pytestmark = pytest.mark.rule("R84", "R85")
HERE = "accounts.User.identity_number"
NUMBER = "1101700207030"


def key(number):
    return base64.b64encode(bytes([number]) * 32).decode()


@given(st.text())
def test_what_is_sealed_is_unsealed(text):
    assert unseal(seal(text, context=HERE), context=HERE) == text


@given(st.text(min_size=4))
def test_the_sealed_bytes_do_not_show_the_text_nor_that_two_are_equal(text):
    first, second = seal(text, context=HERE), seal(text, context=HERE)
    assert first != second
    assert text.encode() not in first


@given(st.data())
def test_one_altered_bit_is_noticed(data):
    blob = bytearray(seal(NUMBER, context=HERE))
    position = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[position // 8] ^= 1 << position % 8
    with pytest.raises(Unsealable):
        unseal(bytes(blob), context=HERE)


@given(st.integers(0, 41))
def test_a_cut_text_is_noticed(length):
    blob = seal(NUMBER, context=HERE)
    assert len(blob) == 1 + 12 + 13 + 16
    with pytest.raises(Unsealable):
        unseal(blob[:length], context=HERE)


@pytest.mark.parametrize("elsewhere", ["accounts.User.passport", "accounts.Person.identity_number", ""])
def test_what_is_moved_elsewhere_does_not_open(elsewhere):
    with pytest.raises(Unsealable):
        unseal(seal(NUMBER, context=HERE), context=elsewhere)


def test_the_newest_key_seals_and_every_key_unseals(settings):
    settings.SEAL_KEYS = f"1:{key(1)}"
    old = seal(NUMBER, context=HERE)
    settings.SEAL_KEYS = f"10:{key(2)},1:{key(1)}"
    new = seal(NUMBER, context=HERE)
    assert (old[0], new[0]) == (1, 10)
    assert unseal(old, context=HERE) == unseal(new, context=HERE) == NUMBER


def test_without_its_key_nothing_opens(settings):
    settings.SEAL_KEYS = f"1:{key(1)}"
    blob = seal(NUMBER, context=HERE)
    for others in (f"2:{key(1)}", f"1:{key(2)}"):
        settings.SEAL_KEYS = others
        with pytest.raises(Unsealable):
            unseal(blob, context=HERE)


def test_a_refusal_tells_neither_text_nor_key(settings):
    blob = seal(NUMBER, context=HERE)
    settings.SEAL_KEYS = f"1:{key(9)}"
    with pytest.raises(Unsealable) as refusal:
        unseal(blob, context=HERE)
    assert NUMBER not in repr(refusal.value)
    assert key(9) not in repr(refusal.value)
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize(
    "keys",
    ["", "1", "1:", "1:abc", f"0:{key(1)}", f"256:{key(1)}", f"x:{key(1)}", f"1:{key(1)},1:{key(2)}", f"1:{key(1)},"],
)
def test_malformed_keys_are_refused_without_being_shown(settings, keys):
    settings.SEAL_KEYS = keys
    with pytest.raises(ImproperlyConfigured) as refusal:
        require_siv()
    assert key(1) not in str(refusal.value)


@pytest.mark.parametrize("name", ["INDEX_KEY", "LEDGER_KEY"])
def test_short_keys_are_refused(settings, name):
    setattr(settings, name, "short")
    with pytest.raises(ImproperlyConfigured, match=name):
        require_siv()


def test_this_machine_can_seal():
    require_siv()


def test_an_openssl_without_siv_is_named(monkeypatch):
    def refuse(_key):
        raise UnsupportedAlgorithm("AES-GCM-SIV is not supported")

    monkeypatch.setattr(box, "AESGCMSIV", refuse)
    with pytest.raises(ImproperlyConfigured, match=r"3\.2.*OpenSSL \d"):
        require_siv()


@given(st.text(), st.text())
def test_equal_values_have_equal_indexes_and_others_do_not(one, other):
    indexes = blind_index(one, purpose="identity"), blind_index(other, purpose="identity")
    assert (indexes[0] == indexes[1]) == (one == other)


def test_an_index_depends_on_its_purpose_and_key(settings):
    first = blind_index(NUMBER, purpose="identity")
    assert first != blind_index(NUMBER, purpose="throttle")
    assert len(first) == 64
    settings.INDEX_KEY = key(7)
    assert first != blind_index(NUMBER, purpose="identity")


def test_fresh_secrets_work_and_differ(settings):
    fresh, others = new_keys(), new_keys()
    assert all(fresh[name] != others[name] for name in fresh)
    for name, value in fresh.items():
        setattr(settings, name.upper(), value)
    require_siv()
    old = seal(NUMBER, context=HERE)
    settings.SEAL_KEYS = with_another_key(settings.SEAL_KEYS)
    assert seal(NUMBER, context=HERE)[0] == 2
    assert unseal(old, context=HERE) == NUMBER
