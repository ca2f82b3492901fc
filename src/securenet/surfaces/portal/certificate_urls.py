"""Addresses of the certificate address: nothing else is served there."""

from __future__ import annotations

from django.urls import path

from securenet.surfaces.portal import certificate_address
from securenet.surfaces.shared import views
from securenet.surfaces.shared.urls import handler400, handler403, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

handler404 = "securenet.surfaces.portal.certificate_address.not_found"

urlpatterns = [
    path("login/", certificate_address.login, name="login"),
    path("certificates/register/", certificate_address.register, name="certificate-register"),
    path("check/", certificate_address.check, name="check"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
