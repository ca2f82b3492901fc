"""The operator's import: everything wrong is told at once, and nothing of such a file is saved."""

import io
from csv import writer
from functools import partial
from types import SimpleNamespace

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from securenet.domain.entitlements.register import import_organizations, import_report
from securenet.domain.organizations import importing
from securenet.domain.organizations.actions import close_organization
from securenet.domain.organizations.importing import MistakesInside, read_organizations
from securenet.domain.organizations.models import Organization
from securenet.domain.organizations.queries import known_name
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.tables.refusals import TooManyRows
from securenet.foundation.tables.writing import table_file
from tests.cast import ALPHA, BETA, as_actor, asked, national_id, organization_number, register, right_of
from tests.foundation.tables.test_reading import PATIENT, book

pytestmark = [pytest.mark.rule("R30a"), pytest.mark.django_db]
HEADINGS = ["number", "name", "country", "number_type"]


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


def csv(*rows):
    lines = io.StringIO()
    writer(lines).writerows([HEADINGS[: len(rows[0])], *rows])
    return lines.getvalue().encode()


def take(data, rename=False, **facts):
    return import_organizations(data, rename=rename, by=as_actor(**facts))


def mistakes_of(data, **options):
    with pytest.raises(MistakesInside) as found:
        take(data, **options)
    assert Organization.objects.count() == 0
    return [(mistake.row, mistake.column) for mistake in found.value.mistakes]


def test_every_mistake_is_told_by_row_and_column_and_nothing_is_saved():
    data = csv(
        ["0105561000012", ALPHA[1], "TH", ""],
        [BETA[0], "", "TH", ""],
        ["HRB 1", "Gamma", "Atlantis", ""],
        [ALPHA[0], "<3", "TH", "barcode"],
        [ALPHA[0], ALPHA[1], "TH", "tax_id"],
    )
    number, name, country, kind = ("Organization number", "Name of the organization", "Country", "Kind of number")
    assert mistakes_of(data) == [(2, number), (3, name), (4, country), (5, kind), (5, name)]


@pytest.mark.parametrize(
    ("heading", "place"),
    [
        ("number,name,colour", (1, "C")),
        ("number,number,name", (1, "B")),
        ("number", (1, "Name of the organization")),
        ("name", (1, "Organization number")),
        ("0105561000011,Alpha", (1, "A")),
    ],
)
def test_headings_that_are_not_the_templates_are_told(heading, place):
    assert place in mistakes_of(heading.encode() + b"\n1,2,3")


def test_a_name_that_a_comma_cuts_in_two_is_a_mistake():
    assert mistakes_of(f"number,name\n{ALPHA[0]},{ALPHA[1]}".encode()) == [(2, "C")]


def test_one_organization_in_two_rows_is_a_mistake():
    assert mistakes_of(csv(list(ALPHA), list(ALPHA))) == [(3, "Organization number")]


@pytest.mark.parametrize(
    "cell", ["1.05561E+11", "1,05561E+11", "05561000011", "105561000012", "=A1", 105561000012, 10556100001.5, True]
)
def test_a_number_that_excel_has_spoilt_is_a_mistake(cell):
    assert mistakes_of(book(HEADINGS[:2], [cell, "Alpha"])) == [(2, "Organization number")]


@pytest.mark.parametrize("cell", ["105561000011", "105561000011.0", 105561000011, 105561000011.0])
def test_the_zero_that_excel_has_dropped_is_put_back_and_told(cell):
    done = take(book(HEADINGS[:2], [cell, ALPHA[1]]))

    assert known_name(ALPHA[0], "TH") == ALPHA[1]
    assert done.repaired == (2,)
    assert "A zero in front was put back in these rows: 2." in import_report(done)


def test_zeros_that_nothing_can_prove_are_asked_for():
    assert mistakes_of(book(HEADINGS[:3], [40103, "Gamma", "DE"])) == [(2, "Organization number")]
    assert mistakes_of(csv(["40103.0", "Gamma", "DE"])) == [(2, "Organization number")]


