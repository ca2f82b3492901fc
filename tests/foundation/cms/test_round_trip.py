"""What was sealed comes out again, whole, and nothing else does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from securenet.foundation.cms import Refused
from securenet.foundation.cms.sealing import CHUNK
from tests.foundation.cms.people import AT, KINDS, opened, person, sealed

CIPHERS = ("aes-256-gcm", "aes-256-cbc")
pytestmark = pytest.mark.rule("R47")
limits = st.sampled_from([0, 16, 4096, CHUNK, 2 * CHUNK])
edges = st.builds(lambda limit, off: max(0, limit + off), limits, st.integers(-17, 17))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cipher", CIPHERS)
def test_what_was_sealed_is_opened_and_says_who_signed(kind, cipher):
    key = person(kind)
    content, told = opened(sealed(b"counted and packed", key, cipher=cipher), key)
    assert content == b"counted and packed"
    assert (told.certificate, told.signed_at, told.size) == (key.certificate, AT, 18)


@given(size=edges, cipher=st.sampled_from(CIPHERS), seed=st.binary(min_size=1, max_size=64))
@settings(max_examples=40)
def test_every_size_around_the_limits_of_pieces_comes_back(size, cipher, seed):
    content = (seed * (size // len(seed) + 1))[:size]
    assert opened(sealed(content, cipher=cipher))[0] == content


def test_each_of_several_recipients_opens_it():
    anong, boonmee, chai = person("rsa-2048"), person("p-256", "boonmee"), person("p-384", "chai")
    data = sealed(b"for all", anong, anong, boonmee, chai)
    assert {opened(data, key)[0] for key in (anong, boonmee, chai)} == {b"for all"}


@pytest.mark.parametrize("kind", ["rsa-2048", "p-256"])
@given(where=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
@settings(max_examples=150)
def test_one_altered_octet_and_nothing_comes_out(kind, where, flip):
    data = bytearray(whole(kind))
    data[int(where * len(data))] ^= flip
    with pytest.raises(Refused):
        opened(bytes(data), person(kind))


@pytest.mark.parametrize("cipher", CIPHERS)
@given(where=st.floats(0, 1, exclude_max=True))
@settings(max_examples=60)
def test_what_ends_too_early_is_refused(cipher, where):
    data = whole("p-256", cipher)
    with pytest.raises(Refused):
        opened(data[: int(where * len(data))])


@given(data=st.binary(max_size=400))
def test_what_is_no_sealed_file_is_refused(data):
    with pytest.raises(Refused):
        opened(data)


@given(where=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
@settings(max_examples=100)
def test_altered_content_without_a_tag_of_its_own_never_comes_out_as_another(where, flip):
    data = bytearray(whole("p-256", "aes-256-cbc"))
    data[int(where * len(data))] ^= flip
    try:
        content, told = opened(bytes(data))
    except Refused:
        return
    assert (content, told.certificate) == (CONTENT, person().certificate)  # what frames the message was altered


CONTENT = b"1000 x 20, 500 x 100" * 20
WHOLE = {}


def whole(kind, cipher="aes-256-gcm"):
    """A sealed file, made once."""
    if (kind, cipher) not in WHOLE:
        WHOLE[kind, cipher] = sealed(CONTENT, person(kind), cipher=cipher)
    return WHOLE[kind, cipher]
