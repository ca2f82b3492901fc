"""Certificates that are to be refused, each for the reasons named (the table of design/pki.md)."""

from tests.foundation.x509.forge import (
    AT,
    CLIENT,
    CN,
    CODE,
    DAY,
    EMAIL_USE,
    MD5_RSA,
    NUMBER,
    SERVER,
    SHA1_RSA,
    SHA256_ECDSA,
    SHA256_RSA,
    C,
    O,
    alternative,
    basic_constraints,
    bits,
    distribution,
    extended,
    extension,
    generalized,
    integer,
    key_usage,
    mail,
    name,
    oid,
    person,
    seq,
    tlv,
    utc,
)
from tests.foundation.x509.world import Row, World, ec_key, found, rsa_key

PSS = oid("1.2.840.113549.1.1.10")
PSS_DEFAULT = seq(PSS, seq())
ECDSA_NULL = seq(oid("1.2.840.10045.4.3.2"), b"\x05\x00")
USUAL = (basic_constraints(), key_usage(0, 1))


def tampered(world: World) -> bytes:
    draft = world.ca.draft()
    return draft.der().replace(b"Anong", b"Among", 1)


def impostor(world: World, own_key_id: bool) -> bytes:
    real = world.with_key_ids
    stranger = found("Example CA with Ids", ec_key("stranger"))
    key_id = b"stranger's own" if own_key_id else b"the real one's"
    return stranger.draft().plus(extension("2.5.29.35", seq(tlv(0x80, key_id)))).but(issuer=real.subject).der()


def self_signed(world: World, subject: bytes) -> bytes:
    key = rsa_key("anong")
    return world.ca.draft().but(issuer=subject, subject=subject, signer=key).der()


def many_names() -> bytes:
    return alternative(*(mail(f"a{n}@b.c") for n in range(5000)))


def default_false() -> bytes:
    return extension("2.5.29.19", seq(tlv(0x01, b"\x00")), True)


