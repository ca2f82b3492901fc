"""A CA is withdrawn by two administrators, with all that hangs on it."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.domain.accounts.models import Session
from securenet.domain.approvals.actions import NotAllowed, NotYourTurn, Overtaken, SamePerson
from securenet.domain.approvals.destroying import papers_to_destroy
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.certificates import login, store
from securenet.domain.certificates.actions import (
    close_certificate_request,
    decide_certificate,
    delete_certificate,
    withdraw_certificate_request,
)
from securenet.domain.certificates.holding import ask_release, suspend_certificate
from securenet.domain.certificates.judging import CertificateRefused
from securenet.domain.certificates.losing import lost_with
from securenet.domain.certificates.models import Authority, MemberCertificate, Status
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, HOUR, as_actor, last_mail, note_papers, staff
from tests.domain.certificates.administrators import approve, propose, sign_in, withdraw
from tests.domain.certificates.pki import decide, register, registered

pytestmark = [pytest.mark.rule("R52"), pytest.mark.django_db]


def pending(submission):
    """Return the certificate that a request asks to register."""
    return MemberCertificate.objects.select_related("case").get(case__submission=submission)


@pytest.fixture
def hers(pki, anong, chai):
    """Anong's certificate of the CA, approved."""
    return registered(anong, pki.certificate_for(of="hers"), chai=chai)


@pytest.fixture
def his(pki, boonmee, chai):
    """Boonmee's certificate of the other CA, approved."""
    return registered(boonmee, pki.certificate_for("boonmee", ca="ca-g2"), chai=chai)


