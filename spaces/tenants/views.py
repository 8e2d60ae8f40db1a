"""``/my/tenant/…``: for admins of an organisation. Whoever is none is not told that there is such a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.signed_links import View, kept_nowhere
from directory.models import OrganisationMember, OrganisationPage
from spaces import actions
from spaces.queries.people import administered_by, bookings_of_tenant
from spaces.queries.statements import left_of, months_of, statement
from spaces.rules import Refusal, still_counts
from spaces.statement_file import statement_file

PAST_SHOWN = 20
A_PAGE = 50
COUNTS = "counts"  # beside the key: that it still counts was said
PARTS = (
    ("tenant_bookings", "Bookings"),
    ("tenant_allowance", "Allowance"),
    ("tenant_members", "Members"),
)
TEMPLATES = {
    "tenant_bookings": "spaces/tenants/bookings.html",
    "tenant_allowance": "spaces/tenants/allowance.html",
    "tenant_members": "spaces/tenants/members.html",
}


def for_admins(view: Callable[..., HttpResponse]) -> View:
    """Called with the organisation that the address names; 404 for who does not administer it."""

    @never_cache
    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest, slug: str) -> HttpResponseBase:
        mine = administered_by(request.user)
        found = next((one for one in mine if one.slug == slug), None)
        if found is None:
            raise Http404
        return kept_nowhere(view(request, found, others=[one for one in mine if one != found]), referrer="same-origin")

    return opened


@never_cache
@login_required
def tenant(request: HttpRequest) -> HttpResponse:
    """To the organisation that somebody administers; the one they have belonged to longest, of several."""
    mine = administered_by(request.user)
    if not mine:
        raise Http404
    return redirect("tenant_bookings", mine[0].slug)


def _show(
    request: HttpRequest, organisation: OrganisationPage, part: str, others: list[OrganisationPage], **context: Any
) -> HttpResponse:
    return render(
        request,
        TEMPLATES[part],
        {
            "organisation": organisation,
            "others": others,
            "parts": PARTS,
            "part": part,
            "crumbs": [
                (organisation.title, reverse("tenant_bookings", args=[organisation.slug])),
                (dict(PARTS)[part], ""),
            ],
            **context,
        },
    )


@for_admins
def bookings(request: HttpRequest, organisation: OrganisationPage, others: list[OrganisationPage]) -> HttpResponse:
    """All bookings of the tenant, whoever made them; each that is to come can be cancelled."""
    user = cast(User, request.user)
    mine = bookings_of_tenant(user).filter(organisation=organisation).select_related("space", "user")
    now = timezone.now()
    coming = mine.live().filter(ends_at__gt=now)
    if request.method == "POST":
        key, _, said = request.POST.get("cancel", "").partition(" ")
        found = coming.filter(pk=key).first() if key.isdecimal() else None
        if found is not None and still_counts(found, now) and found.starts_at > now and said != COUNTS:
            messages.error(request, f"{found.reference} would still count by now. Cancel it again if you want that.")
        elif found is not None:
            try:
                actions.cancel(booking=found.pk, words=f"{user} cancelled it for {organisation.title}.", by=user)
                messages.success(
                    request, f"{found.reference} is cancelled. A letter tells {found.name or found.email}."
                )
            except Refusal as refusal:
                messages.error(request, str(refusal))
        return redirect("tenant_bookings", organisation.slug)
    page = Paginator(coming.order_by("starts_at", "pk"), A_PAGE).get_page(request.GET.get("page"))
    past = mine.exclude(pk__in=coming.order_by().values("pk")).order_by("-starts_at", "-pk")[:PAST_SHOWN]
    return _show(
        request,
        organisation,
        "tenant_bookings",
        others,
        coming=page,
        counting={one.pk for one in page if one.starts_at > now and still_counts(one, now)},
        past=list(past),
        left=left_of([organisation])[organisation.pk],
    )


@for_admins
def allowance(request: HttpRequest, organisation: OrganisationPage, others: list[OrganisationPage]) -> HttpResponse:
    """The statement of a month; the same as a file."""
    this = timezone.localdate().replace(day=1)
    months = sorted({*months_of(organisation), this}, reverse=True)
    month = next((one for one in months if f"{one:%Y-%m}" == request.GET.get("month")), this)
    statements = statement(organisation, month)
    if request.GET.get("as") == "csv":
        return statement_file(organisation, month, statements)
    return _show(
        request,
        organisation,
        "tenant_allowance",
        others,
        month=month,
        months=months,
        statements=statements,
    )


@for_admins
def members(request: HttpRequest, organisation: OrganisationPage, others: list[OrganisationPage]) -> HttpResponse:
    found = OrganisationMember.objects.filter(organisation=organisation).select_related("user")
    rows = found.order_by("role", "user__name", "pk")
    return _show(request, organisation, "tenant_members", others, members=list(rows))
