"""The mails that a member was sent (R83)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from securenet.domain.profile.queries import profile
from securenet.foundation.mail.models import Mail, MailState
from securenet.foundation.mail.queries import mails_to
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.paging import page_by_key
from securenet.surfaces.shared.request import Request

STATES = {
    MailState.QUEUED: (_("On its way"), "in"),
    MailState.SENT: (_("Sent"), "ok"),
    MailState.FAILED: (_("Could not be delivered"), "er"),
}


@require_safe
@requires(Permission.SEE_OWN)
def mails(request: Request) -> HttpResponse:
    """List every mail that was written to the member, newest first."""
    page = page_by_key(request, mails_to(request.person.about), "created_at", descending=True)
    rows = [{"mail": mail, **_state(mail)} for mail in page.rows]
    context = {"rows": rows, "page": page, "days": profile().retention.mail_days}
    return render(request, "portal/me/mails.html", context)


@require_safe
@requires(Permission.SEE_OWN)
def mail(request: Request, pk: int) -> HttpResponse:
    """Show one of them, without what opens something: who took over a session must not find it here."""
    found = Mail.objects.filter(pk=pk, addressee=request.person.about).first()
    if found is None:
        raise Http404
    context = {"mail": found, "days": profile().retention.mail_days, **_state(found)}
    return render(request, "portal/me/mail.html", context)


def _state(mail: Mail) -> dict[str, object]:
    label, tone = STATES[MailState(mail.state)]
    return {"label": label, "tone": tone}
