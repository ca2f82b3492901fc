"""An organization's RA: requests made by keys, officers who check them, and a CA behind EST."""

import threading
from contextlib import contextmanager
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.domain.approvals.flow import Verb
from securenet.domain.calendar.queries import local_date
from securenet.domain.certificates.applying import apply_for_certificate, decide_application, read_application
from securenet.domain.certificates.models import Application
from securenet.domain.entitlements.grants import grant_function
from securenet.domain.entitlements.models import Entitlement
from securenet.foundation.jobs.queue import run_one
from securenet.foundation.testca.est import EstDoor, make_est_server
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import make_key, write_key
from securenet.foundation.testca.profiles import Person, Profile, Server, subject_name
from tests.cast import ALPHA, AT, DAY, NAMES, as_actor
from tests.domain.certificates.pki import key

LOGIN = "ra:Correct Horse"


def request_for(username="anong", *, of="", **facts):
    """Return a member's PKCS#10 request in PEM, made with the key called `of`."""
    known = {"name": NAMES[username][1], "email": f"{username}@alpha.example", "organization": ALPHA[0]} | facts
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject_name(Person(**known)))
    return builder.sign(key(of or f"request of {username}"), hashes.SHA256()).public_bytes(Encoding.PEM)


def make_officer(member, by, at=AT):
    """Let a member check applications."""
    right = Entitlement.objects.get(member=member, status="active")
    day = local_date(at)
    grant_function(right, function="check_applications", from_date=day, until_date=None, by=as_actor(by, at=at))


def apply(holder, request=None, *, at=AT):
    """Apply, and return the case."""
    read = read_application(request or request_for(holder.username))
    return apply_for_certificate(holder, read, by=as_actor(holder, at=at)).cases.get()


def decide(case, by, verb=Verb.APPROVE, *, at=AT, reason=""):
    """Decide an application."""
    case.refresh_from_db()
    return decide_application(case, verb=verb, by=as_actor(by, at=at), reason=reason)


def work(at=AT):
    """Do every job that is ready, and return the only application."""
    while run_one("tests", at=at):
        pass
    return Application.objects.get()


@contextmanager
def ca_behind_est(hierarchy, folder, settings, *, ca="ca", **facts):
    """Let the settings lead to a CA that answers by EST."""
    server = make_key("p-256")
    made = issue(
        hierarchy, "root", server.public_key(), Server(("localhost",)), Profile.SERVER,
        not_before=AT - 1000 * DAY, not_after=AT + timedelta(days=3000),
    )  # fmt: skip
    write_key(folder / "key.pem", server)
    (folder / "server.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "root.pem").write_bytes(hierarchy.certificate("root").public_bytes(Encoding.PEM))
    door = EstDoor(ca, folder / "server.pem", folder / "key.pem", login=LOGIN, clock=lambda: AT, **facts)
    with make_est_server(hierarchy.directory, "127.0.0.1", 0, door) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        settings.CA_BACKEND, settings.EST_TRUST, settings.EST_LOGIN = "est", folder / "root.pem", LOGIN
        settings.EST_URL = f"https://localhost:{listening.server_address[1]}/.well-known/est"
        try:
            yield door
        finally:
            listening.shutdown()
            thread.join()
