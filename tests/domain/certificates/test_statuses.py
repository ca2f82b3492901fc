"""What the list shows is true at every moment, and the daily look makes it so in the rows."""

from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.domain.approvals.actions import NotYourTurn, Overtaken
from securenet.domain.approvals.flow import State
from securenet.domain.certificates import jobs
from securenet.domain.certificates.actions import (
    NotDeletable,
    delete_certificate,
    mark_expired,
    mark_revoked,
    withdraw_certificate_request,
)
from securenet.domain.certificates.holding import ask_release, suspend_certificate
from securenet.domain.certificates.jobs import expire_requests, recheck
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.models import LIVING, MemberCertificate, Status
from securenet.foundation.actor import system
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.x509 import REFUSALS, Reason
from tests.cast import AT, DAY, OWNER, SERVICE_DESK, as_actor, last_mail, member, staff
from tests.domain.certificates.pki import YEAR, Pki, decide, register, registered

pytestmark = [pytest.mark.rule("R43"), pytest.mark.django_db]
ENDED = sorted(set(Status) - set(LIVING))


def status(row, at=AT):
    return MemberCertificate.objects.get(pk=row.pk).status_at(at)


@pytest.fixture
def hers(pki, anong, chai):
    return registered(anong, pki.certificate_for(of="hers"), chai=chai)


def test_the_statuses_are_those_of_the_specification():
    assert set(Status) == {"pending", "valid", "rejected", "expired", "revoked", "suspended", "deleted"}


@given(st.sampled_from(list(Status)), st.integers(-1000, 1000))
def test_nothing_is_called_valid_after_its_end(status, seconds):
    row = MemberCertificate(status=status, not_after=AT)
    shown = row.status_at(AT + timedelta(seconds=seconds))
    if seconds > 0:
        assert shown not in LIVING
    elif status in LIVING:
        assert shown is status
    assert (shown is status) or (status in LIVING and shown is Status.EXPIRED)


def test_it_says_when_a_certificate_is_near_its_end():
    row = MemberCertificate(status=Status.VALID, not_after=AT + 30 * DAY)
    assert row.is_ending(AT, 60)
    assert not row.is_ending(AT, 30)
    assert not row.is_ending(AT + 31 * DAY, 60), "it has ended"


@pytest.mark.rule("R45", "R44")
def test_the_daily_look_marks_what_has_expired_once(pki, hers):
    late = AT + YEAR + DAY
    recheck(at=AT)
    assert status(hers) is Status.VALID
    recheck(at=late)
    recheck(at=late + DAY)
    row = MemberCertificate.objects.get()
    assert (row.status, row.ended_at) == (Status.EXPIRED, late)
    assert AuditEntry.objects.filter(event="certificate.expired").count() == 1


@pytest.mark.rule("R44")
def test_the_daily_look_marks_what_its_ca_has_revoked_and_nothing_else(pki, hers, anong, chai):
    other = registered(anong, pki.certificate_for(of="other"), chai=chai)
    pki.revoke(read_certificate(bytes(hers.der)), at=AT)
    recheck(at=AT)
    recheck(at=AT + DAY / 2)
    assert (status(hers), status(other)) == (Status.REVOKED, Status.VALID)
    assert AuditEntry.objects.get(event="certificate.revoked").facts["reason"] == "revoked by its CA"


@pytest.mark.rule("R44")
def test_that_nothing_fresh_is_known_marks_nothing_as_revoked(pki, hers):
    recheck(at=AT + 5 * DAY)
    assert status(hers) is Status.VALID


def test_a_holder_deletes_their_own(pki, hers, anong):
    delete_certificate(hers, by=as_actor(anong))
    assert status(hers) is Status.DELETED
    assert AuditEntry.objects.filter(event="certificate.deleted", about=hers.about).count() == 1


def test_nobody_deletes_anothers(pki, hers, boonmee, chai):
    for somebody in (boonmee, chai, None):
        with pytest.raises(NotDeletable):
            delete_certificate(hers, by=as_actor(somebody))
    assert status(hers) is Status.VALID


@pytest.mark.parametrize("ended", ENDED)
def test_what_has_ended_is_not_deleted(ended, pki, hers, anong):
    MemberCertificate.objects.update(status=ended)
    hers.refresh_from_db()
    with pytest.raises(NotDeletable):
        delete_certificate(hers, by=as_actor(anong))


def test_deleting_what_is_pending_withdraws_its_request(pki, anong, chai):
    submission = register(anong, pki.certificate_for())
    delete_certificate(MemberCertificate.objects.get(), by=as_actor(anong))
    assert submission.state() is State.WITHDRAWN
    assert MemberCertificate.objects.get().status == Status.DELETED
    with pytest.raises(NotYourTurn):
        decide(submission, chai)


