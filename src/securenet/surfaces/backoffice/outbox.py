"""The outbox: what was sent to whom and what became of it, never what it says (R83)."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from securenet.domain.approvals.queries import capped_count
from securenet.foundation.mail.models import Mail, MailState
from securenet.surfaces.backoffice.words import figure
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.paging import page_by_key
from securenet.surfaces.shared.request import Request

SHOWN = ("to", "subject", "about", "state", "created_at", "sent_at", "attempts", "last_error", "language")
TONES = {MailState.QUEUED: "in", MailState.SENT: "ok", MailState.FAILED: "er"}


class MailForm(forms.Form):
    """Which mails to show."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=100,
        attrs={"placeholder": gettext_lazy("Address or subject")},
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["state"].choices = [("", _("All")), *MailState.choices]  # type: ignore[attr-defined]


@require_safe
@requires(Permission.READ_MAIL)
def mail(request: Request) -> HttpResponse:
    """Show the outbox, newest first."""
    form = MailForm(request.GET)
    form.is_valid()
    mails = Mail.objects.only(*SHOWN)
    if text := form.cleaned_data.get("q"):
        mails = mails.filter(Q(to__icontains=text) | Q(subject__icontains=text) | Q(about=text))
    if state := form.cleaned_data.get("state"):
        mails = mails.filter(state=state)
    page = page_by_key(request, mails, "created_at", descending=True)
    rows = [{"mail": one, "tone": TONES[MailState(one.state)]} for one in page.rows]
    context = {"form": form, "rows": rows, "page": page, "found": figure(capped_count(mails))}
    return render(request, "backoffice/mail.html", context, status=422 if form.errors else 200)
