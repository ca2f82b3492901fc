"""An Organization Admin invites officers by e-mail: a link that is good once, for the profile's days (R22)."""

import re
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.domain.entitlements.actions import request_rights
from securenet.domain.entitlements.authority import NotTheirAdmin, Vouched, limit_admin
from securenet.domain.entitlements.grants import grant_function
from securenet.domain.entitlements.invitations import (
    InvitationOver,
    InvitationUnknown,
    InvitationUsed,
    InvitedAlready,
    SentOften,
    accept_invitation,
    cancel_invitation,
    invite_officer,
    open_invitations,
    require_invitation,
    resend_invitation,
)
from securenet.domain.entitlements.life import RightChanged
from securenet.domain.entitlements.models import Entitlement, Invitation, Role, Status
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, HOUR, OWNER, SERVICE_DESK, as_actor, asked, last_mail, member, right_of, staff

pytestmark = [pytest.mark.rule("R22"), pytest.mark.django_db]
TODAY = date(2026, 2, 2)
ADDRESS = "aree@alpha.example"


def invite(by, email=ADDRESS, at=AT, organization=None, service="bmsid"):
    place = organization or right_of(by).organization
    return invite_officer(place, service=service, email=email, language="th", by=as_actor(by, at=at))


def token():
    return re.search(r"/invitation/([\w-]{20,})/", last_mail("invitation").text)[1]


@pytest.fixture
def invitation(boonmee):
    return invite(boonmee)


def test_the_mail_names_who_invites_and_carries_a_link_of_which_only_the_hash_is_kept(invitation, boonmee):
    mail = last_mail("invitation")
    assert (mail.to, mail.language) == (ADDRESS, "th")
    assert "บุญมี ศรีสุข" in mail.text
    assert token() not in str(Invitation.objects.values().get())
    assert invitation.expires_at == AT + 14 * DAY


def test_only_a_full_admin_of_the_place_invites(anong, boonmee, bua, ekachai, chai, alpha):
    limit_admin(right_of(bua), functions=["submit"], by=as_actor(boonmee))
    for other in (anong, bua, ekachai, chai, None):
        with pytest.raises(NotTheirAdmin):
            invite(other, organization=alpha)
    with pytest.raises(NotTheirAdmin):
        invite(boonmee, service="emcs")
    assert not Mail.objects.filter(template="invitation").exists()


def test_an_address_has_one_open_invitation_to_the_same(invitation, boonmee, ekachai):
    with pytest.raises(InvitedAlready):
        invite(boonmee)
    assert invite(ekachai)
    assert invite(boonmee, "somebody@alpha.example")
    assert invite(boonmee, at=AT + 15 * DAY)


def test_the_link_is_good_once(invitation):
    secret = token()
    assert require_invitation(secret, by=as_actor()) == invitation
    assert accept_invitation(secret, by=as_actor()) == invitation
    for _again in range(2):
        with pytest.raises(InvitationUsed):
            accept_invitation(secret, by=as_actor())
    with pytest.raises(InvitationUsed):
        require_invitation(secret, by=as_actor())


def test_the_link_is_good_for_the_profiles_days(invitation):
    accept = partial(accept_invitation, token())
    with pytest.raises(InvitationOver):
        accept(by=as_actor(at=AT + 14 * DAY))
    assert accept(by=as_actor(at=AT + 14 * DAY - HOUR))


@given(text=st.text(max_size=80))
def test_any_other_link_belongs_to_no_invitation(text):
    with pytest.raises(InvitationUnknown):
        require_invitation(text, by=as_actor())


class TestSendingAgain:
    """The list's buttons: again, and called back."""

    def test_the_new_link_takes_the_place_of_the_old_one(self, invitation, boonmee):
        old = token()
        resend_invitation(invitation, by=as_actor(boonmee, at=AT + HOUR))
        with pytest.raises(InvitationUnknown):
            accept_invitation(old, by=as_actor(at=AT + HOUR))
        assert accept_invitation(token(), by=as_actor(at=AT + HOUR)).expires_at == AT + HOUR + 14 * DAY

    def test_nobody_is_flooded(self, invitation, boonmee):
        with pytest.raises(SentOften):
            resend_invitation(invitation, by=as_actor(boonmee, at=AT + timedelta(minutes=9)))
        for hours in range(1, 5):
            resend_invitation(invitation, by=as_actor(boonmee, at=AT + hours * HOUR))
        with pytest.raises(SentOften):
            resend_invitation(invitation, by=as_actor(boonmee, at=AT + 9 * HOUR))
        assert Mail.objects.filter(template="invitation").count() == 5

    def test_what_is_called_back_opens_nothing(self, invitation, boonmee):
        cancel_invitation(invitation, by=as_actor(boonmee))
        with pytest.raises(InvitationOver):
            accept_invitation(token(), by=as_actor())
        for act in (cancel_invitation, partial(resend_invitation)):
            with pytest.raises(RightChanged):
                act(invitation, by=as_actor(boonmee, at=AT + HOUR))

    def test_nobody_else_sends_again_or_calls_back(self, invitation, anong, ekachai, boonmee):
        for other in (anong, ekachai, None):
            for act in (cancel_invitation, resend_invitation):
                with pytest.raises(NotTheirAdmin):
                    act(invitation, by=as_actor(other, at=AT + HOUR))
        assert list(open_invitations(boonmee, TODAY)) == [invitation]
        assert not open_invitations(ekachai, TODAY)
        assert not open_invitations(anong, TODAY)


@pytest.mark.rule("R22b")
def test_who_invited_vouches_for_the_right_that_came_of_it(invitation, boonmee, bua, ekachai, two_person):
    accept_invitation(token(), by=as_actor(ekachai))
    wish = [asked(invitation=invitation.pk)]
    request_rights(ekachai, wish, kind="rights", confirmed=True, by=as_actor(ekachai))
    right = right_of(ekachai)
    assert right.invitations.get() == invitation
    Entitlement.objects.filter(pk=right.pk).update(
        status=Status.ACTIVE, organization=right_of(boonmee).organization, from_date=TODAY
    )
    two_person("")
    grant = partial(grant_function, right_of(ekachai), function="submit", from_date=TODAY, until_date=None)
    with pytest.raises(Vouched):
        grant(by=as_actor(boonmee))
    assert grant(by=as_actor(bua))


def test_an_invitation_that_was_not_taken_up_is_no_bond(invitation, ekachai):
    request_rights(ekachai, [asked(invitation=invitation.pk)], kind="rights", confirmed=True, by=as_actor(ekachai))
    assert not right_of(ekachai).invitations.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_follow_the_link_at_the_same_moment_one_is_let_in(at_once):
    chai, dara = staff("chai", SERVICE_DESK), staff("dara", OWNER)
    invite(member("boonmee", Role.ORGANIZATION_ADMIN, chai=chai, dara=dara))
    outcomes = at_once(*[partial(accept_invitation, token(), by=as_actor()) for _browser in range(2)])
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [InvitationUsed]
