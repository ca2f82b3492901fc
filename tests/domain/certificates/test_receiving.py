"""A file is taken over from a member with the right and a registered, valid certificate, and from nobody else."""

import pytest

from securenet.domain.certificates.actions import delete_certificate
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.login import (
    CertificateExpired,
    CertificatePending,
    CertificateRevoked,
    CertificateSuspended,
    CertificateUnaccepted,
    CertificateUnknown,
    RevocationUnknown,
)
from securenet.domain.certificates.models import MemberCertificate
from securenet.domain.certificates.receiving import (
    SignatureUnusable,
    SignerWithoutRight,
    code_of,
    note_received_file,
    note_refused_file,
    require_sender,
)
from securenet.domain.entitlements.grants import grant_function, withdraw_function
from securenet.foundation.actor import system
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.refusal import Refusal
from tests.cast import ALPHA, AT, DAY, as_actor, right_of
from tests.domain.certificates.pki import YEAR, registered

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R47")]
FOR = {"service": "bmsid", "function": "exchange_files"}


def desk(at=AT):
    """The operator's command."""
    return system("command line", at)


@pytest.fixture
def card(pki, anong, boonmee, chai):
    """Anong's certificate, registered; Boonmee lets her exchange files."""
    dates = {"from_date": AT.date(), "until_date": None}
    grant_function(right_of(anong), function="exchange_files", **dates, by=as_actor(boonmee))
    return registered(anong, pki.certificate_for(), chai=chai)


def refused(sha256, at=AT, **wanted):
    """By which rule a signer is refused."""
    with pytest.raises(Refusal) as why:
        require_sender(sha256, **(FOR | wanted), by=desk(at))
    return type(why.value)


def test_the_signer_is_told_with_the_organizations_they_act_for(card, anong):
    sender = require_sender(card.sha256, **FOR, by=desk())
    assert (sender.member, sender.certificate) == (anong, card)
    assert [place.organization_number for place in sender.organizations] == [ALPHA[0]]


def test_a_certificate_that_nobody_registered_signs_for_nobody(card, pki):
    assert refused(pki.certificate_for("ekachai").sha256) is CertificateUnknown
    assert refused("0" * 64) is CertificateUnknown


def test_a_registration_that_waits_is_not_valid_yet(card):
    MemberCertificate.objects.update(status="pending")
    assert refused(card.sha256) is CertificatePending


def test_an_expired_certificate_signs_nothing(card):
    assert refused(card.sha256, at=AT + YEAR + DAY) is CertificateExpired


def test_a_revoked_certificate_signs_nothing(card, pki):
    pki.revoke(pki_certificate(card))
    assert refused(card.sha256) is CertificateRevoked


def test_a_suspended_certificate_signs_nothing(card, pki):
    pki.hold(pki_certificate(card))
    assert refused(card.sha256) is CertificateSuspended


def test_a_deleted_registration_signs_nothing(card, anong):
    delete_certificate(card, by=as_actor(anong))
    assert refused(card.sha256) is CertificateUnknown


def test_without_fresh_lists_nothing_is_taken(card):
    assert refused(card.sha256, at=AT + 30 * DAY) is RevocationUnknown


def test_a_ca_that_was_withdrawn_vouches_for_nobody(card, pki):
    authority = pki.authority("ca")
    authority.withdrawn_at = AT
    authority.save()
    assert refused(card.sha256) is CertificateUnaccepted


def test_a_person_whose_account_is_closed_signs_nothing(card, anong):
    anong.closed_at = AT
    anong.save()
    assert refused(card.sha256) is CertificateUnknown


def test_the_function_must_be_granted(card, anong, boonmee):
    assert refused(card.sha256, function="see_reports") is SignerWithoutRight
    assert refused(card.sha256, service="emcs") is SignerWithoutRight
    withdraw_function(right_of(anong), function="exchange_files", by=as_actor(boonmee))
    assert refused(card.sha256) is SignerWithoutRight


def test_codes_tell_the_refusals_apart():
    refusals = (CertificateUnknown, CertificateExpired, SignerWithoutRight, SignatureUnusable)
    assert [code_of(each(why="")) for each in refusals] == [
        "certificate-unknown",
        "certificate-expired",
        "signer-without-right",
        "signature-unusable",
    ]


def test_what_is_taken_over_stands_in_the_ledger_and_proves_the_key(card):
    sender = require_sender(card.sha256, **FOR, by=desk())
    note_received_file(sender, **FOR, digest="sha256:" + "0" * 64, size=18, by=desk())
    entry = AuditEntry.objects.get(event="file.received")
    assert (entry.about, entry.facts["holder"], entry.facts["size"]) == (card.about, "anong", 18)
    card.refresh_from_db()
    assert card.key_proven_at == AT


def test_what_is_refused_stands_there_too():
    note_refused_file("altered", by=desk())
    note_refused_file("signer-without-right", signer="a" * 64, by=desk())
    first, second = AuditEntry.objects.filter(event="file.refused").order_by("pk")
    assert (first.about, first.facts) == ("", {"rule": "altered"})
    assert (second.about, second.facts) == (f"certificate {'a' * 16}", {"rule": "signer-without-right"})


def pki_certificate(card):
    """The certificate, as its CA knows it."""
    return read_certificate(bytes(card.der))
