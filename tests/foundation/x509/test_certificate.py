"""The facts of a certificate, read by attribute and shown so that nobody is deceived."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.foundation.x509 import Refused, facts, names_match, read_upload
from tests.foundation.x509.cases_good import cat_subject, g3_subject, thai_digits
from tests.foundation.x509.forge import (
    CN,
    NUMBER,
    ORG_ID,
    OU,
    C,
    O,
    alternative,
    integer,
    mail,
    name,
    person,
    utc,
)
from tests.foundation.x509.world import World, ec_key

pytestmark = pytest.mark.rule("R42", "R44")


def test_a_member_sees_the_facts_in_the_order_of_the_manual(world: World) -> None:
    certificate = read_upload(world.ca.draft(key=ec_key("anong"), serial=integer(0xD19E2D79)).der())

    shown = facts(certificate)

    assert [label for label, _ in shown] == [
        "subject", "issuer", "issued_to", "valid_from", "valid_to", "public_key", "serial_number",
        "sha1_thumbprint", "sha256_thumbprint",
    ]  # fmt: skip
    assert dict(shown)["issued_to"] == "Anong Jaidee"
    assert dict(shown)["public_key"] == "EC P-256"
    assert dict(shown)["serial_number"] == "D19E2D79"
    assert dict(shown)["issuer"] == "C=TH, O=Example CA Company, CN=Example CA G3"


def test_the_name_is_shown_first_though_der_sorts_the_mail_before_it(world: World) -> None:
    certificate = read_upload(world.ca.draft(subject=cat_subject()).der())

    assert certificate.subject == f"C=TH, O=TAXID:{NUMBER}, CN=Anong Jaidee + E=anong@example.test"
    assert certificate.common_name == "Anong Jaidee"
    assert certificate.emails == ("anong@example.test",)


def test_controls_and_invisible_characters_are_never_shown_as_such(world: World) -> None:
    certificate = read_upload(world.ca.draft(subject=person("A\r\n\u202eB")).der())

    assert certificate.common_name == "A\\u000D\\u000A\\u202EB"
    assert certificate.subject.isprintable()


def test_mail_addresses_come_from_both_places_once(world: World) -> None:
    names = alternative(mail("anong@example.test"), mail("a.jaidee@example.test"))

    certificate = read_upload(world.ca.draft().plus(names).der())

    assert certificate.emails == ("anong@example.test", "a.jaidee@example.test")


def test_the_last_day_of_february_is_a_date_of_the_common_era(world: World) -> None:
    certificate = read_upload(world.ca.draft(not_after=utc("280229235959Z")).der())

    assert certificate.not_after == datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)


def test_certificates_of_one_issuer_and_serial_share_a_key_though_they_differ(world: World) -> None:
    first = read_upload(world.ca.draft().der())
    second = read_upload(world.ca.draft(subject=person("Boonmee")).der())
    other = read_upload(world.ec_ca.draft().der())

    assert first != second
    assert first.issuer_serial == second.issuer_serial != other.issuer_serial


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        (person(), NUMBER),
        (g3_subject(), NUMBER),
        (cat_subject(), NUMBER),
        (name((CN, "A"), (ORG_ID, f"TIN-{NUMBER}")), NUMBER),
        (name((CN, "A"), (ORG_ID, f"NTRTH-{NUMBER}")), NUMBER),
        (name((CN, "A"), (OU, f"TAXID:{NUMBER}")), NUMBER),
        (name((CN, "A"), (OU, NUMBER)), NUMBER),
        (name((CN, "A"), (O, NUMBER), (OU, f"taxid {NUMBER}")), NUMBER),
        (name((CN, "A"), (O, "0994000162244")), None),
        (name((CN, "A"), (O, thai_digits())), None),
        (name((CN, "A"), (O, NUMBER + "0")), None),
        (name((CN, "A"), (O, NUMBER), (ORG_ID, "0994000617721")), None),
        (name((CN, NUMBER), (C, "TH")), None),
        (name((CN, "A"), (OU, f"telephone {NUMBER}")), None),
        (name((CN, "A")), None),
    ],
)
def test_the_organization_number_is_found_by_attribute_and_check_digit(
    world: World, subject: bytes, number: str | None
) -> None:
    assert read_upload(world.ca.draft(subject=subject).der()).organization_number == number


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("น้ำใจ", "น้ําใจ"),
        ("น้ำใจ", "นํ้าใจ"),
        ("Anong  JAIDEE", "anong jaidee"),
        ("Ａｎｏｎｇ", "Anong"),
        ("Zoë", "Zoe\u0308"),
    ],
)
def test_names_that_read_the_same_match(a: str, b: str) -> None:
    assert names_match(a, b)


@pytest.mark.parametrize(("a", "b"), [("Anong", "Аnong"), ("นา", "น้า"), ("Anong", "An ong"), ("เเก้ว", "แก้ว")])
def test_names_that_only_look_alike_do_not_match(a: str, b: str) -> None:
    assert not names_match(a, b)


@given(st.text(max_size=20))
def test_every_name_matches_itself_in_every_case(value: str) -> None:
    assert names_match(value, value)
    assert names_match(f" {value} ", value)


def test_a_refusal_names_every_reason_that_makes_a_file_unreadable(world: World) -> None:
    draft = world.ca.draft(serial=integer(0), version=b"\xa0\x03\x02\x01\x03")

    with pytest.raises(Refused) as refused:
        read_upload(draft.der())

    assert refused.value.reasons == ("version", "serial")
