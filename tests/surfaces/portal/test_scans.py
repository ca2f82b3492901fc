"""Uploading papers on the document page: own ones only, sorted by codes, served as harmless pictures (R7a, R85)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from securenet.domain.approvals.checklist import PaperState
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Scan, ScanPage, Submission
from securenet.domain.approvals.papers import send_back_paper
from securenet.domain.approvals.scans import add_scans, look_at_page
from securenet.domain.registration.papers import print_all, print_form
from tests.cast import as_actor, asked, confirm, register, walk
from tests.domain.approvals.pages import coded, page, upload
from tests.foundation.documents.uploads import picture
from tests.surfaces.portal.visitor import Visitor

pytestmark = [pytest.mark.rule("R7", "R7a", "R85"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "scans"


@pytest.fixture
def submission(registration):
    confirm(registration)
    return Submission.objects.get(pk=registration.pk)


@pytest.fixture
def anong(submission, sign_in):
    return sign_in(submission.applicant, "en")


def file(content, name="papers.pdf"):
    return SimpleUploadedFile(name, content, content_type="application/x-anything")


def send(visitor, submission, content, **facts):
    return visitor.post(f"/case/{submission.number}/scans/", {"file": file(content), **facts})


def put(submission, *pages, picked=None):
    """Upload without a browser."""
    item = submission.papers.get(key=picked) if picked else None
    add_scans(submission, upload(*pages), picked=item, by=as_actor(submission.applicant))


def state(submission, key):
    return submission.papers.get(key=key).state


def test_the_signed_set_is_sorted_and_shown(anong, submission):
    answer = send(anong, submission, print_all(submission, language="th"))
    assert (answer.status_code, answer["Location"]) == (302, f"/case/{submission.number}/#scans")
    shown = anong.get(f"/case/{submission.number}/").content.decode()
    assert "Letter of intent to use the service (page 2)" in shown
    assert state(submission, "letter_of_intent") is state(submission, "own_identity") is PaperState.UPLOADED
    assert shown.count("?small") == ScanPage.objects.count() == 3
    assert not Scan.objects.filter(by_desk=True).exists()


def test_a_page_of_somebody_elses_request_is_said_and_not_kept(anong, submission):
    other = register("boonmee")
    answer = send(anong, submission, print_form(other, "letter_of_intent", language="th"))
    assert answer.status_code == 422
    assert "carries the code of another request" in answer.content.decode()
    put(submission, coded(submission, "letter_of_intent"))
    assert ScanPage.objects.count() == 1


def test_a_file_without_a_code_goes_where_the_person_says(anong, submission):
    send(anong, submission, picture("PNG"), item="commercial_registration")
    assert state(submission, "commercial_registration") is PaperState.UPLOADED


def test_pages_without_a_code_wait_to_be_sorted(anong, submission):
    put(submission, page(), page())
    first, second = ScanPage.objects.all()
    address = f"/case/{submission.number}/scans/"
    missing = anong.post(address, {"sort": "1", "item": "commercial_registration"})
    assert missing.status_code == 422
    assert (
        anong.post(address, {"sort": "1", "pages": [first.pk, second.pk], "item": "staff_identity"}).status_code == 302
    )
    assert state(submission, "staff_identity") is PaperState.UPLOADED
    assert "Pages without a code" not in anong.get(f"/case/{submission.number}/").content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ program", "not a PDF, JPEG or PNG file"),
        (b"", "empty"),
        (b"%PDF-1.7 nothing", "damaged"),
        (picture() + b"<script>", "something else in one"),
    ],
)
def test_what_is_no_paper_is_refused_at_its_field(anong, submission, content, said):
    answer = send(anong, submission, content, item="commercial_registration")
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert said in shown
    assert 'value="commercial_registration" selected' in shown, "what was chosen is kept"
    assert not ScanPage.objects.exists()


def test_a_picture_is_served_so_that_nothing_in_it_runs(anong, submission):
    put(submission, page(), picked="staff_identity")
    answer = anong.get(f"/case/{submission.number}/scans/{ScanPage.objects.get().pk}.jpg")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"\xff\xd8\xff")


def test_nobody_sees_adds_or_removes_somebody_elses(anong, submission, sign_in, ekachai):
    put(submission, page(), picked="staff_identity")
    scan = Scan.objects.get()
    stranger, own = sign_in(ekachai), ekachai.submissions.get()
    for number in (submission.number, own.number):
        picture_address = f"/case/{number}/scans/{scan.pages.get().pk}.jpg"
        assert stranger.get(picture_address).status_code == 404
        assert stranger.post(f"/case/{number}/scans/", {"remove": scan.pk}).status_code == 404
    assert send(stranger, submission, picture()).status_code == 404
    assert Visitor().get(f"/case/{submission.number}/scans/{scan.pages.get().pk}.jpg").status_code == 302
    assert Visitor().get(f"/register/documents/scans/{scan.pages.get().pk}.jpg").status_code == 404
    assert Scan.objects.count() == 1


def test_an_own_scan_is_removed_until_the_desk_has_looked(anong, submission, chai):
    put(submission, page(), picked="staff_identity")
    put(submission, page(), picked="staff_identity")
    first, second = Scan.objects.all()
    look_at_page(first.pages.get(), by=as_actor(chai))
    address = f"/case/{submission.number}/scans/"
    assert anong.post(address, {"remove": first.pk}).status_code == 409
    assert anong.post(address, {"remove": second.pk}).status_code == 302
    assert list(Scan.objects.all()) == [first]


def test_what_was_sent_back_says_why(anong, submission, chai):
    put(submission, page(), picked="staff_identity")
    send_back_paper(submission.papers.get(key="staff_identity"), reason="The number cannot be read.", by=as_actor(chai))
    shown = anong.get(f"/case/{submission.number}/").content.decode()
    assert "The number cannot be read." in shown
    assert "?small" not in shown


def test_a_paper_that_may_not_be_old_says_from_which_date_on(anong, submission):
    assert "2 August 2025" in anong.get(f"/case/{submission.number}/").content.decode()


def test_when_no_papers_are_awaited_there_is_nothing_to_upload(anong, submission, chai, dara):
    walk(Submission.objects.get(pk=register("boonmee", asked()).pk), State.AWAITING_EMAIL, chai=chai, dara=dara)
    submission.cases.update(state=State.SERVICE_OWNER_REVIEW)
    assert 'type="file"' not in anong.get(f"/case/{submission.number}/").content.decode()
    assert send(anong, submission, picture()).status_code == 422


@pytest.mark.rule("R6a")
def test_step_six_takes_scans_from_the_browser_that_registered(anyone):
    anyone.fill_in()
    anyone.post("/register/review/", {"certified": "on"})
    submission = Submission.objects.latest("pk")
    anyone.speak("en")
    content = io.BytesIO(print_form(submission, "letter_of_intent", language="en")).getvalue()
    answer = anyone.post("/register/documents/scans/", {"file": file(content)})
    assert (answer.status_code, answer["Location"]) == (302, "/register/documents/#scans")
    shown = anyone.get("/register/documents/").content.decode()
    pk = ScanPage.objects.get().pk
    assert f"/register/documents/scans/{pk}.jpg" in shown
    assert anyone.get(f"/register/documents/scans/{pk}.jpg").status_code == 200
    assert anyone.post("/register/documents/scans/", {"file": file(b"x")}).status_code == 422
    assert Visitor().post("/register/documents/scans/", {"file": file(content)}).status_code == 404
