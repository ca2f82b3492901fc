"""What is remembered of a certificate is true at any time; all that can change is looked at each time."""

from __future__ import annotations

import pytest

from securenet.foundation.x509 import (
    CrlIndex,
    Refused,
    Trust,
    check,
    forget_findings,
    read_crl,
    read_upload,
)
from securenet.foundation.x509.remembered import remembered
from tests.foundation.x509.forge import AT, DAY, crl, integer
from tests.foundation.x509.world import World, found, rsa_key

pytestmark = pytest.mark.rule("R44")


@pytest.fixture(autouse=True)
def nothing_known():
    forget_findings()


def verdict(world: World, der: bytes, **given):
    conditions = {"trust": world.trust, "at": AT, "crls": world.crls}
    return check(read_upload(der), **conditions | given).reasons


def test_an_accepted_certificate_is_refused_once_its_time_is_over_and_before_it_begins(world: World):
    der = world.ca.draft().der()
    certificate = read_upload(der)
    assert verdict(world, der) == ()

    assert "expired" in verdict(world, der, at=certificate.not_after + DAY)
    assert "not-yet-valid" in verdict(world, der, at=certificate.not_before - DAY)
    assert verdict(world, der) == ()


def test_it_is_refused_once_its_cas_time_is_over(world: World):
    short = found("Example Short CA", rsa_key("short"), world.root, not_after=world.ca.draft().not_after)
    trust = Trust.of([world.root.loaded], [short.loaded])
    der = short.draft(not_after=world.root.draft().not_after).der()
    ends = short.loaded.not_valid_after_utc
    assert verdict(world, der, trust=trust, crls=None) == ()

    assert "chain-expired" in verdict(world, der, trust=trust, crls=None, at=ends + DAY)


def test_it_is_refused_once_its_ca_is_withdrawn_and_accepted_when_it_is_back(world: World):
    der = world.ca.draft().der()
    without = Trust.of([world.root.loaded], [world.client_ca.loaded])
    assert verdict(world, der) == ()

    assert verdict(world, der, trust=without, crls=None) == ("unaccepted-issuer",)
    assert verdict(world, der) == ()


def test_it_is_refused_once_the_list_names_it(world: World):
    der = world.ca.draft(serial=integer(0xF00D)).der()
    assert verdict(world, der) == ()
    newer = crl(world.ca.subject, world.ca.key, [(integer(0xF00D), 1)], number=8)
    of_the_root = read_crl(world.lists[world.root], world.root.authority)
    named = CrlIndex([of_the_root, read_crl(newer, world.ca.authority)])

    assert "revoked" in verdict(world, der, crls=named)
    assert verdict(world, der) == ()


def test_what_was_refused_is_refused_again_and_for_the_same_reasons(world: World):
    broken = b"0\x03\x02\x01\x01"
    for _time in range(2):
        with pytest.raises(Refused) as refused:
            read_upload(broken)
        assert refused.value.reasons == ("malformed",)


def test_a_finding_is_found_once_until_it_is_forgotten():
    looked = []

    @remembered(2)
    def look(thing: str) -> int:
        looked.append(thing)
        return len(looked)

    assert [look("a"), look("b"), look("a")] == [1, 2, 1]
    assert look("c") == 3, "the least lately used makes room"
    assert look("b") == 4
    forget_findings()
    assert look("b") == 5


def test_a_fault_is_not_remembered():
    tries = []

    @remembered(2)
    def fail(thing: str) -> str:
        tries.append(thing)
        raise ValueError(thing)

    for _time in range(2):
        with pytest.raises(ValueError, match="a"):
            fail("a")
    assert tries == ["a", "a"]
