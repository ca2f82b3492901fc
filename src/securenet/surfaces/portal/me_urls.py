"""Addresses of the personal page and what is below it."""

from __future__ import annotations

from django.urls import path

from securenet.surfaces.portal import confirm, me, my_data, my_export, my_mails, my_sessions

urlpatterns = [
    path("", me.me, name="me"),
    path("again/", me.confirm_password, name="again"),
    path("sessions/", my_sessions.sessions, name="my-sessions"),
    path("sessions/others/end/", my_sessions.end_others, name="my-sessions-end"),
    path("sessions/<slug:reference>/end/", my_sessions.end, name="my-session-end"),
    path("services/<int:pk>/end/", my_sessions.end_service, name="my-service-end"),
    path("sign-ins/", my_sessions.sign_ins, name="my-sign-ins"),
    path("mails/", my_mails.mails, name="my-mails"),
    path("mails/<int:pk>/", my_mails.mail, name="my-mail"),
    path("email/", my_data.email, name="my-email"),
    path("email/cancel/", my_data.cancel_email, name="my-email-cancel"),
    path("phones/", my_data.phones, name="my-phones"),
    path("names/", my_data.names, name="my-names"),
    path("password/", my_data.password, name="my-password"),
    path("export/", my_export.export, name="my-export"),
    path("unconfirmed/", confirm.unconfirmed, name="unconfirmed"),
]