class TestWithdrawing:
    """First it is seen what ends, then two decide, then it ends at once."""

    def test_it_is_seen_first_whose_certificates_would_end(self, pki, hers, his, anong):
        asked = pending(register(anong, pki.certificate_for(of="pending")))
        loss = lost_with(pki.authority("ca"), at=AT)
        assert (loss.certificates, loss.requests, loss.authorities) == ([hers], [asked.case], [])
        everything = lost_with(pki.authority("root"), at=AT)
        assert everything.certificates == [hers, his]
        assert [row.file for row in everything.authorities] == ["ca.cer", "ca-g2.cer"]

    def test_what_has_ended_does_not_end_again(self, pki, hers, anong):
        assert lost_with(pki.authority("ca"), at=hers.not_after + DAY).certificates == []
        delete_certificate(hers, by=as_actor(anong))
        assert lost_with(pki.authority("ca"), at=AT).certificates == []

    def test_a_ca_of_the_set_that_does_not_count_ends_nothing(self, pki, hers):
        loss = lost_with(pki.authority("practice-root"), at=AT)
        assert (loss.certificates, [row.file for row in loss.authorities]) == ([], ["practice-ca.cer"])

    def test_another_certificate_of_the_same_ca_keeps_what_it_proves(self, pki, hers):
        for slug in ("root", "ca"):
            renewed = self.renewed(pki, slug)
            loss = lost_with(pki.authority(slug), at=AT)
            assert (loss.certificates, loss.authorities) == ([], []), slug
            renewed.delete()
            assert lost_with(pki.authority(slug), at=AT).certificates == [hers]

    def renewed(self, pki, slug):
        """Return a CA's name and key in another certificate, accepted beside the first."""
        old = pki.hierarchy.certificate(slug)
        builder = x509.CertificateBuilder(old.issuer, old.subject, old.public_key(), 77, AT - DAY, AT + 3000 * DAY)
        for extension in old.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        der = builder.sign(pki.hierarchy.key("root"), hashes.SHA256()).public_bytes(Encoding.DER)
        row = pki.authority(slug)
        row.pk, row.file, row.der, row.sha256 = None, "renewed.cer", der, "77"
        row.save()
        return row

    def test_nothing_ends_until_another_person_approves(self, pki, hers, orn, pim):
        case = withdraw(orn, pki.authority("ca"))
        assert sign_in(hers)
        assert approve(case, pim) is State.APPROVED
        with pytest.raises(login.CertificateUnaccepted):
            sign_in(hers)
        assert MemberCertificate.objects.get().status == Status.DELETED
        assert pki.authority("ca").withdrawn_at == AT

    @pytest.mark.rule("R32")
    def test_no_one_approves_their_own_withdrawal(self, pki, hers, orn, chai, dara):
        case = withdraw(orn, pki.authority("ca"))
        with pytest.raises(SamePerson):
            approve(case, orn)
        for somebody in (chai, dara):
            with pytest.raises(NotYourTurn):
                approve(case, somebody)
            with pytest.raises(NotYourTurn):
                withdraw(somebody, pki.authority("ca-g2"))
        assert sign_in(hers)

    @pytest.mark.rule("R44")
    def test_sessions_and_sign_ins_at_services_end_and_others_stay(self, pki, hers, his, orn, pim, anong):
        for number, credential in enumerate((hers.credential, his.credential, "password")):
            Session.objects.create(
                session_key=str(number) * 32, session_data="", expire_date=AT + HOUR, surface="portal",
                user=his.holder if credential == his.credential else anong, credential=credential,
            )  # fmt: skip
        approve(withdraw(orn, pki.authority("ca")), pim)
        assert set(Session.objects.values_list("credential", flat=True)) == {his.credential, "password"}
        assert Job.objects.get(name="oidc.end-sessions").args == {"user": anong.pk, "credential": hers.credential}
        assert sign_in(his)

    def test_its_members_are_told_by_mail(self, pki, hers, his, orn, pim):
        approve(withdraw(orn, pki.authority("ca")), pim)
        told = Mail.objects.filter(template="certificate-authority-withdrawn")
        assert [mail.to for mail in told] == [hers.holder.email]
        assert hers.serial in told.get().text

    def test_a_suspended_one_ends_too_with_the_request_to_release_it(self, pki, hers, orn, pim, anong):
        suspend_certificate(hers, by=as_actor(anong))
        asked = ask_release(hers, bytes(hers.der), by=as_actor(anong)).cases.get()
        approve(withdraw(orn, pki.authority("ca")), pim)
        asked.refresh_from_db()
        assert (MemberCertificate.objects.get().status, asked.state_now) == (Status.DELETED, State.REJECTED)
        assert "ไม่ยอมรับผู้ออกใบรับรอง" in asked.reason
        assert not Mail.objects.filter(template="case-rejected").exists(), "the mail about the certificate tells it"

    def test_the_list_is_made_anew_at_the_approval(self, pki, hers, orn, pim, anong, chai):
        case = withdraw(orn, pki.authority("ca"))
        later = registered(anong, pki.certificate_for(of="later"), chai=chai)
        approve(case, pim)
        later.refresh_from_db()
        assert later.status == Status.DELETED

    def test_one_proposal_about_a_ca_at_a_time_and_none_about_what_is_gone(self, pki, orn, pim):
        authority = pki.authority("ca")
        case = withdraw(orn, authority)
        with pytest.raises(store.ChangeOpen):
            withdraw(pim, authority)
        approve(case, pim)
        with pytest.raises(store.AlreadyWithdrawn):
            withdraw(orn, pki.authority("ca"))

    def test_what_was_withdrawn_meanwhile_is_not_withdrawn_twice(self, pki, orn, pim):
        case = withdraw(orn, pki.authority("ca"))
        Authority.objects.filter(file="ca.cer").update(withdrawn_at=AT)
        with pytest.raises(store.AlreadyWithdrawn):
            approve(case, pim)

    def test_a_withdrawn_ca_comes_back_by_two_persons_and_its_certificates_anew(self, pki, hers, orn, pim, anong, chai):
        approve(withdraw(orn, pki.authority("ca")), pim)
        Authority.objects.exclude(withdrawn_at=None).update(file="gone.cer")
        approve(propose(orn, pki.der("ca"), at=AT + HOUR), pim, at=AT + HOUR)
        Authority.objects.filter(name="Tests ca").update(file="ca.cer")
        pki.publish(AT, "ca")
        with pytest.raises(login.CertificateUnknown):
            sign_in(hers, AT + HOUR)

    @pytest.mark.rule("R84")
    def test_the_ledger_has_every_step(self, pki, hers, orn, pim):
        approve(withdraw(orn, pki.authority("ca")), pim)
        proposed = AuditEntry.objects.get(event="authority.withdrawal-proposed")
        withdrawn = AuditEntry.objects.get(event="authority.withdrawn")
        ended = AuditEntry.objects.get(event="certificate.ended-with-its-authority")
        assert (proposed.actor, withdrawn.actor, ended.actor) == ("orn", "pim", "pim")
        assert (proposed.facts["certificates"], withdrawn.facts["certificates"]) == (1, 1)
        assert (proposed.facts["requests"], withdrawn.facts["requests"]) == (0, 0)
        assert (ended.about, ended.facts["after"]) == (hers.about, "deleted")

    @pytest.mark.django_db(transaction=True)
    def test_two_at_the_same_moment_withdraw_once(self, at_once, pki, orn, pim):
        third = staff("ploy", ("administrator", ""))
        case = withdraw(orn, pki.authority("ca"))
        outcomes = at_once(*(lambda who=who: approve(Case.objects.get(pk=case.pk), who) for who in (pim, third)))
        assert outcomes.count(State.APPROVED) == 1
        assert all(outcome is State.APPROVED or isinstance(outcome, Overtaken | NotAllowed | NotYourTurn)
                   for outcome in outcomes)  # fmt: skip
        assert AuditEntry.objects.filter(event="authority.withdrawn").count() == 1


