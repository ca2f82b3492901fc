"""The addresses that mails carry. A test resolves each against its surface."""

from __future__ import annotations

from django.conf import settings

from securenet.foundation.mail.rendering import Secret


def link(surface: str, path: str) -> str:
    """Return the public address of `path` (starting with a slash) on a surface."""
    return f"{settings.PUBLIC_URLS[surface].rstrip('/')}{path}"


def secret_link(surface: str, path: str) -> Secret:
    """Return the public address of a path with a token in it: it stands in the mail and in nothing that pages show."""
    return Secret(link(surface, path))


def confirmation(token: str) -> Secret:
    """Return where a registration is confirmed (R6)."""
    return secret_link("portal", f"/register/confirm/{token}/")


def confirmation_by_code() -> str:
    """Return where a registration is confirmed by typing the code of the mail (R6)."""
    return link("portal", "/register/confirm/")


def status() -> str:
    """Return where the state of a request is seen without login (R8)."""
    return link("portal", "/status/")


def status_code() -> str:
    """Return where the code for such a look is typed (R8)."""
    return link("portal", "/status/code/")


def new_password(token: str) -> Secret:
    """Return where a member who forgot the password sets a new one (R11)."""
    return secret_link("portal", f"/recover/password/{token}/")


def new_email(token: str) -> Secret:
    """Return where a member confirms a new e-mail address (R14)."""
    return secret_link("portal", f"/email/{token}/")


def change_email() -> str:
    """Return where a member changes the e-mail address, or cancels a change (R14)."""
    return link("portal", "/me/email/")


def submission(number: int) -> str:
    """Return where a member sees a submission."""
    return link("portal", f"/case/{number}/")


def staff_password(token: str) -> Secret:
    """Return where new staff choose their password (R33)."""
    return secret_link("backoffice", f"/password/{token}/")


def staff() -> str:
    """Return where administrators see the staff (R33)."""
    return link("backoffice", "/staff/")


def login() -> str:
    """Return where members sign in."""
    return link("portal", "/login/")


def rights() -> str:
    """Return where rights are seen and administered."""
    return link("portal", "/rights/")


def own_organization() -> str:
    """Return where members see who administers their organization (R22f)."""
    return link("portal", "/rights/organization/")


def organization(number: int) -> str:
    """Return where staff see an organization."""
    return link("backoffice", f"/organizations/{number}/")


def mandate(number: int) -> str:
    """Return where the Organization Admins of both sides see a mandate."""
    return link("portal", f"/rights/mandates/{number}/")


def review(number: int) -> str:
    """Return where Organization Admins go through everybody's rights."""
    return link("portal", f"/rights/reviews/{number}/")


def consents() -> str:
    """Return where an Organization Admin consents to what another one wants for themself (R22b)."""
    return link("portal", "/rights/consents/")


def organization_request(number: int) -> str:
    """Return where an Organization Admin decides about an officer's request (R24a)."""
    return link("portal", f"/rights/requests/{number}/")


def invitation(token: str) -> Secret:
    """Return where an invitation is taken up (R22)."""
    return secret_link("portal", f"/invitation/{token}/")


def certificates() -> str:
    """Return the list of a member's certificates."""
    return link("portal", "/certificates/")


def application(number: int) -> str:
    """Return where a member sees what became of an application for a certificate (R40)."""
    return link("portal", f"/certificates/applications/{number}/")


def ra_application(number: int) -> str:
    """Return where an RA officer decides an application (R40)."""
    return link("portal", f"/certificates/ra/{number}/")


def desk_case(number: int) -> str:
    """Return where staff see a submission."""
    return link("backoffice", f"/cases/{number}/")


def papers_to_destroy() -> str:
    """Return the list of papers that the service desk has to destroy (R30)."""
    return link("backoffice", "/papers/destroy/")


def owner_list(service: str) -> str:
    """Return the approval list of a service's owner (R31)."""
    return link("backoffice", f"/{service}/approvals/")


def bms_id() -> str:
    """Return the home page of BMS ID."""
    return link("bms_id", "/")
