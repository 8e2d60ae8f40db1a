"""``/staff/views/``: the filters that somebody keeps under a name; and what a list shows of them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from tenancy import actions
from tenancy.choices import ListOf
from tenancy.models import SavedView

from .guarded import around, key_of, staff_page, viewer_of

LISTS = {ListOf.ACCOUNTS: "staff_accounts", ListOf.REQUESTS: "staff_requests"}
EVERYTHING = "all"  # in the address: not the view that the list opens with


def opens_with(request: HttpRequest, views: Iterable[SavedView]) -> HttpResponseBase | None:
    """Where somebody comes to the list itself, and has one to open it with: that."""
    first = next((view for view in views if view.is_default), None)
    return redirect(address_of(first)) if first is not None and not request.GET and first.query else None


def bar(request: HttpRequest, of: ListOf, views: list[SavedView]) -> dict[str, Any]:
    """What ``tenancy/views_bar.html`` shows above a list."""
    query = request.GET.copy()
    for name in ("page", EVERYTHING):
        query.pop(name, None)
    said = {name: value for name, value in query.items() if value}
    rows = [(view, address_of(view), dict(_parts(view.query)) == said) for view in views]
    clear = reverse(LISTS[of])
    has_default = any(view.is_default and view.query for view in views)
    return {
        "kept": rows,
        "list_of": of.value,
        "query": query.urlencode(),
        "is_narrowed": bool(said),
        "is_kept": any(is_here for _, _, is_here in rows),
        "clear": f"{clear}?{EVERYTHING}=1" if has_default else clear,
    }


def _parts(query: str) -> Iterable[tuple[str, str]]:
    return QueryDict(query).items()  # type: ignore[return-value]


def address_of(view: SavedView) -> str:
    url = reverse(LISTS[ListOf(view.of)])
    return f"{url}?{view.query}" if view.query else f"{url}?{EVERYTHING}=1"


@staff_page
def views(request: HttpRequest) -> HttpResponseBase:
    """All of one’s own; a list sends what is to be kept here, too."""
    by = viewer_of(request)
    if request.method == "POST":
        return _done(request, by)
    found = SavedView.objects.visible_to(by)
    groups = [(of.label, [(one, address_of(one)) for one in found if one.of == of]) for of in ListOf]
    context = {
        **around("", "My views"),
        "groups": [(label, rows) for label, rows in groups if rows],
        "accounts_url": reverse("staff_accounts"),
    }
    return render(request, "tenancy/views.html", context)


def _done(request: HttpRequest, by: User) -> HttpResponseBase:
    do, name = request.POST.get("do", ""), request.POST.get("name", "")
    try:
        if do == "keep":
            return _kept(request, by, name)
        view = get_object_or_404(SavedView.objects.visible_to(by), pk=key_of(request.POST.get("view")))
        if do == "rename":
            actions.rename_view(view=view, name=name, by=by)
            messages.success(request, f"It is called “{view.name}” now.")
        elif do in ("first", "not-first"):
            actions.open_with(view=view, by=by, on=do == "first")
            words = f"opens with “{view.name}” now" if do == "first" else "opens with everything now"
            messages.success(request, f"{view.get_of_display()} {words}.")
        elif do == "remove":
            actions.remove_view(view=view, by=by)
            messages.success(request, f"“{view.name}” is gone.")
    except actions.Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("staff_views")


def _kept(request: HttpRequest, by: User, name: str) -> HttpResponseBase:
    of, query = request.POST.get("of", ""), request.POST.get("query", "")
    of = of if of in ListOf.values else ListOf.ACCOUNTS.value
    try:
        view = actions.keep_view(of=of, name=name, query=query, by=by, is_default="is_default" in request.POST)
    except actions.Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse(LISTS[ListOf(of)])}?{query}")
    messages.success(request, f"Kept as “{view.name}”. Only you see it.")
    return redirect(address_of(view))
