"""Pages around saved searches. The one with the form is its own, never cached; lists only lead to it.

Links in letters are opened by the scanners of mail servers too: a GET never changes anything, and what proves who somebody is
is the link itself, so these pages need neither cookie nor session.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from allauth.core import ratelimit
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.addresses import proven_address
from core.signed_links import opened_by_link
from search.query import Query, query_from
from search.sharing import filters_of, kinds_of, list_address, of_everything, query_of, title_of

from . import actions, links, queries, tasks
from .forms import AlertForm, FrequencyForm
from .models import SavedSearch, Subscriber

View: TypeAlias = Callable[..., HttpResponse]

TOO_OFTEN_FROM_HERE = "That was too often from your network for now. Wait an hour and try again."
TOO_OFTEN_TO_THERE = (
    "We have sent several mails to this address today. Look for the newest one, also among what was taken for spam; "
    "tomorrow you can ask again."
)


# ---- saving ---------------------------------------------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """``/search/alerts/new/?need=money``: the search in words, and two questions."""
    query = queries.settled(of_everything(query_from(request.GET)))
    own = proven_address(request.user)
    form = AlertForm(request.POST or None, initial={"email": own})
    status = 200
    if form.is_valid():
        if form.was_filled_in_by_a_program:
            return redirect("alert_sent")
        answer = _save(request, form, query, own)
        if isinstance(answer, str):
            return redirect(answer)
        status = answer
    subscriber = Subscriber.objects.filter(email=own).first() if own else None
    context = {
        "form": form,
        "kinds": kinds_of(query),
        "text": query.text,
        "filters": filters_of(query),
        "list_url": list_address(query),
        "manage_url": links.manage_url(subscriber) if subscriber else "",
        "own": own,
    }
    return render(request, "search/alerts/new.html", context, status=status)


def _save(request: HttpRequest, form: AlertForm, query: Query, own: str) -> str | int:
    """Where to go next; or, where there is something to say beside the form, the status of the page."""
    email = form.cleaned_data["email"].lower()
    try:
        if own and email == own:
            saved = actions.follow(query=query, frequency=form.chosen, by=request.user)
            return links.manage_url(saved.subscriber)
        if not ratelimit.consume(request, action="alert_from"):
            form.add_error(None, TOO_OFTEN_FROM_HERE)
            return 429
        if not ratelimit.consume(request, action="alert_to", key=email):
            form.add_error("email", TOO_OFTEN_TO_THERE)
            return 429
        with transaction.atomic():
            if asked := actions.ask(email=email, query=query, frequency=form.chosen):
                tasks.send_confirmation.enqueue(search=asked.pk)
        return reverse("alert_sent")
    except actions.Refusal as refusal:
        form.add_error(None, str(refusal))
        return 200


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The same for everybody: it does not tell whether an address is known."""
    return render(request, "search/alerts/sent.html", {"days": actions.CONFIRM_WITHIN.days})


# ---- from a letter --------------------------------------------------------------------------------------------------
@opened_by_link
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    saved = links.saved_search_of(token)
    refusal: actions.Refusal | None = None if saved else actions.TooLate(actions.TOO_LATE)
    if saved and request.method == "POST":
        try:
            actions.confirm(saved=saved)
            return redirect("alert_confirm", token)
        except actions.Refusal as refused:
            refusal = refused
    context = {"saved": saved, "refusal": refusal, **(_described(saved) if saved else {})}
    if saved and (saved.is_confirmed or isinstance(refusal, actions.TooManySearches)):
        context["manage_url"] = links.manage_url(saved.subscriber)
    return render(request, "search/alerts/confirm.html", context)


@opened_by_link
def manage(request: HttpRequest, token: str) -> HttpResponse:
    subscriber = links.subscriber_of(token, links.MANAGE)
    if subscriber is None:
        return render(request, "search/alerts/gone.html")
    if request.method == "POST":
        done = _change(request, subscriber)
        return redirect(f"{reverse('alert_manage', args=[token])}?done={done}")
    searches = subscriber.searches.confirmed().order_by("confirmed_at", "pk")
    context = {
        "subscriber": subscriber,
        "searches": [
            {
                **_described(saved),
                "form": FrequencyForm(initial={"frequency": saved.frequency}, auto_id=f"id_{saved.pk}_%s"),
            }
            for saved in searches
        ],
        "done": request.GET.get("done", ""),
        "days": actions.ANSWER_WITHIN.days,
    }
    return render(request, "search/alerts/manage.html", context)


def _change(request: HttpRequest, subscriber: Subscriber) -> str:
    """Do what was asked for; what makes no sense does nothing."""
    asked, search = request.POST.get("do"), _number(request.POST.get("search", ""))
    form = FrequencyForm(request.POST)
    if asked == "erase":
        actions.erase(email=subscriber.email)
    elif asked == "keep":
        actions.keep(subscriber=subscriber)
    elif asked == "remove" and search:
        actions.remove(subscriber=subscriber, search=search)
    elif asked == "change" and search and form.is_valid():
        actions.change(subscriber=subscriber, search=search, frequency=form.chosen)
    else:
        return "nothing"
    return asked


def _number(text: str) -> int:
    """The id that ``text`` is, or 0; Python refuses to read thousands of digits."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


@opened_by_link
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One click (RFC 8058): a POST by a mail program, without cookie, answered here and not elsewhere; once or again."""
    subscriber = links.subscriber_of(token, links.UNSUBSCRIBE)
    if subscriber and request.method == "POST":
        actions.erase(email=subscriber.email)
        subscriber = None
    if subscriber is None:
        return render(request, "search/alerts/gone.html")
    context = {"subscriber": subscriber, "manage_url": links.manage_url(subscriber)}
    return render(request, "search/alerts/unsubscribe.html", context)


def _described(saved: SavedSearch) -> dict[str, Any]:
    query = query_of(saved.query_string)
    return {"saved": saved, "title": title_of(query), "list_url": list_address(query)}
