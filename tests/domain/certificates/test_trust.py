"""The trust store: which CAs, which lists, fetched from where."""

import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.domain.certificates import judging, trust
from securenet.domain.certificates.jobs import refresh_revocation_lists
from securenet.domain.certificates.judging import judge, trust_now
from securenet.domain.certificates.models import Authority, RevocationListFile
from securenet.domain.certificates.trust import refresh_lists
from securenet.foundation.actor import system
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.testca.revocation import publish_crl
from securenet.foundation.x509 import Reason, read_crl
from tests.cast import AT, DAY, HOUR
from tests.domain.certificates.pki import ACCEPTED, Pki

pytestmark = [pytest.mark.rule("R44", "R50"), pytest.mark.django_db]
BY = system("revocation", AT)


@pytest.fixture
def web():
    """A server on this machine that answers what is put into `pages`, and notes what was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append(self.path)
            status, body = server.pages.get(self.path, (404, b"no such list"))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/ca.crl")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.pages, server.asked = {}, []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def url(web, path="/ca.crl"):
    return f"http://127.0.0.1:{web.server_address[1]}{path}"


def accept(pki, web, *, path="/ca.crl", hosts=("127.0.0.1",)):
    return pki.accept("ca", crl_urls=(url(web, path),), allowed_hosts=hosts)


def serve(pki, web, at=AT, path="/ca.crl"):
    crl = publish_crl(pki.hierarchy, "ca", at=at)
    web.pages[path] = (200, crl.public_bytes(Encoding.DER))
    return crl


def row():
    return RevocationListFile.objects.get()


class TestFetching:
    """Lists come from the CA's own addresses, and only from allowed hosts."""

    def test_a_good_list_is_put_into_force(self, bare, web):
        accept(bare, web)
        crl = serve(bare, web)
        assert refresh_lists(by=BY) == 1
        kept = row()
        assert bytes(kept.der) == crl.public_bytes(Encoding.DER)
        assert (kept.this_update, kept.next_update) == (AT, AT + DAY)
        assert (kept.fetched_at, kept.fault) == (AT, "")
        assert AuditEntry.objects.filter(event="revocation-list.replaced").count() == 1

    def test_the_same_list_again_is_no_change(self, bare, web):
        accept(bare, web)
        serve(bare, web)
        assert [refresh_lists(by=BY), refresh_lists(by=system("revocation", AT + HOUR))] == [1, 0]
        assert (row().fetched_at, row().tried_at) == (AT, AT + HOUR)

    @pytest.mark.parametrize("hosts", [(), ("crl.example",), ("127.0.0.1.example",)])
    def test_a_host_that_is_not_on_the_cas_list_is_never_called(self, hosts, bare, web):
        accept(bare, web, hosts=hosts)
        serve(bare, web)
        assert refresh_lists(by=BY) == 0
        assert web.asked == []
        assert "not an allowed host" in row().fault

    @pytest.mark.parametrize("scheme", ["file:///etc/passwd", "ftp://127.0.0.1/ca.crl", "gopher://127.0.0.1/"])
    def test_another_scheme_is_never_followed(self, scheme, bare, web):
        Authority.objects.filter(pk=accept(bare, web).pk).update(crl_urls=[scheme])
        assert refresh_lists(by=BY) == 0
        assert web.asked == []

    def test_the_addresses_inside_a_members_certificate_are_never_called(self, bare, web):
        accept(bare, web)
        judge(bare.certificate_for(), by=BY)
        assert web.asked == []

    def test_a_redirection_is_not_followed(self, bare, web):
        accept(bare, web, path="/moved")
        serve(bare, web)
        web.pages["/moved"] = (302, b"")
        assert refresh_lists(by=BY) == 0
        assert web.asked == ["/moved"]

    def test_a_ca_that_was_withdrawn_is_not_asked_any_more(self, bare, web):
        Authority.objects.filter(pk=accept(bare, web).pk).update(withdrawn_at=AT)
        refresh_lists(by=BY)
        assert web.asked == []

    def test_a_server_that_is_down_is_a_fault_beside_the_list_in_force(self, bare, web):
        accept(bare, web)
        serve(bare, web)
        refresh_lists(by=BY)
        kept = bytes(row().der)
        web.pages.clear()
        for _again in range(3):
            assert refresh_lists(by=system("revocation", AT + HOUR)) == 0
        assert (bytes(row().der), row().fault) == (kept, "status 404")
        assert AuditEntry.objects.filter(event="revocation-list.refused").count() == 1, "told once, not every minute"

    def test_a_list_in_force_is_asked_for_when_the_profile_says_and_a_missing_one_each_minute(self, bare, web):
        accept(bare, web)
        minute = HOUR / 60
        refresh_revocation_lists(at=AT)
        refresh_revocation_lists(at=AT + minute)
        assert len(web.asked) == 2, "nothing came: asked again"
        serve(bare, web)
        for after, asked in ((2, 3), (3, 3), (61, 3), (63, 4), (64, 4), (24 * 60, 5), (24 * 60 + 1, 6)):
            refresh_revocation_lists(at=AT + after * minute)
            assert len(web.asked) == asked, f"after {after} minutes"

    def test_a_demo_asks_each_minute(self, bare, web, settings):
        settings.DEMO = True
        accept(bare, web)
        serve(bare, web)
        for after in range(3):
            refresh_revocation_lists(at=AT + after * HOUR / 60)
        assert len(web.asked) == 3

    def test_a_list_that_is_too_large_is_refused(self, bare, web, monkeypatch):
        accept(bare, web)
        serve(bare, web)
        monkeypatch.setattr(trust, "LARGEST_LIST", 10)
        assert refresh_lists(by=BY) == 0
        assert row().fault == "too large"


