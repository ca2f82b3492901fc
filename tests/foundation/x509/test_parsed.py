"""Names are prepared for comparing once, and compared as RFC 5280 section 7.1 says all the same."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from asn1crypto import x509 as asn1

from securenet.foundation.x509 import path_reasons
from securenet.foundation.x509.parsed import ParsedCertificate, parsed_authority, parsed_certificate
from tests.foundation.x509.forge import AT, CN, C, O, name
from tests.foundation.x509.world import World

pytestmark = pytest.mark.rule("R44")

SHOUTED = name((C, "TH"), (O, "EXAMPLE  CA COMPANY"), (CN, "EXAMPLE CA G3"))
ANOTHER = name((C, "TH"), (O, "Example CA Company"), (CN, "Example CA G4"))
PROHIBITED = name((C, "TH"), (O, "Example CA Company"), (CN, "Example CA G3\ufffd"))


def issued_as(world: World, issuer: bytes):
    return parsed_certificate(world.ca.draft(issuer=issuer).der())[0]


def test_two_certificates_with_the_same_octets_for_their_issuer_share_its_name(world: World) -> None:
    first, second = (issued_as(world, world.ca.subject) for _ in range(2))
    assert first is not second
    assert first.issuer is second.issuer is parsed_authority(world.ca.der).subject


def test_a_name_in_other_octets_is_still_the_same_name(world: World) -> None:
    shouted, ca = issued_as(world, SHOUTED).issuer, parsed_authority(world.ca.der).subject
    assert shouted is not ca
    assert shouted == ca
    assert hash(shouted) == hash(ca)
    assert path_reasons([world.root.authority, world.ca.authority], world.ca.draft(issuer=SHOUTED).der(), AT) == ()


def test_another_name_is_not(world: World) -> None:
    der = world.ca.draft(issuer=ANOTHER).der()
    assert issued_as(world, ANOTHER).issuer != parsed_authority(world.ca.der).subject
    assert path_reasons([world.root.authority, world.ca.authority], der, AT) == ("untrusted-path",)


def test_a_name_with_a_prohibited_character_equals_not_even_itself(world: World) -> None:
    assert parsed_certificate(world.ca.draft(issuer=PROHIBITED).der()) == (None, "")


def test_no_two_threads_share_what_is_read_on_as_it_is_asked_for(world: World) -> None:
    def ca_and_name() -> tuple[ParsedCertificate, asn1.Name]:
        ca = parsed_authority(world.ca.der)
        return ca, ca.subject

    here, name_here = ca_and_name()
    with ThreadPoolExecutor(1) as pool:
        there, name_there = pool.submit(ca_and_name).result()
    assert here is parsed_authority(world.ca.der) is not there
    assert name_here is not name_there
    assert name_here == name_there
