"""What the demo shows is there, and came about as it would in earnest."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pyotp
import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import pkcs12
from django.db import transaction
from django.test import override_settings

from securenet.cli import main
from securenet.commands.demonstration import telling
from securenet.domain.accounts.actions import WrongCredentials, require_credentials
from securenet.domain.accounts.models import Kind, SecondFactor, User
from securenet.domain.accounts.second_factors import STEP_SECONDS, require_code
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.queries import tally
from securenet.domain.calendar.queries import local_date
from securenet.domain.certificates import login
from securenet.domain.certificates.models import MemberCertificate, Status
from securenet.domain.demo.building import accounts, build_demo
from securenet.domain.demo.cast import ANONG, CARRIER, FILE_PASSWORD
from securenet.domain.entitlements.models import Answer, Review
from securenet.domain.entitlements.queries import functions_of
from securenet.foundation.actor import system
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.audit.verification import unsealed, verify
from securenet.foundation.mail.models import Mail
from securenet.foundation.testca.demo import DEMO_CAS
from securenet.foundation.testca.hierarchy import Hierarchy

NOW = datetime(2026, 11, 23, 3, 20, tzinfo=UTC)
pytestmark = pytest.mark.django_db
CONNECTED = {"CA_BACKEND": "testca", "TESTCA_DIRECTORY": Path("/nowhere"), "TESTCA_NAME": "demo-ca"}


@pytest.fixture(scope="module")
def files(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo, built once for the tests of this module and taken back after them; its certificate files."""
    folder = tmp_path_factory.mktemp("demo")
    ca = Hierarchy.create(folder / "ca", DEMO_CAS, base_url="http://127.0.0.1:8445", at=NOW - timedelta(days=400))
    with django_db_blocker.unblock(), override_settings(DEMO=True, **CONNECTED), transaction.atomic():
        yield build_demo(folder / "certificates", ca, now=NOW)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _built(files):
    """Everything here looks at the built demo."""


@pytest.mark.rule("R24")
def test_there_is_a_request_in_every_state():
    states = Counter(Case.objects.values_list("state", flat=True))
    assert set(states) == {str(state) for state in State}
    assert sum(states.values()) >= 20


@pytest.mark.rule("R14", "R22e")
def test_a_recovery_waits_for_a_second_person_and_a_review_for_its_answers():
    waiting = Case.objects.open().get(kind="recovery")
    assert (waiting.person.username, waiting.state) == ("ekachai", State.SERVICE_DESK_REVIEW)
    review = Review.objects.get(closed_at=None)
    assert {*review.rows.values_list("answer", flat=True)} == {Answer.OPEN, Answer.KEPT}
    assert review.due_date > local_date(NOW)


@pytest.mark.parametrize("desk", ["service-desk", "owner-bmsid"])
def test_queues_have_work_that_is_late_and_work_that_is_due_soon(desk):
    figures = tally(Case.objects.at_desks(frozenset({desk})), NOW)
    assert min(figures.overdue, figures.due_soon) >= 1
    assert figures.ready > figures.overdue


def test_everybody_listed_signs_in_with_the_password_that_is_printed():
    for one in accounts():
        kind = Kind.STAFF if one["surface"] == "backoffice" else Kind.MEMBER
        assert require_credentials(one["username"], one["password"], kind=kind).username == one["username"]


def test_nobody_else_has_a_password():
    listed = {one["username"] for one in accounts()}
    others = User.objects.exclude(username__in=listed)
    assert others.count() > 10
    assert not any(user.has_usable_password() for user in others)


