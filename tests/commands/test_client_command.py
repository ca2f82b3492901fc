"""`securenet client`, as members and their scripts rely on it."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags

from securenet.cli import main
from securenet.foundation.testca.demo import DEMO_CAS
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import export_pkcs12, make_key, write_key
from securenet.foundation.testca.profiles import Person, Profile
from securenet.foundation.testca.revocation import publish_crl, revoke
from tests.commands.command import securenet
from tests.tools.token import Token, softhsm_module

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
CA = "demo-ca-g2"
SECRET = "open this"
pytestmark = pytest.mark.rule("R47")


class Desk:
    """A folder with a trust store, keys and certificates."""

    def __init__(self, folder):
        self.folder = folder
        self.ca = Hierarchy.create(folder / "ca", DEMO_CAS[:4], base_url="http://127.0.0.1:9", at=NOW - 99 * DAY)
        for kind in ("roots", "intermediates"):
            (folder / "trust" / kind).mkdir(parents=True)
        (folder / "lists").mkdir()
        for spec in self.ca.specs:
            kind = "intermediates" if spec.issuer else "roots"
            (folder / "trust" / kind / spec.slug).write_bytes(self.ca.certificate(spec.slug).public_bytes(Encoding.PEM))

    def card(self, name, public, *, start=NOW - DAY, end=NOW + 300 * DAY):
        """A certificate in a file."""
        person = Person(name.capitalize(), f"{name}@company.example", "0105558123451")
        made = issue(self.ca, CA, public, person, Profile.PERSON, not_before=start, not_after=end)
        (self.folder / f"{name}.cer").write_bytes(made.public_bytes(Encoding.DER))
        return made

    def member(self, name, **dates):
        """A key with a certificate, in files of their own."""
        key = make_key("p-256")
        write_key(self.folder / f"{name}.key", key)
        return key, self.card(name, key.public_key(), **dates)

    def publish(self):
        """The revocation lists of now."""
        for slug in (CA, "demo-root-ca"):
            listed = publish_crl(self.ca, slug, at=NOW - timedelta(minutes=5))
            (self.folder / "lists" / slug).write_bytes(listed.public_bytes(Encoding.DER))


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("desk"))
    key, card = desk.member("anong")
    (desk.folder / "anong.p12").write_bytes(export_pkcs12(card, key, SECRET.encode()))
    for name in ("operator", "ekachai"):
        desk.member(name)
    desk.member("expired", start=NOW - 90 * DAY, end=NOW - DAY)
    _key, lost = desk.member("revoked")
    revoke(desk.ca, lost.serial_number, ReasonFlags.key_compromise, at=NOW - DAY)
    desk.publish()
    (desk.folder / "password").write_text(f"{SECRET}\n")
    (desk.folder / "wrong").write_text("something else\n")
    return desk.folder


@pytest.fixture
def plain(tmp_path):
    made = tmp_path / "persons.xlsx"
    made.write_bytes(b"confidential to the business" * 1000)
    return made


@pytest.fixture
def client(capsys):
    """Run a command here; return its code and what it said."""

    def run(verb, *arguments):
        code = main(["client", verb, *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out or said.err

    return run


def own(desk, name):
    return "--key", desk / f"{name}.key", "--certificate", desk / f"{name}.cer"


@pytest.fixture
def sealed(desk, plain, client):
    """Anong's file to the operator."""

    def make(name="anong"):
        code, _said = client("sign-encrypt", plain, "--to", desk / "operator.cer", *own(desk, name), "--force")
        assert code == 0
        return plain.with_name("persons.xlsx.cms")

    return make


def test_a_file_reaches_its_recipient(desk, plain, client, sealed):
    data, before = sealed(), plain.read_bytes()
    assert b"confidential" not in data.read_bytes()
    plain.unlink()
    trusted = ("--trust", desk / "trust", "--crls", desk / "lists")
    code, said = client("decrypt-verify", data, *own(desk, "operator"), *trusted)
    assert (code, plain.read_bytes()) == (0, before)
    assert "signed by" in said
    assert "CN=Anong" in said


def refused(client, data, *arguments):
    """Why, and that nothing was left beside the file."""
    beside = sorted(data.parent.iterdir())
    code, said = client("decrypt-verify", data, "--out", data.parent / "content", *arguments)
    assert sorted(data.parent.iterdir()) == beside
    return code, said.removeprefix(f"{data}: ").partition(":")[0]


def test_only_whom_from_names_may_have_signed(desk, client, sealed):
    mine = own(desk, "operator")
    assert refused(client, sealed("ekachai"), *mine, "--from", desk / "anong.cer") == (1, "other-signer")
    both = ("--from", desk / "anong.cer", "--from", desk / "ekachai.cer")
    assert client("decrypt-verify", sealed("ekachai"), *mine, *both, "--force")[0] == 0


def test_who_is_not_the_recipient_opens_nothing(desk, client, sealed):
    assert refused(client, sealed(), *own(desk, "ekachai"), "--from", desk / "anong.cer") == (1, "other-recipient")


