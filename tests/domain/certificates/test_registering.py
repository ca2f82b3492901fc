"""Registering a certificate: from a file or by using it, checked, approved, or refused with every reason."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
    pkcs12,
)

from securenet.domain.accounts.models import User
from securenet.domain.approvals.actions import NotAllowed, NotYourTurn, SamePerson
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Submission
from securenet.domain.certificates.actions import (
    NotAMember,
    ProofMissing,
    TooManyCertificates,
    decide_certificate,
    delete_certificate,
)
from securenet.domain.certificates.judging import CertificateRefused, belongs_to, read_certificate
from securenet.domain.certificates.models import MemberCertificate, Status
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from securenet.foundation.testca.profiles import Server
from securenet.foundation.x509 import Reason
from tests.cast import ALPHA, AT, BETA, DAY, MERIDIA, OWNER, SERVICE_DESK, as_actor, last_mail, member, staff
from tests.cast import register as register_person
from tests.domain.certificates.pki import Pki, decide, key, register, registered

pytestmark = [pytest.mark.rule("R42", "R44"), pytest.mark.django_db]


def pem(der):
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def reasons(call, *arguments, **facts):
    with pytest.raises(CertificateRefused) as refused:
        call(*arguments, **facts)
    assert str(refused.value), "in words"
    return set(refused.value.reasons)


class TestFiles:
    """What a file must be; the endless list of bad ones is the ground's."""

    def bad(self, pki, kind):
        der, private = pki.der_for(), key("anong")
        made = x509.load_der_x509_certificate(der)
        plain = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        request = x509.CertificateSigningRequestBuilder().subject_name(made.subject).sign(private, hashes.SHA256())
        sealed = pkcs12.serialize_key_and_certificates(b"a", private, made, None, BestAvailableEncryption(b"secret"))
        return {
            "empty": b"",
            "not-a-certificate": b"<html>",
            "private-key": pem(der) + plain,
            "pkcs12": sealed,
            "pkcs7": pkcs7.serialize_certificates([made], Encoding.DER),
            "csr": request.public_bytes(Encoding.PEM),
            "several-certificates": pem(der) + pem(pki.der("ca")),
            "encoding": pem(der).decode().encode("utf-16"),
            "trailing-data": der + b"\0",
            "too-large": pem(der) + b"\n" * 2_000_000,
        }[kind]

    @pytest.mark.parametrize(
        "kind",
        [
            *("empty", "not-a-certificate", "private-key", "pkcs12", "pkcs7", "csr"),
            *("several-certificates", "encoding", "trailing-data", "too-large"),
        ],
    )
    def test_another_file_is_refused_with_its_reason_and_nothing_is_kept(self, kind, pki):
        assert reasons(read_certificate, self.bad(pki, kind)) == {Reason(kind)}
        assert not MemberCertificate.objects.exists()

    def test_a_private_key_is_explained(self, pki):
        with pytest.raises(CertificateRefused, match="กุญแจส่วนตัว"):
            read_certificate(self.bad(pki, "private-key"))

    def test_der_and_pem_are_taken_as_one_certificate(self, pki):
        der = pki.der_for()
        assert read_certificate(der) == read_certificate(pem(der)) == read_certificate(b"\r\n" + pem(der) + b"\n")


def test_only_who_has_an_approved_right_registers(pki, registration):
    with pytest.raises(NotAMember):
        register(registration.applicant, pki.certificate_for())
    assert not MemberCertificate.objects.exists()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"end": AT - DAY}, {Reason.EXPIRED}),
        ({"start": AT + DAY}, {Reason.NOT_YET_VALID}),
        ({"ca": "strange-ca"}, {Reason.UNACCEPTED_ISSUER}),
        ({"ca": "practice-ca"}, {Reason.UNACCEPTED_ISSUER}),
        ({"subject": Server(("anong.example",))}, {Reason.EXTENDED_KEY_USAGE}),
        ({"ca": "strange-ca", "end": AT - DAY}, {Reason.UNACCEPTED_ISSUER, Reason.EXPIRED}),
    ],
    ids=["expired", "not yet valid", "another CA", "the other set", "a server's", "every reason is told"],
)
def test_a_certificate_that_does_not_pass_is_refused_with_every_reason(facts, expected, pki, anong):
    before = Submission.objects.count(), AuditEntry.objects.count()
    assert expected <= reasons(register, anong, pki.certificate_for(**facts))
    assert (Submission.objects.count(), AuditEntry.objects.count()) == before


def test_a_cas_own_certificate_is_refused(pki, anong):
    assert Reason.CA_CERTIFICATE in reasons(register, anong, read_certificate(pki.der("ca")))


