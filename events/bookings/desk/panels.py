"""On the CMS's first page: people who wait for an answer, and what has to be prepared. Numbers of an event, no names."""

from django.http import HttpRequest
from django.urls import reverse

from core import dashboard
from core.templatetags.village import short_date
from events.bookings.choices import BookingStatus
from events.bookings.policies import may_manage, may_see_needs

from .queries import to_decide, to_prepare

NOTHING = dashboard.Listing((), 0)


def asking(request: HttpRequest) -> dashboard.Listing:
    if not may_manage(request.user):
        return NOTHING
    events = to_decide()
    items = tuple(
        dashboard.Item(
            event.title,
            f"{reverse('events_bookings', args=[event.pk])}?status={BookingStatus.PENDING}#list",
            f"{short_date(event.starts_at)}: {_many(event.asked, 'asks', 'ask')}",
        )
        for event in events[: dashboard.SHOWN]
    )
    return dashboard.Listing(items, len(events))


def preparing(request: HttpRequest) -> dashboard.Listing:
    if not may_see_needs(request.user):
        return NOTHING
    events = to_prepare()
    items = tuple(
        dashboard.Item(
            event.title,
            reverse("events_booking_needs", args=[event.pk]),
            f"{short_date(event.starts_at)}: {event.to_do} to prepare",
        )
        for event in events[: dashboard.SHOWN]
    )
    return dashboard.Listing(items, len(events), reverse("events_needs"))


def _many(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


dashboard.register(
    "bookings-to-decide",
    heading="People who ask for a place",
    order=205,
    listing=asking,
    help_text="Their places are held until you say yes or no, and nobody else can have them.",
)
dashboard.register(
    "needs-to-prepare",
    heading="Access needs to prepare",
    order=206,
    listing=preparing,
    help_text="What people need to take part, and food. Tick off what is arranged.",
)
