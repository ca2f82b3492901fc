"""Erasing the personal data of registrations that ended without approval, when their time is over (R79)."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.auth.hashers import make_password
from django.db import transaction

from securenet.domain.accounts.models import KnownAddress, Session, User
from securenet.domain.approvals.models import Case, ChecklistItem, Correction, StatusCode, Step, Submission
from securenet.domain.entitlements.models import Entitlement, Period
from securenet.domain.registration.models import Confirmation
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.mail.models import Mail

NOTHING = dict.fromkeys(
    ("name_th", "name_en", "email", "mobile_phone", "office_phone", "office_extension", "identity_type"), ""
)


class ErasingEvent(StrEnum):
    """What the ledger calls the end of what was kept."""

    ERASED = "registration.erased"


@transaction.atomic
def erase_registration(user: User, *, by: Actor) -> None:
    """Erase who it was that registered in vain; the numbers, the states and the ledger stay."""
    ended = User.objects.filter(pk=user.pk, admitted_at=None, closed_at__isnull=False).exclude(email="")
    nobody = NOTHING | {"password": make_password(None), "identity_number": None, "identity_index": ""}
    if not ended.update(**nobody):
        return
    submissions = Submission.objects.filter(applicant=user)
    for model in (Correction, StatusCode, Confirmation):
        model.objects.filter(submission__in=submissions).delete()
    Mail.objects.filter(about__in=[submission.about for submission in submissions]).delete()
    Case.objects.filter(submission__in=submissions).update(reason="")
    Step.objects.filter(case__submission__in=submissions).update(reason="")
    ChecklistItem.objects.filter(submission__in=submissions).update(returned_reason="")
    Period.objects.filter(entitlement__member=user).update(reason="")
    Entitlement.objects.filter(member=user).update(answers={})
    Session.objects.filter(user=user).delete()
    KnownAddress.objects.filter(user=user).delete()
    record(ErasingEvent.ERASED, by=by, about=user.about)