class TestReading:
    """A list is parsed once in a process, not at each login; only one that has changed is parsed again."""

    @pytest.fixture
    def parsed(self, pki, monkeypatch):
        """The names of the CAs whose lists were parsed, counted around the real reader."""
        names = []

        def counted(data, issuer):
            names.append(issuer.certificate.subject)
            return read_crl(data, issuer)

        monkeypatch.setattr(judging, "_PARSED", {})
        monkeypatch.setattr(judging, "read_crl", counted)
        judging._accepted.cache_clear()
        return names

    def test_judging_again_parses_no_list_again(self, parsed, pki):
        certificate = pki.certificate_for()
        for _again in range(3):
            assert judge(certificate, by=BY).accepted
        assert len(parsed) == len(ACCEPTED)

    def test_after_one_list_has_changed_that_one_alone_is_parsed(self, parsed, pki):
        certificate = pki.certificate_for()
        judge(certificate, by=BY)
        parsed.clear()
        pki.revoke(certificate, at=AT + HOUR)
        for _again in range(2):
            assert judge(certificate, by=system("revocation", AT + HOUR)).reasons == (Reason.REVOKED,)
        assert parsed == [pki.hierarchy.certificate("ca").subject]
        assert len(judging._PARSED) == len(ACCEPTED), "what is no longer in force takes no memory"

    def test_another_ca_in_the_store_makes_no_list_be_parsed_again(self, parsed, pki):
        judge(pki.certificate_for(), by=BY)
        parsed.clear()
        Authority.objects.filter(file="ca-g2.cer").update(withdrawn_at=AT)
        judge(pki.certificate_for(), by=BY)
        assert parsed == []

    def test_a_list_that_is_in_force_already_is_fetched_but_not_parsed(self, bare, web, monkeypatch):
        accept(bare, web)
        serve(bare, web)
        refresh_lists(by=BY)
        monkeypatch.setattr(trust, "read_crl", None)
        assert refresh_lists(by=system("revocation", AT + HOUR)) == 0
        assert (row().tried_at, row().fault) == (AT + HOUR, "")

    @pytest.mark.django_db(transaction=True)
    def test_of_logins_at_the_same_moment_one_parses_for_all(self, hierarchy, at_once, monkeypatch):
        Pki(hierarchy).accept_all()
        Pki(hierarchy).publish(AT)
        count = []
        monkeypatch.setattr(judging, "_PARSED", {})
        monkeypatch.setattr(judging, "read_crl", lambda *given: count.append(1) or read_crl(*given))
        judging._accepted.cache_clear()
        at_once(trust_now, trust_now, trust_now)
        assert len(count) == len(ACCEPTED)


