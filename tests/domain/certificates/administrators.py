"""Administrators who propose and decide changes of the trust store."""

import pytest

from securenet.domain.approvals.flow import Verb
from securenet.domain.certificates import store, vetting
from securenet.domain.certificates.login import require_login_certificate
from tests.cast import AT, as_actor, staff
from tests.domain.certificates.pki import Pki, address

WHY = "The authority has a new key."


@pytest.fixture
def orn(db):
    """She is an operator administrator."""
    return staff("orn", ("administrator", ""))


@pytest.fixture
def pim(db):
    """She is another one."""
    return staff("pim", ("administrator", ""))


@pytest.fixture
def bare(hierarchy, db):
    """The CAs before any was accepted."""
    return Pki(hierarchy)


def entry(slug="ca", kind="intermediate", **changes):
    known = {
        "set": "production",
        "kind": kind,
        "name": f"Tests {slug}",
        "file": f"{slug}.cer",
        "allowed_hosts": ("127.0.0.1",),
        "crl_urls": (address(slug),),
    }
    return vetting.require_entry(**(known | changes))


def propose(by, data, *, at=AT, **facts):
    return store.propose_authority(entry(**facts), data, reason=WHY, by=as_actor(by, at=at))


def withdraw(by, authority, *, at=AT):
    return store.propose_withdrawal(authority, reason="Its key was lost.", by=as_actor(by, at=at))


def approve(case, by, at=AT):
    case.refresh_from_db()
    return store.decide_trust(case, verb=Verb.APPROVE, by=as_actor(by, at=at))


def sign_in(certificate, at=AT):
    return require_login_certificate(bytes(certificate.der), by=as_actor(at=at, surface="certificate"))
