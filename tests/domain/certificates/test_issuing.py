"""The CA's answer to an application: fetched by the worker, kept once, registered, whatever breaks between (R40)."""

import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from securenet.domain.approvals.actions import Overtaken
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Case
from securenet.domain.certificates import backends
from securenet.domain.certificates.issuing import ask_issuer
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.models import Application, MemberCertificate, Status
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.est import Unreachable
from securenet.foundation.jobs.models import Job
from securenet.foundation.jobs.queue import LEASE, claim, perform
from securenet.foundation.testca.register import Register
from tests.cast import AT, DAY, last_mail
from tests.domain.certificates.pki import decide as decide_registration
from tests.domain.certificates.ra import apply, ca_behind_est, decide, make_officer, request_for, work

pytestmark = [pytest.mark.rule("R40"), pytest.mark.django_db]
SOON = timedelta(minutes=1)


@pytest.fixture
def passed_on(pki, boonmee, anong, settings):
    """An application that the RA has agreed to; the settings lead nowhere yet."""
    settings.CA_BACKEND, settings.EST_TRUST = "est", "/nowhere"
    settings.EST_URL = "https://localhost:9/.well-known/est"
    make_officer(boonmee, boonmee)
    decide(apply(anong, request_for(of=f"fresh {Application.objects.count()} {id(pki)}")), boonmee)
    return Application.objects.get()


@pytest.fixture
def est(hierarchy, tmp_path, settings, passed_on):
    """A CA that answers by EST."""
    with ca_behind_est(hierarchy, tmp_path, settings) as door:
        yield door


def issued_for(hierarchy, application):
    return [entry for entry in Register.load(hierarchy.register_path).of("ca") if entry.request == application.sha256]


def test_the_certificate_comes_by_est_and_its_registration_is_asked_for(est, passed_on, hierarchy, anong, chai):
    application = work()
    certificate = read_certificate(bytes(application.issued))

    assert certificate.spki_sha256 == passed_on.spki_sha256
    assert certificate.emails == (anong.email,)
    assert (application.issued_at, application.sent_at) == (AT, AT)
    registered = application.registration
    assert (registered.status, registered.key_proven_at, registered.holder) == (Status.PENDING, AT, anong)
    assert last_mail("certificate-issued", anong.email).subject
    assert len(issued_for(hierarchy, application)) == 1
    decide_registration(registered.case.submission, chai)
    registered.refresh_from_db()
    assert registered.status == Status.VALID


def test_or_by_the_test_ca_in_its_own_process(pki, passed_on, hierarchy, settings):
    settings.CA_BACKEND, settings.TESTCA_DIRECTORY, settings.TESTCA_NAME = "testca", hierarchy.directory, "ca"
    now = datetime.now(UTC)
    pki.publish(now)
    application = work(now)

    assert application.registration.status == Status.PENDING
    assert len(issued_for(hierarchy, application)) == 1


def test_what_the_test_ca_refuses_ends_the_application(passed_on, hierarchy, settings, anong):
    settings.CA_BACKEND, settings.TESTCA_DIRECTORY, settings.TESTCA_NAME = "testca", hierarchy.directory, "ca"
    Application.objects.update(der=bytes(passed_on.der).replace(b"Anong", b"Arong"))
    application = work()

    assert (application.ended_at, application.declined_at) == (AT, AT)
    assert last_mail("certificate-declined", anong.email).subject
    assert Job.objects.get(name="certificates.issue").done_at


def test_what_the_test_ca_cannot_write_is_tried_again(passed_on, hierarchy, settings, tmp_path, monkeypatch):
    settings.CA_BACKEND, settings.TESTCA_DIRECTORY, settings.TESTCA_NAME = "testca", hierarchy.directory, "ca"
    with monkeypatch.context() as crowded:
        no_room = tmp_path / "python"
        no_room.write_text(f'#!/bin/sh\nulimit -f 0\nexec {sys.executable} "$@"\n')
        no_room.chmod(0o700)
        crowded.setattr("securenet.domain.certificates.backends.sys.executable", str(no_room))
        application = work()
    assert (application.ended_at, application.issued_at) == (None, None)
    assert "exit 1 [Errno 27]" in Job.objects.get(name="certificates.issue").error

    assert work(AT + SOON).issued_at
    assert len(issued_for(hierarchy, passed_on)) == 1


def test_nor_does_a_folder_that_holds_no_test_ca_end_an_application(tmp_path):
    with pytest.raises(Unreachable, match="no test CA"):
        backends.TestCa(tmp_path, "ca").issue(b"request")


