"""The operator's import of organizations from a file (R30a)."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.entitlements.register import import_organizations, import_report
from securenet.domain.organizations.importing import LABELS, MistakesInside
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.foundation.tables.writing import XLSX, table_file
from securenet.surfaces.backoffice.organization_changes import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request

MOST_SHOWN = 500


class ImportForm(forms.Form):
    """The file, and whose names hold where they differ."""

    file = forms.FileField(
        label=gettext_lazy("File with the organizations"),
        help_text=gettext_lazy("XLSX, or CSV in UTF-8 or TIS-620, with the headings of the template."),
        attrs={"accept": ".xlsx,.csv"},
    )
    rename = forms.BooleanField(
        label=gettext_lazy("Where a name differs from the register, take the file's"),
        required=False,
        help_text=gettext_lazy("Otherwise such names are shown as mistakes, and nothing is saved."),
    )


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_ORGANIZATIONS)
def import_file(request: Request) -> HttpResponse:
    """Take a file into the register, or show all that is wrong with it."""
    bound = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if bound else ImportForm()
    mistakes = []
    if bound and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            done = import_organizations(content, rename=form.cleaned_data["rename"], by=request.actor)
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
            mistakes = refusal.mistakes if isinstance(refusal, MistakesInside) else []
        else:
            request.session["notice"] = " ".join(import_report(done))
            return HttpResponseRedirect(reverse("organizations"))
    context = {
        "form": form,
        "mistakes": mistakes[:MOST_SHOWN],
        "number": len(mistakes),
        "most": profile().limits.import_rows,
        "kinds": [kind.name for kind in profile().organization_number_types],
    }
    return render(request, "backoffice/organization_import.html", context, status=422 if form.errors else 200)


@require_safe
@requires(Permission.KEEP_ORGANIZATIONS)
def template(request: Request) -> HttpResponse:
    """Give out an empty table with the headings; its columns are text, so that no zero is lost."""
    content = table_file([str(label) for label in LABELS.values()], [])
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="organizations.xlsx"'
    return answer
