"""Addresses of the bare project."""

from __future__ import annotations

from django.urls import path

from securenet.bench.bare import views

urlpatterns = [
    path("login/", views.login),
    path("certificate/", views.certificate),
    path("start/", views.start),
    path("begin/", views.begin, name="begin"),
    path("hand-over/", views.hand_over),
    path("done/", views.done),
    path("me/", views.me),
]
