"""Addresses that every surface has, and the pages for errors."""

from __future__ import annotations

from django.urls import path

from securenet.surfaces.shared import views

handler400 = "securenet.surfaces.shared.errors.bad_request"
handler403 = "securenet.surfaces.shared.errors.forbidden"
handler404 = "securenet.surfaces.shared.errors.not_found"
handler500 = "securenet.surfaces.shared.errors.server_error"

urlpatterns = [
    path("language/", views.language, name="language"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
