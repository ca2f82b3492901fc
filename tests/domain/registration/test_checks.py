"""Step 1 and 2: what each field must be, and what is stored of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.th import moa, pin

from securenet.domain.organizations import checks as organizations
from securenet.domain.registration import checks
from tests.cast import MERIDIA, national_id, organization_number

pytestmark = pytest.mark.rule("R2")
EMOJI, BIDI, NUL, ZERO_WIDTH = "\N{GRINNING FACE}", "\u202e", "\0", "\u200b"
DIGITS = st.text("0123456789", min_size=12, max_size=12)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "abc", "a" * 21, "anong jaidee", "anong.jaidee", "anong_1", "อนงค์", "anong!", "<b>anong"),
        *(f"anong{EMOJI}", f"anong{BIDI}", f"anong{NUL}", f"an{ZERO_WIDTH}ong", "anong\n1", "ａｎｏｎｇ", "аnong"),
        "anong' or 1=1 --",
    ],
)
def test_a_username_of_other_characters_or_length_is_refused(typed):
    with pytest.raises(checks.WrongUsername):
        checks.username(typed)


@pytest.mark.parametrize(("typed", "kept"), [("ANONG", "anong"), (" Anong99 ", "anong99"), ("a" * 20, "a" * 20)])
def test_capitals_become_small_letters(typed, kept):
    assert checks.username(typed) == kept


@pytest.mark.rule("R84")
@pytest.mark.parametrize("frame", ["{}", "a{}", "{}x"])
def test_an_identity_number_is_no_username(frame):
    with pytest.raises(checks.UsernameIsIdentity):
        checks.username(frame.format(national_id("anong")))


@given(st.text(max_size=25))
def test_whatever_is_typed_a_username_is_plain_or_refused(typed):
    try:
        kept = checks.username(typed)
    except (checks.WrongUsername, checks.UsernameIsIdentity):
        return
    assert 4 <= len(kept) <= 20
    assert set(kept) <= set("abcdefghijklmnopqrstuvwxyz0123456789")


@pytest.mark.parametrize(
    "typed", ["", "Anong", "อนงค์ Jaidee", "อนงค์<b>", f"อนงค์{EMOJI}", f"อนงค์{BIDI}", f"อนงค์{NUL}", "๑๒๓", "นาย1"]
)
def test_a_thai_name_is_in_thai_letters(typed):
    with pytest.raises(checks.NotThai):
        checks.thai_name(typed)


@pytest.mark.parametrize(
    "typed", ["", "อนงค์", "Anong ใจดี", "Anong<b>", f"Anong{EMOJI}", f"Anong{BIDI}", "Аnong", "4nong"]
)
def test_an_english_name_is_in_latin_letters(typed):
    with pytest.raises(checks.NotLatin):
        checks.latin_name(typed)


def test_names_are_kept_in_one_spelling():
    assert checks.latin_name("  Anong   Jaidee ") == "Anong Jaidee"
    assert checks.latin_name("Rene\u0301 O\u2019Neil-Smith") == "Ren\u00e9 O\u2019Neil-Smith"
    assert checks.thai_name("น\u0e4d\u0e32ทิพย์  ใจดี") == "น\u0e33ทิพย์ ใจดี"


@pytest.mark.parametrize("typed", ["", "1", "110170023070", "11017002307081", "1101700230x08", "ไทย"])
def test_an_identity_number_has_thirteen_digits(typed):
    with pytest.raises(checks.IdentityDigits):
        checks.identity("national_id", typed, "")


@given(DIGITS, st.integers(1, 9))
def test_an_identity_number_with_a_wrong_last_digit_is_refused(base, off):
    good = int(pin.calc_check_digit(base + "0"))
    with pytest.raises(checks.IdentityCheckDigit):
        checks.identity("national_id", f"{base}{(good + off) % 10}", "")


@pytest.mark.parametrize("typed", ["1-1017-00230-70-8", "1 1017 00230 70 8", "๑๑๐๑๗๐๐๒๓๐๗๐๘", " 1101700230708 "])
def test_an_identity_number_is_taken_as_it_is_printed_and_thailand_issues_it(typed):
    assert checks.identity("national_id", typed, "LA") == ("1101700230708", "TH")


@pytest.mark.parametrize("typed", ["", "AB1", "A" * 21, "AB<12345", "AB12345é", "ก1234567", f"AB12345{NUL}"])
def test_a_passport_number_that_none_can_have_is_refused(typed):
    with pytest.raises(checks.WrongIdentityNumber):
        checks.identity("passport", typed, "LA")


def test_a_passport_needs_its_country():
    with pytest.raises(checks.CountryMissing):
        checks.identity("passport", "AB1234567", "")
    assert checks.identity("passport", "ab 123-4567", "LA") == ("AB1234567", "LA")


@pytest.mark.parametrize("typed", ["", "12", "๑๒๓ก", "1" * 21, "12345;--"])
def test_an_alien_certificate_number_that_none_can_have_is_refused(typed):
    with pytest.raises(checks.WrongIdentityNumber):
        checks.identity("alien_certificate", typed, "")


def test_an_alien_certificate_is_issued_by_thailand():
    assert checks.identity("alien_certificate", "12-34567/89", "LA") == ("12-34567/89", "TH")


@pytest.mark.parametrize("kind", ["", "driving_licence", "NATIONAL_ID", "national_id\0"])
def test_another_document_is_refused(kind):
    with pytest.raises(checks.UnknownIdentityType):
        checks.identity(kind, "1101700230708", "TH")


@pytest.mark.parametrize(
    "typed", ["", "1", "0812", "call me", "+1", "+999123456789", "0" * 30, f"0812345678{EMOJI}", "'; drop table--"]
)
def test_what_cannot_be_a_telephone_number_is_refused(typed):
    with pytest.raises(checks.WrongPhone):
        checks.phone(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0812345678", "+66812345678"),
        ("081-234-5678", "+66812345678"),
        ("(02) 283 5666", "+6622835666"),
        ("+66 2 283 5666", "+6622835666"),
        ("+44 20 7946 0958", "+442079460958"),
        ("๐๘๑๒๓๔๕๖๗๘", "+66812345678"),
    ],
)
def test_thai_and_international_numbers_are_kept_in_one_form(typed, kept):
    assert checks.phone(typed) == kept


@pytest.mark.parametrize("typed", ["0 2283 5666 ext. 12", "02 283 5666 #12", "+66 2 283 5666;ext=12"])
def test_an_extension_is_not_lost_within_the_number(typed):
    with pytest.raises(checks.WrongPhone):
        checks.phone(typed)


@pytest.mark.rule("R3")
class TestOrganizations:
    """The number by which an organization is known."""

    @given(DIGITS.map(lambda base: "0" + base[1:]), st.integers(1, 9))
    def test_a_thai_number_with_a_wrong_last_digit_is_refused(self, base, off):
        good = int(moa.calc_check_digit(base + "0"))
        with pytest.raises(organizations.OrganizationCheckDigit):
            organizations.organization_number(f"{base}{(good + off) % 10}", "TH")

    @pytest.mark.parametrize("typed", ["", "0105561", "01055610000111", "x105561000011", f"010556100001{NUL}"])
    def test_a_thai_number_has_thirteen_digits(self, typed):
        with pytest.raises(organizations.OrganizationCheckDigit):
            organizations.organization_number(typed, "TH")

    def test_a_persons_identity_number_is_no_organizations(self):
        with pytest.raises(organizations.OrganizationCheckDigit):
            organizations.organization_number(national_id("anong"), "TH")

    @given(st.integers(0, 10**11 - 1))
    def test_a_thai_number_is_taken_as_it_is_printed(self, base):
        number = organization_number(base)
        printed = f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}"
        assert organizations.organization_number(printed, "TH") == number

    @pytest.mark.parametrize("typed", ["", "1", "<script>", "A" * 40, f"AB12{BIDI}", "ก123"])
    def test_another_countrys_number_is_plain(self, typed):
        with pytest.raises(organizations.WrongOrganizationNumber):
            organizations.organization_number(typed, "LA")

    def test_another_countrys_number_is_kept_in_capitals(self):
        assert organizations.organization_number(" ab-12/9 ", "LA") == "AB-12/9"

    @pytest.mark.rule("R86")
    def test_another_operator_has_its_own_documents_and_issuers(self, settings):
        settings.PROFILE_PATH = MERIDIA
        assert checks.identity("national_id", "ab1234567", "") == ("AB1234567", "XM")
        assert organizations.organization_number("m123456", "XM") == "M123456"
        with pytest.raises(organizations.WrongOrganizationNumber):
            organizations.organization_number("0105561000011", "XM")
        with pytest.raises(checks.WrongIdentityNumber):
            checks.identity("national_id", national_id("anong"), "")
