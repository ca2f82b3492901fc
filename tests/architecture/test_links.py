"""The addresses that mails carry lead to pages of the surface that they name."""

import inspect
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import resolve

from securenet.domain import links
from securenet.surfaces.shared.middleware import URLCONFS

SAMPLES = {"token": "x" * 43, "number": 2818, "service": "bmsid"}
LINKS = [
    (name, function)
    for name, function in inspect.getmembers(links, inspect.isfunction)
    if name not in {"link", "secret_link"}
]


@pytest.mark.parametrize(("name", "function"), LINKS, ids=[name for name, _function in LINKS])
def test_a_link_of_a_mail_leads_to_a_page(name, function):
    address = function(*(SAMPLES[parameter] for parameter in inspect.signature(function).parameters))
    surface = next(key for key, url in settings.PUBLIC_URLS.items() if address.startswith(f"{url.rstrip('/')}/"))

    assert resolve(urlsplit(address).path, urlconf=URLCONFS[surface]).func
