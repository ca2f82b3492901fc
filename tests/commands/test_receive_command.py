"""`securenet certificate receive`: the operator's end of a member's file."""

from io import BytesIO

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from securenet.commands import receive
from securenet.commands.arguments import read
from securenet.domain.entitlements.grants import grant_function
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.cms import FileKey, seal
from tests.cast import ALPHA, AT, anong, as_actor, boonmee, chai, dara, right_of  # noqa: F401  fixtures
from tests.domain.certificates.conftest import hierarchy, pki  # noqa: F401  fixtures
from tests.domain.certificates.pki import key, registered
from tests.foundation.cms.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R47")]
OPERATOR = person("p-256", "operator")


@pytest.fixture
def from_anong(pki, anong, chai):  # noqa: F811
    """A file that she has sealed to the operator; her certificate is registered."""
    certificate, out = pki.certificate_for(), BytesIO()
    registered(anong, certificate, chai=chai)
    sealing = {"signer": FileKey(key("anong"), certificate), "recipients": [OPERATOR.certificate], "at": AT}
    seal(BytesIO(b"confidential"), out, **sealing)
    return out.getvalue()


@pytest.fixture
def received(tmp_path, capsys):
    """Receive a file; return the code, what was said, and the content where it is there."""
    (tmp_path / "operator.cer").write_bytes(OPERATOR.certificate.der)
    pem = OPERATOR._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "operator.key").write_bytes(pem)
    own = ("--key", tmp_path / "operator.key", "--certificate", tmp_path / "operator.cer")
    purpose = ("--service", "bmsid", "--function", "exchange_files")

    def run(data):
        (tmp_path / "persons.csv.cms").write_bytes(data)
        chosen = read(list(map(str, ("certificate", "receive", tmp_path / "persons.csv.cms", *purpose, *own))))
        with time_machine.travel(AT, tick=False):
            code = receive.run(chosen)
        said, there = capsys.readouterr(), tmp_path / "persons.csv"
        return code, said.out or said.err, there.read_bytes() if there.exists() else None

    return run


def test_a_file_of_a_member_with_the_right_is_taken_over(from_anong, received, anong, boonmee):  # noqa: F811
    dates = {"from_date": AT.date(), "until_date": None}
    grant_function(right_of(anong), function="exchange_files", **dates, by=as_actor(boonmee))
    code, said, content = received(from_anong)
    assert (code, content) == (0, b"confidential")
    assert f"from anong for {ALPHA[1]} ({ALPHA[0]})" in said
    assert AuditEntry.objects.filter(event="file.received").count() == 1


def test_without_the_right_nothing_is_taken_over(from_anong, received):
    code, said, content = received(from_anong)
    assert (code, content) == (1, None)
    assert ": signer-without-right: " in said
    assert AuditEntry.objects.get(event="file.refused").facts == {"rule": "signer-without-right"}


def test_what_is_altered_is_not_taken_over(from_anong, received):
    code, said, content = received(from_anong[:-60] + bytes(60))
    assert (code, content) == (1, None)
    assert AuditEntry.objects.filter(event="file.refused").count() == 1
    assert said.endswith(".\n")
