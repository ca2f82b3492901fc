"""Scans find their request and paper by their codes, are seen by whom they concern, and are erased in time (R7a)."""

from datetime import UTC, datetime, timedelta

import pytest

from securenet.domain.approvals.actions import NotAllowed, NotYourTurn
from securenet.domain.approvals.checklist import PaperState
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Scan, ScanPage
from securenet.domain.approvals.papers import accept_paper, note_paper
from securenet.domain.approvals.queries import now_due
from securenet.domain.approvals.scans import (
    PaperIsHere,
    ScanAlreadySeen,
    ScansNotTaken,
    TooManyScans,
    add_scans,
    erase_scans,
    look_at_page,
    remove_scan,
    sort_pages,
    sweep_files,
)
from securenet.domain.approvals.stacks import add_stack
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.documents.codes import document_code
from securenet.foundation.documents.store import Lost
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, MERIDIA, as_actor, register
from tests.domain.approvals.cases import COPY, EXTRA, LETTER, TWO_TIERS, fresh, open_case, put, reject
from tests.domain.approvals.pages import coded, jpeg, page, upload

pytestmark = [pytest.mark.rule("R7", "R7a"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "scans"


@pytest.fixture
def case():
    return open_case(TWO_TIERS, papers=[LETTER, COPY, EXTRA])


@pytest.fixture
def submission(case):
    return case.submission


@pytest.fixture
def anong(submission):
    return as_actor(submission.applicant)


def item(submission, key="letter_of_intent"):
    return submission.papers.get(key=key)


def everything(submission, by):
    """Upload the signed set."""
    return add_scans(submission, upload(coded(submission, LETTER.key), coded(submission, COPY.key)), by=by)


def test_the_signed_set_is_split_by_the_codes_on_its_pages(submission, anong):
    pages = upload(coded(submission, COPY.key), coded(submission, LETTER.key), coded(submission, COPY.key))
    matched = add_scans(submission, pages, by=anong)
    assert sorted(matched.kept.values()) == [[1, 3], [2]]
    assert item(submission).state is PaperState.UPLOADED
    assert [scan.pages.count() for scan in item(submission, COPY.key).scans.all()] == [2]
    assert item(submission, EXTRA.key).state is PaperState.AWAITED


def test_a_page_of_another_request_is_refused_and_the_rest_is_kept(submission, anong):
    other = register("boonmee")
    matched = add_scans(submission, upload(coded(other, "letter_of_intent"), coded(submission, COPY.key)), by=anong)
    assert matched.foreign == [1]
    assert ScanPage.objects.count() == 1
    assert not other.all_scans.exists()


def test_the_cover_sheet_is_no_paper(submission, anong):
    matched = add_scans(submission, upload(coded(submission, "cover"), coded(submission, COPY.key)), by=anong)
    assert (matched.foreign, ScanPage.objects.count()) == ([], 1)


def test_a_code_decides_even_where_another_paper_was_picked(submission, anong):
    add_scans(submission, upload(coded(submission, COPY.key), page()), picked=item(submission), by=anong)
    assert item(submission, COPY.key).scans.count() == item(submission).scans.count() == 1


def test_a_misread_code_counts_as_none(submission, anong):
    matched = add_scans(submission, upload(page("SN1:1:letter_of_intent:0000", "https://x.example")), by=anong)
    assert matched.unsorted == [1]


def test_pages_without_a_code_wait_until_somebody_says_what_they_are(submission, anong):
    add_scans(submission, upload(page(), page(), page()), by=anong)
    first, second, third = ScanPage.objects.all()
    sort_pages([first, third], item(submission), by=anong)
    sort_pages([second], item(submission, COPY.key), by=anong)
    assert [row.number for row in item(submission).scans.get().pages.all()] == [1, 3]
    assert not Scan.objects.filter(item=None).exists()
    with pytest.raises(NotAllowed):
        sort_pages([first], item(submission, COPY.key), by=anong)


def test_pages_are_not_sorted_into_another_request(submission, anong):
    add_scans(submission, upload(page()), by=anong)
    other = register("boonmee")
    with pytest.raises(NotAllowed):
        sort_pages(list(ScanPage.objects.all()), item(other), by=as_actor(other.applicant))


def test_nobody_but_applicant_and_desk_adds_or_removes(submission, anong, chai, dara):
    everything(submission, anong)
    for stranger in (dara, register("ekachai").applicant):
        with pytest.raises(NotYourTurn):
            add_scans(submission, upload(page()), by=as_actor(stranger))
        with pytest.raises(NotYourTurn):
            remove_scan(item(submission).scans.get(), by=as_actor(stranger))
    with pytest.raises(NotYourTurn):
        remove_scan(item(submission).scans.get(), by=as_actor(chai))


@pytest.mark.parametrize("state", [State.SERVICE_DESK_REVIEW, State.SERVICE_OWNER_REVIEW, State.APPROVED])
def test_the_applicant_uploads_only_while_papers_are_awaited(case, anong, state):
    put(case, state)
    with pytest.raises(ScansNotTaken):
        everything(case.submission, anong)


@pytest.mark.rule("R86")
def test_an_operator_who_wants_paper_gets_paper(submission, anong, settings):
    settings.PROFILE_PATH = MERIDIA
    with pytest.raises(ScansNotTaken):
        everything(submission, anong)


def test_an_item_takes_no_more_scans_than_the_profile_says(submission, anong):
    for _number in range(5):
        add_scans(submission, upload(page()), picked=item(submission), by=anong)
    with pytest.raises(TooManyScans):
        add_scans(submission, upload(page()), picked=item(submission), by=anong)
    matched = everything(submission, anong)
    assert [number for number, _why in matched.not_needed] == [1]
    assert list(matched.kept.values()) == [[2]]


def test_what_was_accepted_is_not_uploaded_again(submission, anong, chai):
    accept_paper(item(submission), by=as_actor(chai))
    with pytest.raises(PaperIsHere):
        add_scans(submission, upload(page()), picked=item(submission), by=anong)


@pytest.mark.rule("R79", "R84", "R85")
def test_a_look_of_the_desk_is_written_down_and_keeps_the_scan(submission, anong, chai):
    everything(submission, anong)
    scan = item(submission).scans.get()
    assert look_at_page(scan.pages.get(), by=as_actor(chai)) == jpeg()
    assert AuditEntry.objects.filter(event="scan.seen", about=submission.about).count() == 1
    with pytest.raises(ScanAlreadySeen):
        remove_scan(scan, by=anong)


@pytest.mark.rule("R85")
def test_what_is_removed_is_gone_from_the_disk(submission, anong, folder, django_capture_on_commit_callbacks):
    everything(submission, anong)
    assert len(list(folder.iterdir())) == 2
    gone = item(submission).scans.get().pages.get()
    with django_capture_on_commit_callbacks(execute=True):
        remove_scan(gone.scan, by=anong)
    assert len(list(folder.iterdir())) == 1
    with pytest.raises(Lost):
        gone.picture()
    assert item(submission).state is PaperState.AWAITED


@pytest.mark.rule("R8")
def test_the_desk_hears_once_that_every_required_paper_was_uploaded(submission, anong):
    add_scans(submission, upload(coded(submission, COPY.key)), by=anong)
    assert not Mail.objects.filter(template="scans-arrived").exists()
    add_scans(submission, upload(coded(submission, LETTER.key)), by=anong)
    add_scans(submission, upload(coded(submission, LETTER.key)), by=anong)
    assert Mail.objects.get(template="scans-arrived").to == "service-desk@bank-of-thailand.example"


@pytest.mark.rule("R24a", "R34")
def test_what_was_uploaded_in_time_does_not_expire_at_the_desk(case, anong):
    late = AT + 60 * DAY
    assert list(now_due(late, [case.kind])) == [case]
    everything(case.submission, anong)
    assert list(now_due(late, [case.kind])) == []
    assert fresh(case).state_now is State.AWAITING_DOCUMENTS, "only what the desk accepts counts as received"


@pytest.mark.rule("R24a")
def test_a_scan_that_is_accepted_counts_as_received(case, anong, chai):
    everything(case.submission, anong)
    accept_paper(item(case.submission), by=as_actor(chai))
    assert fresh(case).state_now is State.AWAITING_DOCUMENTS
    accept_paper(item(case.submission, COPY.key), by=as_actor(chai))
    assert fresh(case).state_now is State.SERVICE_DESK_REVIEW
    assert not item(case.submission).on_paper


class TestAStackAtTheDesk:
    """Papers of several requests, put through the scanner together (R30)."""

    pytestmark = pytest.mark.rule("R30")

    def test_each_page_goes_to_its_request_and_paper(self, submission, chai, dara):
        other = open_case(TWO_TIERS, papers=[LETTER], of=register("boonmee").applicant).submission
        pages = [coded(other, LETTER.key), page(), coded(submission, COPY.key), coded(submission, LETTER.key)]
        stacked = add_stack(pages, by=as_actor(chai))
        kept = {number: sorted(one.kept.values()) for number, one in stacked.matched.items()}
        assert kept == {other.number: [[1]], submission.number: [[3], [4]]}
        assert stacked.uncoded == [2]
        assert Scan.objects.filter(by_desk=True, uploaded_by=chai).count() == 3

    def test_what_cannot_be_matched_is_told(self, submission, case, chai):
        ended = coded(submission, LETTER.key)
        reject(put(case, State.SERVICE_DESK_REVIEW), as_actor(chai))
        stacked = add_stack([ended, page(document_code(999_999, "letter_of_intent"))], by=as_actor(chai))
        assert stacked.matched == {}
        assert stacked.not_at_desk == {submission.number: [1], 999_999: [2]}

    def test_another_desk_matches_nothing(self, submission, dara):
        stacked = add_stack([coded(submission, LETTER.key)], by=as_actor(dara))
        assert stacked.not_at_desk == {submission.number: [1]}


@pytest.mark.rule("R79")
class TestErasing:
    """Nothing is kept without end."""

    def test_scans_of_an_open_request_are_not_erased(self, submission, anong):
        everything(submission, anong)
        with pytest.raises(NotAllowed):
            erase_scans(submission, by=as_actor())

    def test_every_scan_of_an_ended_one_is(self, case, anong, chai, folder, django_capture_on_commit_callbacks):
        everything(case.submission, anong)
        add_scans(case.submission, upload(page()), by=anong)
        reject(put(case, State.SERVICE_DESK_REVIEW), as_actor(chai))
        with django_capture_on_commit_callbacks(execute=True):
            assert erase_scans(case.submission, by=as_actor()) == 3
        assert list(folder.iterdir()) == []
        assert AuditEntry.objects.get(event="scans.erased").facts == {"scans": 3}

    def test_files_that_no_row_knows_are_swept(self, submission, anong):
        everything(submission, anong)
        ScanPage.objects.first().delete()
        now = datetime.now(UTC)
        assert sweep_files(now) == 0, "what was just written may belong to a transaction that is not done"
        assert sweep_files(now + timedelta(hours=2)) == 1
        assert ScanPage.objects.get().picture()


def test_a_paper_in_hand_may_be_uploaded_by_the_desk_too(submission, chai):
    note_paper(item(submission), by=as_actor(chai))
    add_scans(submission, upload(coded(submission, LETTER.key)), by=as_actor(chai))
    assert item(submission).state is PaperState.RECEIVED
