"""Certificates that are to be accepted, some with a warning (the table of design/pki.md)."""

from tests.foundation.x509.forge import (
    ANY_USE,
    AT,
    CLIENT,
    CN,
    DAY,
    MAIL,
    NUMBER,
    ORG_ID,
    PSS_SHA256,
    C,
    O,
    alternative,
    basic_constraints,
    distribution,
    extended,
    extension,
    generalized,
    integer,
    key_usage,
    mail,
    name,
    pair,
    person,
    rdn,
    rsa_spki,
    seq,
    tlv,
    uri,
    utc,
)
from tests.foundation.x509.world import Row, World, ec_key, rsa_key

USUAL = (basic_constraints(), key_usage(0, 1))


def g3_subject() -> bytes:
    return name((C, "TH"), (O, "Example Bank Public Company"), (ORG_ID, NUMBER), (CN, "Anong Jaidee"))


def cat_subject() -> bytes:
    first = rdn(pair(MAIL, "anong@example.test"), pair(CN, "Anong Jaidee"))
    return seq(rdn(pair(C, "TH")), rdn(pair(O, f"TAXID:{NUMBER}")), first)


def cat_extensions() -> tuple[bytes, ...]:
    period = seq(tlv(0x80, b"20260101000000Z"), tlv(0x81, b"20270101000000Z"))
    one, two = (seq(tlv(0xA0, tlv(0xA0, uri(f"http://crl{n}.example.test/ca.crl")))) for n in (1, 2))
    return (
        basic_constraints(critical=False), key_usage(0, 1, 2), extended(CLIENT),
        extension("2.5.29.31", seq(one, two)), extension("2.5.29.16", period),
    )  # fmt: skip


def internal_addresses(world: World) -> bytes:
    access = seq(seq(tlv(0x06, bytes.fromhex("2b06010505073001")), uri("http://169.254.169.254/")))
    aia = extension("1.3.6.1.5.5.7.1.1", access)
    return world.ca.draft().plus(distribution("http://127.0.0.1:8000/admin"), aia).der()


def low_exponent(world: World) -> bytes:
    modulus = rsa_key("boonmee").public_key().public_numbers().n
    return world.ca.draft(key_info=rsa_spki(modulus, 3)).der()


def thai_digits() -> str:
    return "".join(chr(0x0E50 + int(digit)) for digit in NUMBER)


GOOD: dict[str, Row] = {
    "ok_manual_style": Row(lambda w: w.ca.draft().der()),
    "ok_thai_utf8": Row(lambda w: w.ca.draft(subject=person("นางสาวอนงค์ ใจดีมีความรู้คู่คุณธรรมประจำใจ")).der()),
    "ok_thai_bmp": Row(lambda w: w.ca.draft(subject=person(tlv(0x1E, "อนงค์ ใจดี".encode("utf-16-be")))).der()),
    "ok_g3_org": Row(
        lambda w: w.ca.draft(
            subject=g3_subject(), extensions=(*USUAL, distribution("http://crl.example.test/g3.crl?x=1", w.ca.subject))
        ).der()
    ),
    "ok_cat_style": Row(lambda w: w.ca.draft(subject=cat_subject(), extensions=cat_extensions()).der()),
    "ok_p256": Row(lambda w: w.ca.draft(key=ec_key("anong")).der()),
    "ok_p384_ecca": Row(lambda w: w.ec_ca.draft(key=ec_key("anong 384")).der()),
    "ok_client_ca": Row(lambda w: w.client_ca.draft().der()),
    "ok_serial_20": Row(lambda w: w.ca.draft(serial=tlv(0x02, b"\x7f" + b"\xee" * 19)).der()),
    "ok_serial_high_bit": Row(lambda w: w.ca.draft(serial=integer(0xD19E2D79)).der()),
    "ok_pss_sig": Row(lambda w: w.ca.draft(algorithm=PSS_SHA256).der()),
    "ok_renewal_old": Row(lambda w: w.ca.draft(not_after=utc(AT + 10 * DAY)).der(), warned="lifetime"),
    "ok_renewal_new": Row(lambda w: w.ca.draft(key=rsa_key("anong renewed"), serial=integer(0x7777)).der()),
    "expires_today": Row(lambda w: w.ca.draft(not_after=utc(AT + DAY / 48)).der(), warned="lifetime"),
    "expires_this_second": Row(lambda w: w.ca.draft(not_after=utc(AT)).der(), warned="lifetime"),
    "starts_this_second": Row(lambda w: w.ca.draft(not_before=utc(AT)).der()),
    "utctime_feb29_leap": Row(
        lambda w: w.ca.draft(not_before=utc("240229000000Z"), not_after=utc("280229235959Z")).der()
    ),
    "no_expiry_date": Row(lambda w: w.ca.draft(not_after=generalized("99991231235959Z")).der()),
    "removed_from_hold": Row(lambda w: w.ca.draft(serial=integer(0x401E)).der()),
    "crldp_ssrf": Row(internal_addresses),
    "crldp_file_ldap": Row(lambda w: w.ca.draft().plus(distribution("file:///etc/passwd")).der()),
    "nc_ok": Row(lambda w: w.narrow.draft(subject=name((C, "TH"), (O, NUMBER), (CN, "Anong"))).der()),
    "no_bc": Row(lambda w: w.ca.draft(extensions=(key_usage(0), extended(CLIENT))).der()),
    "no_ku": Row(lambda w: w.ca.draft(extensions=(basic_constraints(),)).der(), warned="key-usage"),
    "no_extensions_at_all": Row(lambda w: w.ca.draft(extensions=()).der(), warned="key-usage"),
    "eku_any": Row(lambda w: w.ca.draft(extensions=(*USUAL, extended(ANY_USE))).der(), warned="extended-key-usage"),
    "eku_critical_client": Row(lambda w: w.ca.draft(extensions=(*USUAL, extended(CLIENT, critical=True))).der()),
    "same_serial_other_ca": Row(lambda w: w.ec_ca.draft(subject=person("Ekachai")).der()),
    "key_reuse_a": Row(lambda w: w.ca.draft(serial=integer(0x5151)).der()),
    "rsa_e3": Row(low_exponent, warned="key"),
    "dn_cn_csv": Row(lambda w: w.ca.draft(subject=person("=HYPERLINK(1)")).der(), warned="subject"),
    "dn_cn_homoglyph": Row(lambda w: w.ca.draft(subject=person("Аnong Jaidee")).der(), warned="subject"),
    "dn_cn_nfd": Row(lambda w: w.ca.draft(subject=person("น้ํา ใจดี")).der()),
    "dn_no_cn": Row(lambda w: w.ca.draft(subject=name((C, "TH"), (O, NUMBER))).der(), warned="subject"),
    "dn_id_thai_digits": Row(lambda w: w.ca.draft(subject=person(organization=thai_digits())).der(), warned="subject"),
    "san_mail": Row(lambda w: w.ca.draft().plus(alternative(mail("anong@example.test"))).der()),
    "unknown_extension": Row(lambda w: w.ca.draft().plus(extension("1.2.3.4", b"anything")).der()),
}
