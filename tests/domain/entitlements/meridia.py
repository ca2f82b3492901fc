"""The second operator's world: its documents, its service, its staff."""

from securenet.domain.entitlements.models import Role
from tests.cast import asked, staff

MERIDIAN = {"identity_type": "national_id", "identity_country": "XM", "language": "en"}
PORT_BANK = ("M123456", "Port Bank")


def meridian_right(role=Role.ORGANIZATION_ADMIN, **changes):
    """Return a right at the vault for Port Bank."""
    facts = {"service": "vault", "organization_number_type": "licence", "organization_country": "XM"}
    return asked(role, PORT_BANK, **(facts | changes))


def meridian_staff():
    """Return a helper and two of the cash department."""
    helper = staff("helper", ("service_desk", "help-desk"))
    return helper, staff("first", ("service_owner", "owner-vault")), staff("second", ("service_owner", "owner-vault"))