def test_a_withdrawn_request_leaves_nothing_pending(pki, anong, boonmee):
    submission = register(anong, pki.certificate_for())
    with pytest.raises(NotYourTurn):
        withdraw_certificate_request(submission, by=as_actor(boonmee))
    withdraw_certificate_request(submission, by=as_actor(anong))
    assert MemberCertificate.objects.get().status == Status.REJECTED


@pytest.mark.rule("R34")
def test_a_request_whose_papers_never_came_ends_once(pki, anong):
    submission = register(anong, pki.certificate_for())
    expire_requests(at=submission.papers_due_at - DAY)
    assert MemberCertificate.objects.get().status == Status.PENDING
    for at in (submission.papers_due_at, submission.papers_due_at + DAY):
        expire_requests(at=at)
    assert submission.state() is State.EXPIRED
    assert MemberCertificate.objects.get().status == Status.REJECTED
    assert AuditEntry.objects.filter(event="certificate.rejected").count() == 1
    assert last_mail("case-expired").about == submission.about


@pytest.mark.rule("R44")
@pytest.mark.parametrize("language", ["th", "en"])
def test_one_that_its_ca_revokes_while_it_waits_ends_its_request_and_its_sender_is_told(pki, anong, chai, language):
    type(anong).objects.filter(pk=anong.pk).update(language=language)
    certificate = pki.certificate_for()
    submission = register(anong, certificate)
    pki.revoke(certificate)
    recheck(at=AT)
    recheck(at=AT + DAY)
    assert MemberCertificate.objects.get().status == Status.REVOKED
    assert submission.state() is State.REJECTED
    reason = REFUSALS[Reason.REVOKED].th if language == "th" else REFUSALS[Reason.REVOKED].en
    assert reason in last_mail("case-rejected").text
    with pytest.raises(NotYourTurn):
        decide(submission, chai)


@pytest.mark.rule("R45")
def test_one_that_expires_while_it_waits_ends_its_request(pki, anong):
    submission = register(anong, pki.certificate_for(end=AT + 5 * DAY))
    recheck(at=AT + 4 * DAY)
    assert submission.state() is State.AWAITING_DOCUMENTS
    recheck(at=AT + 6 * DAY)
    assert (submission.state(), MemberCertificate.objects.get().status) == (State.REJECTED, Status.EXPIRED)
    assert last_mail("case-rejected").about == submission.about


@pytest.mark.rule("R44", "R44a")
def test_one_on_hold_that_its_ca_revokes_ends_the_request_to_lift_the_hold(pki, anong, hers):
    suspend_certificate(hers, by=as_actor(anong))
    hers.refresh_from_db()
    asked = ask_release(hers, bytes(hers.der), by=as_actor(anong))
    recheck(at=AT)
    assert asked.state() is State.SERVICE_DESK_REVIEW
    pki.revoke(read_certificate(bytes(hers.der)), at=AT)
    recheck(at=AT)
    assert (status(hers), asked.state()) == (Status.REVOKED, State.REJECTED)
    assert REFUSALS[Reason.REVOKED].th in last_mail("case-rejected").text


@pytest.mark.rule("R44")
def test_one_whose_holder_was_faster_does_not_keep_the_look_from_the_others(pki, anong, chai, hers, monkeypatch):
    other = registered(anong, pki.certificate_for(of="other"), chai=chai)

    def just_after_the_holder(certificate, *, by):
        if certificate == hers:
            delete_certificate(MemberCertificate.objects.get(pk=hers.pk), by=as_actor(anong))
        mark_expired(certificate, by=by)

    monkeypatch.setattr(jobs, "mark_expired", just_after_the_holder)
    recheck(at=AT + YEAR + DAY)
    assert (status(hers), status(other)) == (Status.DELETED, Status.EXPIRED)


@pytest.mark.django_db(transaction=True)
def test_a_deletion_and_the_daily_look_at_the_same_moment_leave_one_end(hierarchy, at_once):
    chai = staff("chai", SERVICE_DESK)
    anong = member("anong", chai=chai, dara=staff("dara", OWNER))
    pki = Pki(hierarchy)
    pki.accept_all()
    pki.publish(AT)
    hers = registered(anong, pki.certificate_for(), chai=chai)
    copies = [MemberCertificate.objects.select_related("case").get(pk=hers.pk) for _who in range(2)]
    outcomes = at_once(
        partial(delete_certificate, copies[0], by=as_actor(anong)),
        partial(mark_revoked, copies[1], by=system("certificates", AT)),
    )
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [Overtaken]
    assert AuditEntry.objects.filter(event__in=["certificate.deleted", "certificate.revoked"]).count() == 1
