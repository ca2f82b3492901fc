"""Addresses of the bare project."""

from __future__ import annotations

from django.urls import path

from securenet.bench.bare import views

urlpatterns = [
    path("login/", views.login),
    path("certificate/", views.certificate),
    path("me/", views.me),
]
