"""Addresses of BMS ID."""

from __future__ import annotations

from django.urls import path

from securenet.surfaces.bms_id import signing_in, views
from securenet.surfaces.shared import urls as shared
from securenet.surfaces.shared.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]

urlpatterns = [
    *shared.urlpatterns,
    path("", views.home, name="home"),
    path("login/", signing_in.login, name="login"),
    path("logout/", signing_in.logout, name="logout"),
    path("signed-out/", signing_in.signed_out, name="signed-out"),
    path("oidc/callback/", signing_in.callback, name="oidc-callback"),
    path("oidc/backchannel-logout/", signing_in.backchannel_logout, name="oidc-backchannel-logout"),
]
