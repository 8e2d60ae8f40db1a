"""On the CMS's first page: events that begin soon and lack what those who come will ask for."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from core import dashboard
from core.templatetags.village import short_date
from events.choices import ONLINE_PLACES, EventStatus
from events.models import EventPage

SOON = timedelta(weeks=3)


def not_ready(request: HttpRequest) -> dashboard.Listing:
    """Live events without a joining link or without a word on access, the soonest first."""
    now = timezone.now()
    mine = EventPage.objects.filter(pk__in=dashboard.editable_pages(request).values("pk"), live=True)
    soon = mine.filter(starts_at__gt=now, starts_at__lt=now + SOON, status=EventStatus.SCHEDULED)
    lacking = soon.filter(Q(place_kind__in=ONLINE_PLACES, joining_link=None) | Q(access="")).order_by("starts_at", "pk")
    shown = lacking.select_related("joining_link")[: dashboard.SHOWN]
    return dashboard.Listing(dashboard.page_items(shown, _what), lacking.count())


def _what(event: Any) -> str:
    lacks = []
    if event.is_online and not hasattr(event, "joining_link"):
        lacks.append("no joining link")
    if not event.access:
        lacks.append("nothing on access")
    return f"{short_date(event.starts_at)}: {' and '.join(lacks)}"
