"""Revocation: verified lists and answers, any `revoked` wins, silence is never good."""

from datetime import datetime, timedelta

import pytest

from securenet.foundation.x509 import (
    Authority,
    Certificate,
    CrlIndex,
    Refused,
    Revocation,
    Verdict,
    check,
    read_crl,
    read_upload,
)
from tests.foundation.x509.cases_files import pem
from tests.foundation.x509.forge import (
    AT,
    DAY,
    basic_constraints,
    crl,
    distribution,
    extension,
    integer,
    key_usage,
    seq,
    spki,
    tlv,
    uri,
    utc,
)
from tests.foundation.x509.world import TestAuthority, World, ec_key

pytestmark = pytest.mark.rule("R44")

MINUTE = timedelta(minutes=1)
SERIAL = integer(0xA0A0)


def scope(*fields: bytes) -> tuple[bytes, ...]:
    return (extension("2.5.29.28", seq(*fields), critical=True),)


def point(address: str) -> bytes:
    return tlv(0xA0, tlv(0xA0, uri(address)))


@pytest.fixture
def anong(world: World) -> Certificate:
    return read_upload(world.ca.draft(serial=SERIAL).plus(distribution("http://crl.test/1")).der())


def judged(world: World, certificate: Certificate, *lists: bytes, at: datetime = AT) -> Verdict:
    """Check with these lists of the issuing CA, and the root's."""
    own = [read_crl(data, world.ca.authority) for data in lists]
    root = read_crl(world.lists[world.root], world.root.authority)
    return check(certificate, trust=world.trust, at=at, crls=[*own, root])


def listed(world: World, reason: int | None = 1, **changes: object) -> bytes:
    return crl(world.ca.subject, world.ca.key, [(SERIAL, reason)], **changes)  # type: ignore[arg-type]


def empty(world: World, **changes: object) -> bytes:
    return crl(world.ca.subject, world.ca.key, **changes)  # type: ignore[arg-type]


def test_without_lists_nothing_is_checked_and_that_is_said(world: World, anong: Certificate) -> None:
    verdict = check(anong, trust=world.trust, at=AT)

    assert verdict.accepted
    assert verdict.revocation == "not-checked"


def test_with_no_list_at_all_the_status_is_unknown_and_refused(world: World, anong: Certificate) -> None:
    verdict = check(anong, trust=world.trust, at=AT, crls=[])

    assert verdict.reasons == ("revocation-unknown",)
    assert verdict.revocation == "unknown"


def test_a_list_of_the_issuing_ca_alone_leaves_the_ca_unknown(world: World, anong: Certificate) -> None:
    verdict = check(anong, trust=world.trust, at=AT, crls=[read_crl(empty(world), world.ca.authority)])

    assert verdict.reasons == ("revocation-unknown",)


@pytest.mark.parametrize(
    ("make", "revocation"),
    [
        (lambda w: [empty(w)], "good"),
        (lambda w: [pem(empty(w), "X509 CRL")], "good"),
        (lambda w: [listed(w)], "revoked"),
        (lambda w: [listed(w, None)], "revoked"),
        (lambda w: [empty(w, next_update=AT - DAY / 24)], "unknown"),
        (lambda w: [empty(w, next_update=None)], "unknown"),
        (lambda w: [empty(w, this_update=AT + DAY / 24)], "unknown"),
        (lambda w: [empty(w, this_update=AT + MINUTE)], "good"),
        (lambda w: [empty(w, this_update=AT + 2 * MINUTE)], "unknown"),
        (lambda w: [listed(w, this_update=AT + MINUTE, revoked_at=AT + MINUTE / 2), empty(w)], "revoked"),
        (lambda w: [listed(w, this_update=AT + 2 * MINUTE, revoked_at=AT + MINUTE / 2), empty(w)], "good"),
        (lambda w: [listed(w, next_update=AT - DAY / 24), empty(w, number=8)], "revoked"),
        (lambda w: [listed(w, next_update=AT - DAY / 24)], "revoked"),
        (lambda w: [listed(w, revoked_at=AT + DAY)], "revoked"),
        (lambda w: [listed(w, this_update=AT + DAY, revoked_at=AT - DAY), empty(w)], "revoked"),
        (lambda w: [listed(w, this_update=AT + DAY, revoked_at=AT + DAY / 2), empty(w)], "good"),
        (lambda w: [listed(w, 6)], "on-hold"),
        (lambda w: [listed(w, 6, this_update=AT - 2 * DAY), empty(w, number=8)], "good"),
        (lambda w: [empty(w, this_update=AT - 2 * DAY), listed(w, 6, number=8)], "on-hold"),
        (lambda w: [listed(w, 8)], "revoked"),
        (lambda w: [empty(w, extensions=scope(tlv(0x81, b"\xff")))], "good"),
        (lambda w: [empty(w, extensions=scope(tlv(0x82, b"\xff")))], "unknown"),
        (lambda w: [empty(w, extensions=scope(tlv(0x84, b"\xff")))], "unknown"),
        (lambda w: [empty(w, extensions=scope(tlv(0x83, b"\x06\x40")))], "unknown"),
        (lambda w: [empty(w, extensions=scope(point("http://crl.test/1")))], "good"),
        (lambda w: [empty(w, extensions=scope(point("http://crl.test/2")))], "unknown"),
        (lambda w: [listed(w, extensions=scope(point("http://crl.test/2")))], "revoked"),
        (lambda w: [empty(w, extensions=(extension("2.5.29.27", integer(3), True),))], "unknown"),
        (lambda w: [empty(w), listed(w, extensions=(extension("2.5.29.27", integer(3), True),))], "revoked"),
        (lambda w: [empty(w, extensions=(extension("1.2.3.4", b"\x05\x00", True),))], "unknown"),
    ],
)
def test_the_status_follows_from_the_lists(world: World, anong: Certificate, make, revocation: str) -> None:  # type: ignore[no-untyped-def]
    verdict = judged(world, anong, *make(world))

    reasons = {"good": (), "unknown": ("revocation-unknown",)}.get(revocation, (revocation,))
    assert verdict.reasons == reasons
    assert verdict.revocation == {"on-hold": "revoked"}.get(revocation, revocation)


