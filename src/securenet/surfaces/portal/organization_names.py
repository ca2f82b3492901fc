"""The registered name that belongs to an organization's number (R3): while typing, and by a button without scripts."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from securenet.domain.organizations.checks import organization_number
from securenet.domain.organizations.queries import known_name
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.register_forms import RightForm
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.throttling import allow


class NamedForm(RightForm):
    """The form with what was typed, and what the register knew: `good`, the words `text`, the `name` if any."""

    found: dict[str, object]


def named_form(request: Request, typed: QueryDict) -> NamedForm:
    """Return the form with what was typed, the name filled in where the register knows the number."""
    number, country = typed.get("organization_number", ""), typed.get("organization_country", "")
    form = NamedForm(initial=typed.dict())
    form.found = _find(request, number, country) if number.strip() else {}
    form.initial["organization_name"] = form.found.get("name") or typed.get("organization_name", "")
    return form


def _find(request: Request, number: str, country: str) -> dict[str, object]:
    try:
        allow(request, profile().throttles.organization_check, "organization-check")
        name = known_name(organization_number(number, country), country)
    except Refusal as refusal:
        return {"good": False, "text": str(refusal)}
    if name:
        return {"good": True, "text": _("Registered here as “%(name)s”.") % {"name": name}, "name": name}
    return {"good": None, "text": _("No organization with this number is registered here yet: enter its full name.")}


@require_safe
@requires(Permission.VISIT)
def organization_name(request: Request) -> HttpResponse:
    """Tell while typing which name the register has for a number, and fill it in."""
    form = named_form(request, request.GET)
    field = form.fields["organization_name"]
    field.widget.attrs["hx-swap-oob"] = "true"
    return render(request, "portal/register/_organization_found.html", {"form": form})
