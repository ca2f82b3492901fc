"""The verdict as a whole: trust, purpose, other certificates, and that a check cannot be ignored."""

from datetime import datetime, timedelta, timezone

import pytest

from securenet.foundation.x509 import (
    REFUSALS,
    WARNINGS,
    Known,
    Purpose,
    Reason,
    Refused,
    Trust,
    check,
    read_authority,
    read_upload,
    require_trusted,
)
from tests.foundation.x509.forge import (
    ANY_USE,
    AT,
    CLIENT,
    DAY,
    EMAIL_USE,
    basic_constraints,
    extended,
    integer,
    key_usage,
    person,
    utc,
)
from tests.foundation.x509.world import TestAuthority, World, ec_key, found

pytestmark = pytest.mark.rule("R44")


@pytest.mark.parametrize("part", ["nothing", "no roots", "no issuing CA", "other root"])
def test_without_the_right_anchors_everything_is_refused(world: World, part: str) -> None:
    roots = {"no issuing CA": [world.root.loaded], "other root": [world.ec_root.loaded]}.get(part, [])
    below = [world.ca.loaded] if part in {"no roots", "other root"} else []

    verdict = check(read_upload(world.ca.draft().der()), trust=Trust.of(roots, below), at=AT)

    expected = "untrusted-path" if part == "other root" else "unaccepted-issuer"
    assert verdict.reasons == (expected,)


def test_a_root_listed_as_issuing_ca_does_not_become_one(world: World) -> None:
    trust = Trust.of([world.root.loaded], [world.root.loaded])

    assert check(read_upload(world.root.draft().der()), trust=trust, at=AT).reasons == ("unaccepted-issuer",)


def test_a_member_with_the_names_and_key_of_a_root_is_not_taken_for_it(world: World) -> None:
    forged = world.root.draft(key=world.root.key, subject=world.root.subject)

    verdict = check(read_upload(forged.der()), trust=world.trust, at=AT)

    assert "key-reuse" in verdict.reasons
    assert not verdict.accepted


def test_no_approved_ca_can_vouch_through_a_ca_that_is_not_approved(world: World) -> None:
    middle = found("Example Middle CA", ec_key("middle"), world.root)
    low = found("Example Low CA", ec_key("low"), middle)
    trust = Trust.of([world.root.loaded], [low.loaded])

    assert check(read_upload(low.draft().der()), trust=trust, at=AT).reasons == ("untrusted-path",)


def test_a_ca_with_two_certificates_is_followed_through_the_valid_one(world: World) -> None:
    old = found("Example CA G3", world.ca.key, world.root, not_after=utc(AT - DAY))
    trust = Trust.of([world.root.loaded], [old.loaded, world.ca.loaded])

    assert check(read_upload(world.ca.draft().der()), trust=trust, at=AT).accepted


def test_an_expired_root_ends_every_path(world: World) -> None:
    root = found("Example Old Root", ec_key("old root"), not_after=utc(AT - DAY))
    ca = found("Example Heir CA", ec_key("heir"), root)
    trust = Trust.of([root.loaded], [ca.loaded])

    assert check(read_upload(ca.draft().der()), trust=trust, at=AT).reasons == ("chain-expired",)


def test_a_root_that_is_no_ca_vouches_for_nobody(world: World) -> None:
    root = found("Example Person", ec_key("person"), extensions=(basic_constraints(),))
    ca = found("Example Heir CA", ec_key("heir"), root)
    trust = Trust.of([root.loaded], [ca.loaded])

    assert check(read_upload(ca.draft().der()), trust=trust, at=AT).reasons == ("untrusted-path",)


def test_authorities_that_name_each_other_do_not_hold_the_checker_up(world: World) -> None:
    keys = [ec_key(f"ring {n}") for n in range(12)]
    ring = [found("Example Ring CA", key) for key in keys]
    ring = [
        TestAuthority(each.subject, each.key, each.draft(key=each.key, subject=each.subject, extensions=(
            basic_constraints(ca=True), key_usage(5, 6)), serial=integer(n + 1), signer=keys[n - 1]).der())
        for n, each in enumerate(ring)
    ]  # fmt: skip
    trust = Trust.of([world.root.loaded], [each.loaded for each in ring])

    assert check(read_upload(ring[0].draft().der()), trust=trust, at=AT).reasons == ("untrusted-path",)


