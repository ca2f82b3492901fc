"""Addresses of the portal."""

from __future__ import annotations

from django.urls import include, path

from securenet.surfaces.portal import (
    cases,
    certificate_login,
    certificates,
    confirm,
    content,
    login,
    me,
    register,
    request_steps,
    rights,
    rights_functions,
    status,
)
from securenet.surfaces.shared.urls import handler400, handler403, handler404, handler500
from securenet.surfaces.shared.urls import urlpatterns as shared

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *shared,
    path("", include("securenet.surfaces.portal.oidc_urls")),
    path("", content.home, name="home"),
    path("services/<slug:key>/", content.service, name="service"),
    path("help/", content.help_index, name="help"),
    path("help/<slug:topic>/", content.help_page, name="help-page"),
    path("contacts/", content.contacts, name="contacts"),
    path("trust/", content.trust, name="trust"),
    path("trust/<int:pk>.cer", content.authority_file, name="authority-file"),
    path("recover/username/", content.recovery, {"kind": "username"}, name="recover-username"),
    path("recover/password/", content.recovery, {"kind": "password"}, name="recover-password"),
    path("status/", status.status, name="status"),
    path("status/code/", status.code, name="status-code"),
    path("status/request/", status.shown, name="status-shown"),
    path("register/", register.terms, name="register"),
    path("register/terms/", register.terms, name="register-terms"),
    path("register/person/", register.person, name="register-person"),
    path("register/username/", register.username, name="register-username"),
    path("register/rights/", request_steps.register_rights, name="register-rights"),
    path("register/details/", request_steps.register_details, name="register-details"),
    path("register/review/", register.review, name="register-review"),
    path("register/confirmation/", confirm.confirmation, name="register-confirmation"),
    path("register/confirm/", confirm.confirm_code, name="register-confirm-code"),
    path("register/confirm/<str:token>/", confirm.confirm, name="register-confirm"),
    path("register/documents/", confirm.documents, name="register-documents"),
    path("register/documents/<slug:key>.pdf", confirm.paper, name="register-form"),
    path("login/", login.login, name="login"),
    path("login/certificate/", certificate_login.explain, name="certificate-login"),
    path("login/certificate/begin/", certificate_login.begin_login, name="certificate-login-begin"),
    path("login/certificate/done/", certificate_login.finish_login, name="certificate-login-done"),
    path("logout/", login.logout, name="logout"),
    path("signed-out/", login.signed_out, name="signed-out"),
    path("me/", me.me, name="me"),
    path("me/unconfirmed/", confirm.unconfirmed, name="unconfirmed"),
    path("case/<int:number>/", cases.case, name="case"),
    path("case/<int:number>/withdraw/", cases.withdraw, name="case-withdraw"),
    path("case/<int:number>/documents/<slug:key>.pdf", cases.paper, name="case-form"),
    path("rights/", rights.rights, name="rights"),
    path("rights/people/<int:pk>/", rights.person, name="person-rights"),
    path("rights/<int:pk>/functions/", rights_functions.grant, name="grant"),
    path("rights/<int:pk>/functions/<slug:function>/withdraw/", rights_functions.withdraw_grant, name="grant-withdraw"),
    path("rights/add/", request_steps.request_more, name="request-rights"),
    path("rights/add/details/", request_steps.request_details, name="request-details"),
    path("rights/add/review/", request_steps.request_review, name="request-review"),
    path("certificates/", certificates.certificates, name="certificates"),
    path("certificates/add/", certificates.add, name="certificate-add"),
    path("certificates/confirm/", certificates.confirm, name="certificate-confirm"),
    path("certificates/token/", certificate_login.begin_registration, name="certificate-token"),
    path("certificates/token/done/", certificate_login.finish_registration, name="certificate-token-done"),
    path("certificates/<int:pk>/delete/", certificates.delete, name="certificate-delete"),
]
