"""Each of the two opinions on a path stands alone: what one would miss, the other must not be needed for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509

from securenet.foundation.x509 import path_reasons
from securenet.foundation.x509.path import judge_path, openssl_accepts
from tests.foundation.x509.forge import AT, CN, DAY, NUMBER, C, O, extension, name, tlv, utc
from tests.foundation.x509.world import TestAuthority, World, ec_key, found

pytestmark = pytest.mark.rule("R44")

Path = tuple[list[TestAuthority], bytes]


def through(*authorities: TestAuthority, **changes: object) -> Path:
    return list(authorities), authorities[-1].draft(**changes).der()


def stranger(world: World) -> Path:
    return [world.root, world.ca], world.ca.draft(signer=ec_key("stranger")).der()


def other_name(world: World) -> Path:
    return [world.root, world.ca], world.ca.draft(issuer=world.ec_ca.subject).der()


def forged_ca(world: World) -> Path:
    ca = found("Example CA G3", ec_key("forger"))
    renamed = TestAuthority(ca.subject, ca.key, ca.draft(issuer=world.root.subject).der())
    return [world.root, renamed], renamed.draft().der()


def critical_in_ca(world: World) -> Path:
    ca = found(
        "Example Odd CA", ec_key("odd"), world.root, extensions=(*CA_EXTENSIONS, extension("1.2.3", b"\x05\x00", True))
    )
    return [world.root, ca], ca.draft().der()


CA_EXTENSIONS = (
    extension("2.5.29.19", b"\x30\x03\x01\x01\xff", True),
    extension("2.5.29.15", b"\x03\x02\x01\x06", True),
)
SINGAPORE = name((C, "SG"), (O, NUMBER), (CN, "Ekachai"))
BAD_PATHS: dict[str, tuple[Callable[[World], Path], str]] = {
    "another's signature": (stranger, "untrusted-path"),
    "another's name": (other_name, "untrusted-path"),
    "a forged CA": (forged_ca, "untrusted-path"),
    "a critical extension in a CA": (critical_in_ca, "untrusted-path"),
    "no CA": (lambda w: through(w.root, w.not_a_ca), "untrusted-path"),
    "too long": (lambda w: through(w.root, w.below_leaf_ca, w.too_deep), "untrusted-path"),
    "outside the permitted names": (lambda w: through(w.root, w.narrow, subject=SINGAPORE), "untrusted-path"),
    "an expired CA": (lambda w: through(w.root, w.expired_ca), "chain-expired"),
    "the wrong root": (lambda w: through(w.ec_root, w.ca), "untrusted-path"),
}


@pytest.mark.parametrize("case", BAD_PATHS)
def test_either_opinion_refuses_a_bad_path_alone(world: World, case: str) -> None:
    make, reason = BAD_PATHS[case]
    authorities, der = make(world)
    path = [each.authority for each in authorities]

    assert path_reasons(path, der, AT) == (reason,)
    assert not openssl_accepts(path, der, AT)


def test_both_opinions_accept_a_good_path(world: World) -> None:
    path = [world.root.authority, world.ca.authority]

    assert path_reasons(path, world.ca.draft().der(), AT) == ()
    assert openssl_accepts(path, world.ca.draft().der(), AT)


def test_the_second_opinion_looks_at_the_given_moment(world: World) -> None:
    path = [world.root.authority, world.ca.authority]
    der = world.ca.draft(not_after=utc(AT)).der()

    assert openssl_accepts(path, der, AT)
    assert not openssl_accepts(path, der, AT + timedelta(seconds=1))
    assert not openssl_accepts(path, der, AT - 301 * DAY)


def test_what_is_no_certificate_has_no_path(world: World) -> None:
    assert path_reasons([world.root.authority], b"\x30\x00", AT) == ("untrusted-path",)


def test_a_path_to_a_certificate_with_an_unreadable_date_is_refused_not_broken(world: World) -> None:
    odd = world.ca.draft(not_before=tlv(0x17, b"991301000000Z")).der()
    assert path_reasons([world.root.authority, world.ca.authority], odd, AT) == ("untrusted-path",)


def test_a_certificate_with_an_unreadable_key_identifier_has_no_path(world: World) -> None:
    odd = world.ca.draft().plus(extension("2.5.29.35", b"\x05\x00")).der()
    loaded = x509.load_der_x509_certificate(odd)
    assert judge_path(loaded, odd, world.trust, AT).reasons == ("untrusted-path",)