class TestReplacing:
    """A list that is older, of another issuer, or broken leaves the one that is there in force."""

    @pytest.fixture
    def kept(self, bare, web):
        accept(bare, web)
        serve(bare, web, AT)
        refresh_lists(by=BY)
        return bytes(row().der)

    @pytest.mark.parametrize("bad", ["wrong signature", "another issuer", "junk", "altered", "cut off"])
    def test_a_bad_list_is_refused(self, bad, kept, bare, web):
        altered = bytearray(kept)
        altered[-1] ^= 1
        web.pages["/ca.crl"] = (
            200,
            {
                "wrong signature": bare.crl("ca", number=10**6, at=AT + HOUR, signer="strange-ca"),
                "another issuer": bare.crl("strange-ca", number=10**6, at=AT + HOUR),
                "junk": b"<html>sign in to the wireless network</html>",
                "altered": bytes(altered),
                "cut off": kept[:-20],
            }[bad],
        )
        assert refresh_lists(by=system("revocation", AT + HOUR)) == 0
        assert bytes(row().der) == kept
        assert row().fault

    @pytest.mark.parametrize(("number", "hours"), [(1, 1), (10**6, -1), (1, -1)])
    def test_an_older_list_never_replaces_a_newer_one(self, number, hours, kept, bare, web):
        web.pages["/ca.crl"] = (200, bare.crl("ca", number=10**5, at=AT))
        refresh_lists(by=BY)
        current = bytes(row().der)
        web.pages["/ca.crl"] = (200, bare.crl("ca", number=number, at=AT + hours * HOUR))
        assert refresh_lists(by=system("revocation", AT + 2 * HOUR)) == 0
        assert (bytes(row().der), row().fault) == (current, "older than the list in force")

    @pytest.mark.parametrize("number", [1234567890123456789, 2**158 - 1])
    def test_numbers_of_twenty_octets_are_kept_to_the_last_digit(self, number, bare):
        bare.accept("ca")
        assert bare.replace("ca", bare.crl("ca", number=number, at=AT), AT)
        assert not bare.replace("ca", bare.crl("ca", number=number - 1, at=AT + HOUR), AT + HOUR)
        assert bare.replace("ca", bare.crl("ca", number=number, at=AT + 2 * HOUR), AT + 2 * HOUR)
        assert int(row().number, 16) == number

    def test_a_number_that_looks_like_an_identity_number_stops_nothing(self, bare):
        bare.accept("ca")
        assert bare.replace("ca", bare.crl("ca", number=1101700230708, at=AT), AT)

    def test_a_fault_is_forgotten_with_the_next_good_list(self, kept, bare, web):
        web.pages.clear()
        refresh_lists(by=BY)
        serve(bare, web, AT + HOUR)
        assert refresh_lists(by=system("revocation", AT + HOUR)) == 1
        assert row().fault == ""

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_with_two_lists_at_the_same_moment_keep_the_newer(self, hierarchy, at_once):
        pki = Pki(hierarchy)
        pki.accept("ca")
        older, newer = (pki.crl("ca", number=number, at=AT + number * HOUR) for number in (7, 8))
        outcomes = at_once(*[partial(pki.replace, "ca", data, AT + 9 * HOUR) for data in (older, newer)])
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert row().number == "0x8"
