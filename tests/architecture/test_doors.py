"""Every door, and who can open it: one table, and a walk through all of them with every power."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, set_urlconf

from securenet.domain.accounts.sessions import SessionStore
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.middleware import URLCONFS

VISIT, OWN = Permission.VISIT, Permission.SEE_OWN
EVERYWHERE = {VISIT: "healthz readyz"}
MINE = (
    "me again my-sessions my-sessions-end my-session-end my-service-end my-sign-ins my-mails my-mail "
    "my-email my-email-cancel my-phones my-names my-password my-export"
)
"""The personal page and what is below it."""
DOORS: dict[str, dict[Permission, str]] = {
    "certificate": {VISIT: "login certificate-register check"},
    "bms_id": {
        VISIT: "language login logout signed-out oidc-callback oidc-backchannel-logout",
        Permission.USE_SERVICE: "home",
    },
    "portal": {
        VISIT: "language home service help help-page contacts trust trust-bundle authority-file "
        "recover-username recover-username-sent recover-password recover-password-sent recover-link recover-done "
        "recover-new-password check check-done check-result email-opened email-confirm "
        "register register-terms register-person register-username register-rights register-details register-review "
        "register-confirmation register-confirm-code register-confirm register-documents register-form "
        "register-scans register-scan "
        "login certificate-login certificate-login-begin certificate-login-done logout signed-out "
        "status status-code status-shown organization-name invitation "
        "oidc-configuration oidc-keys oidc-authorize oidc-again oidc-token oidc-userinfo oidc-logout "
        "oidc-logout-confirm",
        Permission.USE_SERVICE: "own-organization",
        Permission.CONFIRM_EMAIL: "unconfirmed",
        Permission.ACCEPT_TERMS: "terms-again",
        OWN: "case case-correct case-withdraw case-form case-scans case-scan rights right-give-up request-rights "
        "request-details request-review oidc-choose " + MINE,
        Permission.ADMINISTER_RIGHTS: "person-rights right-end right-suspend right-resume right-renew right-limit "
        "consents consent organization-requests organization-request invitations invite invitation-resend "
        "invitation-cancel grant grant-withdraw grant-renew mandates mandate mandate-new mandate-end mandate-officers "
        "mandate-assign mandate-remove who who-file reviews review review-keep review-answer review-remove",
        Permission.REGISTER_CERTIFICATE: "certificates certificate-add certificate-confirm certificate-token "
        "certificate-token-done certificate-delete certificate-renew certificate-renew-done certificate-suspend "
        "certificate-release certificate-release-done certificate-suspension-code certificate-apply application "
        "application-certificate",
        Permission.CHECK_APPLICATIONS: "ra ra-application",
    },
    "backoffice": {
        VISIT: "language login second-factor logout staff-password staff-password-link",
        Permission.WORK: "home help help-page again",
        Permission.SEE_CASES: "cases case case-scan",
        Permission.DECIDE_CASES: "assign outcomes case-identity case-decide",
        Permission.NOTE_PAPERS: "case-paper case-papers-tell case-letter",
        Permission.KEEP_PAPERS: "scans papers-to-destroy papers-destroy",
        Permission.APPROVE_RIGHTS: "approvals owner-confirm",
        Permission.HOLD_CERTIFICATES: "certificate-suspend computer-check",
        Permission.SEE_TRUST: "trust",
        Permission.KEEP_TRUST: "trust-add trust-withdraw trust-except trust-exception-end",
        Permission.FIND_MEMBERS: "members member organization-who organization-who-file",
        Permission.RECOVER_MEMBERS: "member-identity member-recover",
        Permission.KEEP_STAFF: "staff staff-add staff-member staff-roles staff-close staff-reopen staff-link",
        Permission.READ_MAIL: "mail mail-templates mail-template mail-template-html",
        Permission.READ_AUDIT: "audit audit-check",
        Permission.SEE_ORGANIZATIONS: "organizations organization vacancies",
        Permission.KEEP_ORGANIZATIONS: "organization-name organizations-import organizations-template "
        "organization-merge organization-end organization-reopen appointment-add appointment-end",
    },
}
EVERYBODY = "visitor unconfirmed agreeing member admitted service_desk service_owner administrator auditor"
OPENED_BY: dict[Permission, str] = {
    VISIT: EVERYBODY,
    Permission.CONFIRM_EMAIL: "unconfirmed",
    Permission.ACCEPT_TERMS: "agreeing",
    OWN: "member",
    Permission.ADMINISTER_RIGHTS: "admitted",
    Permission.REGISTER_CERTIFICATE: "admitted",
    Permission.CHECK_APPLICATIONS: "admitted",
    Permission.USE_SERVICE: "admitted",
    Permission.WORK: "service_desk service_owner administrator auditor",
    Permission.SEE_CASES: "service_desk service_owner administrator auditor",
    Permission.DECIDE_CASES: "service_desk service_owner administrator",
    Permission.NOTE_PAPERS: "service_desk service_owner",
    Permission.KEEP_PAPERS: "service_desk",
    Permission.APPROVE_RIGHTS: "service_owner",
    Permission.HOLD_CERTIFICATES: "service_desk",
    Permission.SEE_TRUST: "service_desk administrator auditor",
    Permission.KEEP_TRUST: "administrator",
    Permission.FIND_MEMBERS: "service_desk auditor",
    Permission.RECOVER_MEMBERS: "service_desk",
    Permission.KEEP_STAFF: "administrator",
    Permission.READ_MAIL: "service_desk administrator auditor",
    Permission.READ_AUDIT: "auditor",
    Permission.SEE_ORGANIZATIONS: "service_desk administrator auditor",
    Permission.KEEP_ORGANIZATIONS: "service_desk administrator",
}


def patterns(surface: str) -> Iterator[URLPattern]:
    def below(resolver: URLResolver) -> Iterator[URLPattern]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from below(entry)
            else:
                yield entry

    yield from below(get_resolver(URLCONFS[surface]))


def table(surface: str) -> dict[str, Permission]:
    doors = [EVERYWHERE, DOORS[surface]]
    return {name: permission for rows in doors for permission, names in rows.items() for name in names.split()}


def is_opened(pattern: URLPattern, surface: str, powers: frozenset[str]) -> bool:
    """Return whether these powers get past the door; what the view behind it does is not looked at."""
    set_urlconf(URLCONFS[surface])
    arguments = {name: converter.to_python("1") for name, converter in pattern.pattern.converters.items()}
    for method in ("get", "post"):
        request = getattr(RequestFactory(), method)("/", secure=True)
        request.session = SessionStore()
        nobody = powers == {"visitor"}
        request.surface, request.powers, request.member = surface, powers, None if nobody else SimpleNamespace(pk=0)
        try:
            answer = pattern.callback(request, **arguments, **pattern.default_args)
        except PermissionDenied:
            return False
        except Exception:  # the view was entered: it wants more than this bare request has
            return True
        if answer.status_code != 405:
            return answer.headers.get("Location", "").split("?")[0] not in {"/login/", "/me/unconfirmed/", "/terms/"}
    raise AssertionError(f"{pattern.name} takes neither GET nor POST")


@pytest.fixture(autouse=True)
def _urlconf() -> Iterator[None]:
    yield
    set_urlconf(None)


@pytest.mark.parametrize("surface", DOORS)
def test_every_view_declares_the_permission_of_the_table(surface):
    declared = {pattern.name: getattr(pattern.callback, "permission", None) for pattern in patterns(surface)}
    assert declared == table(surface)


@pytest.mark.django_db
@pytest.mark.parametrize("surface", DOORS)
def test_each_door_opens_to_exactly_the_listed_powers(surface):
    for pattern in patterns(surface):
        permission = table(surface)[pattern.name]
        opened = {power for power in EVERYBODY.split() if is_opened(pattern, surface, frozenset({power}))}
        expected = set(OPENED_BY[permission].split())
        if permission is not VISIT:
            assert opened == expected, pattern.name


def test_a_door_stays_closed_to_who_lacks_its_power():
    @requires(Permission.READ_AUDIT)
    def ledger(request):
        return HttpResponse("the ledger")

    bare = URLPattern(next(patterns("backoffice")).pattern, ledger, name="ledger")
    assert is_opened(bare, "backoffice", frozenset({"auditor"}))
    assert not is_opened(bare, "backoffice", frozenset({"service_desk"}))
    assert not is_opened(bare, "backoffice", frozenset({"visitor"}))
