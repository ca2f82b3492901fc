"""What its CA has revoked stops working with the list that tells it."""

from datetime import timedelta

import pytest
from cryptography.x509 import ReasonFlags

from securenet.domain.accounts.models import Session
from securenet.domain.certificates.jobs import recheck, refresh_revocation_lists
from securenet.domain.certificates.login import CertificateRevoked, require_login_certificate
from securenet.domain.certificates.models import Authority, MemberCertificate, RevocationListFile, Status
from securenet.domain.certificates.trust import refresh_lists
from securenet.foundation.actor import system
from securenet.foundation.jobs.models import Job
from securenet.foundation.jobs.registry import SCHEDULES
from securenet.foundation.testca.revocation import revoke
from tests.cast import AT, DAY, HOUR, as_actor
from tests.domain.certificates.pki import registered
from tests.domain.certificates.test_trust import serve, url, web

__all__ = ["web"]
pytestmark = [pytest.mark.rule("R44", "R46"), pytest.mark.django_db]


@pytest.mark.parametrize("later", [timedelta(0), timedelta(seconds=5)], ids=["before", "while it is fetched"])
def test_a_member_learns_of_a_revocation_with_the_list_that_tells_it(pki, web, anong, chai, later):
    hers = registered(anong, pki.certificate_for(), chai=chai)
    Authority.objects.filter(file="ca.cer").update(crl_urls=[url(web)])
    Authority.objects.exclude(file="ca.cer").update(crl_urls=[])
    revoke(pki.hierarchy, int(hers.serial, 16), ReasonFlags.key_compromise, at=AT + HOUR + later, ca="ca")
    serve(pki, web, AT + HOUR + later)
    refresh_revocation_lists(at=AT + HOUR)
    assert MemberCertificate.objects.get().status == Status.REVOKED


def test_a_revocation_ends_sessions_and_logins_within_the_minute_of_the_list(pki, web, anong, chai):
    hers = registered(anong, pki.certificate_for(of="hers"), chai=chai)
    other = registered(anong, pki.certificate_for(of="other"), chai=chai)
    for number, credential in enumerate((hers.credential, other.credential, "password")):
        Session.objects.create(
            session_key=str(number) * 32, session_data="", expire_date=AT + DAY, user=anong, surface="portal",
            credential=credential,
        )  # fmt: skip
    Authority.objects.filter(file="ca.cer").update(crl_urls=[url(web)])
    Authority.objects.exclude(file="ca.cer").update(crl_urls=[])
    RevocationListFile.objects.filter(authority__file="ca.cer").update(url=url(web))
    revoke(pki.hierarchy, int(hers.serial, 16), ReasonFlags.key_compromise, at=AT + HOUR, ca="ca")
    serve(pki, web, AT + HOUR)
    assert sign_in(hers), "the list has not been fetched yet"

    refresh_lists(by=system("revocation", AT + HOUR))
    with pytest.raises(CertificateRevoked):
        sign_in(hers)
    recheck(at=AT + HOUR)
    assert set(Session.objects.values_list("credential", flat=True)) == {other.credential, "password"}
    assert Job.objects.get(name="oidc.end-sessions").args == {"user": anong.pk, "credential": hers.credential}
    assert sign_in(other)
    assert SCHEDULES["certificates.refresh-lists"] <= timedelta(minutes=1)


def sign_in(certificate):
    return require_login_certificate(bytes(certificate.der), by=as_actor(at=AT + HOUR, surface="certificate"))
