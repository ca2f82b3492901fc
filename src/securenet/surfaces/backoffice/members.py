"""Members at the service desk: found by a search, never listed; one's data, requests and mails on a page (R14)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from securenet.domain.accounts.models import Kind, User
from securenet.domain.accounts.queries import members_found
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.models import Kind as CaseKind
from securenet.foundation.audit.actions import record
from securenet.foundation.mail.models import Mail, MailState
from securenet.surfaces.backoffice import facts
from securenet.surfaces.backoffice.case import CaseEvent, identity_words
from securenet.surfaces.backoffice.outbox import SHOWN as MAIL_SHOWN
from securenet.surfaces.backoffice.outbox import TONES
from securenet.surfaces.backoffice.words import Tag, asked, state_tag
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import OPENED_BY, Permission, requires
from securenet.surfaces.shared.request import Request

LEAST, MOST, LATEST = 3, 20, 20


class MemberSearchForm(forms.Form):
    """Whom to look for."""

    q = forms.CharField(
        label=gettext_lazy("User name, name or request number"),
        min_length=LEAST,
        max_length=100,
        attrs={"autocomplete": "off", "spellcheck": "false"},
    )


@require_safe
@requires(Permission.FIND_MEMBERS)
def members(request: Request) -> HttpResponse:
    """Find members; without a search nobody is listed."""
    form = MemberSearchForm(request.GET if "q" in request.GET else None)
    found = members_found(form.cleaned_data["q"], MOST + 1) if form.is_valid() else []
    context = {
        "form": form,
        "searched": form.is_valid(),
        "rows": [(person, account_tag(person)) for person in found[:MOST]],
        "more": len(found) > MOST,
        "most": MOST,
    }
    return render(request, "backoffice/members.html", context, status=422 if form.errors else 200)


def account_tag(person: User) -> Tag:
    """Return what kind of account it is at present."""
    if not person.is_active:
        return Tag(_("Closed"))
    if person.email_confirmed_at is None:
        return Tag(_("E-mail not confirmed"), "wa")
    return Tag(_("Member"), "ok") if person.is_admitted else Tag(_("Applicant"), "in")


def member_found(pk: int) -> User:
    """Return the member with that key. Raises Http404."""
    return get_object_or_404(User, pk=pk, kind=Kind.MEMBER)


@require_safe
@requires(Permission.FIND_MEMBERS)
def member(request: Request, pk: int) -> HttpResponse:
    """Show a member."""
    return _member_page(request, member_found(pk))


@require_POST
@requires(Permission.RECOVER_MEMBERS)
def show_number(request: Request, pk: int) -> HttpResponse:
    """Show the number of the member's identity document; the look is written down."""
    person = member_found(pk)
    with transaction.atomic():
        record(CaseEvent.IDENTITY_SHOWN, by=request.actor, about=person.about)
    return _member_page(request, person, shown=True)


def _member_page(request: Request, person: User, *, shown: bool = False) -> HttpResponse:
    cases = Case.objects.filter(Q(submission__applicant=person) | Q(subject=person)).select_related("submission")
    mails = Mail.objects.filter(addressee=person.about).only(*MAIL_SHOWN).order_by("-created_at", "-pk")
    listed = list(cases.order_by("-pk")[:LATEST])
    may = bool(request.powers & OPENED_BY[Permission.RECOVER_MEMBERS])
    context: dict[str, Any] = {
        "person": person,
        "state": account_tag(person),
        "identity": identity_words(person),
        "shown": shown,
        "findings": facts.about_applicant(person),
        "cases": [(one, asked(one), state_tag(one)) for one in listed],
        "mails": [(one, TONES[MailState(one.state)]) for one in mails[:LATEST]],
        "waiting": next((one for one in listed if one.kind == CaseKind.RECOVERY and one.is_open), None),
        "may_recover": may and person.is_active and person.email_confirmed_at is not None,
        "may_see_number": may and bool(person.identity_index),
    }
    return render(request, "backoffice/member.html", context)
