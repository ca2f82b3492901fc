"""Which action decides which kind of case, and deciding what somebody saw, not what it has become since."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from securenet.domain.accounts.assisted import decide_recovery
from securenet.domain.approvals.actions import Overtaken
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, Kind
from securenet.domain.certificates.actions import decide_certificate
from securenet.domain.certificates.exceptions import decide_exception
from securenet.domain.certificates.holding import decide_release
from securenet.domain.certificates.store import decide_trust
from securenet.domain.entitlements.actions import decide_right
from securenet.domain.entitlements.mandates import decide_mandate
from securenet.domain.registration.actions import decide_registration
from securenet.foundation.actor import Actor

Decide = Callable[..., State]
DECIDE: dict[str, Decide] = {
    Kind.REGISTRATION: decide_registration,
    Kind.RIGHTS: decide_right,
    Kind.CERTIFICATE: decide_certificate,
    Kind.RELEASE: decide_release,
    Kind.RECOVERY: decide_recovery,
    Kind.MANDATE: decide_mandate,
    Kind.TRUST_STORE: decide_trust,
    Kind.REVOCATION_EXCEPTION: decide_exception,
}
AGREE, RETURN, REJECT = "agree", "return", "reject"
Picked = tuple[Case, int]
"""A case and the revision of it that the page had shown."""


def verb_for(case: Case, choice: str) -> Verb:
    """Return what a choice means for a case: agreeing approves at the last tier and endorses before it."""
    if choice == RETURN:
        return Verb.RETURN
    if choice == REJECT:
        return Verb.REJECT
    return Verb.APPROVE if case.approves_here else Verb.ENDORSE


def require_as_shown(case: Case, revision: int) -> None:
    """Raise Overtaken where the case has changed since the page was shown (R30)."""
    if case.revision != revision:
        raise Overtaken


def decide_as_shown(picked: Picked, choice: str, *, by: Actor, reason: str = "") -> State:
    """Decide one case by the action of its kind. Raises Overtaken, or what the action raises."""
    case, revision = picked
    require_as_shown(case, revision)
    return DECIDE[case.kind](case, verb=verb_for(case, choice), by=by, reason=reason)


@transaction.atomic
def decide_together(picked: Sequence[Picked], choice: str, *, by: Actor, reason: str = "") -> list[State]:
    """Decide the cases of a submission, all or none (R24a). Raises what `decide_as_shown` raises for the first."""
    return [decide_as_shown(one, choice, by=by, reason=reason) for one in picked]


def read_pick(text: str) -> tuple[int, int] | None:
    """Return key and revision from `12:3`, None for anything else."""
    parts = text.split(":")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    return int(parts[0]), int(parts[1])


def pick_of(case: Case) -> str:
    """Return how a form names a case as it is shown now."""
    return f"{case.pk}:{case.revision}"
