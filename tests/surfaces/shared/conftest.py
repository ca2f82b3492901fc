"""Renders pages with the project's components alone: no database, no doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory, override_settings
from django.urls import path

HERE = Path(__file__).parent
COMPONENTS = {
    "NAME": "components",
    "DIRS": [HERE / "templates"],
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": ["django.template.context_processors.request"],
        "builtins": [
            "django.templatetags.i18n",
            "django.templatetags.static",
            "securenet.surfaces.shared.templatetags.components",
        ],
    },
}

Render = Callable[..., str]


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(ROOT_URLCONF=(path("language/", _nothing, name="language"),), STORAGES=plain):
        yield


@pytest.fixture(scope="session")
def engine() -> DjangoTemplates:
    return DjangoTemplates(
        {key: dict(value) if isinstance(value, dict) else value for key, value in COMPONENTS.items()}
    )


@pytest.fixture
def render(engine: DjangoTemplates) -> Render:
    """Return a function that renders a source text with what it is given."""

    def rendered(source: str, /, **given: Any) -> str:
        request = RequestFactory().get(given.pop("address", "/here/?q=1"))
        return engine.from_string(source).render(given, request)

    return rendered
