"""A CA is withdrawn by two administrators, with all that hangs on it."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.domain.accounts.models import Session
from securenet.domain.approvals.actions import NotAllowed, NotYourTurn, Overtaken, SamePerson
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Case
from securenet.domain.certificates import login, store
from securenet.domain.certificates.actions import delete_certificate
from securenet.domain.certificates.holding import suspend_certificate
from securenet.domain.certificates.losing import lost_with
from securenet.domain.certificates.models import Authority, MemberCertificate, Status
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, HOUR, as_actor, staff
from tests.domain.certificates.administrators import approve, propose, sign_in, withdraw
from tests.domain.certificates.pki import register, registered

pytestmark = [pytest.mark.rule("R52"), pytest.mark.django_db]


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
        register(anong, pki.certificate_for(of="pending"))
        loss = lost_with(pki.authority("ca"), at=AT)
        assert (loss.certificates, loss.requests, loss.authorities) == ([hers], 1, [])
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

    def test_a_suspended_one_ends_too_and_a_request_stays_for_its_desk(self, pki, hers, orn, pim, anong, chai):
        suspend_certificate(hers, by=as_actor(anong))
        register(anong, pki.certificate_for(of="pending"))
        approve(withdraw(orn, pki.authority("ca")), pim)
        assert sorted(MemberCertificate.objects.values_list("status", flat=True)) == ["deleted", "pending"]

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
