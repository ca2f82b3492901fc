"""Applying for a certificate, the RA officer's pages, and what comes back (R40)."""

from __future__ import annotations

from io import BytesIO

import pytest

from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Case
from securenet.domain.certificates.models import Application
from tests.cast import AT, member
from tests.domain.certificates.ra import ca_behind_est, make_officer, request_for, work
from tests.surfaces.portal.visitor import faults, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R40")]
APPLY = "/certificates/apply/"


@pytest.fixture
def officer(boonmee, anong, settings, tmp_path):
    """Boonmee checks applications; a CA is connected."""
    settings.CA_BACKEND, settings.TESTCA_DIRECTORY, settings.TESTCA_NAME = "testca", tmp_path, "ca"
    make_officer(boonmee, boonmee)
    return boonmee


def upload(content, **more):
    file = BytesIO(content)
    file.name = "request.p10"
    return {"file": file, "holds_key": "on"} | more


def apply(visitor):
    answer = visitor.post(APPLY, upload(request_for()))
    assert answer.status_code == 302, faults(answer)
    return path_of(answer)


def say(visitor, choice, **typed):
    place = f"/certificates/ra/{Case.objects.get(kind='application').pk}/"
    revision = visitor.get(place).context["form"]["revision"].value()
    return visitor.post(place, {"revision": str(revision), "choice": choice} | typed)


def test_the_whole_way(sign_in, officer, anong, pki, hierarchy, tmp_path, settings):
    hers, his = sign_in(anong), sign_in(officer)
    assert APPLY in hers.get("/certificates/").content.decode()
    place = apply(hers)
    assert place in hers.get("/certificates/").content.decode()

    assert "/certificates/ra/" in his.get("/certificates/").content.decode()
    assert "anong" in text_of(his.get(f"/certificates/ra/{Case.objects.get(kind='application').pk}/"))
    assert path_of(say(his, "agree", identified="on")) == "/certificates/ra/"
    assert hers.get(f"{place}certificate.cer").status_code == 404
    with ca_behind_est(hierarchy, tmp_path, settings):
        application = work()

    page = hers.get(place)
    assert f"{place}certificate.cer" in page.content.decode()
    assert str(application.registration.case.submission_id) in text_of(page)
    file = hers.get(f"{place}certificate.cer")
    assert file["Content-Type"] == "application/pkix-cert"
    assert file.content == bytes(application.issued)


def test_a_pasted_request_is_as_good(sign_in, officer, anong):
    answer = sign_in(anong).post(APPLY, {"text": request_for().decode(), "holds_key": "on"})
    assert path_of(answer) == f"/certificates/applications/{Case.objects.get(kind='application').submission_id}/"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (lambda: {"holds_key": "on"}, "file"),
        (lambda: upload(request_for(), text=request_for().decode()), "file"),
        (lambda: upload(request_for(), holds_key=""), "holds_key"),
        (lambda: upload(request_for(name="Somebody Else")), "file"),
        (lambda: upload(b"no request"), "file"),
        (lambda: upload(request_for() + b"-----BEGIN PRIVATE KEY-----\n"), "file"),
    ],
    ids=["neither", "both", "not certified", "another's name", "something else", "a private key"],
)
def test_what_does_not_do_is_explained_at_its_field_and_not_kept(sign_in, officer, anong, typed, field):
    assert list(faults(sign_in(anong).post(APPLY, typed()))) == [field]
    assert not Application.objects.exists()


def test_without_a_ca_the_page_says_so(sign_in, anong, settings):
    visitor = sign_in(anong)
    assert APPLY not in visitor.get("/certificates/").content.decode()
    page = visitor.get(APPLY)
    assert "/help/getting-a-certificate/" in page.content.decode()
    assert visitor.post(APPLY, upload(request_for())).status_code == 422


def test_anothers_application_is_not_found(sign_in, officer, anong, ekachai):
    place = apply(sign_in(anong))
    for visitor in (sign_in(ekachai), sign_in(officer)):
        assert visitor.get(place).status_code == 404
        assert visitor.get(f"{place}certificate.cer").status_code == 404


