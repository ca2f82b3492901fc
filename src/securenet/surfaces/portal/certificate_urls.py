"""Addresses of the certificate address: nothing else is served there."""

from __future__ import annotations

from django.urls import path

from securenet.surfaces.portal import certificate_address
from securenet.surfaces.shared.urls import handler400, handler403, handler404, handler500
from securenet.surfaces.shared.urls import urlpatterns as shared

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *shared,
    path("login/", certificate_address.login, name="login"),
    path("certificates/register/", certificate_address.register, name="certificate-register"),
]
