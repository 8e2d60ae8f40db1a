"""``/staff/news/``: comms write to everybody who asked for news, and learn of nobody who that is."""

from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from core.signed_links import View, kept_nowhere
from tenancy import actions, news
from tenancy.grants import works_with_accounts
from tenancy.models import NewsLetter
from tenancy.news_forms import NewsForm
from tenancy.policies import may_send_news
from tenancy.retention import DELIVERIES_KEPT_FOR

from .guarded import around, viewer_of

ON_A_PAGE = 30
LIST = ("News by e-mail", "/staff/news/")


def news_page(view: View) -> View:
    """For those who write the news. They need not work with accounts, and this leads to none."""

    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if why_not := may_send_news(request.user):
            raise PermissionDenied(why_not)
        return kept_nowhere(view(request, *args, **kwargs), referrer="same-origin")

    return opened


def _around(request: HttpRequest, title: str, *crumbs: tuple[str, str]) -> dict[str, Any]:
    context = around("", title, *crumbs)
    works = works_with_accounts(request.user)
    parts = context["parts"] if works else []
    return {
        **context,
        "parts": [*parts, (reverse("staff_news"), "News", True)],
        "find_url": context["find_url"] if works else "",
    }


@news_page
def listing(request: HttpRequest) -> HttpResponseBase:
    found = NewsLetter.objects.visible_to(viewer_of(request)).select_related("by", "started_by")
    context = {
        **_around(request, "News by e-mail"),
        "page_of": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "tenancy/news/list.html", context)


@news_page
def write(request: HttpRequest) -> HttpResponseBase:
    return _write(request, None)


@news_page
def change(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _letter(request, pk)
    if not found.is_draft:
        return redirect("staff_newsletter", found.pk)
    return _write(request, found)


def _write(request: HttpRequest, found: NewsLetter | None) -> HttpResponseBase:
    initial = {name: getattr(found, name) for name in ("subject", "text", "topics")} if found else None
    form = NewsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.write_news(letter=found, by=viewer_of(request), **form.cleaned_data)
            return redirect("staff_newsletter", saved.pk)
        except actions.Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {**_around(request, "Change" if found else "Write", LIST), "form": form, "letter": found}
    return render(request, "tenancy/news/write.html", context)


@news_page
def letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A draft as it will look, with the number of those who get it; one that is sent, how far it is."""
    found = _letter(request, pk)
    if request.method == "POST":
        return _done(request, found)
    number = found.recipients if found.started_at else sum(1 for _ in news.recipients(found))
    sent = news.sent_so_far(found)
    context = {
        **_around(request, found.subject, LIST),
        "letter": found,
        "number": number,
        "sent": sent,
        "missed": max(number - sent, 0) if found.finished_at else 0,
        "days": DELIVERIES_KEPT_FOR.days,
    }
    return render(request, "tenancy/news/letter.html", context)


def _done(request: HttpRequest, found: NewsLetter) -> HttpResponseBase:
    by, do = viewer_of(request), request.POST.get("do", "")
    try:
        if do == "try":
            actions.try_news(letter=found, by=by)
            messages.success(request, f"A test is on its way to {by.email}.")
        elif do == "send":
            actions.send_news(letter=found, by=by)
            messages.success(request, "It is on its way, one letter to each.")
        elif do == "stop":
            actions.stop_news(letter=found, by=by)
            messages.success(request, "Stopped. Whoever has not had it does not get it, unless you go on.")
        elif do == "go-on":
            actions.go_on_with_news(letter=found, by=by)
            messages.success(request, "It goes on. Nobody gets it twice.")
        elif do == "remove":
            actions.remove_news(letter=found, by=by)
            messages.success(request, "The draft is gone.")
            return redirect("staff_news")
    except actions.Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("staff_newsletter", found.pk)


def _letter(request: HttpRequest, pk: int) -> NewsLetter:
    found = NewsLetter.objects.visible_to(viewer_of(request)).select_related("by", "started_by")
    return get_object_or_404(found, pk=pk)
