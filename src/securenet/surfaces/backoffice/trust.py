"""The trust store at the back office: how fresh what is known is, and what two persons change (R44, R50, R52)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

from django.db.models import Max, OuterRef, Prefetch, Subquery
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from securenet.domain.approvals.models import Case, Kind
from securenet.domain.certificates.exceptions import end_exception, propose_exception
from securenet.domain.certificates.losing import lost_with
from securenet.domain.certificates.models import Authority, OcspAnswerFile, RevocationException, RevocationListFile
from securenet.domain.certificates.store import propose_authority, propose_withdrawal
from securenet.domain.certificates.vetting import require_entry
from securenet.domain.profile.queries import accepted_set, profile
from securenet.domain.profile.trust import TrustSet
from securenet.surfaces.backoffice.case_forms import is_explained
from securenet.surfaces.backoffice.sign_in import GET_OR_POST
from securenet.surfaces.backoffice.trust_facts import SETS, change_title
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import OPENED_BY, Permission, requires
from securenet.surfaces.shared.errors import carried_out
from securenet.surfaces.shared.request import Request

NO_NUMBERS = gettext_lazy("Do not write identity numbers or passwords here.")
ADDRESSES = {"spellcheck": "false", "autocapitalize": "none", "rows": 3}


class ReasonForm(forms.Form):
    """Why, for the person who decides."""

    reason = forms.TextField(label=gettext_lazy("Reason"), help_text=NO_NUMBERS)

    def clean(self) -> dict[str, Any]:
        """Ask for words."""
        data = self.cleaned_data
        if data.get("reason") and not is_explained(data["reason"]):
            self.add_error("reason", _("Write it in words."))
        return data


class ExceptionForm(ReasonForm):
    """For how long."""

    hours = forms.IntegerField(label=gettext_lazy("For how many hours"), attrs={"data-width": "4"})
    field_order = ("hours", "reason")


class AuthorityForm(ReasonForm):
    """A CA's certificate, where it goes, and who may be asked about what it issued."""

    file = forms.FileField(
        label=gettext_lazy("Certificate of the authority"),
        help_text=gettext_lazy("One certificate, DER or PEM. Get it from the authority itself, over a safe way."),
        attrs={"accept": ".cer,.crt,.pem,.der"},
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the authority"),
        max_length=120,
        help_text=gettext_lazy("As members know it, for example TDID CA G3."),
    )
    set = forms.RadioField(label=gettext_lazy("Set"), choices=list(SETS.items()))
    kind = forms.RadioField(label=gettext_lazy("Kind"), choices=Authority.Kind.choices)
    allowed_hosts = forms.TextField(
        label=gettext_lazy("Hosts that may be asked"),
        help_text=gettext_lazy("One a line, for example crl.ca.example. No other host is ever called."),
        attrs=ADDRESSES,
    )
    crl_urls = forms.TextField(
        label=gettext_lazy("Addresses of revocation lists"),
        help_text=gettext_lazy("One a line, on these hosts."),
        required=False,
        attrs=ADDRESSES,
    )
    ocsp_urls = forms.TextField(
        label=gettext_lazy("Addresses of OCSP responders"),
        help_text=gettext_lazy(
            "One a line, on these hosts. A root needs a list, an intermediate a list or a responder."
        ),
        required=False,
        attrs=ADDRESSES,
    )
    field_order = ("file", "name", "set", "kind", "allowed_hosts", "crl_urls", "ocsp_urls", "reason")

    def entry(self) -> dict[str, Any]:
        """Return what was typed as the trust store names it."""
        data = self.cleaned_data
        lists = {name: tuple(data[name].split()) for name in ("allowed_hosts", "crl_urls", "ocsp_urls")}
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", data["name"]).strip("-._")[:60]
        return {name: data[name] for name in ("name", "set", "kind")} | lists | {"file": f"{stem or 'ca'}.cer"}


