"""BMS ID and the provider in one process: what they say to each other goes through Django instead of the network."""

from urllib.parse import parse_qsl, urlsplit

from django.test import Client
from django.urls import get_urlconf, set_urlconf

from securenet.domain.oidc.transport import Reply
from tests.surfaces.portal.oidc.site import Browser

BMS_ID = "bms-id.localhost:8441"


class Member(Client):
    """A browser at BMS ID and, with other cookies, at the provider."""

    def __init__(self, **defaults):
        super().__init__(HTTP_HOST=BMS_ID, **defaults)
        self.portal = Browser()

    def request(self, **request):
        return super().request(**(request | {"wsgi.url_scheme": "https"}))

    def go(self, address):
        """Open an address of whichever of the two it belongs to."""
        parts = urlsplit(address)
        browser = self.portal if parts.netloc.startswith("portal.") else self
        return browser.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)

    def to_provider(self, way="/login/"):
        """Return what the provider answers the request that BMS ID sends the member with."""
        return self.go(self.get(way).headers["Location"])

    def sign_in(self, username, credential="password", way="/login/"):
        """Sign in at the provider and come back; return BMS ID's answer to that."""
        self.portal.sign_in(username, credential)
        return self.go(self.to_provider(way).headers["Location"])


def wire(method, url, *, headers=None, body=None, address=""):
    """Answer as `transport.send` does. The page that asks goes on in its own surface afterwards."""
    own = get_urlconf()
    try:
        return _answered(method, urlsplit(url), headers or {}, dict(parse_qsl((body or b"").decode())))
    finally:
        set_urlconf(own)


def _answered(method, parts, headers, fields):
    client = Client(HTTP_HOST=parts.netloc)
    extra = {"HTTP_AUTHORIZATION": headers["Authorization"]} if "Authorization" in headers else {}
    send = client.post if method == "POST" else client.get
    answer = send(parts.path, fields, secure=True, **extra)
    return Reply(answer.status_code, answer.content)
