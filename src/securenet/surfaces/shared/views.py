"""Views that every surface has: language, health."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST, require_safe

from securenet.surfaces.shared.access import Permission, requires, safe_next
from securenet.surfaces.shared.request import Request

A_YEAR = 365 * 24 * 3600


@require_POST
@requires(Permission.VISIT)
def language(request: Request) -> HttpResponse:
    """Keep the chosen language and go back to the page (R80)."""
    response = HttpResponseRedirect(safe_next(request, "/"))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=A_YEAR, path="/", secure=True, httponly=True, samesite="Lax"
        )
        if request.member is not None and request.member.language != chosen:
            type(request.member).objects.filter(pk=request.member.pk).update(language=chosen)
    return response


@require_safe
@requires(Permission.VISIT)
def healthz(request: Request) -> HttpResponse:
    """Answer that the process lives."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@requires(Permission.VISIT)
def readyz(request: Request) -> HttpResponse:
    """Answer whether the process can serve: the database answers and has every migration."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return HttpResponse("migrations are missing\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
