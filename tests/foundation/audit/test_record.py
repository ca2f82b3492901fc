"""What the ledger takes and what it refuses."""

import enum
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from stdnum.th import pin

from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import SecretInLedger, checked
from securenet.foundation.audit.models import AppendOnly, AuditEntry, Checkpoint

pytestmark = [pytest.mark.rule("R84"), pytest.mark.django_db]
AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
CHAI = Actor(user=None, name="chai", surface="backoffice", at=AT, address="192.0.2.7", credential="password+totp")
NUMBER = "1101700207030"
identity_numbers = st.integers(10**11, 9 * 10**11 - 1).map(lambda n: f"{n}" + pin.calc_check_digit(f"{n}"))


class State(enum.Enum):
    RETURNED = "returned"


def test_an_entry_says_who_what_on_whom_when_from_where_and_with_which_credential():
    record("case.returned", by=CHAI, about="submission 2818", before={"state": "checking"}, after={"state": "returned"})
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.event, entry.about, entry.at) == ("chai", "case.returned", "submission 2818", AT)
    assert (entry.surface, entry.address, entry.credential) == ("backoffice", "192.0.2.7", "password+totp")
    assert entry.facts == {"before": {"state": "checking"}, "after": {"state": "returned"}}
    assert entry.batch is None


def test_facts_are_plain_data():
    facts = {
        "state": State.RETURNED,
        "on": date(2026, 11, 2),
        "at": AT,
        "opens": time(8, 30),
        "limit": Decimal("1.50"),
        "label": gettext_lazy("Sent"),
        "roles": {"officer", "admin"},
        "numbers": (1, 2),
        "nothing": None,
        "yes": True,
    }
    assert record("x.y", by=CHAI, **facts).facts == {
        "state": "returned",
        "on": "2026-11-02",
        "at": "2026-11-02T03:00:00+00:00",
        "opens": "08:30:00",
        "limit": "1.50",
        "label": str(gettext_lazy("Sent")),
        "roles": ["admin", "officer"],
        "numbers": [1, 2],
        "nothing": None,
        "yes": True,
    }


@pytest.mark.parametrize("value", [1.5, b"bytes", object(), float("nan")])
def test_what_databases_write_differently_is_refused(value):
    with pytest.raises(TypeError):
        record("x.y", by=CHAI, value=value)


@pytest.mark.parametrize(
    "name",
    ["password", "new_password", "token", "access_token", "key", "private_key", "pin", "client_secret",
     "identity_number", "old_identity_number", "Password", "tokens", "national_id", "api-key"],
)  # fmt: skip
@pytest.mark.parametrize(
    "inside", [lambda facts: facts, lambda facts: {"after": facts}, lambda facts: {"rows": [facts]}]
)
def test_a_fact_named_like_a_secret_is_refused_without_showing_it(name, inside):
    with pytest.raises(SecretInLedger) as refusal:
        record("x.y", by=CHAI, **inside({name: "hunter2"}))
    assert "hunter2" not in str(refusal.value)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", ["monkey", "pinned_page", "keyboard", "secretary", "identity_type"])
def test_a_name_that_only_contains_such_a_word_is_good(name):
    record("x.y", by=CHAI, **{name: "x"})


@pytest.mark.parametrize("value", [NUMBER, "1-1017-00207-03-0", f" {NUMBER} ", int(NUMBER), "๑๑๐๑๗๐๐๒๐๗๐๓๐"])
def test_an_identity_number_is_refused_without_showing_it(value):
    for facts in ({"n": value}, {"after": {"n": value}}, {"list": [value]}):
        with pytest.raises(SecretInLedger) as refusal:
            record("x.y", by=CHAI, **facts)
        assert NUMBER not in str(refusal.value)


def test_an_identity_number_as_the_subject_is_refused():
    with pytest.raises(SecretInLedger):
        record("x.y", by=CHAI, about=NUMBER)


@given(identity_numbers, st.sampled_from(["เลขของฉันคือ {} ครับ", "{}, {}", "(1) {}", "x{}x"]))
def test_an_identity_number_that_someone_typed_into_a_text_is_masked(number, text):
    written = checked({"reason": text.format(number, number)})["reason"]
    assert number not in written
    assert number[-4:] in written


@pytest.mark.parametrize("value", ["0994000162243", "1101700207031", "12345678901234", "281800000", NUMBER + "1"])
def test_other_numbers_stay_readable(value):
    assert checked({"number": value}) == {"number": value}


def test_what_a_database_refuses_is_replaced():
    entry = record("x.y", by=CHAI, about="a\0b", note="\ud800\0")
    entry.refresh_from_db()
    assert entry.about == "a\ufffdb"
    assert entry.facts == {"note": "?\ufffd"}


def test_an_entry_is_written_with_what_it_reports_or_not_at_all():
    with transaction.atomic():
        record("x.y", by=CHAI)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def test_code_cannot_change_or_delete_an_entry():
    entry = record("x.y", by=CHAI)
    entry.actor = "ekachai"
    changes = [
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(actor="ekachai"),
        lambda: AuditEntry.objects.bulk_update([entry], ["actor"]),
        lambda: AuditEntry.objects.update_or_create(pk=entry.pk, defaults={"actor": "ekachai"}),
        Checkpoint.objects.all().delete,
        lambda: Checkpoint.objects.update(entries=0),
    ]
    for change in changes:
        with pytest.raises(AppendOnly):
            change()
    assert AuditEntry.objects.get().actor == "chai"