@pytest.mark.parametrize(
    ("extensions", "purpose", "reasons", "warnings"),
    [
        ((key_usage(1), extended(EMAIL_USE)), "signature", "", ""),
        ((key_usage(1), extended(EMAIL_USE)), "login", "key-usage extended-key-usage", ""),
        ((key_usage(0), extended(CLIENT)), "signature", "extended-key-usage", ""),
        ((key_usage(0), extended("1.3.6.1.5.5.7.3.36")), "signature", "", ""),
        ((key_usage(0), extended(ANY_USE)), "signature", "", "extended-key-usage"),
        ((key_usage(0), extended(ANY_USE, CLIENT)), "login", "", ""),
        ((key_usage(0),), "login", "", ""),
        ((key_usage(0),), "signature", "", ""),
        ((), "signature", "key-usage", ""),
        ((key_usage(6, 0),), "signature", "key-usage", ""),
        ((key_usage(4),), "login", "key-usage", ""),
        ((key_usage(2), extended(EMAIL_USE)), "encryption", "", ""),
        ((key_usage(4),), "encryption", "", ""),
        ((), "encryption", "", ""),
        ((key_usage(0, 1),), "encryption", "key-usage", ""),
        ((key_usage(6, 2),), "encryption", "key-usage", ""),
        ((key_usage(2), extended(CLIENT)), "encryption", "extended-key-usage", ""),
    ],
)
def test_each_purpose_asks_for_its_own_usages(
    world: World, extensions: tuple[bytes, ...], purpose: Purpose, reasons: str, warnings: str
) -> None:
    certificate = read_upload(world.ca.draft(extensions=extensions).der())

    verdict = check(certificate, trust=world.trust, at=AT, purpose=purpose)

    assert verdict.reasons == tuple(reasons.split())
    assert verdict.warnings == tuple(warnings.split())


def test_a_key_in_use_by_another_member_is_refused_and_ones_own_is_a_warning(world: World) -> None:
    first = read_upload(world.ca.draft().der())
    second = read_upload(world.ca.draft(serial=integer(77), subject=person("Ekachai")).der())
    known = [Known(first, owner="anong")]

    assert check(second, trust=world.trust, at=AT, known=known, owner="ekachai").reasons == ("key-reuse",)
    assert check(second, trust=world.trust, at=AT, known=known, owner="anong").warnings == ("key-reuse",)
    assert check(second, trust=world.trust, at=AT, known=known).warnings == ("key-reuse",)
    assert check(first, trust=world.trust, at=AT, known=known, owner="anong").warnings == ()


def test_two_certificates_of_one_issuer_never_share_a_serial(world: World) -> None:
    first = read_upload(world.ca.draft(key=ec_key("anong")).der())
    second = read_upload(world.ca.draft(subject=person("Ekachai")).der())
    other_issuer = read_upload(world.ec_ca.draft(key=ec_key("dara")).der())

    assert check(second, trust=world.trust, at=AT, known=[Known(first)]).reasons == ("duplicate-serial",)
    assert check(other_issuer, trust=world.trust, at=AT, known=[Known(first)]).accepted


def test_a_moment_without_time_zone_is_a_mistake_of_the_caller(world: World) -> None:
    with pytest.raises(ValueError, match="time zone"):
        check(read_upload(world.ca.draft().der()), trust=world.trust, at=datetime(2026, 11, 23))  # noqa: DTZ001


def test_the_time_zone_of_the_moment_changes_nothing(world: World) -> None:
    bangkok = timezone(timedelta(hours=7))
    certificate = read_upload(world.ca.draft(not_after=utc(AT)).der())

    assert check(certificate, trust=world.trust, at=AT.astimezone(bangkok)).accepted
    assert not check(certificate, trust=world.trust, at=AT.astimezone(bangkok) + DAY / 86400).accepted


def test_a_certificate_that_is_not_trusted_raises_with_every_reason(world: World) -> None:
    bad = world.ca.draft(not_after=utc(AT - DAY), extensions=(key_usage(2),))

    with pytest.raises(Refused) as refused:
        require_trusted(read_upload(bad.der()), trust=world.trust, at=AT)

    assert refused.value.reasons == ("expired", "key-usage")
    assert require_trusted(read_upload(world.ca.draft().der()), trust=world.trust, at=AT).accepted


def test_a_ca_certificate_that_cannot_be_read_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="malformed"):
        read_authority(world.ca.der.replace(b"\x55\x1d\x0f", b"\x55\x1d\x13"))


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    only_warnings = {Reason.KEY, Reason.LIFETIME}

    assert set(REFUSALS) | only_warnings == set(Reason)
    assert only_warnings <= set(WARNINGS) <= set(Reason)
    for sentence in (*REFUSALS.values(), *WARNINGS.values()):
        assert any("ก" <= character <= "๛" for character in sentence.th)
        assert sentence.en.isascii()
        assert sentence.en.endswith(".")