def test_a_hold_that_is_lifted_for_certain_lists_only_stays(world: World, anong: Certificate) -> None:
    partial = empty(world, number=8, extensions=scope(point("http://crl.test/2")))

    assert judged(world, anong, listed(world, 6), partial).reasons == ("on-hold",)


def test_the_number_lets_the_caller_notice_a_replayed_list(world: World) -> None:
    read = read_crl(empty(world, number=41), world.ca.authority)

    assert (read.number, read.this_update, read.next_update) == (41, AT - DAY, AT + 6 * DAY)


def test_a_list_is_indexed_once_and_tells_reason_and_moment(world: World) -> None:
    read = read_crl(listed(world, 4, revoked_at=AT - 9 * DAY), world.ca.authority)

    assert read.entries.get(0xA0A0) == Revocation("superseded", AT - 9 * DAY)
    assert CrlIndex.of(index := CrlIndex([read])) is index


def test_of_two_thousand_entries_each_is_found_and_nothing_between_them(world: World) -> None:
    revoked = [(integer(serial), serial % 5 or None) for serial in range(4001, 1, -2)]
    read = read_crl(crl(world.ca.subject, world.ca.key, revoked), world.ca.authority)

    assert len(read.entries) == 2000
    assert {read.entries.get(serial) for serial in range(5, 4002, 10)} == {Revocation("unspecified", AT - 2 * DAY)}
    assert all(read.entries.get(serial) for serial in range(3, 4002, 2))
    assert not any(read.entries.get(serial) for serial in (*range(0, 4003, 2), 1, 4003, -3, 2**159))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda w: (b"", w.ca), "not-a-certificate"),
        (lambda w: (w.ca.der, w.ca), "not-a-certificate"),
        (lambda w: (w.lists[w.root], w.ca), "unaccepted-issuer"),
        (lambda w: (crl(w.ca.subject, ec_key("stranger")), w.ca), "bad-signature"),
        (lambda w: (w.lists[w.ca].replace(b"\xde\xad", b"\xde\xae"), w.ca), "bad-signature"),
        (lambda w: (w.lists[w.no_lists], w.no_lists), "key-usage"),
    ],
)
def test_a_list_that_its_issuer_did_not_rightly_sign_is_refused(world: World, make, code: str) -> None:  # type: ignore[no-untyped-def]
    data, issuer = make(world)

    with pytest.raises(Refused, match=code):
        read_crl(data, issuer.authority)


def test_a_renewed_ca_certificate_with_the_same_key_shares_its_lists(world: World) -> None:
    renewed = TestAuthority(world.ca.subject, world.ca.key, world.root.draft(
        key=world.ca.key, subject=world.ca.subject, serial=integer(99), not_before=utc(AT - DAY),
        extensions=(basic_constraints(True), key_usage(5, 6))).der())  # fmt: skip

    assert Authority.of(renewed.loaded).identity == world.ca.authority.identity
    assert spki(world.ca.key) in renewed.der