@pytest.mark.rule("R42")
class TestRequests:
    """Requests to register a certificate end with its CA: no approver could approve them any more."""

    @pytest.fixture
    def asked(self, pki, anong):
        """Anong's certificate of the CA, to be registered."""
        return pending(register(anong, pki.certificate_for(of="pending")))

    def test_one_ends_wherever_it_stands_and_its_sender_reads_why(self, pki, asked, boonmee, orn, pim, chai):
        at_desk = pending(register(boonmee, pki.certificate_for("boonmee", of="at the desk")))
        note_papers(at_desk.case.submission, chai, AT)
        approve(withdraw(orn, pki.authority("ca")), pim)
        for each, before in ((asked, State.AWAITING_DOCUMENTS), (at_desk, State.SERVICE_DESK_REVIEW)):
            each.refresh_from_db()
            case = Case.objects.get(pk=each.case_id)
            assert (each.status, each.ended_at, case.state_now) == (Status.REJECTED, AT, State.REJECTED)
            step = case.steps.last()
            assert (step.verb, step.before, step.person) == (Verb.CLOSE, before, pim)
            told = last_mail("case-rejected", each.holder.email)
            assert each.issuer in told.text
            assert case.reason in told.text

    def test_the_reason_is_in_the_language_of_its_sender(self, pki, asked, anong, orn, pim):
        anong.language = "en"
        anong.save()
        approve(withdraw(orn, pki.authority("ca")), pim)
        assert "is no longer accepted here" in Case.objects.get(pk=asked.case_id).reason

    def test_what_another_path_proves_and_what_has_ended_stays_as_it_is(self, pki, asked, anong, boonmee, orn, pim):
        other = pending(register(boonmee, pki.certificate_for("boonmee", ca="ca-g2")))
        withdraw_certificate_request(asked.case.submission, by=as_actor(anong))
        approve(withdraw(orn, pki.authority("ca")), pim)
        assert Case.objects.get(pk=other.case_id).is_open
        assert Case.objects.get(pk=asked.case_id).state_now is State.WITHDRAWN
        assert not Mail.objects.filter(template="case-rejected").exists()

    def test_nothing_ends_until_the_withdrawal_is_approved(self, pki, asked, orn, chai):
        withdraw(orn, pki.authority("ca"))
        decide(asked.case.submission, chai)
        asked.refresh_from_db()
        assert asked.status == Status.VALID

    @pytest.mark.rule("R30")
    def test_papers_that_lie_at_the_desk_are_to_be_destroyed(self, pki, asked, orn, pim, chai):
        note_papers(asked.case.submission, chai, AT)
        asked.case.submission.papers.update(on_paper=True)
        approve(withdraw(orn, pki.authority("ca")), pim)
        assert [row.submission for row in papers_to_destroy()] == [asked.case.submission]

    @pytest.mark.rule("R30")
    def test_an_approver_who_has_it_open_meanwhile_is_told(self, pki, asked, orn, pim, chai):
        note_papers(asked.case.submission, chai, AT)
        seen = Case.objects.get(pk=asked.case_id)
        approve(withdraw(orn, pki.authority("ca")), pim)
        with pytest.raises(Overtaken):
            decide_certificate(seen, verb=Verb.REJECT, by=as_actor(chai), reason="Not legible.")
        with pytest.raises(NotAllowed):
            close_certificate_request(Case.objects.get(pk=asked.case_id), reason="Again.", by=as_actor(pim))

    @pytest.mark.rule("R30")
    def test_and_one_who_was_faster_is_not_overruled(self, pki, asked, pim, chai):
        (seen,) = lost_with(pki.authority("ca"), at=AT).requests
        decide(asked.case.submission, chai)
        with pytest.raises(Overtaken):
            close_certificate_request(seen, reason="Its authority is gone.", by=as_actor(pim))
        asked.refresh_from_db()
        assert (asked.status, asked.case.steps.last().verb) == (Status.VALID, Verb.APPROVE)

    @pytest.mark.rule("R84")
    def test_the_ledger_has_it(self, pki, asked, orn, pim):
        approve(withdraw(orn, pki.authority("ca")), pim)
        for event in ("authority.withdrawal-proposed", "authority.withdrawn"):
            assert AuditEntry.objects.get(event=event).facts["requests"] == 1
        moved = AuditEntry.objects.filter(event="case.moved", about=asked.case.submission.about).latest("pk")
        rejected = AuditEntry.objects.get(event="certificate.rejected")
        assert (moved.actor, moved.facts["verb"], moved.facts["after"]) == ("pim", "close", "rejected")
        assert (rejected.actor, rejected.about) == ("pim", asked.about)

    @pytest.mark.rule("R30")
    @pytest.mark.django_db(transaction=True)
    def test_at_the_same_moment_it_is_approved_or_refused_and_never_both(self, at_once, pki, asked, orn, pim, chai):
        case = withdraw(orn, pki.authority("ca"))
        note_papers(asked.case.submission, chai, AT)
        outcomes = at_once(
            lambda: approve(Case.objects.get(pk=case.pk), pim),
            lambda: decide_certificate(Case.objects.get(pk=asked.case_id), verb=Verb.APPROVE, by=as_actor(chai)),
        )
        asked.refresh_from_db()
        steps = list(asked.case.steps.filter(verb__in=[Verb.APPROVE, Verb.CLOSE]))
        assert len(steps) == 1
        ends = {Verb.APPROVE: (Status.VALID, Status.DELETED), Verb.CLOSE: (Status.REJECTED,)}
        assert asked.status in ends[steps[0].verb]
        assert (pki.authority("ca").withdrawn_at is None) == (asked.status == Status.VALID)
        for outcome in outcomes:
            assert outcome is State.APPROVED or isinstance(outcome, Overtaken | NotAllowed | CertificateRefused)
