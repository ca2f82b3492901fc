"""The outbox and the audit trail as the back office shows them (R83, R84)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from securenet.foundation.actor import system
from securenet.foundation.audit.actions import record, seal_entries
from securenet.foundation.audit.guards import put_up, take_down
from securenet.foundation.mail.models import Mail
from securenet.surfaces.shared import paging

HOSTILE = ["' OR 1=1 --", "%", "<script>", "\\", "x" * 90, "ไม่มี"]


@pytest.fixture
def entries():
    """Write five entries an hour apart and return their actor."""
    first = datetime(2026, 11, 1, 15, 0, tzinfo=UTC)
    for hour in range(5):
        record("visit.noted", by=system("gate", first + timedelta(hours=hour)), about=f"gate {hour}", lane=hour)
    return "gate"


@pytest.mark.rule("R83")
def test_the_outbox_never_shows_what_a_mail_says(ask, chai, sign_in):
    submission = ask(confirmed=False)
    written = Mail.objects.get(template="registration-confirm")
    link = re.search(r"https://\S+/register/confirm/(\S+)/", written.text)[1]
    code = re.search(r"\b\d{8}\b", written.text)[0]

    page = sign_in(chai).get("/mail/").content.decode()

    assert submission.applicant.email in page
    assert "Waiting to be sent" in page
    assert link not in page
    assert code not in page


@pytest.mark.rule("R83")
def test_owners_do_not_read_the_outbox(dara, sign_in):
    assert sign_in(dara).get("/mail/").status_code == 403


@pytest.mark.rule("R83")
def test_mails_are_found_by_address_and_state(ask, orn, sign_in):
    ask("anong1", confirmed=False)
    ask("anong2", confirmed=False)
    browser = sign_in(orn)

    found = browser.get("/mail/?q=anong1@").content.decode()

    assert "anong1@alpha.example" in found
    assert "anong2@alpha.example" not in found
    assert "No mail fits" in browser.get("/mail/?state=failed").content.decode()


@pytest.mark.rule("R82")
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_searches_break_nothing(adisak, sign_in, text):
    browser = sign_in(adisak)

    assert browser.get("/mail/", {"q": text}).status_code == 200
    assert browser.get("/audit/", {"actor": text, "about": text, "event": text[:80]}).status_code in {200, 422}


@pytest.mark.rule("R82")
@pytest.mark.parametrize(
    "query",
    ["state=x", "q=%00", "after=1~1", "day_day=1", "day_day=1&day_month=1&day_year=1", "actor=%00"],
)
def test_odd_addresses_break_nothing(adisak, sign_in, query):
    browser = sign_in(adisak)

    assert browser.get(f"/mail/?{query}").status_code in {200, 422}
    assert browser.get(f"/audit/?{query}").status_code in {200, 422}


@pytest.mark.rule("R84")
def test_the_audit_trail_is_the_auditors(chai, dara, orn, sign_in):
    for user in (chai, dara, orn):
        browser = sign_in(user)
        assert browser.get("/audit/").status_code == 403
        assert browser.post("/audit/check/").status_code == 403


@pytest.mark.rule("R84")
def test_entries_are_found_by_who_what_and_day(entries, adisak, sign_in):
    browser = sign_in(adisak)

    assert browser.get("/audit/?actor=gate").content.decode().count("visit.noted") == 5
    assert browser.get("/audit/?about=gate 3").content.decode().count("visit.noted") == 1
    assert browser.get("/audit/?event=visit.").content.decode().count("visit.noted") == 5
    # 15:00 and 16:00 UTC are 22:00 and 23:00 in Bangkok; the rest is the next day there
    assert browser.get("/audit/?day_day=1&day_month=11&day_year=2026").content.decode().count("visit.noted") == 2
    assert browser.get("/audit/?actor=nobody").content.decode().count("visit.noted") == 0


@pytest.mark.rule("R84")
def test_the_audit_trail_is_paged_by_key(entries, adisak, sign_in, monkeypatch):
    monkeypatch.setattr(paging, "SIZE", 2)
    browser, seen, address = sign_in(adisak), [], "?actor=gate"
    while address:
        page = browser.get(f"/audit/{address}").content.decode()
        seen.append(re.findall(r">gate (\d)<", page))
        older = re.search(r'href="([^"]+)" rel="next"', page)
        address = older[1].replace("&amp;", "&") if older else ""

    assert seen == [["4", "3"], ["2", "1"], ["0"]]


@pytest.mark.rule("R84")
def test_the_chain_is_checked_on_demand_only(entries, adisak, sign_in):
    seal_entries(system("audit.seal", timezone.now()))
    browser = sign_in(adisak)
    assert "as it was sealed" not in browser.get("/audit/").content.decode()
    assert browser.get("/audit/check/").status_code == 405

    page = browser.post("/audit/check/", follow=True).content.decode()

    assert "The audit trail is as it was sealed." in page
    assert "as it was sealed" not in browser.get("/audit/").content.decode()


@pytest.mark.rule("R84")
def test_a_changed_entry_is_reported(entries, adisak, sign_in):
    seal_entries(system("audit.seal", timezone.now()))
    take_down(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditentry SET actor = 'nobody' WHERE about = 'gate 2'")
    put_up(connection)

    page = sign_in(adisak).post("/audit/check/", follow=True).content.decode()

    assert "The audit trail is not as it was sealed: 1 finding." in page


def test_full_pages_stay_within_their_queries(adisak, sign_in, django_assert_max_num_queries):
    now = timezone.now()
    for number in range(60):
        record("visit.noted", by=system("gate", now), about=f"gate {number}")
        Mail.objects.create(
            message_id=str(number),
            to="a@b.example",
            language="th",
            subject="x",
            text="x",
            html="x",
            template="x",
            created_at=now,
        )
    browser = sign_in(adisak)

    for address in ("/audit/?actor=gate", "/mail/?q=b.example"):
        with django_assert_max_num_queries(12):
            page = browser.get(address).content.decode()
        assert 'rel="next"' in page
