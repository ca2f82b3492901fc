"""Reminders of a certificate's end, and a renewal that the old key signs (R45)."""

from datetime import timedelta

import pytest

from securenet.domain.approvals.flow import State
from securenet.domain.certificates.actions import delete_certificate, register_certificate
from securenet.domain.certificates.jobs import remind
from securenet.domain.certificates.judging import CertificateRefused, read_certificate
from securenet.domain.certificates.login import require_login_certificate
from securenet.domain.certificates.models import MemberCertificate
from securenet.domain.certificates.renewing import NotTheOldKey, SignatureNotTaken, renewed_by
from securenet.domain.profile.queries import profile
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, HOUR, as_actor
from tests.domain.certificates.pki import YEAR, registered

pytestmark = [pytest.mark.rule("R45"), pytest.mark.django_db]


@pytest.fixture
def old(pki, anong, chai):
    return registered(anong, pki.certificate_for(of="old", end=AT + 40 * DAY), chai=chai)


@pytest.fixture
def new(pki, old):
    return pki.certificate_for(of="new", end=AT + YEAR)


def renew(anong, new, signed_by=b"", at=AT):
    return register_certificate(anong, new, proven=True, signed_by=signed_by, by=as_actor(anong, at=at))


def papers(submission):
    return set(submission.papers.values_list("key", flat=True))


def reminders():
    return Mail.objects.filter(template="certificate-ends").count()


def test_each_day_of_the_profile_brings_one_mail_and_the_last_day_too(pki, anong, chai):
    row = registered(anong, pki.certificate_for(end=AT + 70 * DAY), chai=chai)
    told = []
    for day in range(72):
        before = reminders()
        for hour in (0, 1):
            remind(at=AT + day * DAY + hour * HOUR)
        if reminders() > before:
            assert reminders() == before + 1
            told.append(70 - day)
    assert told == [60, 30, 7, 0]
    assert row.serial in Mail.objects.filter(template="certificate-ends").first().text


def test_days_that_passed_unseen_bring_one_mail_not_four(old):
    remind(at=old.not_after - HOUR)
    remind(at=old.not_after - HOUR / 2)
    assert reminders() == 1


def test_nothing_is_said_of_what_has_ended(old, anong):
    delete_certificate(old, by=as_actor(anong))
    remind(at=old.not_after - DAY)
    remind(at=old.not_after + DAY)
    assert reminders() == 0


def test_who_has_renewed_is_not_reminded_of_the_old_one(pki, old, new, anong, chai):
    registered(anong, new, chai=chai)
    remind(at=old.not_after - 7 * DAY)
    assert reminders() == 0


def test_both_work_while_they_overlap_and_the_old_one_ends_by_itself(old, new, anong, chai):
    registered(anong, new, chai=chai)
    for der in (bytes(old.der), new.der):
        assert require_login_certificate(der, by=as_actor(at=AT))
    row = MemberCertificate.objects.get(sha256=new.sha256)
    assert row.renews == old


def test_the_old_keys_signature_takes_the_place_of_the_paper_form(old, new, anong):
    signed = renew(anong, new, signed_by=bytes(old.der))
    assert papers(signed) == {"own_identity"}
    assert signed.state() is State.AWAITING_DOCUMENTS


def test_without_it_the_form_is_asked_for(old, new, anong):
    assert "certificate_registration" in papers(renew(anong, new))
    assert MemberCertificate.objects.get(sha256=new.sha256).renews == old


def test_another_key_signs_nothing(pki, old, new, anong, boonmee, chai):
    other = registered(anong, pki.certificate_for(of="x", person={"unit": "Elsewhere"}), chai=chai)
    his = registered(boonmee, pki.certificate_for("boonmee"), chai=chai)
    for der in (new.der, bytes(other.der), bytes(his.der), b"\x00"):
        with pytest.raises(NotTheOldKey):
            renew(anong, new, signed_by=der)
    assert not MemberCertificate.objects.filter(sha256=new.sha256).exists()


def test_an_expired_one_signs_nothing(pki, old, new, anong):
    pki.publish(old.not_after)
    with pytest.raises(NotTheOldKey):
        renew(anong, new, signed_by=bytes(old.der), at=old.not_after + timedelta(seconds=1))


def test_a_deleted_one_signs_nothing(old, new, anong):
    delete_certificate(old, by=as_actor(anong))
    with pytest.raises(NotTheOldKey):
        renew(anong, new, signed_by=bytes(old.der))


def test_a_revoked_one_signs_nothing(pki, old, new, anong):
    pki.revoke(read_certificate(bytes(old.der)))
    with pytest.raises(CertificateRefused):
        renew(anong, new, signed_by=bytes(old.der))


def test_the_profile_can_ask_for_the_form_all_the_same(old, new, anong, policy):
    policy("hold_days = 90", "hold_days = 90\nrenewal_by_signature = false")
    assert not profile().certificate.renewal_by_signature
    with pytest.raises(SignatureNotTaken):
        renew(anong, new, signed_by=bytes(old.der))


def test_another_ca_or_subject_renews_nothing(pki, old, anong, boonmee):
    for certificate in (
        pki.certificate_for(of="g2", ca="ca-g2"),
        pki.certificate_for(of="s", person={"unit": "Elsewhere"}),
    ):
        assert renewed_by(certificate, anong, AT) is None
    assert renewed_by(pki.certificate_for(of="n"), boonmee, AT) is None
    assert renewed_by(pki.certificate_for(of="n"), anong, AT) == old
