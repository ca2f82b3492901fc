"""Files made to hurt: whatever they hold, the answer is a certificate or a refusal, and soon."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from securenet.foundation.x509 import Refused, check, names_match, read_crl, read_ocsp, read_upload
from securenet.foundation.x509.der import NotDer, parse
from securenet.foundation.x509.limits import (
    MAX_ALL_EXTENSIONS,
    MAX_ATTRIBUTE,
    MAX_DEPTH,
    MAX_EXTENSION,
    MAX_EXTENSIONS,
    MAX_GENERAL_NAMES,
    MAX_NAME,
    MAX_NODES,
    MAX_RDNS,
    MAX_UPLOAD,
)
from tests.foundation.x509.cases_files import nested, pem
from tests.foundation.x509.forge import AT, O, alternative, extension, name, seq, tlv
from tests.foundation.x509.world import World

pytestmark = pytest.mark.rule("R44")


def judge(world: World, data: bytes) -> bool:
    """Whether a file is accepted; anything but a refusal escapes."""
    try:
        certificate = read_upload(data)
    except Refused:
        return False
    return check(certificate, trust=world.trust, at=AT, crls=world.crls).accepted


def mutated(good: bytes, chance: random.Random) -> bytes:
    data = bytearray(good)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                data[at] ^= 1 << chance.randrange(8)
            case 2:
                del data[at : at + chance.randint(1, 8)]
            case _:
                data[at:at] = chance.randbytes(chance.randint(1, 8))
    return bytes(data)


@pytest.mark.parametrize("seed", range(8))
def test_no_changed_certificate_is_accepted_and_none_breaks_the_checker(world: World, seed: int) -> None:
    chance = random.Random(seed)
    good = world.ca.draft().der()

    for _ in range(150):
        changed = mutated(good, chance)
        assert changed == good or not judge(world, changed)


def test_no_single_changed_octet_is_accepted(world: World) -> None:
    good = world.ec_ca.draft().der()

    for at in range(0, len(good), 3):
        assert not judge(world, good[:at] + bytes([good[at] ^ 0x01]) + good[at + 1 :])


@given(st.binary(max_size=300))
def test_random_octets_are_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read_upload(data)


@given(st.binary(max_size=120), st.sampled_from(["CERTIFICATE", "X509 CERTIFICATE", "PKCS7", "RSA PRIVATE KEY"]))
def test_random_octets_in_pem_are_refused(data: bytes, label: str) -> None:
    with pytest.raises(Refused):
        read_upload(pem(seq(data), label))


@given(st.text(alphabet="-BEGIN CRTFAXPKVYD59\n\r=A", max_size=400))
def test_text_that_resembles_pem_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_upload(text.encode())


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_random_extension_values_never_break_the_checker(world: World, value: bytes) -> None:
    for oid in ("2.5.29.15", "2.5.29.17", "2.5.29.31", "2.5.29.35", "1.3.6.1.5.5.7.1.1", "2.5.29.36"):
        judge(world, world.ec_ca.draft().but(extensions=(extension(oid, value),)).der())


@given(st.binary(max_size=200))
def test_random_lists_and_answers_are_refused(world: World, data: bytes) -> None:
    with pytest.raises(Refused):
        read_crl(data, world.ca.authority)
    with pytest.raises(Refused):
        read_ocsp(data, world.ca.authority)


@pytest.mark.parametrize("seed", range(4))
def test_no_changed_list_is_taken(world: World, seed: int) -> None:
    chance = random.Random(seed)
    good = world.lists[world.ec_ca]

    for _ in range(150):
        changed = mutated(good, chance)
        if changed != good:
            with pytest.raises(Refused):
                read_crl(changed, world.ec_ca.authority)


@given(st.binary(max_size=60))
def test_what_the_reader_takes_for_der_it_would_write_the_same(data: bytes) -> None:
    try:
        node = parse(data)
    except NotDer:
        return
    assert node.encoding == data
    assert not node.children or b"".join(child.encoding for child in node.children) == node.content


def test_depth_and_number_of_values_are_bounded() -> None:
    parse(nested(MAX_DEPTH - 1))
    with pytest.raises(NotDer):
        parse(nested(MAX_DEPTH + 1))
    with pytest.raises(NotDer):
        parse(seq(seq() * MAX_NODES))


def test_a_file_at_the_limit_is_read_and_one_octet_more_is_not(world: World) -> None:
    good = pem(world.ca.draft().der())

    read_upload(good + b" " * (MAX_UPLOAD - len(good)))
    with pytest.raises(Refused, match="too-large"):
        read_upload(good + b" " * (MAX_UPLOAD - len(good) + 1))


@pytest.mark.parametrize(
    ("parts", "length", "read"),
    [(MAX_RDNS, 9, True), (MAX_RDNS + 1, 9, False), (1, MAX_ATTRIBUTE, True), (1, MAX_ATTRIBUTE + 1, False)],
)
def test_an_issuer_has_a_name_of_some_length_or_is_not_compared(
    world: World, parts: int, length: int, read: bool
) -> None:
    data = world.ca.draft(issuer=name(*[(O, "a" * length)] * parts)).der()

    if read:
        assert read_upload(data).subject
    else:
        with pytest.raises(Refused, match="too-large"):
            read_upload(data)


@pytest.mark.parametrize("part", ["subject", "issuer"])
def test_a_name_of_more_octets_than_the_limit_is_not_looked_into(world: World, part: str) -> None:
    longest = "a" * (MAX_NAME - 20)
    with pytest.raises(Refused, match="too-large"):
        read_upload(world.ca.draft().but(**{part: name((O, longest + "a" * 20))}).der())
    assert "subject" in read_upload(world.ca.draft(subject=name((O, longest))).der()).findings


def test_extensions_that_are_long_together_are_not_looked_into(world: World) -> None:
    broken, half = extension("2.5.29.32", b"\x30\x80"), extension("1.2.3", bytes(MAX_EXTENSION))
    draft, rest = world.ca.draft(), MAX_ALL_EXTENSIONS - MAX_EXTENSION
    own = (
        sum(map(len, (*draft.extensions, half))) - MAX_EXTENSION + len(extension("1.2.4", bytes(rest - 99))) - rest + 99
    )

    assert read_upload(draft.plus(half, extension("1.2.4", bytes(rest - own))).der()).serial_hex
    with pytest.raises(Refused, match="too-large"):
        read_upload(draft.plus(half, extension("1.2.4", bytes(rest - own + 1))).der())
    with pytest.raises(Refused, match="too-large"):
        read_upload(draft.plus(broken, half, extension("1.2.4", bytes(rest))).der())


def changes() -> st.SearchStrategy[list[tuple[float, int, bytes]]]:
    """Places in a file as fractions, how many octets go there, and what comes instead."""
    few = st.binary(max_size=4) | st.sampled_from([b"\n", b" ", b"\r\n", b"=", b"-----", b"\x30\x80", b"\x00"])
    return st.lists(st.tuples(st.floats(0, 1), st.integers(0, 4), few), min_size=1, max_size=3)


@settings(max_examples=80)
@given(changes(), st.booleans())
def test_a_changed_file_is_refused_unless_it_holds_the_very_certificate(
    world: World, made: list[tuple[float, int, bytes]], text: bool
) -> None:
    der = world.ec_ca.draft().but(serial=b"\x02\x01\x07").der()
    data = pem(der) if text else der
    for place, gone, new in made:
        at = int(place * len(data))
        data = data[:at] + new + data[at + gone :]

    try:
        certificate = read_upload(data)
    except Refused:
        return
    accepted = check(certificate, trust=world.trust, at=AT, crls=world.crls).accepted
    assert accepted == (certificate.der == der)
    assert text or not accepted or data == der


def test_as_many_extensions_as_the_limit_are_read(world: World) -> None:
    own = len(world.ca.draft().extensions)
    more = [extension(f"1.2.3.{n}", b"\x05\x00") for n in range(MAX_EXTENSIONS - own)]

    read_upload(world.ca.draft().plus(*more).der())
    with pytest.raises(Refused, match="too-large"):
        read_upload(world.ca.draft().plus(*more, extension("1.2.4", b"\x05\x00")).der())


def test_as_many_alternative_names_as_the_limit_are_read(world: World) -> None:
    most = [tlv(0x82, f"h{n}.example".encode()) for n in range(MAX_GENERAL_NAMES)]

    read_upload(world.ca.draft(extensions=(alternative(*most),)).der())
    with pytest.raises(Refused, match="too-large"):
        read_upload(world.ca.draft(extensions=(alternative(*most, most[0]),)).der())


@pytest.mark.parametrize(
    "value",
    [
        b"\x01\x01\x01", b"\x02\x00", b"\x02\x02\x00\x7f", b"\x02\x02\xff\x80", b"\x03\x02\x08\x00", b"\x03\x01\x01",
        b"\x03\x02\x01\x01", b"\x05\x01\x00", b"\x06\x00", b"\x06\x02\x80\x01", b"\x06\x01\x80", b"\x24\x02\x04\x00",
        b"\x1f\x81\x01\x00", b"\x31\x04\x02\x00\x01\x00", b"\x30\x80\x00\x00", b"\x41\x00", b"\xc1\x00", b"\x09\x00",
        b"\x17\x0b2601010000Z", b"\x18\x0f20261301000000Z", b"\x1e\x01\x00", b"\x16\x01\x80", b"\x30\x81\x00",
        b"\x30\x01", b"\x30", b"", b"\x05\x00\x05\x00",
    ],
)  # fmt: skip
def test_what_der_forbids_is_not_read(value: bytes) -> None:
    with pytest.raises(NotDer):
        parse(value)


def test_names_of_any_kind_can_be_compared() -> None:
    assert not names_match("\ud800", tlv(0x0C).decode())
