"""The pages of rights in a real browser: nothing for axe-core to find, nothing too wide (R20 to R22c, R81)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from securenet.domain.entitlements.grants import grant_function, propose_grant
from securenet.domain.entitlements.models import Entitlement, Role
from tests.cast import AT, as_actor, confirm, last_mail, member, register, right_of
from tests.domain.entitlements.conftest import REFERENCE, change_profile
from tests.surfaces.portal.test_portal_browser import look_at
from tests.surfaces.portal.visitor import Visitor

__all__ = ["change_profile"]
pytestmark = [pytest.mark.django_db, pytest.mark.journey, pytest.mark.rule("R21", "R22", "R81")]
NEAR = date(2026, 2, 20)


@pytest.fixture
def busy(boonmee, anong, chai, dara, change_profile):
    """Boonmee, with something on each of his pages."""
    bua = member("bua", Role.ORGANIZATION_ADMIN, chai=chai, dara=dara)
    for function, until in (("submit", NEAR), ("see_reports", None)):
        grant_function(right_of(anong), function=function, from_date=AT.date(), until_date=until, by=as_actor(boonmee))
    Entitlement.objects.filter(pk=right_of(anong).pk).update(until_date=NEAR)
    line = next(line for line in REFERENCE.read_text("utf-8").splitlines() if line.startswith("two_person"))
    first = '{ tier = "service_desk", desk = "service-desk", quorum = 1, escalate_to = "administration" },\n'
    change_profile(f"{line}\n\n[services.routes]\nrights = [\n    {first}", CHANGED.format(first=first))
    propose_grant(right_of(bua), function="submit", from_date=AT.date(), until_date=None, by=as_actor(bua))
    confirm(register("aree"))
    return boonmee, anong, bua


CHANGED = """two_person = {{ self_grant = true }}

[services.routes]
rights = [
    {{ tier = "organization" }},
    {first}"""


def pages(visitor, boonmee, anong, bua, language):
    """Return every page of rights as the test client gets them."""
    hers, admins = f"/rights/people/{right_of(anong).pk}/", f"/rights/people/{right_of(bua).pk}/"
    invited = {"place": str(right_of(boonmee).pk), "email": "aree2@alpha.example", "language": "th"}
    visitor.post("/rights/invitations/add/", invited)
    link = re.search(r"(/invitation/[^/\s]+/)", last_mail("invitation").text)[1]
    listed = visitor.get("/rights/requests/").context["rows"]
    waits = visitor.get("/rights/consents/").context["rows"]
    addresses = [
        *("/rights/", "/rights/?q=zzz", hers, f"{hers}end/", f"{hers}suspend/", admins, f"{admins}limit/"),
        *(f"/rights/{right_of(boonmee).pk}/give-up/", f"/rights/{right_of(anong).pk}/functions/"),
        *("/rights/requests/", f"/rights/requests/{listed[0]['case'].pk}/", "/rights/consents/"),
        *(f"/rights/consents/{waits[0]['proposal'].pk}/", "/rights/invitations/", "/rights/invitations/add/"),
    ]
    newcomer = Visitor(address="192.0.2.9").speak(language)
    told = [
        visitor.post(f"{hers}end/", {"reason": ""}),
        visitor.post(f"/rights/requests/{listed[0]['case'].pk}/", {"revision": "0", "choice": "reject"}),
    ]
    return [visitor.get(address) for address in addresses] + told + [newcomer.get(link), newcomer.get("/invitation/x/")]


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_pages_of_rights_are_readable_by_everybody_and_never_too_wide(language, sign_in, busy):
    boonmee, anong, bua = busy
    look_at(pages(sign_in(boonmee, language), boonmee, anong, bua, language))