def test_altered_and_truncated_files_are_refused(desk, client, sealed):
    data, mine = sealed(), (*own(desk, "operator"), "--from", desk / "anong.cer")
    whole = bytearray(data.read_bytes())
    whole[len(whole) // 2] ^= 1
    data.write_bytes(whole)
    assert refused(client, data, *mine) == (1, "altered")
    data.write_bytes(whole[:-40])
    assert refused(client, data, *mine)[0] == 1
    data.write_bytes(b"PK\x03\x04")
    assert refused(client, data, *mine) == (1, "not-encrypted")


def test_a_revoked_signer_is_refused_where_lists_are_given(desk, client, sealed):
    mine, trusted = own(desk, "operator"), ("--trust", desk / "trust", "--crls", desk / "lists")
    assert refused(client, sealed("revoked"), *mine, *trusted) == (1, "signer-revoked")


def test_a_signer_of_a_ca_that_is_not_trusted_is_refused(desk, client, sealed, tmp_path):
    (tmp_path / "nobody").mkdir()
    told = refused(client, sealed(), *own(desk, "operator"), "--trust", tmp_path / "nobody")
    assert told == (1, "signer-unaccepted-issuer")


def test_an_expired_certificate_neither_signs_nor_receives(desk, plain, client):
    code, said = client("sign-encrypt", plain, "--to", desk / "operator.cer", *own(desk, "expired"))
    assert code == 1
    assert "signer-expired" in said
    code, said = client("sign-encrypt", plain, "--to", desk / "expired.cer", *own(desk, "anong"))
    assert code == 1
    assert "recipient-expired" in said
    assert [path.name for path in plain.parent.iterdir()] == ["persons.xlsx"]


def test_whose_signature_is_right_has_to_be_said(desk, client, sealed):
    code, said = client("decrypt-verify", sealed(), *own(desk, "operator"), "--force")
    assert code == 2
    assert "--from" in said


def test_nothing_that_is_there_is_overwritten_unasked(desk, plain, client, sealed):
    sealed()
    code, said = client("sign-encrypt", plain, "--to", desk / "operator.cer", *own(desk, "anong"))
    assert code == 2
    assert "is there already" in said


def test_a_file_is_encrypted_anew_to_a_renewed_certificate(desk, client, sealed):
    data = sealed()
    anew = ("--to", desk / "ekachai.cer", *own(desk, "operator"), "--out", data, "--force")
    code, _said = client("rewrap", data, *anew)
    assert code == 0
    assert refused(client, data, *own(desk, "operator"), "--from", desk / "anong.cer") == (1, "other-recipient")
    opened = ("--from", desk / "anong.cer", "--out", data.with_name("again"))
    assert client("decrypt-verify", data, *own(desk, "ekachai"), *opened)[0] == 0


@pytest.mark.parametrize("way", ["file", "environment"])
def test_a_key_file_with_a_password_is_opened(desk, plain, client, monkeypatch, way):
    told = ("--password-file", desk / "password") if way == "file" else ()
    monkeypatch.setenv("SECURENET_CLIENT_PASSWORD", SECRET)
    code, said = client("sign-encrypt", plain, "--to", desk / "operator.cer", "--key", desk / "anong.p12", *told)
    assert (code, "CN=Anong" in said) == (0, True)


def test_a_wrong_password_is_told_so(desk, plain, client):
    key = ("--key", desk / "anong.p12", "--password-file", desk / "wrong")
    code, said = client("sign-encrypt", plain, "--to", desk / "operator.cer", *key)
    assert code == 2
    assert "is the password right?" in said


def test_no_password_can_be_an_argument(desk, plain, capsys):
    for name in ("--password", "--pin"):
        with pytest.raises(SystemExit, match="2"):
            main(["client", "sign-encrypt", str(plain), "--to", "x", "--key", "y", name, SECRET])
    assert "ambiguous" not in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["file", "key", "to"])
def test_what_is_not_there_ends_with_2(desk, plain, client, missing):
    paths = {"file": plain, "key": desk / "anong.p12", "to": desk / "operator.cer"} | {missing: desk / "nowhere"}
    told = ("--password-file", desk / "password")
    code, said = client("sign-encrypt", paths["file"], "--to", paths["to"], "--key", paths["key"], *told)
    assert code == 2
    assert "No such file" in said


def test_a_token_signs_and_opens_without_an_installation(desk, plain, tmp_path):
    token = Token.create(tmp_path / "token")
    token.make_key("malee", "p-256")
    ca = Hierarchy.open(desk / "ca")
    person = Person("Malee", "malee@company.example", "0105558123451")
    dates = {"not_before": NOW - DAY, "not_after": NOW + 9 * DAY}
    card = issue(ca, CA, token.request("malee").public_key(), person, Profile.PERSON, **dates)
    token.store_certificate("malee", card)
    (tmp_path / "malee.cer").write_bytes(card.public_bytes(Encoding.DER))
    (tmp_path / "pin").write_text(token.pin)
    mine = ("--token", token.label, "--module", softhsm_module(), "--password-file", tmp_path / "pin")
    here = token.environment
    sealing = securenet("client", "sign-encrypt", plain, "--to", tmp_path / "malee.cer", *mine, **here)
    assert (sealing.returncode, sealing.stderr) == (0, "")
    told = ("--from", tmp_path / "malee.cer", "--out", tmp_path / "again")
    opening = securenet("client", "decrypt-verify", f"{plain}.cms", *mine, *told, **here)
    assert (opening.returncode, opening.stderr) == (0, "")
    assert (tmp_path / "again").read_bytes() == plain.read_bytes()
