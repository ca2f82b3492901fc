"""The portal with one more page, which signs in whom it is told, and a browser for it."""

from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import path

from securenet.domain.accounts.models import User
from securenet.domain.oidc.levels import Level
from securenet.surfaces.portal.urls import handler400, handler403, handler404, handler500
from securenet.surfaces.portal.urls import urlpatterns as portal
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.sessions import open_session
from tests.domain.oidc.world import CALLBACK, CHALLENGE

__all__ = ["handler400", "handler403", "handler404", "handler500"]
PORTAL = "portal.localhost:8440"


@requires(Permission.VISIT)
def sign_in(request):
    user = User.objects.get(username=request.GET["user"])
    open_session(request, user, credential=request.GET["credential"], at=request.actor.at)
    return HttpResponse("signed in")


urlpatterns = [path("sign-in-as/", sign_in), *portal]


class Browser(Client):
    """A browser at the portal."""

    def __init__(self, **defaults):
        super().__init__(HTTP_HOST=PORTAL, **defaults)

    def request(self, **request):
        return super().request(**(request | {"wsgi.url_scheme": "https"}))

    def sign_in(self, username, credential="password"):
        self.get("/sign-in-as/", {"user": username, "credential": credential})

    def authorize(self, **changes):
        """Ask for a code; a parameter of None is left out."""
        return self.get("/oidc/authorize/?" + wish(**changes))


def wish(**changes):
    whole = {
        "response_type": "code",
        "client_id": "bms-id",
        "redirect_uri": CALLBACK,
        "scope": "openid profile email entitlements",
        "state": "the-state",
        "nonce": "the-nonce",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changes
    return urlencode({name: text for name, text in whole.items() if text is not None})


def answered(response):
    """Return what the service is told by a redirect."""
    assert response.status_code == 302, response.content.decode()
    location = response.headers["Location"]
    assert location.startswith(CALLBACK + "?")
    return {name: texts[0] for name, texts in parse_qs(urlsplit(location).query).items()}


CERTIFICATE = "certificate:0123456789abcdef"
BY_CERTIFICATE = str(Level.CERTIFICATE)
