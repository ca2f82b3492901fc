"""Addresses of the back office."""

from __future__ import annotations

from django.urls import path

from securenet.surfaces.backoffice import (
    appointments,
    approvals,
    assigning,
    case,
    certificates,
    guides,
    ledger,
    mail_templates,
    members,
    organization_changes,
    organization_import,
    organizations,
    outbox,
    outcomes,
    queue,
    recovering,
    sign_in,
)
from securenet.surfaces.shared.urls import handler400, handler403, handler404, handler500
from securenet.surfaces.shared.urls import urlpatterns as shared

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *shared,
    path("", sign_in.home, name="home"),
    path("login/", sign_in.login, name="login"),
    path("login/second-factor/", sign_in.second_factor, name="second-factor"),
    path("logout/", sign_in.logout, name="logout"),
    path("cases/", queue.cases, name="cases"),
    path("cases/assign/", assigning.assign, name="assign"),
    path("cases/outcomes/", outcomes.outcomes, name="outcomes"),
    path("cases/<int:number>/", case.case, name="case"),
    path("cases/<int:number>/identity/", case.show_number, name="case-identity"),
    path("cases/<int:number>/papers/<int:item>/", case.paper, name="case-paper"),
    path("cases/<int:number>/decide/", case.decide, name="case-decide"),
    path("approvals/", approvals.first_list, name="approvals"),
    path("certificates/suspend/", certificates.suspend, name="certificate-suspend"),
    path("certificates/check/", certificates.computer, name="computer-check"),
    path("trust/", certificates.trust, name="trust"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/import/", organization_import.import_file, name="organizations-import"),
    path("organizations/import/template.xlsx", organization_import.template, name="organizations-template"),
    path("organizations/<int:pk>/", organizations.organization, name="organization"),
    path("organizations/<int:pk>/name/", organization_changes.correct, name="organization-name"),
    path("members/", members.members, name="members"),
    path("members/<int:pk>/", members.member, name="member"),
    path("members/<int:pk>/identity/", members.show_number, name="member-identity"),
    path("members/<int:pk>/recover/", recovering.recover, name="member-recover"),
    path("organizations/<int:pk>/merge/", organization_changes.merge, name="organization-merge"),
    path("organizations/<int:pk>/end/", organization_changes.end, name="organization-end"),
    path("organizations/<int:pk>/reopen/", organization_changes.reopen, name="organization-reopen"),
    path("organizations/<int:pk>/appointments/add/", appointments.add, name="appointment-add"),
    path("organizations/<int:pk>/appointments/<int:number>/end/", appointments.end, name="appointment-end"),
    path("organizations/vacancies/", appointments.vacancies, name="vacancies"),
    path("mail/", outbox.mail, name="mail"),
    path("mail/templates/", mail_templates.templates, name="mail-templates"),
    path("mail/templates/<slug:name>/<slug:language>/", mail_templates.template, name="mail-template"),
    path("mail/templates/<slug:name>/<slug:language>/html/", mail_templates.template_html, name="mail-template-html"),
    path("audit/", ledger.audit, name="audit"),
    path("audit/check/", ledger.check_chain, name="audit-check"),
    path("help/", guides.help_index, name="help"),
    path("help/<slug:topic>/", guides.help_page, name="help-page"),
    path("<slug:service>/approvals/", approvals.approvals, name="approvals"),
    path("<slug:service>/approvals/confirm/", approvals.confirm, name="owner-confirm"),
]
