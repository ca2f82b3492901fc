"""Administrators change, close and reopen staff accounts; nobody their own (R32, R33, R35)."""

from __future__ import annotations

from functools import partial

import pytest

from securenet.domain.accounts.actions import WrongCredentials, require_credentials
from securenet.domain.accounts.models import Kind, Session, StaffRole, User
from securenet.domain.accounts.queries import administrators, roles_of
from securenet.domain.accounts.staffing import (
    NoRole,
    NotAdministrator,
    OwnAccount,
    SameRoles,
    StaffChanged,
    StaffClosed,
    StaffOpen,
    StaffReasonMissing,
    UnknownStaffRole,
    add_staff,
    reopen_staff,
    resend_staff_link,
)
from securenet.domain.approvals.assigning import NotAtThatDesk, assign_case, release_cases
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Case
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, OWNER, PASSWORD, SERVICE_DESK, as_actor, last_mail, staff
from tests.domain.accounts.staffing import ADMINISTRATOR, AUDITOR, WHY, add, change, close, held_by, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R33", "R35")]


@pytest.fixture
def orn():
    """She is an administrator."""
    return staff("orn", ADMINISTRATOR)


@pytest.fixture
def prem(orn):
    """He is the other one."""
    return staff("prem", ADMINISTRATOR)


def test_who_is_no_administrator_changes_nobody(orn, chai, dara):
    for somebody in (chai, None):
        for act in (
            partial(add, somebody),
            partial(change, dara, AUDITOR, by=somebody),
            partial(close, dara, somebody),
            partial(resend_staff_link, dara, email=dara.email, by=as_actor(somebody)),
            partial(reopen_staff, dara, [OWNER], reason=WHY, by=as_actor(somebody)),
        ):
            with pytest.raises(NotAdministrator):
                act()
    User.objects.filter(pk=orn.pk).update(closed_at=AT)
    with pytest.raises(NotAdministrator):
        close(dara, orn)


def test_nobody_changes_closes_or_reopens_themself_so_one_administrator_stays(orn):
    for act in (
        partial(change, orn, ADMINISTRATOR, SERVICE_DESK, by=orn),
        partial(change, orn, AUDITOR, by=orn),
        partial(close, orn, orn),
        partial(reopen_staff, orn, [ADMINISTRATOR], reason=WHY, by=as_actor(orn)),
    ):
        with pytest.raises(OwnAccount):
            act()
    assert list(administrators()) == [orn]


def test_every_change_has_a_reason_in_words_and_a_role_at_least(orn, chai):
    for reason in ("", " - ", "1234"):
        with pytest.raises(StaffReasonMissing):
            close(chai, orn, reason=reason)
        with pytest.raises(StaffReasonMissing):
            change(chai, AUDITOR, by=orn, reason=reason)
    for refused, roles in ((NoRole, ()), (SameRoles, (SERVICE_DESK,))):
        with pytest.raises(refused):
            change(chai, *roles, by=orn)
    with pytest.raises(NoRole):
        add_staff(username="wirat", name_th="", name_en="W", email="w@bank.example", roles=[], by=as_actor(orn))
    assert User.objects.get(pk=chai.pk).is_active


def test_a_change_of_what_somebody_else_changed_is_refused(orn, chai):
    change(chai, AUDITOR, by=orn)
    with pytest.raises(StaffChanged):
        change(chai, SERVICE_DESK, OWNER, by=orn, shown=[SERVICE_DESK])
    close(chai, orn)
    for refused, act in (
        (StaffClosed, partial(close, chai, orn)),
        (StaffClosed, partial(change, chai, SERVICE_DESK, by=orn, shown=[])),
    ):
        with pytest.raises(refused):
            act()


def test_members_are_no_staff(orn, registration):
    with pytest.raises(StaffClosed):
        close(registration.applicant, orn)
    with pytest.raises(StaffOpen):
        reopen_staff(registration.applicant, [AUDITOR], reason=WHY, by=as_actor(orn))
    with pytest.raises(User.DoesNotExist):
        change(registration.applicant, AUDITOR, by=orn)


