"""The desk looks at papers one by one, puts scans in, and destroys what it must (R7a, R30)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from securenet.domain.approvals.checklist import PaperState
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Scan, ScanPage, Submission
from securenet.domain.approvals.papers import send_back_paper
from securenet.domain.approvals.scans import add_scans
from securenet.domain.registration.papers import print_form
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.documents.codes import document_code
from securenet.foundation.mail.models import Mail
from tests.cast import as_actor
from tests.domain.approvals.pages import coded, page, upload
from tests.foundation.documents.uploads import picture

pytestmark = [pytest.mark.rule("R7a", "R30")]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def submission(ask):
    return ask()


@pytest.fixture
def desk(chai, sign_in):
    return sign_in(chai)


def item(submission, key="letter_of_intent"):
    return submission.papers.get(key=key)


def address(submission, key="letter_of_intent"):
    return f"/cases/{submission.number}/papers/{item(submission, key).pk}/"


def put(submission, *pages):
    add_scans(submission, upload(*pages), by=as_actor(submission.applicant))


def test_scans_stand_beside_the_data_and_a_look_at_one_is_written_down(desk, submission):
    put(submission, coded(submission, "letter_of_intent"))
    picture_address = f"/cases/{submission.number}/scans/{ScanPage.objects.get().pk}.jpg"
    for shown in (desk.get(f"/cases/{submission.number}/"), desk.get(address(submission))):
        assert picture_address in shown.content.decode()
    assert desk.get(picture_address + "?small").status_code == 200
    assert not AuditEntry.objects.filter(event="scan.seen").exists()
    answer = desk.get(picture_address)
    assert (answer.headers["Content-Type"], answer.status_code) == ("image/jpeg", 200)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert AuditEntry.objects.get(event="scan.seen").actor == "chai"


def test_a_scan_is_not_found_where_its_request_is_not_seen(submission, dara, sign_in):
    put(submission, coded(submission, "letter_of_intent"))
    page_address = f"/cases/{submission.number}/scans/{ScanPage.objects.get().pk}.jpg"
    assert sign_in(dara).get(page_address).status_code == 404


def test_a_scan_of_one_request_is_not_found_under_another(desk, submission, ask):
    put(submission, coded(submission, "letter_of_intent"))
    other = ask("boonmee")
    assert desk.get(f"/cases/{other.number}/scans/{ScanPage.objects.get().pk}.jpg").status_code == 404
    assert desk.get(f"/cases/{other.number}/papers/{item(submission).pk}/").status_code == 404


def test_a_paper_is_accepted(desk, submission):
    put(submission, coded(submission, "letter_of_intent"))
    answer = desk.post(address(submission), {"do": "accept"})
    assert answer["Location"] == f"/cases/{submission.number}/#papers"
    assert item(submission).state is PaperState.ACCEPTED


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Give the date on the document"),
        ({"dated_day": "1", "dated_month": "1", "dated_year": "2001"}, "may not be older than 6 months"),
        ({"dated_day": "31", "dated_month": "12", "dated_year": "2090"}, "lies in the future"),
        ({"dated_day": "31", "dated_month": "2", "dated_year": "2026"}, ""),
        ({"dated_day": "1"}, "Give day, month and year"),
    ],
)
def test_the_date_on_a_paper_is_checked_at_its_field(desk, submission, typed, said):
    answer = desk.post(address(submission, "juristic_certificate"), {"do": "accept", **typed})
    assert answer.status_code in {409, 422}
    assert said in answer.content.decode()
    assert item(submission, "juristic_certificate").state is PaperState.AWAITED


def test_a_paper_is_sent_back_with_a_reason_and_one_mail_tells_it(desk, submission):
    put(submission, coded(submission, "letter_of_intent"), coded(submission, "own_identity"))
    for reason in ("", "12345"):
        assert desk.post(address(submission), {"do": "send-back", "reason": reason}).status_code == 422
    for key in ("letter_of_intent", "own_identity"):
        desk.post(address(submission, key), {"do": "send-back", "reason": "It is not signed."})
    assert not Mail.objects.filter(template="papers-sent-back").exists()
    assert "Tell the applicant" in desk.get(f"/cases/{submission.number}/").content.decode()
    desk.post(f"/cases/{submission.number}/papers/tell/")
    assert Mail.objects.filter(template="papers-sent-back").count() == 1
    assert "Tell the applicant" not in desk.get(f"/cases/{submission.number}/").content.decode()
    assert desk.post(f"/cases/{submission.number}/papers/tell/").status_code == 409


def test_pages_without_a_code_are_sorted_at_the_desk(desk, submission):
    put(submission, page(), page())
    first = ScanPage.objects.first()
    desk.post(address(submission, "staff_identity"), {"do": "sort", "pages": [first.pk]})
    assert item(submission, "staff_identity").state is PaperState.UPLOADED
    assert ScanPage.objects.filter(scan__item=None).count() == 1
    assert desk.post(address(submission), {"do": "sort", "pages": ["x", first.pk]}).status_code == 409


class TestAStack:
    """A stack of papers through the scanner."""

    def send(self, desk, content, **facts):
        return desk.post("/papers/scans/", {"file": SimpleUploadedFile("a", content), **facts})

    def test_pages_go_to_their_request_and_the_page_says_so(self, desk, submission):
        answer = self.send(desk, print_form(submission, "letter_of_intent", language="th"))
        assert answer.status_code == 302
        shown = desk.get("/papers/scans/").content.decode()
        assert f'<a href="/cases/{submission.number}/#papers">{submission.number}</a>' in shown
        assert Scan.objects.get().by_desk

    def test_what_could_not_be_matched_is_listed(self, desk, submission):
        self.send(desk, picture())
        assert "No code of a form could be read." in desk.get("/papers/scans/").content.decode()
        assert not Scan.objects.exists()

    def test_pages_without_a_code_are_kept_for_the_request_that_is_named(self, desk, submission):
        self.send(desk, picture(), case=str(submission.number))
        assert ScanPage.objects.get().scan.submission == submission
        assert self.send(desk, picture(), case="999999").status_code == 404
        assert self.send(desk, picture(), case="x1").status_code == 422

    def test_what_is_no_paper_is_refused(self, desk, submission):
        answer = self.send(desk, b"hello")
        assert answer.status_code == 422
        assert "not a PDF, JPEG or PNG" in answer.content.decode()


class TestTheBarCodeField:
    """A scanner types and presses Enter."""

    def test_a_code_opens_its_request_at_its_paper(self, desk, submission):
        code = document_code(submission.number, "letter_of_intent")
        answer = desk.get("/cases/", {"q": f" {code} "})
        assert answer["Location"] == f"/cases/{submission.number}/#paper-letter_of_intent"

    def test_a_misread_code_says_so(self, desk, submission):
        code = document_code(submission.number, "letter_of_intent")
        for misread in (code[:-1] + "x", code.replace("letter", "lettre"), code.lower()[:9]):
            answer = desk.get("/cases/", {"q": misread})
            assert answer.status_code == 422
            assert "could not be read" in answer.content.decode()

    def test_a_code_of_a_request_that_is_not_here_says_so(self, desk):
        answer = desk.get("/cases/", {"q": document_code(999_999, "letter_of_intent")})
        assert answer.status_code == 422
        assert "not at your desk" in answer.content.decode()

    def test_a_keyboard_in_thai_does_not_matter(self, desk, submission):
        typed = document_code(submission.number, "own_identity").translate(THAI_KEYBOARD)
        assert desk.get("/cases/", {"q": typed}).status_code == 302


THAI_KEYBOARD = str.maketrans(
    "1234567890-qwertyuiop[]asdfghjkl;'zxcvbnm,./_QWERTYUIOPASDFGHJKL:ZXCVBNM",
    'ๅ/-ภถุึคตจขๆไำพะัีรนยบลฟหกดเ้่าสวงผปแอิืทมใฝ๘๐"ฎฑธํ๊ณฯญฤฆฏโฌ็๋ษศซ()ฉฮฺ์?',
)


class TestDestroying:
    """Papers of refused requests."""

    def test_papers_are_signed_off_after_a_question(self, desk, submission, chai):
        desk.post(address(submission), {"do": "note"})
        submission.cases.update(state=State.REJECTED)
        assert str(submission.number) in desk.get("/papers/destroy/").content.decode()
        asked = desk.get("/papers/destroy/confirm/", {"pick": submission.number})
        assert "have been destroyed" in asked.content.decode()
        assert Submission.objects.get().papers_destroyed_at is None
        desk.post("/papers/destroy/confirm/", {"pick": submission.number})
        assert Submission.objects.get().papers_destroyed_by == chai
        assert "No papers wait" in desk.get("/papers/destroy/").content.decode()

    @pytest.mark.parametrize("pick", [[], ["x"], ["999"]])
    def test_nothing_ticked_leads_back(self, desk, submission, pick):
        for answer in (
            desk.get("/papers/destroy/confirm/", {"pick": pick}),
            desk.post("/papers/destroy/confirm/", {"pick": pick}),
        ):
            assert answer["Location"] == "/papers/destroy/"


def test_pages_take_few_queries(desk, submission, django_assert_max_num_queries, chai):
    for _number in range(3):
        put(submission, *(coded(submission, paper.key) for paper in submission.papers.all()))
    send_back_paper(item(submission), reason="It is not signed.", by=as_actor(chai))
    for where in (f"/cases/{submission.number}/", address(submission), "/papers/destroy/", "/papers/scans/"):
        with django_assert_max_num_queries(20):
            assert desk.get(where).status_code == 200
