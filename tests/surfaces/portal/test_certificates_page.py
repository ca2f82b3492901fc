"""A member's certificates: the list, uploading, confirming, deleting (R42, R43)."""

from __future__ import annotations

from io import BytesIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from securenet.domain.approvals.flow import State
from securenet.domain.certificates.models import MemberCertificate, Status
from securenet.domain.profile.queries import profile
from tests.cast import AT, DAY, PASSWORD
from tests.domain.certificates.pki import key, register, registered
from tests.surfaces.portal.visitor import Visitor, faults, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R42")]


BAD_FILES = (
    *("text", "html", "private key", "certificate and key", "p12", "two certificates"),
    *("cut", "trailing", "zeros", "huge", "ten megabytes"),
)


def file_of(content, name="anong.cer"):
    upload = BytesIO(content)
    upload.name = name
    return {"file": upload}


def bad_file(pki, kind):
    der, private = pki.der_for(), key("anong")
    made = x509.load_der_x509_certificate(der)
    pem, plain = (
        made.public_bytes(Encoding.PEM),
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )
    return {
        "text": b"not a certificate",
        "html": b"<script>alert(1)</script>",
        "private key": plain,
        "certificate and key": pem + plain,
        "p12": pkcs12.serialize_key_and_certificates(b"a", private, made, None, BestAvailableEncryption(b"secret")),
        "two certificates": pem + pem,
        "cut": der[:-20],
        "trailing": der + b"\x00",
        "zeros": b"\x00" * 1000,
        "huge": b"0" * (profile().limits.certificate_bytes + 1),
        "ten megabytes": b"\x30" * 10_000_000,
        "a ca": pki.der("ca"),
    }[kind]


class TestUploading:
    @pytest.mark.parametrize(
        "name", ["anong.cer", "ใบรับรอง.CRT", "x.exe", "../../../etc/passwd", "noending", "a" * 200 + ".cer"]
    )
    @pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
    def test_der_and_pem_are_taken_whatever_the_files_name(self, sign_in, anong, pki, name, encoding):
        visitor = sign_in(anong)
        content = x509.load_der_x509_certificate(pki.der_for()).public_bytes(encoding)

        if len(name) > 200:
            assert visitor.post("/certificates/add/", file_of(content, name)).status_code in {302, 422}
            return
        assert path_of(visitor.post("/certificates/add/", file_of(content, name))) == "/certificates/confirm/"

    @pytest.mark.rule("R82")
    @pytest.mark.parametrize("kind", BAD_FILES)
    def test_another_file_is_explained_at_its_field_and_not_kept(self, sign_in, anong, pki, kind):
        visitor = sign_in(anong)

        answer = visitor.post("/certificates/add/", file_of(bad_file(pki, kind)))

        assert answer.status_code in {413, 422}
        assert answer.status_code == 413 or list(faults(answer)) == ["file"]
        assert path_of(visitor.get("/certificates/confirm/")) == "/certificates/add/"
        assert "<script>alert" not in answer.content.decode()
        assert not MemberCertificate.objects.exists()

    @pytest.mark.rule("R82")
    @pytest.mark.parametrize(
        "typed", [{}, {"file": ""}, {"file": "just text"}, {"file": BytesIO(b"")}, {"other": BytesIO(b"x")}]
    )
    def test_no_file_is_told_at_its_field(self, sign_in, anong, pki, typed):
        answer = sign_in(anong).post("/certificates/add/", typed)

        assert answer.status_code == 422
        assert list(faults(answer)) == ["file"]

    def test_everything_is_shown_before_it_is_confirmed(self, sign_in, anong, pki):
        visitor, certificate = sign_in(anong), pki.certificate_for()
        visitor.post("/certificates/add/", file_of(certificate.der))

        page = text_of(visitor.get("/certificates/confirm/"))

        assert all(words in page for words in ("Anong Jaidee", "Tests CA", certificate.serial_hex, "2569", "2570"))
        assert certificate.sha256[:8].upper() in page.upper().replace(":", "").replace(" ", "")
        assert not MemberCertificate.objects.exists()

    def test_confirming_opens_one_request_with_its_documents(self, sign_in, anong, pki):
        visitor = sign_in(anong)
        visitor.post("/certificates/add/", file_of(pki.der_for()))

        first = visitor.post("/certificates/confirm/")
        second = visitor.post("/certificates/confirm/")

        made = MemberCertificate.objects.get()
        assert path_of(first) == f"/case/{made.case.submission_id}/"
        assert path_of(second) in {"/certificates/add/", path_of(first)}
        assert (made.status, made.key_proven_at) == (Status.PENDING, None)
        page = visitor.get(path_of(first))
        assert {"own_identity", "certificate_registration"} == {paper["item"].key for paper in page.context["papers"]}
        pdf = visitor.get(f"/case/{made.case.submission_id}/documents/certificate_registration.pdf")
        assert pdf.content.startswith(b"%PDF")

    def test_cancelling_registers_nothing(self, sign_in, anong, pki):
        visitor = sign_in(anong)
        visitor.post("/certificates/add/", file_of(pki.der_for()))

        assert path_of(visitor.post("/certificates/confirm/", {"cancel": "1"})) == "/certificates/"

        assert path_of(visitor.post("/certificates/confirm/")) == "/certificates/add/"
        assert not MemberCertificate.objects.exists()

    @pytest.mark.rule("R44")
    @pytest.mark.parametrize("kind", ["a ca", "strange", "expired", "registered", "another's"])
    def test_what_may_not_be_registered_says_why_and_cannot_be_confirmed(
        self, sign_in, anong, boonmee, chai, pki, kind
    ):
        visitor, der = sign_in(anong), pki.der_for()
        if kind == "a ca":
            der = pki.der("ca")
        elif kind == "strange":
            der = pki.der_for(ca="strange-ca")
        elif kind == "expired":
            der = pki.der_for(start=AT - 60 * DAY, end=AT - DAY)
        elif kind == "registered":
            registered(anong, pki.certificate_for(of="x"), chai=chai)
            der = bytes(MemberCertificate.objects.get().der)
        else:
            register(boonmee, pki.certificate_for("boonmee", of="shared"))
            der = pki.der_for(of="shared")
        before = MemberCertificate.objects.count()
        answer = visitor.post("/certificates/add/", file_of(der))
        if answer.status_code == 302:
            page = visitor.get("/certificates/confirm/")
            assert page.context["reasons"]
            assert not page.context["acceptable"]
            answer = visitor.post("/certificates/confirm/")

        assert answer.status_code in {409, 422}
        assert MemberCertificate.objects.count() == before

    def test_only_members_with_an_approved_right_register(self, anyone, registration, pki):
        registration.applicant.__class__.objects.update(email_confirmed_at=AT)
        anyone.sign_in("anong", PASSWORD)

        for path in ("/certificates/", "/certificates/add/", "/certificates/confirm/"):
            assert anyone.get(path).status_code == 403
        assert anyone.post("/certificates/add/", file_of(pki.der_for())).status_code == 403
        assert anyone.post("/certificates/token/").status_code == 403


