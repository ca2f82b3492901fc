"""What one browser has filled in so far."""

from datetime import timedelta

import pytest
from django.db import connection

from securenet.domain.registration.drafts import erase_drafts, load_draft, save_draft, submission_of
from securenet.domain.registration.jobs import clean_up
from securenet.domain.registration.models import Draft
from tests.cast import AT, HOUR, PASSWORD, as_actor, national_id, password_hash, register

pytestmark = [pytest.mark.rule("R5"), pytest.mark.django_db]
KEY = "the key in the browser's cookie"


def filled():
    return {
        "person": {"name_th": "อนงค์ ใจดี", "identity_number": national_id("anong")},
        "password": password_hash(),
    }


def save(at=AT, key=KEY):
    save_draft(key, filled(), by=as_actor(at=at))


def test_another_browser_finds_nothing():
    save()
    assert load_draft("another key", by=as_actor()) == {}
    assert load_draft("", by=as_actor()) == {}


def test_a_draft_survives_twenty_three_hours_and_no_twenty_fourth():
    save()
    assert load_draft(KEY, by=as_actor(at=AT + 23 * HOUR)) == filled()
    assert load_draft(KEY, by=as_actor(at=AT + 24 * HOUR)) == {}


def test_saving_again_starts_the_hours_anew():
    save()
    save(AT + 20 * HOUR)
    assert load_draft(KEY, by=as_actor(at=AT + 43 * HOUR)) == filled()
    assert Draft.objects.count() == 1


def test_an_old_draft_is_erased_and_a_young_one_is_not():
    save()
    save(AT + 10 * HOUR, "a younger one")
    clean_up(at=AT + 24 * HOUR)
    assert load_draft("a younger one", by=as_actor(at=AT + 24 * HOUR)) == filled()
    assert Draft.objects.count() == 1
    assert erase_drafts(by=as_actor(at=AT + timedelta(days=9))) == 1


def test_the_database_holds_neither_the_content_nor_the_key_nor_the_password():
    save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registration_draft")
        row = b" ".join(
            bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in cursor.fetchone()
        )
    for secret in ("อนงค์", national_id("anong"), KEY, PASSWORD, password_hash()):
        assert secret.encode() not in row
    assert PASSWORD not in Draft.objects.get().content, "of a password only a hash is kept"


def test_a_draft_is_gone_once_it_was_sent_and_leads_to_what_it_became():
    save()
    submission = register("anong", draft_key=KEY)
    assert load_draft(KEY, by=as_actor()) == {}
    assert submission_of(KEY) == submission
    assert submission_of("another key") is None
