"""The pages to read: landing page, ways to a service, contacts, trust store (R9, R50, R61, R80, R86)."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from securenet.domain.certificates.models import Authority
from securenet.domain.profile.queries import profile
from securenet.surfaces.portal.content import file_name
from tests.surfaces.portal.content_reader import MERIDIA, PAGES, Reader, Seen, accept_demo_cas, anong, file_address

pytestmark = pytest.mark.django_db
BMS_ID = settings.PUBLIC_URLS["bms_id"]


@pytest.fixture
def reader():
    return Reader("en")


@pytest.fixture
def meridia(settings):
    settings.PROFILE_PATH = MERIDIA


@pytest.mark.rule("R80")
@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_for_visitors_in_both_languages(address, language):
    response = Reader(language).get(address)

    assert response.status_code == 200
    assert response.headers["Content-Language"] == language


@pytest.mark.rule("R81")
@pytest.mark.parametrize("address", PAGES)
def test_no_page_refers_to_a_third_party(address, reader):
    ours = {urlsplit(url).hostname for url in settings.PUBLIC_URLS.values()}
    hosts = {urlsplit(link).hostname for link in Seen(reader.page(address)).links}

    assert hosts - ours == {None}


@pytest.mark.parametrize("address", PAGES)
def test_headings_leave_no_level_out(address, reader):
    levels = [int(heading[1]) for heading in Seen(reader.page(address)).headings]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("address", ["/services/nothing/", "/help/nothing/", "/trust/1.cer", "/recover/"])
def test_what_is_not_there_is_not_found(address, reader):
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/", "/services/bmsid/", "/help/terms/", "/contacts/", "/trust/"])
def test_pages_to_read_take_nothing(address, reader):
    assert reader.post(address).status_code == 405


@pytest.mark.parametrize("address", PAGES)
def test_pages_cost_few_queries(address, reader, django_assert_max_num_queries):
    accept_demo_cas()
    reader.sign_in(anong())
    with django_assert_max_num_queries(6):
        reader.page(address)


@pytest.mark.rule("R9")
def test_an_open_service_is_entered_or_applied_for(reader):
    links = Seen(reader.page("/")).links

    assert f"{BMS_ID}/login/" in links
    assert "/services/bmsid/" in links


@pytest.mark.rule("R9")
def test_a_service_that_is_not_connected_offers_its_contacts_instead(reader):
    seen = Seen(reader.page("/"))

    assert "/contacts/#service-emcs" in seen.links
    assert "/services/emcs/" not in seen.links
    assert not any("register" in link for link in Seen(reader.page("/services/emcs/")).links if link != "/register/")


@pytest.mark.rule("R86")
def test_another_operator_has_its_own_tiles(meridia, reader):
    seen = Seen(reader.page("/"))

    assert "Vault Access" in seen.text
    assert "Statutory Returns" in seen.text
    assert "BMS ID" not in seen.text
    assert {f"{BMS_ID}/login/", "https://returns.central-bank.example/"} <= set(seen.links)
    assert reader.get("/services/bmsid/").status_code == 404


@pytest.mark.rule("R9")
def test_the_three_ways_lead_where_they_say(reader):
    links = Seen(reader.page("/services/bmsid/")).links

    assert {"/register/", "/rights/", "/rights/add/"} <= set(links)


@pytest.mark.rule("R23")
def test_a_member_is_greeted_and_led_to_the_personal_page(reader):
    reader.sign_in(anong())
    seen = Seen(reader.page("/"))

    assert "Welcome, Anong Test" in seen.text
    assert seen.links.count("/me/") >= 2
    assert "/register/" not in seen.links


@pytest.mark.rule("R87")
def test_only_a_demo_speaks_of_trying_out(reader, settings):
    assert "/help/certificate/" not in Seen(reader.page("/")).links
    assert "valid-malee.p12" not in reader.page("/help/certificate/")

    settings.DEMO = True
    settings.PUBLIC_URLS = settings.PUBLIC_URLS | {"mailbox": "https://mailbox.localhost:8444/mailbox/"}

    assert {"/help/certificate/", "https://mailbox.localhost:8444/mailbox/"} <= set(Seen(reader.page("/")).links)
    assert "valid-malee.p12" in reader.page("/help/certificate/")


@pytest.mark.rule("R61")
@pytest.mark.parametrize("language", ["th", "en"])
def test_contacts_name_everybody_and_the_postal_address(language):
    page = Reader(language).page("/contacts/")

    for contact in profile().contacts:
        facts = (contact.name, contact.department, contact.position)
        assert all(fact.in_(language) in page for fact in facts)
        assert f"mailto:{contact.email}" in page
        assert contact.phone in page
    assert all(line.in_(language) in page for line in profile().operator.service_desk.address)


@pytest.mark.rule("R61")
def test_contacts_are_the_operators(meridia, reader):
    seen = Seen(reader.page("/contacts/"))

    assert "Duty officer" in seen.text
    assert "Thailand" not in seen.text


@pytest.mark.rule("R10", "R11")
@pytest.mark.parametrize("kind", ["username", "password"])
def test_who_forgot_something_finds_the_service_desk(kind, reader):
    seen = Seen(reader.page(f"/recover/{kind}/sent/"))
    desk = profile().operator.service_desk

    assert {"tel:+6622835666", f"mailto:{desk.email}"} <= set(seen.links)
    assert desk.hours.en in seen.text
    assert desk.phone in Seen(reader.page(f"/recover/{kind}/")).text


@pytest.mark.rule("R50")
def test_without_authorities_the_page_says_so(reader):
    assert Seen(reader.page("/trust/")).text.count("has not added a certificate of this kind yet") == 4


@pytest.mark.rule("R50")
def test_the_set_that_counts_here_comes_first(reader, settings):
    assert Seen(reader.page("/trust/")).text.index("Production set") < Seen(reader.page("/trust/")).text.index(
        "Test set"
    )

    settings.DEMO = True

    assert Seen(reader.page("/trust/")).text.index("Production set") > Seen(reader.page("/trust/")).text.index(
        "Test set"
    )


@pytest.mark.rule("R50", "R44")
def test_each_authority_shows_fingerprints_and_its_lists_freshness(reader):
    accepted = accept_demo_cas()
    seen = Seen(reader.page("/trust/"))

    for authority in accepted:
        assert authority.subject in seen.text
        assert bytes.fromhex(authority.sha1).hex(":").upper() in "".join(seen.words)
        assert bytes.fromhex(authority.sha256).hex(":").upper() in "".join(seen.words)
    assert [seen.text.count(words) for words in ("Up to date", "Overdue", "Not fetched yet")] == [1, 1, 1]
    assert seen.text.count("No address of a list is set") == 2
    assert "127.0.0.1" not in seen.text


@pytest.mark.rule("R50")
def test_a_download_is_the_accepted_certificate_byte_for_byte(reader):
    for authority in accept_demo_cas():
        response = reader.get(file_address(authority))

        assert response.content == bytes(authority.der)
        assert response.headers["Content-Type"] == "application/pkix-cert"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{authority.name}-test.cer"'


@pytest.mark.rule("R50", "R52")
def test_a_withdrawn_authority_is_neither_listed_nor_handed_out(reader):
    authority = accept_demo_cas()[0]
    authority.withdrawn_at = authority.added_at
    authority.save()

    assert authority.subject not in Seen(reader.page("/trust/")).text
    assert reader.get(file_address(authority)).status_code == 404


@pytest.mark.rule("R50")
@pytest.mark.parametrize(
    ("file", "handed_out"),
    [
        ("TDID CA-G2.cer", "TDID CA-G2.cer"),
        ("meridia-root.pem", "meridia-root.cer"),
        ('a"; filename="b.exe', "a__ filename__b.cer"),
        ("../../etc/passwd.cer", "_.._etc_passwd.cer"),
        ("ใบรับรอง.cer", "________.cer"),
    ],
)
def test_a_file_is_handed_out_under_a_name_that_every_system_takes(file, handed_out):
    assert file_name(Authority(file=file)) == handed_out
