"""A sealed field is text in Python and unreadable in the database. The outbox has two."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection, models

from securenet.foundation.actor import system
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from securenet.foundation.sealed import SealedField, Unsealable, rotation
from securenet.foundation.sealed.box import with_another_key
from securenet.foundation.sealed.rotation import reseal_all, sealed_fields

pytestmark = [pytest.mark.rule("R84", "R85"), pytest.mark.django_db]
AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
BY = system("rotation", AT)


def write(number=1, text="ความลับ"):
    return Mail.objects.create(
        message_id=f"<{number}@test>", to="anong@example.com", text=text, html="<p>", template="t", created_at=AT
    )


def stored(column="text"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM mail_mail ORDER BY id")  # noqa: S608
        return [bytes(row[0]) for row in cursor.fetchall()]


def test_the_text_comes_back():
    mail = write()
    mail.refresh_from_db()
    assert mail.text == "ความลับ"
    assert Mail.objects.values_list("text", flat=True).get() == "ความลับ"


def test_the_database_does_not_hold_the_text():
    write()
    assert "ความลับ".encode() not in stored()[0]


def test_an_empty_text_is_sealed_too():
    write(text="")
    assert len(stored()[0]) == 1 + 12 + 16
    assert Mail.objects.get().text == ""


@pytest.mark.parametrize("lookup", ["text", "text__contains", "text__in", "text__gt"])
def test_a_sealed_field_cannot_be_searched(lookup):
    with pytest.raises(FieldError, match="blind index"):
        Mail.objects.filter(**{lookup: "ความลับ"}).exists()


def test_bytes_are_refused():
    with pytest.raises(TypeError):
        write(text=b"bytes")


def test_what_is_copied_to_another_column_does_not_open():
    write()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE mail_mail SET html = text")
    with pytest.raises(Unsealable):
        Mail.objects.get()


def test_many_rows_are_sealed_at_once():
    mails = [write(number) for number in range(3)]
    for mail in mails:
        mail.text = f"อีกความลับ {mail.pk}"
    Mail.objects.bulk_update(mails, ["text"])
    Mail.objects.filter(pk=mails[0].pk).update(text="แก้แล้ว")
    assert Mail.objects.get(pk=mails[0].pk).text == "แก้แล้ว"
    assert Mail.objects.get(pk=mails[1].pk).text == f"อีกความลับ {mails[1].pk}"
    assert not any("ความลับ".encode() in blob for blob in stored())


def test_a_dump_does_not_hold_the_text(capsys):
    write()
    call_command("dumpdata", "mail")
    assert "ความลับ" not in capsys.readouterr().out


def test_null_stays_null():
    field = SealedField(null=True)
    assert field.get_db_prep_value(None, connection) is None
    assert field.from_db_value(None, None, connection) is None


def test_a_unique_sealed_field_is_found_by_the_check():
    field = SealedField(unique=True)
    field.set_attributes_from_name("number")
    field.model = Mail
    assert "sealed.E001" in [problem.id for problem in field.check()]


def test_rotation_seals_everything_with_the_newest_key(settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    for number in range(5):
        write(number, f"ความลับ {number}")
    old = settings.SEAL_KEYS
    settings.SEAL_KEYS = with_another_key(old)
    write(5, "ใหม่")

    assert reseal_all(BY) == 10

    settings.SEAL_KEYS = settings.SEAL_KEYS.removeprefix(f"{old},")
    assert [mail.text for mail in Mail.objects.order_by("pk")] == [*(f"ความลับ {n}" for n in range(5)), "ใหม่"]
    assert {blob[0] for blob in stored("text") + stored("html")} == {2}
    assert AuditEntry.objects.get(event="seal.rotated").facts == {"texts": 10, "newest": 2}


def test_rotation_without_an_old_key_does_nothing():
    write()
    before = stored()
    assert reseal_all(BY) == 0
    assert stored() == before


def test_rotation_stops_at_what_does_not_open(settings):
    write()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE mail_mail SET html = text")
    settings.SEAL_KEYS = with_another_key(settings.SEAL_KEYS)
    with pytest.raises(Unsealable):
        reseal_all(BY)


def test_a_text_that_changes_meanwhile_is_not_overwritten(settings):
    mail = write()
    settings.SEAL_KEYS = with_another_key(settings.SEAL_KEYS)
    old = stored()[0]
    Mail.objects.filter(pk=mail.pk).update(text="ใหม่กว่า")
    text = Mail._meta.get_field("text")
    assert rotation._reseal(text, mail.pk, old) == 0
    assert Mail.objects.get().text == "ใหม่กว่า"


def test_rotation_knows_every_sealed_field():
    assert {field.context for field in sealed_fields()} >= {"mail.Mail.text", "mail.Mail.html"}
    assert all(isinstance(field, models.Field) for field in sealed_fields())
