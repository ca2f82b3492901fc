"""How a role of the staff is called."""

from __future__ import annotations

from django.utils.translation import gettext, pgettext, pgettext_lazy

from securenet.domain.accounts.models import StaffRole
from securenet.domain.accounts.queries import services_at
from securenet.domain.profile.queries import profile

ROLES = {
    StaffRole.Role.SERVICE_DESK: pgettext_lazy("staff role", "Service desk"),
    StaffRole.Role.SERVICE_OWNER: pgettext_lazy("staff role", "Service owner"),
    StaffRole.Role.ADMINISTRATOR: pgettext_lazy("staff role", "Administrator"),
    StaffRole.Role.AUDITOR: pgettext_lazy("staff role", "Auditor"),
}


def role_words(role: str, desk: str) -> str:
    """Return a role with its desk, an owner's with the services, in the active language."""
    words = str(ROLES[StaffRole.Role(role)])
    if not desk:
        return words
    if role == StaffRole.Role.SERVICE_OWNER and (services := services_at(desk)):
        names = ", ".join(str(service.name) for service in services)
        words = pgettext("staff role", "Owner of %(services)s") % {"services": names}
    unit = {known.key: str(known.name) for known in profile().desks}.get(desk, desk)
    return gettext("%(role)s (%(unit)s)") % {"role": words, "unit": unit}