def test_one_that_signed_itself_is_refused(pki, anong):
    assert Reason.CA_CERTIFICATE in reasons(register, anong, read_certificate(pki.der("strange-root")))


def test_a_revoked_one_is_refused(pki, anong):
    certificate = pki.certificate_for()
    pki.revoke(certificate)
    assert reasons(register, anong, certificate) == {Reason.REVOKED}


def test_one_on_hold_is_refused(pki, anong):
    certificate = pki.certificate_for()
    pki.hold(certificate)
    assert reasons(register, anong, certificate) == {Reason.ON_HOLD}


def test_nothing_is_accepted_where_nothing_fresh_is_known_of_revocation(pki, anong):
    certificate = pki.certificate_for()
    assert reasons(register, anong, certificate, at=AT + 2 * DAY) == {Reason.REVOCATION_UNKNOWN}


def test_a_fresh_list_of_the_ca_alone_is_not_enough(pki, anong):
    pki.publish(AT + 2 * DAY, "ca")
    assert reasons(register, anong, pki.certificate_for(), at=AT + 2 * DAY) == {Reason.REVOCATION_UNKNOWN}


def test_without_any_accepted_ca_everything_is_refused_and_nothing_breaks(hierarchy, anong):
    assert reasons(register, anong, Pki(hierarchy).certificate_for()) == {Reason.UNACCEPTED_ISSUER}


class TestTheRegister:
    """What only the database knows."""

    def test_a_certificate_is_registered_once(self, pki, anong):
        register(anong, pki.certificate_for(of="one"))
        first = MemberCertificate.objects.get()
        same = read_certificate(bytes(first.der))
        assert reasons(register, anong, same) == {Reason.ALREADY_REGISTERED}

    def test_one_that_belongs_to_another_member_is_refused(self, pki, anong, boonmee):
        certificate = pki.certificate_for()
        register(anong, certificate)
        assert Reason.OTHER_OWNER in reasons(register, boonmee, certificate)

    def test_a_key_of_another_member_is_refused_even_after_its_registration_ended(self, pki, anong, boonmee, chai):
        mine = registered(anong, pki.certificate_for(of="shared"), chai=chai)
        delete_certificate(mine, by=as_actor(anong))
        other = pki.certificate_for("boonmee", of="shared")
        assert reasons(register, boonmee, other) == {Reason.KEY_REUSE}

    def test_a_key_that_a_ca_has_revoked_is_not_taken_again(self, pki, anong, chai):
        first = registered(anong, pki.certificate_for(of="lost"), chai=chai)
        MemberCertificate.objects.filter(pk=first.pk).update(status=Status.REVOKED)
        assert reasons(register, anong, pki.certificate_for(of="lost")) == {Reason.COMPROMISED_KEY}

    def test_ones_own_key_in_a_renewed_certificate_is_taken(self, pki, anong, chai):
        registered(anong, pki.certificate_for(of="kept"), chai=chai)
        assert register(anong, pki.certificate_for(of="kept"))

    def test_what_was_refused_can_be_tried_again(self, pki, anong, chai):
        certificate = pki.certificate_for()
        decide(register(anong, certificate), chai, Verb.REJECT, reason="No form.")
        assert register(anong, certificate)
        assert sorted(MemberCertificate.objects.values_list("status", flat=True)) == ["pending", "rejected"]

    def test_there_is_a_most_for_one_member(self, pki, anong, policy):
        policy("[sessions]", "[limits]\ncertificates_per_member = 2\n\n[sessions]")
        for number in range(2):
            register(anong, pki.certificate_for(of=f"many {number}"))
        with pytest.raises(TooManyCertificates):
            register(anong, pki.certificate_for(of="one too many"))

    @pytest.mark.django_db(transaction=True)
    def test_the_same_file_from_two_windows_at_the_same_moment_is_one_registration(self, hierarchy, at_once):
        anong = member("anong", chai=staff("chai", SERVICE_DESK), dara=staff("dara", OWNER))
        pki = Pki(hierarchy)
        pki.accept_all()
        pki.publish(AT)
        certificate = pki.certificate_for()
        outcomes = at_once(*[lambda: register(anong, certificate)] * 2)
        refused = [outcome for outcome in outcomes if isinstance(outcome, CertificateRefused)]
        assert [each.reasons for each in refused] == [(Reason.ALREADY_REGISTERED,)]
        assert MemberCertificate.objects.count() == 1
        assert Submission.objects.filter(kind="certificate").count() == 1