def test_the_printed_secrets_give_the_codes_of_the_staff():
    secrets = {one["username"]: one["totp"] for one in accounts() if one["surface"] == "backoffice"}
    assert len(set(secrets.values())) == 7
    for factor in SecondFactor.objects.select_related("user"):
        code = pyotp.TOTP(secrets[factor.user.username]).generate_otp(int(NOW.timestamp()) // STEP_SECONDS)
        require_code(factor, code=code, by=system("test", NOW))


def test_anong_has_no_account_yet():
    assert not User.objects.filter(username=ANONG.username).exists()
    with pytest.raises(WrongCredentials):
        require_credentials(ANONG.username, "Khao-Niao-2569", kind=Kind.MEMBER)


def test_an_officer_of_boonmees_works_with_functions_of_his():
    (acting,) = functions_of(User.objects.get(username="malee"), "bmsid", local_date(NOW))
    assert acting.organization_number == CARRIER.number
    assert acting.roles == ("officer",)
    assert len(acting.functions) >= 3


@pytest.mark.rule("R43", "R46")
@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        ("expired", login.CertificateExpired),
        ("revoked", login.CertificateRevoked),
        ("suspended", login.CertificateSuspended),
        ("pending", login.CertificatePending),
        ("unregistered", login.CertificateUnknown),
        ("unaccepted", login.CertificateUnaccepted),
    ],
)
def test_every_certificate_is_refused_for_what_its_file_is_named_after(files, state, refusal):
    with pytest.raises(refusal):
        login.require_login_certificate(Path(files[state]["cer"]).read_bytes(), by=system("test", NOW))


def test_the_valid_certificate_opens_its_holders_account(files):
    der = Path(files["valid"]["cer"]).read_bytes()
    assert login.require_login_certificate(der, by=system("test", NOW)).holder.username == files["valid"]["holder"]


def test_the_list_knows_what_has_expired_and_what_was_revoked():
    found = Counter(MemberCertificate.objects.values_list("status", flat=True))
    assert found[Status.EXPIRED] == found[Status.REVOKED] == found[Status.PENDING] == 1


def test_every_file_opens_with_the_printed_password(files):
    for file in files.values():
        key, certificate, chain = pkcs12.load_key_and_certificates(
            Path(file["p12"]).read_bytes(), FILE_PASSWORD.encode()
        )
        assert key is not None
        assert certificate is not None
        assert chain


@pytest.mark.rule("R47")
def test_a_file_travels_from_a_member_to_the_operator_and_another_one_back(files, tmp_path, monkeypatch):
    monkeypatch.setenv("SECURENET_CLIENT_PASSWORD", FILE_PASSWORD)
    with time_machine.travel(NOW, tick=False):
        for sender, recipient in (("valid", "operator"), ("operator", "valid")):
            file = tmp_path / f"from-{sender}.csv"
            file.write_text("confidential to the business")
            to, by = ("--to", files[recipient]["cer"]), ("--key", files[sender]["p12"])
            assert main(["client", "sign-encrypt", str(file), *to, *by]) == 0
            file.unlink()
            whose, own = ("--from", files[sender]["cer"]), ("--key", files[recipient]["p12"])
            assert main(["client", "decrypt-verify", f"{file}.cms", *whose, *own]) == 0
            assert file.read_text() == "confidential to the business"


@pytest.mark.rule("R47")
def test_what_the_demo_prints_names_the_files_to_seal_with(files):
    told = "\n".join(telling._sealed_files({"certificates": {"files": files}}))
    for path in (files["operator"]["cer"], files["operator"]["p12"], files["valid"]["cer"], files["valid"]["p12"]):
        assert path in told
    earlier = {state: file for state, file in files.items() if state != "operator"}
    assert "start it afresh" in "".join(telling._sealed_files({"certificates": {"files": earlier}}))


@pytest.mark.rule("R84")
def test_the_audit_trail_tells_it_in_the_order_in_which_it_happened():
    moments = list(AuditEntry.objects.order_by("pk").values_list("at", flat=True))
    assert all(later - earlier > -timedelta(hours=3) for earlier, later in pairwise(moments))
    assert max(moments) <= NOW
    assert verify() == []
    assert unsealed() == 0


@pytest.mark.rule("R83")
def test_everybody_was_told_by_mail_and_no_mail_is_lost():
    templates = set(Mail.objects.values_list("template", flat=True))
    assert {"registration-confirm", "case-approved", "case-rejected", "case-returned", "case-expired"} <= templates
    assert not Mail.objects.exclude(to__endswith=".example").exists()
