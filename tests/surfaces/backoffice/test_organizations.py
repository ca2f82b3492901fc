"""The register of organizations at the back office: who reads it, who keeps it, and what a search finds (R30a, R35)."""

import re
import unicodedata

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from securenet.domain.accounts.models import User
from securenet.domain.approvals.flow import State
from securenet.domain.entitlements.models import Entitlement, Role
from securenet.domain.entitlements.register import import_organizations
from securenet.domain.organizations.models import Organization
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.tables.reading import Caps, read_table
from securenet.foundation.text import search_key
from securenet.surfaces.shared import paging
from tests.cast import ALPHA, BETA, analyze, as_actor, organization_number, walk
from tests.domain.organizations.test_importing import csv

pytestmark = pytest.mark.rule("R30a", "R35")
THAI = ("0105561000038", "บริษัท น้ำใจขนส่ง จำกัด")
MANY = 10_000


@pytest.fixture
def register():
    """Alpha, Beta and a company with a Thai name are registered."""
    import_organizations(csv(ALPHA, BETA, THAI), rename=False, by=as_actor(at=timezone.now()))
    return Organization.objects.get(number=ALPHA[0])


def upload(browser, data, **words):
    return browser.post("/organizations/import/", {"file": SimpleUploadedFile("o.csv", data), **words})


def test_owners_do_not_see_the_register(register, dara, sign_in):
    browser = sign_in(dara)
    for address in ("", "import/", f"{register.pk}/", f"{register.pk}/name/", "import/template.xlsx"):
        assert browser.get(f"/organizations/{address}").status_code == 403


def test_auditors_read_and_change_nothing(register, adisak, sign_in):
    browser = sign_in(adisak)
    page = browser.get("/organizations/").content.decode()
    assert ALPHA[1] in page
    assert "Import from a file" not in page
    assert "Change" not in browser.get(f"/organizations/{register.pk}/").content.decode()

    assert browser.post(f"/organizations/{register.pk}/name/", {"name": "Other", "revision": "0"}).status_code == 403
    assert upload(browser, csv(ALPHA)).status_code == 403


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 25])
def test_an_organization_that_is_not_there_is_not_found(chai, sign_in, pk):
    browser = sign_in(chai)
    assert browser.get(f"/organizations/{pk}/").status_code == 404
    assert browser.post(f"/organizations/{pk}/name/", {"name": "Other", "revision": "0"}).status_code == 404


@pytest.mark.rule("R80")
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
@pytest.mark.parametrize("text", ["น้ำใจ", "นํ้าใจ", "  จำกัด "])
def test_a_thai_name_is_found_whatever_its_normalisation(register, chai, sign_in, form, text):
    page = sign_in(chai).get("/organizations/", {"q": unicodedata.normalize(form, text)}).content.decode()
    assert THAI[1] in page
    assert ALPHA[1] not in page


@pytest.mark.parametrize("text", [ALPHA[0], "0105561000011", "0-1055-61000-01-1", "ALPHA cash", "ａｌｐｈａ"])
def test_an_organization_is_found_by_number_and_name(register, chai, sign_in, text):
    page = sign_in(chai).get("/organizations/", {"q": text}).content.decode()
    assert ALPHA[1] in page
    assert BETA[1] not in page


@pytest.mark.rule("R82")
@pytest.mark.parametrize("query", ["q=%00", "state=x", "after=1~1", "q='%20OR%201=1", "q=%25", "q=--", "after=x~y"])
def test_odd_searches_break_nothing(register, chai, sign_in, query):
    assert sign_in(chai).get(f"/organizations/?{query}").status_code in {200, 422}


def test_the_register_is_paged_by_key(register, chai, sign_in, monkeypatch):
    monkeypatch.setattr(paging, "SIZE", 2)
    browser = sign_in(chai)
    page = browser.get("/organizations/").content.decode()
    older = re.search(r'href="([^"]+)" rel="next"', page)[1].replace("&amp;", "&")

    assert ALPHA[1] in browser.get(f"/organizations/{older}").content.decode()
    assert ALPHA[1] not in page


def test_a_name_is_corrected_everywhere_it_lives(chai, dara, ask, sign_in):
    walk(
        ask("boonmee", Role.ORGANIZATION_ADMIN, confirmed=False),
        State.APPROVED,
        chai=chai,
        dara=dara,
        at=timezone.now(),
    )
    waiting = ask("anong")
    alpha = Organization.objects.get()
    browser = sign_in(chai)

    answer = browser.post(f"/organizations/{alpha.pk}/name/", {"name": "Alpha  Cash (Thailand)", "revision": "0"})

    assert answer.status_code == 302
    assert "Alpha Cash (Thailand)" in browser.get(f"/cases/{waiting.number}/").content.decode()
    assert set(Entitlement.objects.values_list("organization_name", flat=True)) == {"Alpha Cash (Thailand)"}
    assert "Alpha Cash (Thailand)" in browser.get("/cases/").content.decode()
    page = browser.get(f"/organizations/{alpha.pk}/").content.decode()
    assert f"{ALPHA[1]} → Alpha Cash (Thailand)" in page
    entry = AuditEntry.objects.get(event="organization.name-corrected")
    assert (entry.actor, entry.facts["before"]) == ("chai", ALPHA[1])