@require_safe
@requires(Permission.SEE_TRUST)
def trust(request: Request) -> HttpResponse:
    """Show per CA when its list was issued, fetched and is due, and when its responder last answered (R44)."""
    at = request.actor.at
    lists = Prefetch("crls", RevocationListFile.objects.defer("der").order_by("url"))
    newest = OcspAnswerFile.objects.filter(authority=OuterRef("pk")).order_by("-tried_at", "-pk")
    accepted = list(
        Authority.objects.filter(withdrawn_at=None)
        .defer("der")
        .annotate(answered_at=Max("answers__fetched_at"), silent=Subquery(newest.values("fault")[:1]))
        .prefetch_related(lists)
        .order_by("-kind", "name")
    )
    sets = [
        {"title": SETS[key], "rows": [_row(row, at) for row in accepted if row.trust_set == key]}
        for key in sorted(get_args(TrustSet), key=lambda key: key != accepted_set())
    ]
    waiting = Case.objects.open().filter(kind__in=[Kind.TRUST_STORE, Kind.REVOCATION_EXCEPTION])
    waiting = waiting.select_related("trust_change__authority", "revocation_exception__authority").order_by("pk")
    context = {
        "sets": [each for each in sets if each["rows"]],
        "policy": profile().certificate,
        "exceptions": RevocationException.objects.running(at).select_related("authority", "case").order_by("ends_at"),
        "waiting": [(case.submission_id, change_title(case)) for case in waiting],
        "may_keep": bool(request.powers & OPENED_BY[Permission.KEEP_TRUST]),
    }
    return render(request, "backoffice/trust.html", context)


def _row(row: Any, at: datetime) -> dict[str, Any]:
    return {
        "authority": row,
        "lists": [{"list": each, "state": _state(each, at)} for each in row.crls.all()],
        "awaited": sorted(set(row.crl_urls) - {each.url for each in row.crls.all()}),
        "silent": row.silent if row.ocsp_urls else "",
    }


def _state(listed: RevocationListFile, at: datetime) -> str:
    if listed.this_update is None:
        return "missing"
    if listed.next_update is None or listed.next_update < at:
        return "overdue"
    return "faulty" if listed.fault else "fresh"


def _authority(pk: int) -> Authority:
    """Return an accepted CA. Raises Http404."""
    found = Authority.objects.filter(pk=pk, withdrawn_at=None).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def _proposed(request: Request, form: forms.Form, propose: Callable[[], Case]) -> HttpResponse | None:
    """Propose, and lead to the case; or let the form say why not."""
    cases: list[Case] = []
    if not carried_out(request, form, lambda: cases.append(propose())):
        return None
    request.session["notice"] = _("Proposed. Another administrator decides now.")
    return HttpResponseRedirect(reverse("case", args=[cases[0].submission_id]))


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_TRUST)
def add(request: Request) -> HttpResponse:
    """Propose that a CA is accepted, from its certificate (R52)."""
    bound = request.method == "POST"
    form = AuthorityForm(request.POST, request.FILES) if bound else AuthorityForm(initial={"set": accepted_set()})
    if bound and form.is_valid():
        data = form.cleaned_data["file"].read(profile().limits.certificate_bytes + 1)
        done = _proposed(
            request,
            form,
            lambda: propose_authority(
                require_entry(**form.entry()), data, reason=form.cleaned_data["reason"], by=request.actor
            ),
        )
        if done:
            return done
    return render(request, "backoffice/trust_add.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_TRUST)
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Show what would end with a CA, and propose that it is withdrawn (R52)."""
    authority = _authority(pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = _proposed(request, form, lambda: propose_withdrawal(authority, reason=reason, by=request.actor))
        if done:
            return done
    context = {"form": form, "authority": authority, "loss": lost_with(authority, at=request.actor.at)}
    return render(request, "backoffice/trust_withdraw.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_TRUST)
def allow_silence(request: Request, pk: int) -> HttpResponse:
    """Propose that a CA's certificates are accepted for some hours though nothing fresh is known of them (R44)."""
    authority, most = _authority(pk), profile().certificate.exception_hours
    form = ExceptionForm(request.POST if request.method == "POST" else None)
    form.fields["hours"].help_text = _("At most %(most)d. They begin when another administrator approves.") % {
        "most": most
    }
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = _proposed(
            request,
            form,
            lambda: propose_exception(authority, hours=said["hours"], reason=said["reason"], by=request.actor),
        )
        if done:
            return done
    context = {"form": form, "authority": authority}
    return render(request, "backoffice/trust_except.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.KEEP_TRUST)
def end(request: Request, pk: int) -> HttpResponse:
    """End an exception before its time."""
    running = RevocationException.objects.filter(pk=pk).exclude(starts_at=None) if pk < 2**63 else None
    exception = running.select_related("authority").first() if running is not None else None
    if exception is None:
        raise Http404
    end_exception(exception, by=request.actor)
    request.session["notice"] = _("The exception has ended.")
    return HttpResponseRedirect(reverse("trust"))
