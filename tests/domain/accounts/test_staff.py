"""Staff accounts, the first administrator, roles and desks."""

import pytest

from securenet.domain.accounts.actions import (
    AlreadyAdministered,
    UsernameTaken,
    WrongStaffUsername,
    create_administrator,
    create_staff,
)
from securenet.domain.accounts.models import StaffRole, User
from securenet.domain.accounts.passwords import PasswordSelfDerived, PasswordTooShort
from securenet.domain.accounts.queries import desks_of, roles_of
from securenet.foundation.audit.models import AuditEntry
from tests.cast import AT, OWNER, PASSWORD, SERVICE_DESK, as_actor, register, staff

pytestmark = [pytest.mark.rule("R33"), pytest.mark.django_db]


def first(username="root1", password=PASSWORD):
    return create_administrator(
        username=username, name="Siri", email="siri@bank-of-thailand.example", password=password, by=as_actor()
    )


def test_the_first_administrator_is_made_once():
    siri = first()
    assert roles_of(siri) == [("administrator", "")]
    with pytest.raises(AlreadyAdministered):
        first("root2")
    assert StaffRole.objects.count() == User.objects.count() == 1


def test_the_first_administrator_is_on_record():
    first()
    entry = AuditEntry.objects.get(event="staff.created")
    assert (entry.about, entry.facts) == ("account root1", {"roles": ["administrator"]})


def test_staff_have_good_passwords_too():
    with pytest.raises(PasswordTooShort):
        first(password="Short1")
    with pytest.raises(PasswordSelfDerived):
        first(password="Xroot1Xroot1")
    assert not User.objects.exists()


def test_staff_and_members_share_one_world_of_usernames(registration):
    with pytest.raises(UsernameTaken):
        staff("anong", SERVICE_DESK)
    staff("chai", SERVICE_DESK)
    with pytest.raises(UsernameTaken):
        register("chai")
    with pytest.raises(UsernameTaken):
        staff("Chai", OWNER)


@pytest.mark.parametrize("username", ["", "ab", "ch ai", "ชัย", "chai!", ".chai", "chai\0", "a" * 41])
def test_a_staff_username_is_plain(username):
    with pytest.raises(WrongStaffUsername):
        staff(username, SERVICE_DESK)


@pytest.mark.rule("R32")
def test_desks_come_from_roles_and_members_have_none(registration):
    both = staff("chai", SERVICE_DESK, OWNER, ("auditor", ""))
    assert desks_of(both) == {"service-desk", "owner-bmsid"}
    anong = registration.applicant
    StaffRole.objects.create(user=anong, role="service_desk", desk="service-desk")
    assert desks_of(anong) == frozenset()


def test_a_staff_account_is_kept_in_small_letters():
    made = create_staff(
        username="Dara",
        name_th="ดารา",
        name_en="Dara",
        email="dara@bank-of-thailand.example",
        password=PASSWORD,
        roles=[OWNER],
        by=as_actor(at=AT),
    )
    assert (made.username, made.created_at) == ("dara", AT)