@pytest.mark.parametrize("name", ["", "<3", "x" * 201, ALPHA[1]])
def test_a_name_that_is_none_or_the_same_is_refused(register, chai, sign_in, name):
    answer = sign_in(chai).post(f"/organizations/{register.pk}/name/", {"name": name, "revision": "0"})
    assert answer.status_code == 422
    assert Organization.objects.get(pk=register.pk).revision == 0


@pytest.mark.parametrize("revision", ["0", "", "x", "-1", "7"])
def test_the_slower_of_two_corrections_is_told(register, chai, orn, sign_in, revision):
    sign_in(orn).post(f"/organizations/{register.pk}/name/", {"name": "Orn's name", "revision": "0"})

    answer = sign_in(chai).post(f"/organizations/{register.pk}/name/", {"name": "Chai's name", "revision": revision})

    assert answer.status_code == 422
    assert Organization.objects.get(pk=register.pk).name == "Orn's name"


def test_the_page_of_an_organization_says_who_acts_for_it(chai, dara, ask, sign_in):
    at = timezone.now()
    walk(ask("boonmee", Role.ORGANIZATION_ADMIN, confirmed=False), State.APPROVED, chai=chai, dara=dara, at=at)
    waiting = ask("anong")

    page = sign_in(chai).get(f"/organizations/{Organization.objects.get().pk}/").content.decode()

    assert "Boonmee Srisuk" in page
    assert f'href="/cases/{waiting.number}/"' in page


def test_an_administrator_without_a_desk_gets_no_link_that_leads_nowhere(chai, dara, ask, orn, sign_in):
    at = timezone.now()
    walk(ask("boonmee", Role.ORGANIZATION_ADMIN, confirmed=False), State.APPROVED, chai=chai, dara=dara, at=at)
    waiting = ask("anong")

    page = sign_in(orn).get(f"/organizations/{Organization.objects.get().pk}/").content.decode()

    assert str(waiting.number) in page
    assert f'href="/cases/{waiting.number}/"' not in page


def test_an_upload_with_mistakes_shows_them_all_and_saves_nothing(chai, sign_in):
    answer = upload(sign_in(chai), csv(["1", ALPHA[1]], [BETA[0], ""]))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('data-l="What is wrong"') == 2
    assert "2 mistakes" in page
    assert Organization.objects.count() == 0


@pytest.mark.rule("R82")
@pytest.mark.parametrize("data", [b"", b"\0", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"x" * 5_100_000])
def test_an_upload_that_is_no_table_is_told(chai, sign_in, data):
    assert upload(sign_in(chai), data).status_code == 422


def test_an_upload_is_taken_once(orn, sign_in):
    browser = sign_in(orn)
    assert upload(browser, csv(ALPHA, BETA)).status_code == 302
    assert "2 organizations are new." in browser.get("/organizations/").content.decode()

    assert upload(browser, csv(ALPHA, BETA)).status_code == 302

    assert "2 organizations are as they were." in browser.get("/organizations/").content.decode()
    assert Organization.objects.count() == 2


def test_the_template_has_the_headings_that_the_import_reads(chai, sign_in):
    answer = sign_in(chai).get("/organizations/import/template.xlsx")
    table = read_table(answer.content, Caps(rows=1))
    assert table.header.cells[0].text == "Organization number"


def test_large_registers_stay_within_their_queries(chai, sign_in, django_assert_max_num_queries):
    at = timezone.now()
    organizations = Organization.objects.bulk_create(
        Organization(
            number=organization_number(base),
            number_type="tax_id",
            country="TH",
            name=f"Company {base}",
            name_key=search_key(f"Company {base}"),
            created_at=at,
        )
        for base in range(1100)
    )
    people = User.objects.bulk_create(
        User(username=f"m{number}", kind="member", name_en=f"M {number}", created_at=at, admitted_at=at)
        for number in range(MANY)
    )
    Entitlement.objects.bulk_create(
        Entitlement(
            member=person,
            service="bmsid",
            role="organization_admin" if number % 50 == 0 else "officer",
            organization=organizations[0],
            status="active",
            from_date=at.date(),
        )
        for number, person in enumerate(people)
    )
    analyze()
    browser = sign_in(chai)

    for address in ("", "?q=company", f"{organizations[0].pk}/"):
        with django_assert_max_num_queries(12):
            page = browser.get(f"/organizations/{address}").content.decode()
        assert "1,000+" in page