TIME: dict[str, Row] = {
    "expired": Row(lambda w: w.ca.draft(not_after=utc(AT - 70 * DAY)).der(), "expired"),
    "expired_one_second_ago": Row(lambda w: w.ca.draft(not_after=utc(AT - DAY / 86400)).der(), "expired"),
    "expired_and_revoked": Row(
        lambda w: w.ca.draft(not_after=utc(AT - DAY), serial=integer(0xDEAD)).der(), "expired revoked"
    ),
    "not_yet": Row(lambda w: w.ca.draft(not_before=utc(AT + 3 * DAY)).der(), "not-yet-valid"),
    "inverted_validity": Row(lambda w: w.ca.draft(not_before=utc(AT), not_after=utc(AT - DAY)).der(), "expired time"),
    "utctime_offset": Row(lambda w: w.ca.draft(not_before=utc("260101000000+0700")).der(), "malformed"),
    "utctime_no_seconds": Row(lambda w: w.ca.draft(not_before=utc("2601010000Z")).der(), "malformed"),
    "gentime_fraction": Row(lambda w: w.ca.draft(not_after=generalized("20280101000000.5Z")).der(), "malformed"),
    "gentime_before_2050": Row(lambda w: w.ca.draft(not_after=generalized(AT + DAY * 400)).der(), "time"),
    "utctime_feb29_nonleap": Row(lambda w: w.ca.draft(not_after=utc("270229000000Z")).der(), "malformed"),
    "utctime_1949": Row(lambda w: w.ca.draft(not_before=utc("490101000000Z")).der(), "not-yet-valid time"),
    "buddhist_year": Row(
        lambda w: w.ca.draft(not_before=generalized("25690101000000Z"), not_after=generalized("25710101000000Z")).der(),
        "not-yet-valid",
    ),
}
STATUS: dict[str, Row] = {
    "revoked": Row(lambda w: w.ca.draft(serial=integer(0xDEAD)).der(), "revoked"),
    "revoked_superseded": Row(lambda w: w.ca.draft(serial=integer(0xD00D)).der(), "revoked"),
    "revoked_without_reason": Row(lambda w: w.ca.draft(serial=integer(0xBEEF)).der(), "revoked"),
    "on_hold": Row(lambda w: w.ca.draft(serial=integer(0x401D)).der(), "on-hold"),
    "rev_unknown": Row(lambda w: w.no_lists.draft().der(), "revocation-unknown"),
    "chain_revoked": Row(lambda w: w.revoked_ca.draft().der(), "chain-revoked"),
}
PATH: dict[str, Row] = {
    "unapproved_issuer": Row(lambda w: w.unapproved.draft().der(), "unaccepted-issuer"),
    "direct_from_root": Row(lambda w: w.root.draft().der(), "unaccepted-issuer"),
    "issuer_expired": Row(lambda w: w.expired_ca.draft().der(), "chain-expired"),
    "issuer_expired_too": Row(lambda w: w.expired_ca.draft(not_after=utc(AT - 2 * DAY)).der(), "chain-expired expired"),
    "issuer_for_servers": Row(lambda w: w.server_ca.draft().der(), "chain-eku"),
    "issuer_no_ca": Row(lambda w: w.not_a_ca.draft().der(), "untrusted-path"),
    "path_too_long": Row(lambda w: w.too_deep.draft().der(), "untrusted-path"),
    "nc_violation": Row(
        lambda w: w.narrow.draft(subject=name((C, "SG"), (O, NUMBER), (CN, "Ekachai"))).der(), "untrusted-path"
    ),
    "impostor_issuer": Row(lambda w: impostor(w, own_key_id=True), "bad-signature unaccepted-issuer"),
    "impostor_issuer_aki": Row(lambda w: impostor(w, own_key_id=False), "bad-signature"),
    "bad_signature": Row(tampered, "bad-signature"),
    "self_signed": Row(lambda w: self_signed(w, person()), "self-signed"),
    "self_signed_as_ca": Row(lambda w: self_signed(w, w.ca.subject), "self-signed"),
    "ca_as_user": Row(lambda w: w.ca.der, "ca-certificate"),
    "root_as_user": Row(lambda w: w.root.der, "ca-certificate"),
}
FORM: dict[str, Row] = {
    "sig_alg_mismatch": Row(lambda w: w.ca.draft(outer_algorithm=SHA256_ECDSA).der(), "malformed"),
    "version_4": Row(lambda w: w.ca.draft(version=tlv(0xA0, integer(3))).der(), "version"),
    "version_1": Row(lambda w: w.ca.draft(version=b"", extensions=()).der(), "version"),
    "version_1_written": Row(lambda w: w.ca.draft(version=tlv(0xA0, integer(0))).der(), "malformed"),
    "dup_ext_conflict": Row(lambda w: w.ca.draft().plus(basic_constraints(ca=True)).der(), "duplicate-extension"),
    "many_exts": Row(
        lambda w: w.ca.draft().plus(*(extension(f"1.2.3.{n}", b"") for n in range(3000))).der(), "too-large"
    ),
    "some_exts": Row(
        lambda w: w.ca.draft().plus(*(extension(f"1.2.3.{n}", b"") for n in range(50))).der(), "too-large"
    ),
    "many_sans": Row(lambda w: w.ca.draft().plus(many_names()).der(), "too-large"),
    "nested_in_known_ext": Row(lambda w: w.ca.draft().plus(extension("2.5.29.32", b"0\x80" * 40)).der(), "malformed"),
    "up_nested_in_ext": Row(lambda w: w.ca.draft().plus(extension("1.2.3", seq() * 10_000)).der(), "too-large"),
    "up_ber_default_false": Row(lambda w: w.ca.draft(extensions=(default_false(),)).der(), "malformed"),
    "up_precert": Row(
        lambda w: w.ca.draft().plus(extension("1.3.6.1.4.1.11129.2.4.3", b"\x05\x00", True)).der(),
        "unknown-critical-extension",
    ),
    "critical_crldp_is_known": Row(
        lambda w: w.ca.draft(serial=integer(0xDEAD)).plus(distribution("http://x.test/")).der(), "revoked"
    ),
    "serial_zero": Row(lambda w: w.ca.draft(serial=integer(0)).der(), "serial"),
    "serial_negative": Row(lambda w: w.ca.draft(serial=integer(-5)).der(), "serial"),
    "serial_21": Row(lambda w: w.ca.draft(serial=tlv(0x02, b"\x11" * 21)).der(), "serial"),
    "serial_huge": Row(lambda w: w.ca.draft(serial=tlv(0x02, b"\x11" * 4001)).der(), "serial"),
    "serial_padded": Row(lambda w: w.ca.draft(serial=tlv(0x02, b"\x00\x11")).der(), "malformed"),
    "ku_encipher_only": Row(lambda w: w.ca.draft(extensions=(key_usage(2, 3), extended(CLIENT))).der(), "key-usage"),
    "ku_nr_only": Row(lambda w: w.ca.draft(extensions=(key_usage(1), extended(CLIENT))).der(), "key-usage"),
    "ku_signs_certificates": Row(lambda w: w.ca.draft(extensions=(key_usage(0, 5),)).der(), "key-usage"),
    "eku_server": Row(lambda w: w.ca.draft(extensions=(*USUAL, extended(SERVER))).der(), "extended-key-usage"),
    "eku_code": Row(lambda w: w.ca.draft(extensions=(*USUAL, extended(CODE))).der(), "extended-key-usage"),
    "eku_mail_only": Row(lambda w: w.ca.draft(extensions=(*USUAL, extended(EMAIL_USE))).der(), "extended-key-usage"),
    "sha1_signed": Row(lambda w: w.ca.draft(algorithm=SHA1_RSA).der(), "signature-algorithm"),
    "md5_signed": Row(lambda w: w.ca.draft(algorithm=MD5_RSA).der(), "signature-algorithm"),
    "sig_unknown": Row(lambda w: w.ca.draft(algorithm=seq(oid("1.2.3.4"))).der(), "signature-algorithm"),
    "sig_ed25519": Row(lambda w: w.ca.draft(algorithm=seq(oid("1.3.101.112"))).der(), "signature-algorithm"),
    "sig_pss_of_sha1": Row(lambda w: w.ca.draft(algorithm=PSS_DEFAULT).der(), "signature-algorithm"),
    "sig_pss_without_parameters": Row(lambda w: w.ca.draft(algorithm=seq(PSS)).der(), "signature-algorithm"),
    "sig_pss_odd_parameters": Row(
        lambda w: w.ca.draft(algorithm=seq(PSS, seq(tlv(0xA0, seq(oid("1.2.3")))))).der(), "signature-algorithm"
    ),
    "sig_of_another_kind": Row(lambda w: w.ca.draft(algorithm=SHA256_ECDSA).der(), "bad-signature"),
    "sig_null_in_ecdsa": Row(lambda w: w.ec_ca.draft(algorithm=ECDSA_NULL).der(), "malformed"),
    "sig_empty": Row(lambda w: seq(w.ca.draft().tbs(), SHA256_RSA, bits(b"")), "bad-signature"),
    "two_faults_at_once": Row(
        lambda w: w.ca.draft(
            subject=person("a\r\nb"), not_after=utc(AT - DAY), extensions=(key_usage(2), extended(SERVER))
        ).der(),
        "expired subject key-usage extended-key-usage",
    ),
}
BAD = TIME | STATUS | PATH | FORM
