"""``/staff/spaces/tenants/``: on which terms tenants book, what they have left, and more of it."""

from datetime import date

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from directory.choices import Role
from directory.models import OrganisationPage
from spaces import actions
from spaces.choices import Tier
from spaces.desk.forms import TierForm, TopUpForm
from spaces.desk.guarded import for_those_who, person, show
from spaces.models import TenantTerms
from spaces.models.allowance import thousandths
from spaces.moments import read_day
from spaces.policies import may_top_up
from spaces.queries.statements import left_of, months_of, statement
from spaces.rules import Refusal
from spaces.statement_file import statement_file

from .booking import refuse


@for_those_who(may_top_up)
def tenants(request: HttpRequest) -> HttpResponseBase:
    tenant = Q(role=Role.TENANT, live=True) | Q(space_terms__isnull=False)
    found = list(OrganisationPage.objects.filter(tenant).select_related("space_terms").order_by("title", "pk"))
    left = left_of(found)
    rows = [(one, getattr(one, "space_terms", None), left[one.pk]) for one in found]
    return show(request, "spaces/desk/tenants.html", {"rows": rows}, part="spaces_tenants")


def month_asked(request: HttpRequest, fallback: date) -> date:
    """The month that the address names, such as 2026-11; ``fallback`` where it names none that one can count from."""
    return read_day(f"{request.GET.get('month', '')}-01") or fallback


@for_those_who(may_top_up)
def tenant(request: HttpRequest, key: int) -> HttpResponseBase:
    organisation = get_object_or_404(OrganisationPage, pk=key)
    this = timezone.localdate().replace(day=1)
    month = month_asked(request, this)
    terms = TenantTerms.objects.filter(organisation=organisation).first()
    if request.GET.get("as") == "csv":
        return statement_file(organisation, month, statement(organisation, month))
    what = request.POST.get("do", "")
    tier = TierForm(request.POST if what == "tier" else None, initial={"tier": terms.tier if terms else Tier.CORE})
    more = TopUpForm(request.POST if what == "top-up" else None, initial={"month": f"{month:%Y-%m}"})
    if what == "tier" and tier.is_valid():
        actions.set_tier(organisation=organisation, tier=Tier(tier.cleaned_data["tier"]), by=person(request))
        messages.success(request, f"{organisation.title} books on the terms “{Tier(tier.cleaned_data['tier']).label}”.")
        return redirect("spaces_tenant", organisation.pk)
    if what == "top-up" and more.is_valid():
        data = more.cleaned_data
        try:
            actions.top_up(
                organisation=organisation,
                allowance=data["allowance"],
                month=data["month"],
                amount=thousandths(data["amount"]),
                words=data["words"],
                by=person(request),
            )
            messages.success(request, f"Added to {data['allowance'].name}, {data['month']:%B %Y}.")
            return redirect("spaces_tenant", organisation.pk)
        except Refusal as refusal:
            refuse(more, refusal)
    context = {
        "organisation": organisation,
        "terms": terms,
        "tier": tier,
        "more": more,
        "form": more if what == "top-up" else tier,
        "left": left_of([organisation])[organisation.pk],
        "month": month,
        "months": sorted({*months_of(organisation), month, this}, reverse=True),
        "statements": statement(organisation, month),
    }
    status = 422 if request.method == "POST" else 200
    return show(
        request, "spaces/desk/tenant.html", context, part="spaces_tenants", title=organisation.title, status=status
    )
