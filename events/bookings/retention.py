"""What is known of people who booked is kept for a time only: forgotten when it is over, as docs/privacy.md says.

Counted from the end of the event. Numbers stay: which places were had, by which organisation of the directory.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .actions.forgetting import make_nameless
from .choices import HOLDING, LIVE
from .models import AccessNeed, Answer, Booking, BookingRules

NEEDS_KEPT_FOR = timedelta(days=14)
ANSWERS_KEPT_FOR = timedelta(days=90)
ABSENT_KEPT_FOR = ANSWERS_KEPT_FOR  # who had no place in the end: nothing will be asked about them
NAMES_KEPT_FOR = timedelta(days=2 * 365)  # of those who had one: certificates, and what came of the event


def forget() -> None:
    """Do what is due now. Safe to run twice at once; one transaction an event, so that what was done stays done."""
    now = timezone.now()
    not_needed = ~Q(booking__status__in=LIVE) | Q(booking__event__ends_at__lte=now - NEEDS_KEPT_FOR)
    AccessNeed.objects.filter(not_needed).delete()
    long_over = Booking.objects.filter(event__ends_at__lte=now - NEEDS_KEPT_FOR)
    long_over.filter(wants_access_place=True).update(wants_access_place=False)
    Answer.objects.filter(booking__event__ends_at__lte=now - ANSWERS_KEPT_FOR).delete()
    for event in _events_with_names_due(now):
        with transaction.atomic():
            BookingRules.objects.select_for_update(of=("self",)).filter(event=event).first()
            for booking in Booking.objects.filter(names_due(now), event=event).prefetch_related("attendees"):
                make_nameless(booking)


def names_due(now: datetime) -> Q:
    """Bookings whose names are kept for nothing any more."""
    had_a_place = Q(status__in=HOLDING, event__ends_at__lte=now - NAMES_KEPT_FOR)
    had_none = ~Q(status__in=HOLDING) & Q(event__ends_at__lte=now - ABSENT_KEPT_FOR)
    return Q(purged_at=None) & (had_a_place | had_none)


def _events_with_names_due(now: datetime) -> Iterator[int]:
    yield from Booking.objects.filter(names_due(now)).order_by("event").values_list("event", flat=True).distinct()
