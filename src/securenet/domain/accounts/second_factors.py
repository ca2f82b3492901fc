"""TOTP as the second factor (RFC 6238): enrolling and proving."""

from __future__ import annotations

from enum import StrEnum

import pyotp
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.models import SecondFactor, User
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal

STEP_SECONDS = 30
TOLERATED_STEPS = 1


class FactorEvent(StrEnum):
    """What the ledger calls the acts with second factors."""

    ENROLLED = "second-factor.enrolled"


class WrongCode(Refusal):
    """The code is wrong, too old, or was used already."""

    sentence = _("This code is not right. Take the code that your app shows now.")
    field = "code"


@transaction.atomic
def begin_second_factor(user: User, *, by: Actor) -> SecondFactor:
    """Return the factor that `user` is about to enrol, making its secret once; `by` is the person themself."""
    factor, _made = SecondFactor.objects.get_or_create(user=user, defaults={"secret": pyotp.random_base32()})
    return factor


@transaction.atomic
def enrol_second_factor(factor: SecondFactor, *, code: str, by: Actor) -> None:
    """Confirm the factor with a first code. Raises WrongCode."""
    require_code(factor, code=code, by=by)
    SecondFactor.objects.filter(pk=factor.pk, confirmed_at=None).update(confirmed_at=by.at)
    record(FactorEvent.ENROLLED, by=by, about=factor.user.about)


@transaction.atomic
def require_code(factor: SecondFactor, *, code: str, by: Actor) -> None:
    """Take `code` once, one step of tolerance either way. Raises WrongCode."""
    typed = "".join(letter for letter in code if letter.isascii() and letter.isdigit())
    now = int(by.at.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(factor.secret or "")
    for step in range(now - TOLERATED_STEPS, now + TOLERATED_STEPS + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), typed):
            fresh = SecondFactor.objects.filter(Q(last_step__lt=step), pk=factor.pk)
            if fresh.update(last_step=step) == 1:
                return
    raise WrongCode


def provisioning_address(factor: SecondFactor) -> str:
    """Return the `otpauth:` address that an authenticator app reads from a QR code."""
    name = str(profile().operator.system_name)
    return pyotp.TOTP(factor.secret or "").provisioning_uri(name=factor.user.username, issuer_name=name)
