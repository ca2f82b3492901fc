"""When a right was last used, which a review shows (R22e)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from securenet.domain.accounts.models import User
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Entitlement
from securenet.domain.entitlements.queries import acting_under
from securenet.foundation.actor import Actor


@transaction.atomic
def note_use(member: User, *, service: str, organization_id: int, by: Actor) -> None:
    """Note that a member has signed in to a service for an organization, by a right of their own or under a mandate."""
    under = acting_under(member, service, local_date(by.at)).filter(mandate__principal=organization_id)
    own = Q(member=member, service=service, organization=organization_id)
    rights = Entitlement.objects.active(local_date(by.at)).filter(
        own | Q(pk__in=under.order_by().values("entitlement"))
    )
    rights.filter(Q(last_used_at=None) | Q(last_used_at__lt=by.at)).update(last_used_at=by.at)
