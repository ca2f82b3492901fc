"""Addresses of the OpenID Connect provider."""

from __future__ import annotations

from django.urls import path

from securenet.surfaces.portal import oidc, oidc_logout

urlpatterns = [
    path(".well-known/openid-configuration", oidc.configuration, name="oidc-configuration"),
    path("oidc/jwks/", oidc.keys, name="oidc-keys"),
    path("oidc/authorize/", oidc.authorize, name="oidc-authorize"),
    path("oidc/acting/", oidc.choose, name="oidc-choose"),
    path("oidc/again/", oidc.again, name="oidc-again"),
    path("oidc/token/", oidc.token, name="oidc-token"),
    path("oidc/userinfo/", oidc.userinfo, name="oidc-userinfo"),
    path("oidc/logout/", oidc_logout.logout, name="oidc-logout"),
    path("oidc/logout/confirm/", oidc_logout.confirm, name="oidc-logout-confirm"),
]
