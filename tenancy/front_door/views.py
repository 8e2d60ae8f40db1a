"""``/join/`` and ``/contact/``: pages of the editors with our form in them, and what happens when it is sent.

The pages are kept for everybody and set no cookie: whether a form was sent from one of them, the browser says itself. Where
something is to be put right, or the browser says nothing, the form stands on a page of its own, with a token.
"""

import math
from datetime import timedelta
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.views import serve

from accounts.models import User
from core.forgery import EXPIRED, came_from_us, sent_from_our_pages
from core.rate_limits import Limit, seconds_to_wait
from core.signed_links import opened_by_link
from tenancy import actions, links
from tenancy.letters import topics_in_words
from tenancy.models import UpdatesSubscription
from tenancy.retention import ENQUIRIES_KEPT_FOR, UNCONFIRMED_KEPT_FOR

from .forms import EnquiryForm, TopicsForm, UpdatesForm
from .subject import subject_of

TOO_MANY_FROM_HERE = (
    "So many forms come from your network at this moment that we have to pause. All that you typed is still here: send it "
    "again in %s."
)
TOO_OFTEN_TO_THERE = (
    "We have sent several mails to this address today. Look for the newest one, also among what was taken for spam; "
    "tomorrow you can ask again."
)
MONTHS = round(ENQUIRIES_KEPT_FOR / timedelta(days=30.4))


# ---- writing to us --------------------------------------------------------------------------------------------------
@require_safe
def page(request: HttpRequest, path: str) -> HttpResponseBase:
    """The editors' page with the form in it; without such a page, the form alone: this door is always there."""
    form = EnquiryForm(subject=subject_of(request.GET))
    try:
        response = serve(request, path)
    except Http404:
        return _alone(request, form)
    if isinstance(response, TemplateResponse) and response.context_data is not None:
        response.context_data["enquiry_form"] = form
    return response  # type: ignore[no-any-return]


@csrf_exempt  # it asks itself, so that nothing typed is lost: see core.forgery
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _alone(request, EnquiryForm(subject=subject_of(request.GET)))
    form = EnquiryForm(request.POST)
    is_whole = form.is_valid()
    if not sent_from_our_pages(request) and not came_from_us(request):
        form.add_error(None, EXPIRED)
        return _alone(request, form, status=403)
    if not is_whole:
        return _alone(request, form)
    if form.was_filled_in_by_a_program:
        return redirect("enquiry_thanks")
    if pause := _pause(request):
        form.add_error(None, TOO_MANY_FROM_HERE % pause)
        return _alone(request, form, status=429)
    user = request.user if isinstance(request.user, User) else None
    made = actions.receive(**form.as_enquiry(), user=user, asked_at=_asked_at(request))
    return redirect(links.received_path(made))


@opened_by_link
def received(request: HttpRequest, token: str) -> HttpResponse:
    """The reference, the day, what happens next: for whoever has just written."""
    enquiry = links.enquiry_of(token)
    if enquiry is None or enquiry.purged_at is not None:
        raise Http404
    return render(request, "tenancy/front_door/received.html", {"enquiry": enquiry, "months": MONTHS})


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """For programs."""
    return render(request, "tenancy/front_door/thanks.html")


def _alone(request: HttpRequest, form: EnquiryForm, status: int = 200) -> HttpResponse:
    return render(request, "tenancy/front_door/page.html", {"form": form, "months": MONTHS}, status=status)


def _pause(request: HttpRequest) -> str:
    """How long to wait, in words; empty where the form may come in. What is paused by the minute does not count in the hour."""
    for number, window in settings.FRONT_DOOR_FORMS:
        if seconds := seconds_to_wait(request, Limit(f"front-door-{window}", own=number, window=window)):
            minutes = math.ceil(seconds / 60)
            return "a minute" if minutes == 1 else f"{minutes} minutes"
    return ""


def _asked_at(request: HttpRequest) -> str:
    """The page of ours that they came from, where the browser says."""
    before, host, path = request.headers.get("Referer", "").partition(f"//{request.get_host()}/")
    return f"/{path}" if before and host else request.path


# ---- hearing from us ------------------------------------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def updates(request: HttpRequest) -> HttpResponse:
    form = UpdatesForm(request.POST or None)
    status = 200
    if form.is_valid():
        if form.was_filled_in_by_a_program:
            return redirect("updates_sent")
        email, topics = form.cleaned_data["email"].lower(), form.cleaned_data["topics"]
        if pause := _pause(request):
            form.add_error(None, TOO_MANY_FROM_HERE % pause)
            status = 429
        elif not ratelimit.consume(request, action="updates_to", key=email):
            form.add_error("email", TOO_OFTEN_TO_THERE)
            status = 429
        else:
            actions.ask_for_updates(email=email, topics=topics)
            return redirect("updates_sent")
    context = {"form": form, "days": UNCONFIRMED_KEPT_FOR.days}
    return render(request, "tenancy/front_door/updates.html", context, status=status)


@require_safe
def updates_sent(request: HttpRequest) -> HttpResponse:
    """The same for everybody: it does not tell whether an address is known."""
    return render(request, "tenancy/front_door/updates_sent.html", {"days": UNCONFIRMED_KEPT_FOR.days})


@opened_by_link
def updates_confirm(request: HttpRequest, token: str) -> HttpResponse:
    found = links.subscription_of(token, links.CONFIRM)
    if found is None:
        return _gone(request)
    refusal = ""
    if request.method == "POST":
        try:
            actions.confirm_updates(subscription=found)
            return redirect("updates_confirm", token)
        except actions.TooLate as refused:
            refusal = str(refused)
    context = _described(found) | {"refusal": refusal}
    return render(request, "tenancy/front_door/updates_confirm.html", context)


@opened_by_link
def updates_manage(request: HttpRequest, token: str) -> HttpResponse:
    found = links.subscription_of(token, links.MANAGE)
    if found is None:
        return _gone(request)
    form = TopicsForm(request.POST or None, initial={"topics": found.topics})
    if request.POST.get("do") == "end":
        actions.end_updates(subscription=found)
        return redirect("updates_manage", token)
    is_saved = request.method == "POST" and form.is_valid()
    if is_saved:
        actions.change_updates(subscription=found, topics=form.cleaned_data["topics"])
    context = _described(found) | {"form": form, "is_saved": is_saved}
    return render(request, "tenancy/front_door/updates_manage.html", context)


@opened_by_link
def updates_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One click (RFC 8058): a POST by a mail program, without cookie, answered here and not elsewhere; once or again."""
    found = links.subscription_of(token, links.UNSUBSCRIBE)
    if found is not None and request.method == "POST":
        actions.end_updates(subscription=found)
        found = None
    if found is None:
        return _gone(request)
    return render(request, "tenancy/front_door/updates_unsubscribe.html", _described(found))


def _described(found: UpdatesSubscription) -> dict[str, Any]:
    is_late = found.confirmed_at is None and found.asked_at < timezone.now() - UNCONFIRMED_KEPT_FOR
    return {
        "subscription": found,
        "topics": topics_in_words(found),
        "manage_url": links.updates_url(found, links.MANAGE),
        "refusal": "",
        "is_late": is_late,
    }


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "tenancy/front_door/updates_gone.html")