def test_a_name_that_is_a_number_or_a_formula_is_a_mistake():
    assert mistakes_of(book(HEADINGS[:2], [ALPHA[0], 7], [BETA[0], "=A1"])) == [
        (2, "Name of the organization"),
        (3, "Name of the organization"),
    ]
    assert mistakes_of(csv([ALPHA[0], national_id("anong")])) == [(2, "Name of the organization")]


def test_more_rows_than_the_profile_allows_are_refused(monkeypatch):
    small = SimpleNamespace(limits=SimpleNamespace(import_rows=1))
    monkeypatch.setattr(importing, "profile", lambda: small)
    with pytest.raises(TooManyRows):
        take(csv(list(ALPHA), list(BETA)))


def test_the_template_is_read_in_both_languages():
    thai = table_file(["เลขทะเบียนนิติบุคคล", "ชื่อนิติบุคคล"], [ALPHA])
    assert take(thai).new == 1
    assert take(csv(list(BETA))).new == 1


def test_an_import_fills_in_names_and_says_what_it_did():
    done = take(csv([*ALPHA, "TH", "tax_id"], [*BETA, "ไทย", ""], ["hrb 1", "Gamma GmbH", "Germany", ""]))

    assert (done.new, done.renamed, done.unchanged) == (3, 0, 0)
    assert known_name("HRB 1", "DE") == "Gamma GmbH"
    assert Organization.objects.get(number=BETA[0]).number_type == "tax_id"
    assert AuditEntry.objects.filter(event="organization.imported").count() == 3


def test_the_same_file_again_changes_nothing():
    data = csv(list(ALPHA), list(BETA))
    take(data)
    entries = AuditEntry.objects.count()

    done = take(data)

    assert (done.new, done.renamed, done.unchanged) == (0, 0, 2)
    assert AuditEntry.objects.count() == entries


def test_a_name_that_differs_is_taken_only_where_that_was_asked_for(boonmee):
    data = csv([ALPHA[0], "Alpha Renamed Co."])
    with pytest.raises(MistakesInside) as found:
        take(data)
    assert ALPHA[1] in found.value.mistakes[0].sentence
    assert known_name(ALPHA[0], "TH") == ALPHA[1]

    assert take(data, rename=True).renamed == 1

    assert right_of(boonmee).organization_name == "Alpha Renamed Co."
    entry = AuditEntry.objects.get(event="organization.name-corrected")
    assert (entry.facts["before"], entry.facts["after"]) == (ALPHA[1], "Alpha Renamed Co.")


def test_an_import_does_not_bring_back_what_has_ended():
    take(csv(list(ALPHA)))
    close_organization(Organization.objects.get(), reason="Dissolved", by=as_actor())

    done = take(csv([ALPHA[0], "Another name"]), rename=True)

    assert done.ended == (2,)
    assert Organization.objects.get().name == ALPHA[1]
    assert Organization.objects.get().ended_at is not None


def test_an_applicants_own_spelling_is_not_what_others_are_given(db):
    register("anong", asked(organization=(ALPHA[0], "alpha, as I write it")))
    assert known_name(ALPHA[0], "TH") == ""

    take(csv(list(ALPHA)))

    assert known_name(ALPHA[0], "TH") == ALPHA[1]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_the_same_moment_make_each_organization_once(at_once):
    data = csv(*([organization_number(base), f"Organization {base}"] for base in range(1, 30)))
    at_once(partial(take, data), partial(take, data))
    assert Organization.objects.count() == 29


@PATIENT
@given(st.integers(0, 10**10 - 1).map(lambda base: organization_number(10**10 + base)))
def test_a_number_survives_excel_whatever_it_is(number):
    read = read_organizations(f"number,name\n{number.lstrip('0')},Alpha".encode())
    assert [line.number for line in read.lines] == [number]
    assert read.repaired == [2]


@PATIENT
@given(st.integers(0, 10**10 - 1).map(lambda base: organization_number(10**10 + base)), st.integers(1, 9))
def test_a_dropped_zero_and_a_wrong_digit_are_never_taken(number, off):
    wrong = number[1:-1] + str((int(number[-1]) + off) % 10)
    read = read_organizations(f"number,name\n{wrong},Alpha".encode())
    assert (read.lines, len(read.mistakes)) == ([], 1)
