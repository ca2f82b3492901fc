"""`securenet certificate check`, as scripts rely on it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags

from securenet.foundation.testca.demo import DEMO_CAS
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import make_key
from securenet.foundation.testca.profiles import Person, Profile
from securenet.foundation.testca.revocation import publish_crl, revoke
from tests.commands.command import securenet

AT = datetime(2026, 7, 31, 9, tzinfo=UTC)
KEYS = {"file", "accepted", "reasons", "warnings", "certificate", "revocation"}
pytestmark = pytest.mark.rule("R44")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A folder with a trust store, revocation lists, a good certificate, a revoked one, and a file that is none."""
    folder = tmp_path_factory.mktemp("certificates")
    ca = Hierarchy.create(folder / "ca", DEMO_CAS, base_url="http://127.0.0.1:8445", at=AT - timedelta(days=99))
    for kind in ("roots", "intermediates", "lists"):
        (folder / kind if kind == "lists" else folder / "trust" / kind).mkdir(parents=True)
    for spec in ca.specs:
        kind = "intermediates" if spec.issuer else "roots"
        (folder / "trust" / kind / spec.slug).write_bytes(ca.certificate(spec.slug).public_bytes(Encoding.PEM))
    for name in ("good", "revoked"):
        made = issue(
            ca,
            "demo-ca-g2",
            make_key("p-256").public_key(),
            Person("Anong Tuayang", "anong@company.example", "0105558123451"),
            Profile.PERSON,
            not_before=AT - timedelta(days=10),
            not_after=AT + timedelta(days=300),
        )
        (folder / f"{name}.cer").write_bytes(made.public_bytes(Encoding.DER))
    revoke(ca, made.serial_number, ReasonFlags.key_compromise, at=AT - timedelta(days=1))
    for slug in ("demo-ca-g2", "demo-root-ca"):
        crl = publish_crl(ca, slug, at=AT - timedelta(hours=1))
        (folder / "lists" / f"{slug}.any").write_bytes(crl.public_bytes(Encoding.DER))
    (folder / "words.cer").write_text("not a certificate")
    return folder


def check(world, *files, crls=True, trust=True, more=()):
    arguments = [world / name for name in files]
    arguments += ["--trust", world / "trust"] if trust else []
    arguments += ["--crls", world / "lists"] if crls else []
    return securenet("certificate", "check", *arguments, "--at", "2026-07-31T09:00:00Z", *more)


def test_accepted_files_end_with_0(world):
    ended = check(world, "good.cer", more=["--json"])
    assert (ended.returncode, ended.stderr) == (0, "")
    told = json.loads(ended.stdout)
    assert set(told) == KEYS
    assert (told["accepted"], told["reasons"], told["revocation"]) == (True, [], "good")
    assert told["certificate"]["organization_number"] == "0105558123451"
    assert told["certificate"]["emails"] == ["anong@company.example"]


def test_one_refused_file_ends_with_1_and_all_are_told_in_order(world):
    ended = check(world, "words.cer", "revoked.cer", "good.cer", more=["--json"])
    assert ended.returncode == 1
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [one["file"].rpartition("/")[2] for one in told] == ["words.cer", "revoked.cer", "good.cer"]
    assert [one["accepted"] for one in told] == [False, False, True]
    assert told[0]["certificate"] is None
    assert [reason["code"] for reason in told[1]["reasons"]] == ["revoked"]
    assert all(set(reason) == {"code", "message_th", "message_en"} for reason in told[1]["reasons"])


def test_without_lists_revocation_is_reported_as_not_checked(world):
    assert json.loads(check(world, "revoked.cer", crls=False, more=["--json"]).stdout)["revocation"] == "not-checked"


def test_people_read_sentences(world):
    ended = check(world, "revoked.cer")
    assert ended.returncode == 1
    assert "revoked.cer: refused" in ended.stdout
    assert "revoked: The certificate has been revoked" in ended.stdout
    assert "{" not in ended.stdout


def test_what_is_not_there_ends_with_2_before_anything_is_told(world):
    for ended in (
        check(world, "good.cer", "nothing.cer", more=["--json"]),
        check(world, "trust", more=["--json"]),
        securenet("certificate", "check", world / "good.cer", "--trust", world / "nowhere"),
        check(world, "good.cer", crls=False, more=["--crls", world / "nowhere"]),
    ):
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.startswith("no such") or "not a file" in ended.stderr


def test_with_a_trust_store_of_its_own_it_needs_no_installation(world, tmp_path):
    assert (
        securenet("certificate", "check", world / "good.cer", "--trust", world / "trust", cwd=tmp_path).returncode != 2
    )


def test_without_one_it_asks_the_installation(world, tmp_path):
    ended = check(world, "good.cer", trust=False, crls=False)
    assert ended.returncode == 2
    assert "SECURENET_SECRET_KEY is missing" in ended.stderr
    secrets = tmp_path / "secrets"
    securenet("secrets", "create", secrets)
    here = {"SECURENET_SECRETS_DIR": str(secrets), "SECURENET_DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    securenet("migrate", **here)
    told = securenet("certificate", "check", world / "good.cer", "--at", "2026-07-31T09:00:00Z", "--json", **here)
    assert told.returncode == 1
    assert "unaccepted-issuer" in told.stdout
