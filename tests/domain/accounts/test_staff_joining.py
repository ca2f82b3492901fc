"""Somebody joins the staff: an account by an administrator, a password by a link (R33)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.utils.translation import override

from securenet.domain.accounts.actions import (
    StaffEmailTaken,
    UsernameTaken,
    WrongCredentials,
    WrongStaffUsername,
    require_credentials,
)
from securenet.domain.accounts.models import Kind, User
from securenet.domain.accounts.passwords import PasswordTooShort
from securenet.domain.accounts.queries import offered_roles, roles_of, unstaffed_desks
from securenet.domain.accounts.recovery import (
    RecoveryLinkOld,
    RecoveryLinkUnknown,
    RecoveryLinkUsed,
    renew_link,
    set_password_by_link,
)
from securenet.domain.accounts.staffing import StaffClosed, TakenUp, UnknownStaffRole, reopen_staff, resend_staff_link
from securenet.domain.accounts.words import role_words
from securenet.domain.approvals.queries import hashed
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, MERIDIA, OWNER, PASSWORD, SERVICE_DESK, as_actor, last_mail, registration, staff  # noqa: F401  fixture
from tests.domain.accounts.staffing import ADMINISTRATOR, AUDITOR, WHY, add, change, choose, close, link_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R33", "R35")]
LIFE = timedelta(hours=profile().deadlines.staff_link_hours)


@pytest.fixture
def orn():
    """She is an administrator."""
    return staff("orn", ADMINISTRATOR)


def test_a_new_account_gets_a_link_and_no_password(orn):
    wirat = add(orn, SERVICE_DESK, AUDITOR)
    assert sorted(roles_of(wirat)) == [AUDITOR, SERVICE_DESK]
    assert (wirat.kind, wirat.email_confirmed_at, wirat.has_usable_password()) == ("staff", None, False)
    mail = last_mail("staff-invited")
    assert (mail.to, "wirat" in mail.text) == ("wirat@bank.example", True)
    assert AuditEntry.objects.get(event="staff.created", about=wirat.about).actor == "orn"


def test_the_link_sets_the_first_password_once(orn):
    add(orn)
    link = link_of(last_mail("staff-invited"))
    with pytest.raises(WrongCredentials):
        require_credentials("wirat", PASSWORD, kind=Kind.STAFF)
    wirat = choose(link)
    wirat.refresh_from_db()
    assert (check_password(PASSWORD, wirat.password), wirat.email_confirmed_at) == (True, AT)
    assert require_credentials("wirat", PASSWORD, kind=Kind.STAFF) == wirat
    assert not Mail.objects.filter(template="password-changed").exists(), "there was none to be changed"
    with pytest.raises(RecoveryLinkUsed):
        choose(link, password="Third5Horse6Battery")


def test_a_link_is_for_the_back_office_in_time_and_for_a_good_password(orn):
    add(orn)
    link = link_of(last_mail("staff-invited"))
    for refused, facts in (
        (RecoveryLinkUnknown, {"kind": Kind.MEMBER}),
        (RecoveryLinkOld, {"at": AT + LIFE}),
        (PasswordTooShort, {"password": "Ab1"}),
    ):
        with pytest.raises(refused):
            choose(link, **facts)
    assert not User.objects.get(username="wirat").has_usable_password()


def test_a_link_is_sent_again_to_a_mended_address_and_the_old_one_ends(orn):
    wirat = add(orn)
    old = link_of(last_mail("staff-invited"))
    resend_staff_link(wirat, email="wirat.t@bank.example", by=as_actor(orn, at=AT + LIFE))
    mail = last_mail("staff-invited")
    assert mail.to == "wirat.t@bank.example"
    sent = AuditEntry.objects.filter(event="staff.link-sent").latest("pk")
    assert (sent.facts["before"], sent.facts["after"]) == ("wirat@bank.example", "wirat.t@bank.example")
    with pytest.raises(RecoveryLinkUnknown):
        choose(old)
    choose(link_of(mail), at=AT + LIFE)


def test_no_link_goes_out_once_the_password_is_chosen_or_the_account_closed(orn, chai):
    with pytest.raises(TakenUp):
        resend_staff_link(chai, email=chai.email, by=as_actor(orn))
    wirat = add(orn)
    with pytest.raises(StaffEmailTaken):
        resend_staff_link(wirat, email=chai.email.upper(), by=as_actor(orn))
    close(wirat, orn)
    with pytest.raises(StaffClosed):
        resend_staff_link(wirat, email="wirat@bank.example", by=as_actor(orn))
    with pytest.raises(RecoveryLinkOld):
        choose(link_of(last_mail("staff-invited")))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"username": "chai"}, UsernameTaken),
        ({"username": "Chai"}, UsernameTaken),
        ({"username": "w!"}, WrongStaffUsername),
        ({"email": "CHAI@bank-of-thailand.example"}, StaffEmailTaken),
    ],
)
def test_user_names_and_addresses_are_one_persons(orn, chai, changes, refusal):
    with pytest.raises(refusal):
        add(orn, **changes)
    assert refusal.field in changes
    assert not Mail.objects.filter(template="staff-invited").exists()


@pytest.mark.rule("R32")
@pytest.mark.parametrize(
    "role",
    [
        ("service_owner", "owner-emcs"),
        ("service_owner", "administration"),
        ("service_desk", "owner-bmsid"),
        ("service_desk", ""),
        ("administrator", "administration"),
        ("emperor", ""),
    ],
)
def test_a_role_that_the_profile_has_no_work_for_is_refused(orn, chai, role):
    with pytest.raises(UnknownStaffRole):
        add(orn, SERVICE_DESK, role)
    with pytest.raises(UnknownStaffRole):
        change(chai, role, by=orn)
    assert roles_of(chai) == [SERVICE_DESK]


def test_the_roles_on_offer_are_those_of_the_profiles_routes(settings):
    assert offered_roles() == [SERVICE_DESK, OWNER, ADMINISTRATOR, AUDITOR]
    with override("en"):
        assert role_words(*OWNER) == "Owner of BMS ID (Banknote System Control Section)"
        assert role_words("service_owner", "gone") == "Service owner (gone)"
    settings.PROFILE_PATH = MERIDIA
    owners = [("service_owner", "owner-vault"), ("service_owner", "supervision")]
    assert offered_roles() == [("service_desk", "help-desk"), *owners, ADMINISTRATOR, AUDITOR]


def test_a_desk_without_anybody_is_found(orn, chai):
    assert [desk.key for desk in unstaffed_desks()] == ["owner-bmsid"]
    close(chai, orn)
    assert [desk.key for desk in unstaffed_desks()] == ["service-desk", "owner-bmsid"]


def test_who_never_chose_a_password_gets_a_new_link_with_the_reopening(orn):
    wirat = add(orn)
    close(wirat, orn)
    reopen_staff(User.objects.get(pk=wirat.pk), [AUDITOR], reason=WHY, by=as_actor(orn))
    assert Mail.objects.filter(template="staff-invited").count() == 2


def test_a_members_link_never_confirms_an_address_that_only_registration_confirms(registration):  # noqa: F811
    token = renew_link(registration.applicant, LIFE, by=as_actor())
    member = set_password_by_link(hashed(token), password=PASSWORD, by=as_actor())
    assert User.objects.get(pk=member.pk).email_confirmed_at is None
