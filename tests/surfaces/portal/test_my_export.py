"""A copy of one's own data (R79)."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from tests.cast import PASSWORD, code_in, last_mail, token_in
from tests.domain.certificates.pki import register
from tests.surfaces.portal.visitor import path_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R79")]


def files(answer):
    assert answer.headers["Content-Type"] == "application/zip", answer.content[:500]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return json.loads(archive.read("data.json")), archive.read("data.html").decode()


def test_all_of_the_members_own_is_in_it(sign_in, anong, pki):
    register(anong, pki.certificate_for("anong"))

    data, _page = files(sign_in(anong).post("/me/export/"))

    assert data["account"][0]["identity_number"] == anong.identity_number
    assert data["rights"][0]["organization_name"]
    assert {row["number"] for row in data["requests"]} == {row.number for row in anong.submissions.all()}
    assert data["requests"][0]["cases"][0]["steps"]
    assert len(data["certificates"]) == 1
    assert data["sign_ins"][-1]["event"] == "account.signed-in"
    assert {row["to"] for row in data["mails"]} == {"anong@alpha.example"}


def test_nothing_that_opens_something_is_in_it(sign_in, anong):
    mail = last_mail("registration-confirm", anong.email)
    visitor = sign_in(anong)
    answer = visitor.post("/me/export/")

    whole = json.dumps(files(answer)[0]) + files(answer)[1]

    opening = (token_in(mail), code_in(mail), anong.password, visitor.cookies["__Host-portal"].value)
    assert not [secret for secret in opening if secret in whole]


def test_nothing_of_others_is_in_it(sign_in, anong, boonmee, ekachai):
    data, page = files(sign_in(ekachai, "en").post("/me/export/"))

    for name in ("anong", "boonmee", "Anong", "Boonmee"):
        assert name not in json.dumps(data) + page


@pytest.mark.rule("R80")
@pytest.mark.parametrize(("language", "words"), [("th", "ชื่อ-สกุล ภาษาไทย"), ("en", "Name in Thai")])
def test_people_read_it_in_their_language(sign_in, anong, language, words):
    _data, page = files(sign_in(anong, language).post("/me/export/"))

    assert f'<html lang="{language}">' in page
    assert words in page
    assert "<script" not in page


@pytest.mark.rule("R84")
def test_it_is_recorded_without_the_data(sign_in, anong):
    sign_in(anong).post("/me/export/")

    entry = AuditEntry.objects.get(event="personal-data.exported")
    assert entry.about == "account anong"
    assert set(entry.facts) == {"rows"}


@pytest.mark.rule("R85")
def test_it_takes_a_fresh_sign_in(sign_in, anong, clock):
    visitor = sign_in(anong)
    clock.shift(timedelta(minutes=profile().sessions.fresh_minutes, seconds=1))

    assert path_of(visitor.get("/me/export/")) == "/me/again/"
    assert b"PK" not in visitor.post("/me/export/").content[:4]
    assert not AuditEntry.objects.filter(event="personal-data.exported").exists()

    assert visitor.post("/me/export/", {"again-password": PASSWORD}).content[:2] == b"PK"


def test_looking_hands_nothing_out(sign_in, anong):
    assert sign_in(anong).get("/me/export/").headers["Content-Type"].startswith("text/html")
