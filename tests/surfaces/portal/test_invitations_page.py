"""The pages of invitations: sent, called back, and taken up by a newcomer or a member (R22)."""

from __future__ import annotations

import re

import pytest

from securenet.domain.approvals.models import Submission
from securenet.domain.entitlements.models import Invitation
from securenet.foundation.mail.models import Mail
from tests.cast import AT, HOUR, last_mail, right_of
from tests.surfaces.portal.visitor import DETAILS, PERSON, Visitor, faults, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R22")]


def link():
    return re.search(r"https://[^/\s]+(/invitation/[^/\s]+/)", last_mail("invitation").text)[1]


@pytest.fixture
def his(sign_in, boonmee):
    return sign_in(boonmee)


def send(visitor, admin, email="aree@alpha.example"):
    typed = {"place": str(right_of(admin).pk), "email": email, "language": "th"}
    return visitor.post("/rights/invitations/add/", typed)


def test_a_newcomer_finds_organization_and_role_filled_in(his, boonmee, anyone):
    assert his.get("/rights/invitations/add/").status_code == 200
    assert path_of(send(his, boonmee)) == "/rights/invitations/"
    assert "aree@alpha.example" in text_of(his.get("/rights/invitations/"))
    anyone = Visitor(address="192.0.2.9")
    assert "Alpha" in text_of(anyone.get(link()))

    assert path_of(anyone.post(link())) == "/register/terms/"
    anyone.post("/register/terms/", {"accepted": "on"})
    assert path_of(anyone.post("/register/person/", PERSON)) == "/register/rights/"
    assert "Alpha" in text_of(anyone.get("/register/rights/"))
    assert path_of(anyone.post("/register/rights/", {"action": "next"})) == "/register/details/"
    anyone.post("/register/details/", DETAILS)
    assert path_of(anyone.post("/register/review/", {"certified": "on"})) == "/register/confirmation/"

    right = Submission.objects.latest("pk").cases.get().entitlement
    assert (right.role, right.organization) == ("officer", right_of(boonmee).organization)
    assert right.invitations.get().email == "aree@alpha.example"
    assert "aree@alpha.example" not in text_of(his.get("/rights/invitations/"))


def test_a_member_goes_on_with_a_request(his, boonmee, sign_in, ekachai):
    send(his, boonmee)
    visitor = sign_in(ekachai)

    assert path_of(visitor.post(link())) == "/rights/add/"

    assert "Alpha" in text_of(visitor.get("/rights/add/"))
    assert visitor.get(link()).status_code == 410


def test_looking_at_the_link_takes_nothing_up(his, boonmee):
    send(his, boonmee)
    for _look in range(2):
        assert Visitor().get(link()).status_code == 200
    assert Visitor().get("/invitation/nothing/").status_code == 410
    assert Visitor().get("/invitation/%00/").status_code == 410


def test_an_invitation_is_sent_again_and_called_back(his, boonmee, sign_in, clock):
    send(his, boonmee)
    place = f"/rights/invitations/{Invitation.objects.get().pk}/"
    assert his.post(f"{place}resend/").status_code == 409
    clock.move_to(AT + HOUR / 6)
    his = sign_in(boonmee)
    assert path_of(his.post(f"{place}resend/")) == "/rights/invitations/"
    assert path_of(his.post(f"{place}cancel/")) == "/rights/invitations/"
    assert Visitor().post(link()).status_code == 410
    assert his.post(f"{place}cancel/").status_code == 404


def test_nobody_else_invites_or_sees_invitations(his, boonmee, sign_in, anong, ekachai):
    send(his, boonmee)
    place = f"/rights/invitations/{Invitation.objects.get().pk}/"
    assert sign_in(anong).get("/rights/invitations/add/").status_code == 404
    for other in (anong, ekachai):
        visitor = sign_in(other)
        assert "aree" not in text_of(visitor.get("/rights/invitations/"))
        assert visitor.post(f"{place}cancel/").status_code == 404
        assert send(visitor, boonmee, "x@alpha.example").status_code in {404, 422}
    assert Mail.objects.filter(template="invitation").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"place": "0"}, "place"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(his, boonmee, changes, field):
    typed = {"place": str(right_of(boonmee).pk), "email": "aree@alpha.example", "language": "th"} | changes
    answer = his.post("/rights/invitations/add/", typed)
    assert (answer.status_code, set(faults(answer))) == (422, {field})


def test_an_address_is_invited_once_and_invitations_are_counted(his, boonmee):
    send(his, boonmee)
    assert set(faults(send(his, boonmee))) == {"email"}
    for number in range(28):
        send(his, boonmee, f"aree{number}@alpha.example")
    assert send(his, boonmee, "late@alpha.example").status_code == 422
    assert Mail.objects.filter(template="invitation").count() == 29