@pytest.mark.rule("R43")
class TestTheList:
    def test_dates_are_thai_in_thai_and_of_the_common_era_in_english(self, sign_in, anong, chai, pki):
        registered(anong, pki.certificate_for(start=AT - 30 * DAY, end=AT + 300 * DAY), chai=chai)

        thai = text_of(sign_in(anong).get("/certificates/"))
        english = text_of(sign_in(anong, "en").get("/certificates/"))

        assert "29 พ.ย. 2569" in thai
        assert "29 Nov 2026" in english
        assert "ใช้งานได้" in thai
        assert "Valid" in english

    @pytest.mark.parametrize(
        ("status", "thai", "english"),
        [
            (Status.PENDING, "รออนุมัติ", "Waiting for approval"),
            (Status.VALID, "ใช้งานได้", "Valid"),
            (Status.REJECTED, "ไม่อนุมัติ", "Refused"),
            (Status.EXPIRED, "หมดอายุ", "Expired"),
            (Status.REVOKED, "ถูกเพิกถอน", "Revoked"),
            (Status.SUSPENDED, "ระงับใช้ชั่วคราว", "Suspended"),
            (Status.DELETED, "ลบแล้ว", "Deleted"),
        ],
    )
    def test_every_status_has_its_word(self, sign_in, anong, pki, status, thai, english):
        register(anong, pki.certificate_for())
        MemberCertificate.objects.update(status=status)

        assert thai in text_of(sign_in(anong).get("/certificates/"))
        assert english in text_of(sign_in(anong, "en").get("/certificates/"))

    def test_what_has_ended_is_never_called_valid(self, sign_in, anong, chai, pki, clock):
        registered(anong, pki.certificate_for(end=AT + DAY), chai=chai)
        clock.move_to(AT + 1000 * DAY)

        page = text_of(sign_in(anong).get("/certificates/"))

        assert "หมดอายุ" in page
        assert "ใช้งานได้" not in page

    @pytest.mark.rule("R42a")
    def test_an_unproven_key_is_told_until_it_is_proven(self, sign_in, anong, pki):
        register(anong, pki.certificate_for())
        assert "พิสูจน์" in text_of(sign_in(anong).get("/certificates/"))

        MemberCertificate.objects.update(key_proven_at=AT)

        assert "พิสูจน์" not in text_of(sign_in(anong).get("/certificates/"))

    def test_deleting_asks_first_and_ends_the_request_too(self, sign_in, anong, pki):
        submission = register(anong, pki.certificate_for())
        visitor, path = sign_in(anong), f"/certificates/{MemberCertificate.objects.get().pk}/delete/"
        assert visitor.get(path).status_code == 200
        assert MemberCertificate.objects.get().status == Status.PENDING

        for _click in range(2):
            assert path_of(visitor.post(path)) == "/certificates/"

        assert MemberCertificate.objects.get().status == Status.DELETED
        assert submission.state() is State.WITHDRAWN
        assert path_of(visitor.get(path)) == "/certificates/"

    def test_another_members_certificates_are_neither_seen_nor_deleted(self, sign_in, anong, ekachai, pki):
        register(anong, pki.certificate_for())
        path = f"/certificates/{MemberCertificate.objects.get().pk}/delete/"
        stranger = sign_in(ekachai)

        assert "Anong" not in text_of(stranger.get("/certificates/"))
        assert stranger.get(path).status_code == 404
        assert stranger.post(path).status_code == 404
        assert path_of(Visitor().post(path)) == "/login/"
        assert MemberCertificate.objects.get().status == Status.PENDING
