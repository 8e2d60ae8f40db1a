"""A calendar of one's own bookings: the page with its address, and the feed that a calendar reads there."""

from typing import cast
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core import calendars
from core.signed_links import BadLink
from events.bookings import invitations, links
from events.bookings.models import PersonalCalendar
from events.bookings.queries import for_calendar_of
from events.calendars import ABOUT
from search.exports import absolute


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: HttpRequest) -> HttpResponse:
    """``/my/calendar/``: its address, a new one (the old one ends), or none."""
    user = cast(User, request.user)
    if request.method == "POST":
        if request.POST.get("do") == "end":
            PersonalCalendar.objects.filter(user=user).delete()
        else:
            PersonalCalendar.objects.update_or_create(user=user, defaults={"nonce": uuid4()})
        return redirect("my_calendar")
    found = PersonalCalendar.objects.filter(user=user).first()
    return render(request, "events/my_calendar.html", {"feed_url": links.feed_url(found) if found else ""})


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """``/my/calendar/<token>.ics``, read by a calendar that signs in nowhere: confirmed bookings, and nobody's name."""
    try:
        owner = links.calendar_of(token)
    except BadLink:
        owner = None
    if owner is None:
        raise Http404
    entries = [entry for booking in for_calendar_of(owner.user) for entry in invitations.entries_of(booking)]
    name = f"My events – {settings.WAGTAIL_SITE_NAME}"
    content = calendars.feed(entries, of=ABOUT, name=name, url=absolute(request.path))
    return calendars.private_feed(request, content)