class TestApproving:
    """The service desk checks and approves; what is approved is checked again."""

    def test_a_registration_is_a_request_with_its_two_papers(self, pki, anong):
        submission = register(anong, pki.certificate_for())
        assert set(submission.papers.values_list("key", flat=True)) == {"own_identity", "certificate_registration"}
        case = submission.cases.get()
        assert (case.state_now, case.desk) == (State.AWAITING_DOCUMENTS, "service-desk")
        assert case.certificate.status == Status.PENDING

    @pytest.mark.rule("R31", "R43")
    def test_the_service_desk_alone_makes_it_valid_and_the_member_is_told(self, pki, anong, chai):
        mine = registered(anong, pki.certificate_for(), chai=chai)
        assert mine.status_at(AT) is Status.VALID
        assert last_mail("case-approved").to == "anong@alpha.example"
        assert AuditEntry.objects.filter(event="certificate.accepted", about=mine.about).exists()

    def test_it_is_not_approved_without_its_papers_nor_by_another_desk(self, pki, anong, chai, dara):
        case = register(anong, pki.certificate_for()).cases.get()
        for who in (chai, dara):
            with pytest.raises((NotAllowed, NotYourTurn)):
                decide_certificate(case, verb=Verb.APPROVE, by=as_actor(who))
        assert case.certificate.status == Status.PENDING

    def test_a_member_of_staff_does_not_approve_their_own(self, pki, chai):
        User.objects.filter(pk=chai.pk).update(admitted_at=AT)
        chai.refresh_from_db()
        other = staff("chuan", SERVICE_DESK)
        submission = register(chai, pki.certificate_for("chai"))
        with pytest.raises(SamePerson):
            decide(submission, chai)
        decide(submission, other)
        assert MemberCertificate.objects.get().status == Status.VALID

    @pytest.mark.parametrize("reason", [Reason.REVOKED, Reason.EXPIRED, Reason.REVOCATION_UNKNOWN])
    def test_what_has_gone_bad_since_the_upload_is_not_approved(self, reason, pki, anong, chai):
        end = AT + DAY / 2
        certificate = pki.certificate_for(end=end) if reason is Reason.EXPIRED else pki.certificate_for()
        submission = register(anong, certificate)
        at = {Reason.REVOKED: AT, Reason.EXPIRED: end + DAY / 4, Reason.REVOCATION_UNKNOWN: AT + 3 * DAY}[reason]
        if reason is Reason.REVOKED:
            pki.revoke(certificate)
        assert reasons(decide, submission, chai, at=at) == {reason}
        assert MemberCertificate.objects.get().status == Status.PENDING
        assert submission.cases.get().state_now is State.SERVICE_DESK_REVIEW
        assert not Mail.objects.filter(template="case-approved", about=submission.about).exists()

    def test_a_ca_that_is_no_longer_accepted_ends_the_approval(self, pki, anong, chai):
        submission = register(anong, pki.certificate_for())
        authority = pki.authority("ca")
        authority.withdrawn_at = AT
        authority.save()
        assert reasons(decide, submission, chai) == {Reason.UNACCEPTED_ISSUER}

    def test_a_refusal_says_why(self, pki, anong, chai):
        submission = register(anong, pki.certificate_for())
        assert decide(submission, chai, Verb.REJECT, reason="The form is not signed.") is State.REJECTED
        assert MemberCertificate.objects.get().status == Status.REJECTED
        assert "The form is not signed." in last_mail("case-rejected").text

    def test_the_approver_sees_how_the_names_compare(self, pki, anong):
        assert dict(belongs_to(pki.certificate_for(), anong)) == {"name": True, "email": True, "organization": True}
        other = pki.certificate_for(person={"name": "Somebody Else", "email": "x@y.example", "organization": BETA[0]})
        assert dict(belongs_to(other, anong)) == {"name": False, "email": False, "organization": False}
        assert pki.certificate_for().organization_number == ALPHA[0]


@pytest.mark.rule("R42a")
class TestByUsingIt:
    """A file proves nothing; a login did."""

    def test_a_file_has_not_proven_its_key_and_a_token_has(self, pki, anong):
        register(anong, pki.certificate_for(of="file"))
        register(anong, pki.certificate_for(of="token"), proven=True)
        assert list(MemberCertificate.objects.order_by("pk").values_list("key_proven_at", flat=True)) == [None, AT]

    def test_an_operator_may_take_only_what_is_proven(self, pki, anong, settings):
        settings.PROFILE_PATH = MERIDIA
        with pytest.raises(ProofMissing):
            register(anong, pki.certificate_for())
        assert register(anong, pki.certificate_for(), proven=True)


def test_a_persons_registration_and_a_certificates_draw_from_one_sequence_of_numbers(pki, anong):
    certificate = register(anong, pki.certificate_for())
    assert register_person("bua").number > certificate.number
