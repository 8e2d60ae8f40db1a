"""``/staff/impact/``: from a figure down to what it is counted from; figures by hand, entries taken out, quarters signed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from impact import actions, exports, queries
from impact.actions import Refusal
from impact.forms import CorrectionForm, FigureForm, ReasonForm
from impact.models import KpiEntry, ManualFigure, StrategyTarget
from impact.policies import may_enter, may_sign
from impact.queries.evidence import objects_of
from tenancy.views.guarded import around

from .guarded import by, for_staff

A_PAGE = 50
PART = "staff_impact"
HOME = ("Impact", "/staff/impact/")


@for_staff()
def overview(request: HttpRequest) -> HttpResponse:
    """Every target with its figure; the way to each, to the quarters and to the file."""
    context = {
        "standings": queries.standings(),
        "to_sign": queries.quarters_to_sign(),
        "quarters": queries.signed_quarters(),
        "may_sign": may_sign(request.user),
        "taken": exports.taken_lately(by(request)),
    }
    return render(request, "impact/staff/overview.html", {**context, **around(PART, "Impact")})


@for_staff()
def target(request: HttpRequest, slug: str) -> HttpResponse:
    """One target: rule, figures entered by hand, and every object with its record."""
    one = get_object_or_404(StrategyTarget, slug=slug)
    page = Paginator(objects_of(one), A_PAGE).get_page(request.GET.get("page"))
    standing, _ = queries.standing_of(one)
    context = {
        "standing": standing,
        "figures": queries.figures_of(one),
        "page_of": page,
        "lines": queries.entries_of(one, page.object_list, by(request)),
        "may_enter": may_enter(request.user),
        **around(PART, capfirst(one.what), HOME),
    }
    return render(request, "impact/staff/target.html", context)


# ---- figures by hand ------------------------------------------------------------------------------------------------
@for_staff(may_enter)
def enter(request: HttpRequest, slug: str) -> HttpResponseBase:
    one = get_object_or_404(StrategyTarget, slug=slug)
    form = FigureForm(one, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            figure = actions.enter_figure(target=one, by=by(request), **form.cleaned_data)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return _done(request, one, f"The figure of {figure.as_of:%-d %B %Y} is entered.")
    return _form(request, form, one, "Enter a figure", "Enter the figure", capfirst(one.what))


@for_staff(may_enter)
def correct(request: HttpRequest, figure: int) -> HttpResponseBase:
    found = get_object_or_404(ManualFigure.objects.select_related("target"), pk=figure)
    form = CorrectionForm(found, request.POST or None, initial={"source": found.source, "value": found.value})
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_figure(figure=found, by=by(request), **form.cleaned_data)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return _done(request, found.target, "The figure is corrected. The one before stays in the list.")
    words = f"{capfirst(found.target.what)}, {found.as_of:%-d %B %Y}"
    return _form(request, form, found.target, "Correct a figure", "Correct the figure", words)


# ---- entries --------------------------------------------------------------------------------------------------------
@for_staff(may_enter)
def entry(request: HttpRequest, entry: int) -> HttpResponseBase:
    """Take an object out of the figure, or count it again."""
    found = get_object_or_404(KpiEntry.objects.select_related("target"), pk=entry)
    line = queries.entries_of(found.target, [found], by(request))[0]
    form = ReasonForm(request.POST or None)
    do = actions.exclude if line.latest.counts else actions.count_again
    if request.method == "POST" and form.is_valid():
        try:
            written = do(entry=found, by=by(request), **form.cleaned_data)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            what = "It counts again." if written.counts else "It does not count any more."
            return _done(request, found.target, f"{what} Your reason stands beside it.")
    button = "Take it out of the figure" if line.latest.counts else "Count it again"
    return _form(request, form, found.target, button, button, found.words)


# ---- quarters -------------------------------------------------------------------------------------------------------
@for_staff()
def quarter(request: HttpRequest, day: str) -> HttpResponseBase:
    """A quarter that was signed, held against its entries; or the figures that are to be signed."""
    end = next((one for one in queries.quarters_to_sign() if one.isoformat() == day), None)
    if end is None:
        signed = next((one for one in queries.signed_quarters() if one.end.isoformat() == day), None)
        if signed is None:
            raise Http404
        checked = queries.checked_quarter(signed.end)
        context = {
            "end": signed.end,
            "signed": signed.first,
            "checked": checked,
            "holds": all(c.holds for c in checked),
        }
        return render(request, "impact/staff/quarter.html", {**context, **around(PART, "Signed quarter", HOME)})
    if request.method == "POST":
        if not may_sign(request.user):
            raise PermissionDenied
        try:
            actions.sign_off(period_end=end, by=by(request))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The quarter is signed. Its figures stand from now on.")
        return redirect("staff_impact_quarter", day)
    context = {"end": end, "standings": queries.standings(end), "may_sign": may_sign(request.user)}
    return render(request, "impact/staff/sign.html", {**context, **around(PART, "Sign a quarter", HOME)})


@for_staff()
def export(request: HttpRequest) -> HttpResponseBase:
    """By POST: whoever takes the entries away is written down."""
    if request.method != "POST":
        return redirect("staff_impact")
    slug = request.POST.get("target", "")
    one = get_object_or_404(StrategyTarget, slug=slug) if slug else None
    words = exports.evidence_file(target=one, by=by(request))
    response = HttpResponse(words, content_type="text/csv; charset=utf-8")
    name = f"evidence-{slug or 'all'}-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# ---- parts ----------------------------------------------------------------------------------------------------------
def _refuse(form: Form, refusal: Refusal) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _done(request: HttpRequest, target: StrategyTarget, words: str) -> HttpResponseBase:
    messages.success(request, words)
    return redirect("staff_impact_target", target.slug)


def _form(
    request: HttpRequest, form: Form, target: StrategyTarget, heading: str, button: str, words: str
) -> HttpResponse:
    back: str = reverse("staff_impact_target", args=[target.slug])
    context: dict[str, Any] = {
        "form": form,
        "heading": heading,
        "words": words,
        "button": button,
        "back_url": back,
        **around(PART, heading, HOME, (capfirst(target.what), back)),
    }
    return render(request, "impact/staff/form.html", context, status=422 if form.errors else 200)
