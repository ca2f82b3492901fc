"""What a CA's responder says at a login (RFC 6960): asked where the operator allows it, kept for minutes, never good
against a list that says revoked."""

import threading
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from cryptography.x509 import ReasonFlags

from securenet.domain.certificates.answers import LARGEST_ANSWER, answers_about
from securenet.domain.certificates.judging import read_certificate, trust_now
from securenet.domain.certificates.login import CertificateRevoked, RevocationUnknown, require_login_certificate
from securenet.domain.certificates.models import Authority, OcspAnswerFile, RevocationListFile
from securenet.domain.profile.queries import profile
from securenet.foundation.testca.responder import Responder
from securenet.foundation.testca.revocation import revoke
from tests.cast import AT, DAY, as_actor
from tests.domain.certificates.pki import registered

pytestmark = [pytest.mark.rule("R44"), pytest.mark.django_db]
KEPT = timedelta(minutes=profile().certificate.ocsp_cache_minutes)


class Silent(BaseHTTPRequestHandler):
    """A responder that answers with what a test has put down."""

    body, status = b"", 200

    def do_POST(self):
        self.send_response(self.status)
        self.send_header("Location", "http://169.254.169.254/")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_words):
        pass


@pytest.fixture
def serve():
    """Return a function that lets a handler answer, and its address."""
    servers = []

    def start(handler):
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/ocsp/ca"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def responder(pki, serve):
    """The test CA's responder, set as the address for its certificates."""
    handler = partial(Responder, hierarchy=pki.hierarchy)
    Authority.objects.filter(file="ca.cer").update(ocsp_urls=[serve(handler)])
    with time_machine.travel(AT, tick=False):
        yield pki


@pytest.fixture
def hers(pki, anong, chai):
    return registered(anong, pki.certificate_for(), chai=chai)


def sign_in(row, at=AT):
    return require_login_certificate(bytes(row.der), by=as_actor(at=at))


def answering(serve, body=b"", status=200):
    Authority.objects.filter(file="ca.cer").update(
        ocsp_urls=[serve(type("Put", (Silent,), {"body": body, "status": status}))]
    )


def test_a_good_answer_is_kept_for_the_profiles_minutes(responder, hers):
    sign_in(hers)
    row = OcspAnswerFile.objects.get()
    assert (row.fetched_at, row.fault, row.serial) == (AT, "", hers.serial)
    sign_in(hers, AT + KEPT - timedelta(seconds=1))
    assert OcspAnswerFile.objects.get().tried_at == AT
    sign_in(hers, AT + KEPT)
    assert OcspAnswerFile.objects.get().tried_at == AT + KEPT


@pytest.mark.parametrize("late", [timedelta(seconds=1), timedelta(minutes=1)])
def test_an_answer_signed_after_the_login_has_begun_counts(responder, hers, late):
    with time_machine.travel(AT + late, tick=False):
        sign_in(hers)
        row = OcspAnswerFile.objects.get()
        assert (row.this_update, row.fetched_at, row.fault) == (AT + late, AT, "")
        OcspAnswerFile.objects.all().delete()
        revoke(responder.hierarchy, int(hers.serial, 16), ReasonFlags.key_compromise, at=AT, ca="ca")
        with pytest.raises(CertificateRevoked):
            sign_in(hers)


def test_an_answer_from_another_time_is_none(responder, hers):
    with time_machine.travel(AT + timedelta(minutes=2), tick=False):
        sign_in(hers)
    assert "another time" in OcspAnswerFile.objects.get().fault


def test_what_the_responder_calls_revoked_is_out_before_the_list_says_so(responder, hers):
    revoke(responder.hierarchy, int(hers.serial, 16), ReasonFlags.key_compromise, at=AT, ca="ca")
    with pytest.raises(CertificateRevoked):
        sign_in(hers)


def test_a_list_that_says_revoked_wins_over_a_good_answer(responder, hers):
    sign_in(hers)
    responder.revoke(read_certificate(bytes(hers.der)))
    with pytest.raises(CertificateRevoked):
        sign_in(hers)


def test_an_answer_stands_in_for_a_list_that_is_overdue(responder, hers):
    late = AT + 30 * DAY
    responder.publish(late, "root")
    with time_machine.travel(late, tick=False):
        assert sign_in(hers, late)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b"<html>", 200),
        (b"0" * (LARGEST_ANSWER + 1), 200),
        (b"", 302),
        (b"", 500),
        (b"\x30\x03\x0a\x01\x06", 200),
    ],
)
def test_a_responder_that_says_nothing_good_leaves_the_list_to_decide(pki, serve, hers, body, status):
    answering(serve, body, status)
    assert sign_in(hers)
    assert OcspAnswerFile.objects.get().fault
    RevocationListFile.objects.all().delete()
    with pytest.raises(RevocationUnknown):
        sign_in(hers)


def asked_about(certificate, *, by):
    return answers_about(certificate, trust_now().responding, by=by)


def test_a_silent_responder_is_not_asked_again_at_once(pki, serve, hers):
    answering(serve, b"", 500)
    sign_in(hers)
    sign_in(hers, AT + timedelta(seconds=59))
    assert OcspAnswerFile.objects.get().tried_at == AT
    sign_in(hers, AT + timedelta(seconds=60))
    assert OcspAnswerFile.objects.get().tried_at == AT + timedelta(seconds=60)


def test_an_answer_about_another_certificate_is_none(responder, anong, chai, serve):
    first = registered(anong, responder.certificate_for(of="first"), chai=chai)
    sign_in(first)
    answering(serve, bytes(OcspAnswerFile.objects.get().der))
    second = responder.certificate_for(of="second")
    assert asked_about(second, by=as_actor(at=AT)) == ()
    assert "another certificate" in OcspAnswerFile.objects.get(serial=second.serial_hex).fault


def test_a_responder_on_a_host_that_is_not_allowed_is_not_asked(responder, hers):
    Authority.objects.filter(file="ca.cer").update(allowed_hosts=["ocsp.example"])
    assert sign_in(hers)
    assert "not an allowed host" in OcspAnswerFile.objects.get().fault


def test_nobody_is_asked_about_a_certificate_of_a_ca_that_is_not_accepted(responder):
    assert asked_about(responder.certificate_for(ca="strange-ca"), by=as_actor(at=AT)) == ()
    assert asked_about(responder.certificate_for(start=AT - 9 * DAY, end=AT - DAY), by=as_actor(at=AT)) == ()
    assert not OcspAnswerFile.objects.exists()
