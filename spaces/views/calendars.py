"""Calendars of spaces: the pages with their addresses, and the feeds that calendars read there."""

from collections.abc import Sequence
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from icalendar import Event

from accounts.models import User
from core import calendars
from core.signed_links import BadLink
from search.exports import absolute
from spaces import actions, invitations, links
from spaces.models import SpaceCalendar, SpacePage
from spaces.policies import may_manage
from spaces.queries import calendars as shown


# ---- addresses ------------------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: HttpRequest) -> HttpResponse:
    """``/my/spaces/calendar/``: of one's own bookings, and for admins of all of their organisation's."""
    user = cast(User, request.user)
    organisations = shown.administered_by(user)
    if request.method == "POST":
        chosen = request.POST.get("organisation", "")
        organisation = next((one for one in organisations if str(one.pk) == chosen), None)
        if chosen and organisation is None:
            raise Http404
        if request.POST.get("do") == "end":
            actions.end_calendar(by=user, organisation=organisation)
        else:
            actions.renew_calendar(by=user, organisation=organisation)
        return redirect("my_space_calendar")
    context = {
        "feed_url": _address(shown.calendar_of_person(user)),
        "organisations": [(one, _address(getattr(one, "space_calendar", None))) for one in organisations],
    }
    return render(request, "spaces/my_calendar.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def space_calendars(request: HttpRequest) -> HttpResponse:
    """``/staff/spaces/calendars/``: of each space, for screens and for colleagues."""
    user = cast(User, request.user)
    if not may_manage(user):
        raise PermissionDenied
    spaces = list(SpacePage.objects.live().select_related("calendar").order_by("title", "pk"))
    if request.method == "POST":
        space = next((one for one in spaces if str(one.pk) == request.POST.get("space")), None)
        if space is None:
            raise Http404
        if request.POST.get("do") == "end":
            actions.end_calendar(by=user, space=space)
        else:
            actions.renew_calendar(by=user, space=space)
        return redirect("space_calendars")
    rows = [(space, _address(getattr(space, "calendar", None))) for space in spaces]
    return render(request, "spaces/calendars.html", {"rows": rows})


def _address(calendar: SpaceCalendar | None) -> str:
    return links.feed_url(calendar) if calendar is not None else ""


# ---- feeds ----------------------------------------------------------------------------------------------------------
@require_safe
def my_feed(request: HttpRequest, token: str) -> HttpResponse:
    """``/my/spaces/calendar/<token>.ics``, of a person or an organisation; it names nobody."""
    calendar = _calendar(token)
    if calendar.user is not None:
        entries = [invitations.own_entry(*one) for one in shown.of_person(calendar.user)]
        return _answer(request, entries, "My spaces")
    if calendar.organisation is not None:
        entries = [invitations.tenant_entry(*one) for one in shown.of_tenant(calendar.organisation)]
        return _answer(request, entries, f"Spaces of {calendar.organisation.title}")
    raise Http404


@require_safe
def space_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """``/spaces/<slug>/calendar.ics?token=…``: who has it, as far as they let others know."""
    calendar = _calendar(request.GET.get("token", ""))
    if calendar.space is None or calendar.space.slug != slug:
        raise Http404
    bookings = shown.of_space(calendar.space)
    named = shown.named(bookings)
    entries = [invitations.space_entry(booking, changed_at, named) for booking, changed_at in bookings]
    return _answer(request, entries, calendar.space.title)


def _calendar(token: str) -> SpaceCalendar:
    try:
        found = links.calendar_of(token)
    except BadLink:
        found = None
    if found is None:
        raise Http404
    return found


def _answer(request: HttpRequest, entries: Sequence[Event], name: str) -> HttpResponse:
    name = f"{name} – {settings.WAGTAIL_SITE_NAME}"
    content = calendars.feed(entries, of=invitations.ABOUT, name=name, url=absolute(request.get_full_path()))
    return calendars.private_feed(request, content)
