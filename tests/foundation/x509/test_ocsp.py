"""OCSP answers: who may give them, of which moment they speak, and what a list says beside them."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from securenet.foundation.x509 import (
    Certificate,
    OcspAnswer,
    Refused,
    RevocationList,
    Verdict,
    check,
    read_crl,
    read_ocsp,
    read_upload,
)
from tests.foundation.x509.forge import AT, DAY, OCSP_USE, crl, extended, integer, key_usage
from tests.foundation.x509.test_revocation import MINUTE, SERIAL, anong, listed
from tests.foundation.x509.world import TestAuthority, World, ec_key

__all__ = ["anong"]
pytestmark = pytest.mark.rule("R44")


def answer(
    world: World,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    signer: TestAuthority | None = None,
    this_update: datetime = AT - DAY / 24,
    next_update: datetime | None = AT + DAY / 24,
    about: TestAuthority | None = None,
) -> bytes:
    issuer = about or world.ca
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    member = x509.load_der_x509_certificate(issuer.draft(serial=SERIAL).der())
    responder = signer or issuer
    builder = ocsp.OCSPResponseBuilder().add_response(
        member, issuer.loaded, hashes.SHA1(), status, this_update, next_update,  # noqa: S303
        AT - DAY if revoked else None, None,
    )  # fmt: skip
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.loaded)
    if signer:
        builder = builder.certificates([signer.loaded])
    return builder.sign(responder.key, hashes.SHA256()).public_bytes(Encoding.DER)


def delegate(world: World, *extensions: bytes, below: TestAuthority | None = None, serial: int = 5) -> TestAuthority:
    key = ec_key("delegate")
    draft = (below or world.ca).draft(key=key, serial=integer(serial))
    return TestAuthority(draft.subject, key, draft.but(extensions=(key_usage(0), *extensions)).der())


def with_answers(world: World, certificate: Certificate, *answers: OcspAnswer, lists: list[RevocationList]) -> Verdict:
    return check(certificate, trust=world.trust, at=AT, ocsp=answers, crls=lists)


@pytest.fixture
def root_list(world: World) -> RevocationList:
    return read_crl(world.lists[world.root], world.root.authority)


@pytest.mark.parametrize(
    ("changes", "revocation"),
    [
        ({}, "good"),
        ({"status": ocsp.OCSPCertStatus.REVOKED}, "revoked"),
        ({"status": ocsp.OCSPCertStatus.UNKNOWN}, "unknown"),
        ({"next_update": AT - DAY / 48}, "unknown"),
        ({"next_update": None}, "unknown"),
        ({"this_update": AT + MINUTE}, "good"),
        ({"this_update": AT + 1.1 * MINUTE}, "unknown"),
        ({"status": ocsp.OCSPCertStatus.REVOKED, "this_update": AT + MINUTE}, "revoked"),
        ({"status": ocsp.OCSPCertStatus.REVOKED, "this_update": AT + DAY / 48}, "unknown"),
        ({"status": ocsp.OCSPCertStatus.REVOKED, "next_update": AT - DAY / 48}, "revoked"),
    ],
)
def test_the_status_follows_from_an_answer(
    world: World, anong: Certificate, root_list: RevocationList, changes: dict[str, object], revocation: str
) -> None:
    read = read_ocsp(answer(world, **changes), world.ca.authority)  # type: ignore[arg-type]

    assert with_answers(world, anong, read, lists=[root_list]).revocation == revocation


def test_a_good_answer_hides_no_revocation_on_the_list(
    world: World, anong: Certificate, root_list: RevocationList
) -> None:
    good = read_ocsp(answer(world), world.ca.authority)
    bad = read_crl(listed(world), world.ca.authority)

    assert with_answers(world, anong, good, lists=[root_list, bad]).reasons == ("revoked",)


def test_an_answer_about_another_certificate_tells_nothing(world: World, root_list: RevocationList) -> None:
    read = read_ocsp(answer(world), world.ca.authority)
    boonmee = read_upload(world.ca.draft(serial=integer(0xB0B0)).der())

    assert with_answers(world, boonmee, read, lists=[root_list]).reasons == ("revocation-unknown",)


def test_a_delegate_of_the_ca_may_answer_until_its_certificate_is_revoked(
    world: World, anong: Certificate, root_list: RevocationList
) -> None:
    signer = delegate(world, extended(OCSP_USE))
    read = read_ocsp(answer(world, signer=signer), world.ca.authority)
    bad = read_crl(crl(world.ca.subject, world.ca.key, [(integer(5), 1)], next_update=AT), world.ca.authority)

    assert with_answers(world, anong, read, lists=[root_list]).accepted
    assert not read.is_current(AT + timedelta(days=1))
    late = read_crl(
        crl(world.ca.subject, world.ca.key, [(integer(5), 1)], next_update=AT - DAY / 2), world.ca.authority
    )
    assert with_answers(world, anong, read, lists=[root_list, late]).reasons == ("revocation-unknown",)
    assert with_answers(world, anong, read, lists=[root_list, bad]).revocation == "good"  # the list itself tells


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda w: answer(w, signer=delegate(w)), "extended-key-usage"),
        (lambda w: answer(w, signer=delegate(w, extended(OCSP_USE), below=w.ec_ca)), "unaccepted-issuer"),
        (lambda w: answer(w, about=w.ec_ca), "unaccepted-issuer"),
        (lambda w: answer(w).replace(b"\xa0\xa0", b"\xa0\xa1"), "bad-signature"),
        (lambda w: ocsp.OCSPResponseBuilder.build_unsuccessful(
            ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER), "malformed"),
        (lambda w: b"\x00" * 70_000, "too-large"),
    ],
)  # fmt: skip
def test_an_answer_that_nobody_entitled_signed_is_refused(world: World, make, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused, match=code):
        read_ocsp(make(world), world.ca.authority)