def test_a_crash_after_the_answer_neither_loses_nor_doubles_it(est, passed_on, hierarchy):
    job = Job.objects.get(name="certificates.issue")
    job = claim("doomed", at=AT)
    while job.name != "certificates.issue":
        perform(job, at=AT)
        job = claim("doomed", at=AT)
    assert ask_issuer(at=AT, pk=passed_on.pk) is not None, "the worker dies with this answer in its hands"
    assert len(issued_for(hierarchy, passed_on)) == 1
    assert not work().issued_at, "the lease still runs"

    application = work(AT + LEASE + SOON)

    assert application.issued_at
    assert len(issued_for(hierarchy, application)) == 1
    assert MemberCertificate.objects.count() == 1
    assert AuditEntry.objects.filter(event="application.issued").count() == 1


def test_an_answer_that_comes_twice_is_kept_once(est, passed_on):
    first, second = (ask_issuer(passed_on.pk, at=AT) for _time in range(2))
    first()
    with pytest.raises(Overtaken):
        second()
    assert MemberCertificate.objects.count() == 1
    assert ask_issuer(passed_on.pk, at=AT) is None


def test_a_ca_out_of_reach_is_asked_again(passed_on, hierarchy, tmp_path, settings):
    assert not work().issued_at
    job = Job.objects.get(name="certificates.issue")
    assert (job.done_at, job.dead_at) == (None, None)
    assert job.run_at > AT
    assert "no answer" in job.error

    with ca_behind_est(hierarchy, tmp_path, settings):
        assert work(AT + SOON).issued_at


def test_a_ca_that_takes_its_time_is_asked_when_it_says(hierarchy, passed_on, tmp_path, settings):
    with ca_behind_est(hierarchy, tmp_path, settings, retry_after=3600):
        assert not work().issued_at
        assert not work(AT + 2 * SOON).issued_at
        assert work(AT + timedelta(hours=1)).issued_at
    assert len(issued_for(hierarchy, passed_on)) == 1


def test_what_the_ca_declines_ends_the_application_and_its_sender_is_told(
    hierarchy, passed_on, tmp_path, settings, anong
):
    spoilt = bytes(passed_on.der)
    place = spoilt.index(b"Anong")
    Application.objects.update(der=spoilt[:place] + b"Arong" + spoilt[place + 5 :])
    with ca_behind_est(hierarchy, tmp_path, settings):
        application = work()

    assert (application.ended_at, application.declined_at, application.issued_at) == (AT, AT, None)
    assert str(passed_on.case.submission_id) in last_mail("certificate-declined", anong.email).text
    assert not MemberCertificate.objects.exists()


def test_a_certificate_of_a_ca_that_is_not_accepted_is_handed_out_but_not_registered(
    hierarchy, passed_on, tmp_path, settings, anong
):
    with ca_behind_est(hierarchy, tmp_path, settings, ca="strange-ca"):
        application = work()

    assert application.issued_at
    assert application.registration is None
    assert not MemberCertificate.objects.exists()
    assert AuditEntry.objects.get(event="application.issued").facts["refused"] == "CertificateRefused"


def test_without_a_ca_it_waits(passed_on, settings):
    settings.CA_BACKEND = ""
    assert not work().issued_at
    assert "connected" in Job.objects.get(name="certificates.issue").error


def test_a_ca_that_never_answers_is_given_up_after_a_month(hierarchy, passed_on, tmp_path, settings):
    with ca_behind_est(hierarchy, tmp_path, settings, retry_after=3600) as door:
        assert not work().issued_at
        door.seen.clear()
        assert work(AT + 31 * DAY).declined_at


def test_the_case_stays_agreed_to_whatever_the_ca_does(est, passed_on):
    work()
    assert Case.objects.get(pk=passed_on.case_id).state_now is State.APPROVED


def test_a_certificate_with_another_key_is_no_answer(passed_on, pki, hierarchy, tmp_path, settings):
    confused = shutil.copytree(hierarchy.directory, tmp_path / "ca")
    register = Register.load(confused / "register.json")
    pki.der_for(of="another key")
    other = Register.load(hierarchy.register_path).entries[-1]
    shutil.copytree(hierarchy.directory / "issued", confused / "issued", dirs_exist_ok=True)
    register.entries.append(replace(other, request=passed_on.sha256))
    register.save()
    settings.CA_BACKEND, settings.TESTCA_DIRECTORY, settings.TESTCA_NAME = "testca", confused, "ca"

    assert not work().issued_at
    assert "another key" in Job.objects.get(name="certificates.issue").error
    assert not MemberCertificate.objects.exists()


def test_a_test_ca_that_was_killed_has_declined_nothing(tmp_path, monkeypatch):
    killed = tmp_path / "python"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o700)
    monkeypatch.setattr("securenet.domain.certificates.backends.sys.executable", str(killed))
    with pytest.raises(Unreachable, match="signal 9"):
        backends.TestCa(tmp_path, "ca").issue(b"request")
