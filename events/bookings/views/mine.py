"""``/my/bookings/``: the events that somebody who signed in comes to, and came to."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.bookings import links
from events.bookings.queries import bookings_of


@never_cache
@login_required
@require_safe
def my_bookings(request: HttpRequest) -> HttpResponse:
    found = bookings_of(request.user).select_related("event__building").order_by("event__starts_at", "pk")
    now = timezone.now()
    rows = [(one, reverse("booking", args=[links.token(one, links.MANAGE)])) for one in found]
    context = {
        "coming": [row for row in rows if row[0].is_live and row[0].event.ends_at > now],
        "past": [row for row in reversed(rows) if not (row[0].is_live and row[0].event.ends_at > now)],
    }
    return render(request, "events/booking/mine.html", context)