@pytest.mark.rule("R32a", "R84")
def test_who_loses_the_desk_is_signed_out_and_their_requests_go_back_to_it(orn, chai):
    case = held_by(chai)
    signed_in(chai)
    assert change(chai, OWNER, by=orn) == 1
    assert not Session.objects.exists()
    after = Case.objects.get(pk=case.pk)
    assert (after.assigned_to, after.desk, after.revision) == (None, "service-desk", case.revision + 1)
    entry = AuditEntry.objects.get(event="staff.roles-changed")
    assert (entry.actor, entry.about) == ("orn", "account chai")
    told = {"before": ["service_desk service-desk"], "after": ["service_owner owner-bmsid"], "reason": WHY}
    assert entry.facts == told
    assert AuditEntry.objects.get(event="case.released").facts["before"] == "chai"
    assert "BMS ID" in last_mail("staff-changed", chai.email).text


def test_who_gets_a_role_more_stays_signed_in_and_keeps_their_requests(orn, chai):
    case = held_by(chai)
    signed_in(chai)
    assert change(chai, SERVICE_DESK, AUDITOR, by=orn) == 0
    assert Session.objects.exists()
    assert Case.objects.get(pk=case.pk).assigned_to == chai


def test_who_loses_another_role_keeps_what_lies_at_their_desk(orn):
    both = staff("chuan", SERVICE_DESK, OWNER)
    case = held_by(both)
    assert change(both, SERVICE_DESK, by=orn) == 0
    assert Case.objects.get(pk=case.pk).assigned_to == both


@pytest.mark.rule("R32a")
def test_a_closed_account_has_no_role_no_session_and_no_request(orn, chai):
    case = held_by(chai)
    signed_in(chai)
    assert close(chai, orn) == 1
    assert not Session.objects.exists()
    assert (roles_of(chai), Case.objects.get(pk=case.pk).assigned_to) == ([], None)
    with pytest.raises(WrongCredentials):
        require_credentials("chai", PASSWORD, kind=Kind.STAFF)
    with pytest.raises(NotAtThatDesk):
        assign_case(Case.objects.get(pk=case.pk), to=chai, by=as_actor(staff("chuan", SERVICE_DESK)))
    assert AuditEntry.objects.get(event="staff.closed").facts["before"] == ["service_desk service-desk"]


@pytest.mark.rule("R32a")
def test_what_has_ended_stays_with_who_worked_on_it(chai):
    case = held_by(chai)
    Case.objects.filter(pk=case.pk).update(state=State.WITHDRAWN)
    assert release_cases(chai, by=as_actor(chai)) == 0


def test_a_reopened_account_gets_its_roles_anew_and_its_old_password(orn, chai):
    with pytest.raises(StaffOpen):
        reopen_staff(chai, [SERVICE_DESK], reason=WHY, by=as_actor(orn))
    close(chai, orn)
    for refused, roles in ((NoRole, []), (UnknownStaffRole, [("service_owner", "owner-emcs")])):
        with pytest.raises(refused):
            reopen_staff(chai, roles, reason=WHY, by=as_actor(orn))
    reopen_staff(chai, [AUDITOR], reason=WHY, by=as_actor(orn))
    assert roles_of(chai) == [AUDITOR]
    assert require_credentials("chai", PASSWORD, kind=Kind.STAFF) == chai
    assert not Mail.objects.filter(template="staff-invited").exists()


@pytest.mark.rule("R52")
def test_every_other_administrator_hears_of_a_new_one_and_of_one_fewer(orn, prem, chai):
    def told():
        return sorted(Mail.objects.filter(template="administrators-changed").values_list("to", flat=True))

    change(chai, SERVICE_DESK, AUDITOR, by=orn)
    assert told() == []
    change(chai, ADMINISTRATOR, by=orn)
    assert told() == sorted([orn.email, prem.email])
    Mail.objects.all().delete()
    close(chai, prem)
    assert told() == sorted([orn.email, prem.email])
    Mail.objects.all().delete()
    add(orn, ADMINISTRATOR)
    assert told() == sorted([orn.email, prem.email])


def test_the_last_two_administrators_who_close_each_other_at_once_leave_one(orn, prem, at_once):
    outcomes = at_once(partial(close, prem, orn), partial(close, orn, prem))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotAdministrator", "int"]
    assert administrators().count() == 1
    assert StaffRole.objects.count() == 1
