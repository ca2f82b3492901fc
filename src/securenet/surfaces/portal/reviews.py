"""Periodic reviews: the list, the rows of one, answering them one by one or a page at once (R22e)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from securenet.domain.approvals.words import role_label
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import STILL_OPEN, Answer, Entitlement, Review, ReviewRow
from securenet.domain.entitlements.queries import living_grants
from securenet.domain.entitlements.review_marks import WORDS
from securenet.domain.entitlements.reviews import answer_row, keep_rows
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request

SIZE = 25
TONES = {
    Answer.OPEN: "wa",
    Answer.KEPT: "ok",
    Answer.CHANGED: "ok",
    Answer.LAPSED: "er",
    Answer.REMOVED: "er",
    Answer.REPORTED: "er",
}


class RowsForm(forms.Form):
    """Which rows to show."""

    q = forms.CharField(label=gettext_lazy("Name or user name"), required=False, max_length=100)
    answer = forms.ChoiceField(label=gettext_lazy("Answer"), required=False)
    mark = forms.ChoiceField(label=gettext_lazy("Marked as"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._choose("answer", [(str(answer), str(answer.label)) for answer in Answer])
        self._choose("mark", [("any", _("Any mark")), *((key, str(word)) for key, word in WORDS.items())])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    def narrow(self, rows: Any) -> Any:
        """Return those of the rows that are asked for."""
        data = self.cleaned_data
        if text := data.get("q"):
            names = ("name_th", "name_en", "username")
            found = ((f"entitlement__member__{name}__icontains", text) for name in names)
            rows = rows.filter(Q(*found, _connector=Q.OR))
        if data.get("answer"):
            rows = rows.filter(answer=data["answer"])
        if data.get("mark") == "any":
            rows = rows.filter(rank__gt=0)
        elif data.get("mark"):
            rows = rows.filter(marks__icontains=f'"{data["mark"]}"')
        return rows


class RemovalForm(forms.Form):
    """Why a right is removed."""

    reason = forms.TextField(label=gettext_lazy("Reason"), help_text=gettext_lazy("The person reads it."))


def _reviews(request: Request) -> Any:
    own = Entitlement.objects.admins(local_date(request.actor.at)).filter(member=request.person)
    mine = own.filter(organization=OuterRef("organization"), service=OuterRef("service"))
    return Review.objects.filter(Exists(mine)).select_related("organization")


def _review(request: Request, pk: int) -> Review:
    """Return a review of what the member administers; another is not found. Raises Http404."""
    found: Review | None = _reviews(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _row(request: Request, review: Review, pk: int) -> ReviewRow:
    row = review.rows.select_related("review", "entitlement__member").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@require_safe
@requires(Permission.ADMINISTER_RIGHTS)
def reviews(request: Request) -> HttpResponse:
    """List the reviews of what the member administers, the newest first."""
    counted = _reviews(request).annotate(
        total=Count("rows"), unanswered=Count("rows", filter=Q(rows__answer__in=STILL_OPEN))
    )
    page = Paginator(counted.order_by("-opened_at", "-pk"), SIZE).get_page(request.GET.get("page"))
    rows = [{"review": each, "service": profile().service(each.service).name} for each in page]
    return render(request, "portal/reviews/list.html", {"page": page, "rows": rows})


@require_safe
@requires(Permission.ADMINISTER_RIGHTS)
def review(request: Request, pk: int) -> HttpResponse:
    """Show the rows of a review, those with the most marks first (R22e)."""
    found = _review(request, pk)
    form = RowsForm(request.GET)
    rows = _shown(found, request)
    if form.is_valid():
        rows = form.narrow(rows)
    page = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    context = {
        "review": found,
        "service": profile().service(found.service).name,
        "form": form,
        "page": page,
        "rows": [_words(row, request) for row in page],
        "left": found.rows.filter(answer=Answer.OPEN).count(),
        "can_keep": [row.pk for row in page if _can_keep(row, request)],
        "query": request.GET.urlencode(),
    }
    return render(request, "portal/reviews/review.html", context, status=422 if form.errors else 200)


def _shown(found: Review, request: Request) -> Any:
    grants = living_grants(local_date(request.actor.at))
    functions = Prefetch("entitlement__grants", grants, to_attr="living_grants")
    return (
        found.rows.select_related("entitlement__member", "answered_by")
        .prefetch_related(functions)
        .order_by("-rank", "pk")
    )


def _can_keep(row: ReviewRow, request: Request) -> bool:
    return row.answer in STILL_OPEN and row.entitlement.member_id != request.person.pk


def _words(row: ReviewRow, request: Request) -> dict[str, Any]:
    right, answer = row.entitlement, Answer(row.answer)
    names = {function.key: function.name for function in profile().service(right.service).functions}
    grants = right.living_grants  # type: ignore[attr-defined]  # prefetched
    return {
        "row": row,
        "right": right,
        "role": role_label(right.role),
        "marks": [WORDS[mark] for mark in row.marks],
        "functions": [names.get(grant.function, grant.function) for grant in grants],
        "answer": answer.label,
        "tone": TONES.get(answer, ""),
        "is_open": answer in STILL_OPEN,
        "is_own": right.member_id == request.person.pk,
    }


def _back(request: Request, pk: int) -> HttpResponseRedirect:
    query = request.POST.get("query", "")
    plain = query.isascii() and query.isprintable() and len(query) < 1000
    address = reverse("review", args=[pk])
    return HttpResponseRedirect(f"{address}?{query}" if query and plain else address)


@require_POST
@requires(Permission.ADMINISTER_RIGHTS)
def review_answer(request: Request, pk: int, row: int) -> HttpResponse:
    """Keep a right as it is, or keep it and go on to change its functions."""
    found = _row(request, _review(request, pk), row)
    change = request.POST.get("do") == "change"
    answer_row(found, Answer.CHANGED if change else Answer.KEPT, by=request.actor)
    if change:
        return HttpResponseRedirect(reverse("person-rights", args=[found.entitlement_id]))
    name = found.entitlement.member.name_in(request.LANGUAGE_CODE)
    request.session["notice"] = _("Kept: %(name)s") % {"name": name}
    return _back(request, pk)


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def review_remove(request: Request, pk: int, row: int) -> HttpResponse:
    """Ask for the reason and remove a right (R22e)."""
    found = _row(request, _review(request, pk), row)
    if found.answer not in STILL_OPEN:
        return HttpResponseRedirect(reverse("review", args=[pk]))
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_row(found, Answer.REMOVED, reason=form.cleaned_data["reason"], by=request.actor)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            name = found.entitlement.member.name_in(request.LANGUAGE_CODE)
            request.session["notice"] = _("Removed: %(name)s") % {"name": name}
            return HttpResponseRedirect(reverse("review", args=[pk]))
    context = {"review": found.review, "right": found.entitlement, "form": form}
    return render(request, "portal/reviews/remove.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def review_keep(request: Request, pk: int) -> HttpResponse:
    """Ask once more, then keep the rows that were shown on a page."""
    found = _review(request, pk)
    sent = request.POST if request.method == "POST" else request.GET
    keys = {int(text) for text in sent.getlist("row")[:SIZE] if text.isascii() and text.isdigit() and len(text) < 19}
    shown = found.rows.select_related("review", "entitlement__member").filter(pk__in=keys).order_by("-rank", "pk")
    rows = [row for row in shown if _can_keep(row, request)]
    if not rows:
        return HttpResponseRedirect(reverse("review", args=[pk]))
    if request.method == "POST":
        number = keep_rows(rows, by=request.actor)
        request.session["notice"] = _("Rights kept: %(number)d") % {"number": number}
        return _back(request, pk)
    people = [{"row": row, "role": role_label(row.entitlement.role)} for row in rows]
    context = {"review": found, "people": people, "query": request.GET.get("query", "")}
    return render(request, "portal/reviews/keep.html", context)
