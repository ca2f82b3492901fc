"""Answers of one word: a WSGI application, and a Django page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

BODY = b"ok\n"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer without Django."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]


def page(request: HttpRequest) -> HttpResponse:
    """Answer by Django."""
    return HttpResponse(BODY, content_type="text/plain")


urlpatterns = [path("", page)]
