"""The registration of a certificate before the service desk: facts beside the data, one tier (R43, R44)."""

from functools import cache

import pytest

from securenet.domain.approvals.models import Case
from securenet.domain.certificates.actions import register_certificate
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.models import Authority, MemberCertificate
from securenet.domain.certificates.trust import accept_authority, replace_list
from securenet.domain.profile.queries import accepted_set
from securenet.domain.profile.trust import TrustEntry
from securenet.foundation.x509 import read_authority, read_crl
from tests.cast import ALPHA, BETA, as_actor, member
from tests.foundation.x509.forge import AT, person
from tests.foundation.x509.world import World
from tests.surfaces.backoffice.conftest import picks

pytestmark = pytest.mark.rule("R44")
world = cache(World)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(AT, tick=False)


@pytest.fixture(autouse=True)
def trust(_database, _now):
    """Accept the world's root and CA, with their lists."""
    by = as_actor(at=AT)
    for kind, ca in (("root", world().root), ("intermediate", world().ca)):
        entry = TrustEntry(set=accepted_set(), kind=kind, name=f"Example {kind}", file=f"{kind}.cer")
        authority = accept_authority(entry, ca.der, by=by)
        data = world().lists[ca]
        replace_list(authority, f"http://ca.example/{kind}.crl", data, read_crl(data, read_authority(ca.der)), by=by)


@pytest.fixture
def anong(chai, dara):
    return member("anong", organization=ALPHA, chai=chai, dara=dara, at=AT)


@pytest.fixture
def request_of(complete, chai):
    """Return a function by which a member asks for a certificate with these names, papers and all."""

    def asked(holder, proven=False, **names):
        certificate = read_certificate(world().ca.draft(subject=person(**names)).der())
        submission = register_certificate(holder, certificate, proven=proven, by=as_actor(holder, at=AT))
        return complete(submission, chai)

    return asked


def send(browser, submission, choice, **words):
    return browser.post(f"/cases/{submission.number}/decide/", {"pick": picks(submission), "choice": choice, **words})


def test_an_owner_of_a_service_sees_no_certificates(anong, request_of, dara, sign_in):
    assert sign_in(dara).get(f"/cases/{request_of(anong).number}/").status_code == 404


def test_what_does_not_fit_the_member_is_shown_as_a_fact(anong, request_of, chai, sign_in):
    submission = request_of(anong, cn="Ekachai Wongdee", organization=BETA[0])

    page = sign_in(chai).get(f"/cases/{submission.number}/").content.decode()

    for words in (
        "The name in the certificate is not the member&#x27;s.",
        "The member does not act for the organization in the certificate.",
        "The certificate passes every check at this moment.",
        "The member has not yet proved to hold the private key.",
    ):
        assert words in page


def test_what_fits_is_shown_with_the_facts_of_the_certificate(anong, request_of, chai, sign_in):
    submission = request_of(anong, proven=True, cn="Anong Jaidee", organization=ALPHA[0])
    certificate = MemberCertificate.objects.get()

    page = sign_in(chai).get(f"/cases/{submission.number}/").content.decode()

    assert "The name in the certificate is the member&#x27;s." in page
    assert "The organization in the certificate is one that the member acts for." in page
    assert "The member proved on 23 Nov 2026" in page
    assert certificate.sha256 in page
    assert certificate.serial in page


def test_a_certificate_that_no_longer_passes_is_not_approved(anong, request_of, chai, sign_in):
    submission = request_of(anong)
    Authority.objects.update(withdrawn_at=AT)
    browser = sign_in(chai)

    assert "passes every check" not in browser.get(f"/cases/{submission.number}/").content.decode()
    assert send(browser, submission, "agree").status_code == 409
    assert Case.objects.get(submission=submission).state == "service_desk_review"
    assert MemberCertificate.objects.get().status == "pending"


def test_the_service_desk_approves_a_certificate_alone(anong, request_of, chai, sign_in):
    submission = request_of(anong)

    assert send(sign_in(chai), submission, "agree").status_code == 302

    assert MemberCertificate.objects.get().status == "valid"


def test_a_refused_certificate_is_refused_with_its_reason(anong, request_of, chai, sign_in):
    submission = request_of(anong)

    send(sign_in(chai), submission, "reject", reason="The form is not signed.")

    assert MemberCertificate.objects.get().status == "rejected"
    assert Case.objects.get(submission=submission).reason == "The form is not signed."


def test_the_page_stays_within_its_queries(anong, request_of, chai, sign_in, django_assert_max_num_queries):
    submission, browser = request_of(anong), sign_in(chai)

    with django_assert_max_num_queries(12):
        assert browser.get(f"/cases/{submission.number}/").status_code == 200