def test_only_the_organizations_ra_finds_it(sign_in, officer, anong, ekachai, chai, dara):
    make_officer(ekachai, ekachai)
    colleague = member("malee", chai=chai, dara=dara)
    apply(sign_in(anong))
    place = f"/certificates/ra/{Case.objects.get(kind='application').pk}/"

    for stranger in (ekachai, colleague, anong):
        visitor = sign_in(stranger)
        assert visitor.get(place).status_code == 404
        assert place not in visitor.get("/certificates/ra/").content.decode()
    assert place in sign_in(officer).get("/certificates/ra/").content.decode()


def test_their_own_is_shown_without_a_form(sign_in, officer, boonmee, anong):
    make_officer(anong, boonmee)
    hers = sign_in(anong)
    apply(hers)
    place = f"/certificates/ra/{Case.objects.get(kind='application').pk}/"

    assert "<form method" not in hers.get(place).content.decode().partition("<main")[2]
    answer = hers.post(place, {"revision": "1", "choice": "agree", "identified": "on"})
    assert answer.status_code == 422
    assert Case.objects.get(kind="application").state_now is State.ORGANIZATION_REVIEW


def test_agreeing_needs_the_person_seen_and_refusing_a_reason(sign_in, officer, anong):
    apply(sign_in(anong))
    his = sign_in(officer)
    assert list(faults(say(his, "agree"))) == ["identified"]
    assert list(faults(say(his, "reject"))) == ["reason"]
    assert list(faults(say(his, "return"))) == ["question"]


def test_a_question_is_answered_on_the_page_of_the_request(sign_in, officer, anong):
    hers, his = sign_in(anong), sign_in(officer)
    number = apply(hers).strip("/").rpartition("/")[2]
    say(his, "return", question="ใช้ token รุ่นใด")
    assert "ใช้ token รุ่นใด" in text_of(hers.get(f"/case/{number}/"))
    hers.post(f"/case/{number}/", {"answer": "รุ่นใหม่"})

    assert path_of(say(his, "agree", identified="on")) == "/certificates/ra/"


def test_a_stale_page_decides_nothing(sign_in, officer, anong):
    apply(sign_in(anong))
    his = sign_in(officer)
    place = f"/certificates/ra/{Case.objects.get(kind='application').pk}/"
    answer = his.post(place, {"revision": "99", "choice": "agree", "identified": "on"})
    assert answer.status_code == 422
    assert Case.objects.get(kind="application").state_now is State.ORGANIZATION_REVIEW


def test_it_is_withdrawn_on_the_page_of_the_request(sign_in, officer, anong):
    hers = sign_in(anong)
    number = apply(hers).strip("/").rpartition("/")[2]
    assert path_of(hers.post(f"/case/{number}/withdraw/")) == f"/case/{number}/"
    assert Application.objects.get().ended_at == AT


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_application_form_is_a_pdf_filled_in(sign_in, officer, anong, language):
    hers = sign_in(anong, language)
    number = apply(hers).strip("/").rpartition("/")[2]
    form = hers.get(f"/case/{number}/documents/application.pdf")
    assert form.content.startswith(b"%PDF")
    assert hers.get(f"/case/{number}/documents/cover2.pdf").status_code == 404


@pytest.mark.rule("R24")
def test_pages_stay_within_their_queries(sign_in, officer, anong, django_assert_max_num_queries):
    hers, his = sign_in(anong), sign_in(officer)
    place = apply(hers)
    check = f"/certificates/ra/{Case.objects.get(kind='application').pk}/"
    for visitor, page in (
        (hers, APPLY),
        (hers, place),
        (hers, "/certificates/"),
        (his, "/certificates/ra/"),
        (his, check),
    ):
        with django_assert_max_num_queries(12):
            assert visitor.get(page).status_code == 200


def test_pages_say_that_the_ra_has_it_not_the_organization_admin(sign_in, officer, anong):
    hers = sign_in(anong, "en")
    number = apply(hers).strip("/").rpartition("/")[2]
    for page in ("/me/", f"/case/{number}/"):
        shown = text_of(hers.get(page))
        assert "with the RA" in shown
        assert "With the Organization Admin" not in shown
