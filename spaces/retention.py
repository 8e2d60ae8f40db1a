"""What is known of people who have spaces is kept for a time only: forgotten when it is over, as docs/privacy.md says.

Counted from the end of a booking. Numbers stay: which space, when, by which organisation of the directory. So do closures,
which are about nobody.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from .actions.forgetting import make_nameless
from .choices import BookingStatus
from .models import Booking, BookingLogEntry, Credential, Series, Visitor
from .models.booking import BookingQuerySet

NAMES_KEPT_FOR = timedelta(days=365)
VISITORS_KEPT_FOR = timedelta(days=30)
CREDENTIALS_KEPT_FOR = timedelta(days=365)  # after their last day
NOBODY_COMES = (BookingStatus.CANCELLED, BookingStatus.DECLINED, BookingStatus.LAPSED)


def forget() -> None:
    """Do what is due now. Safe to run twice at once; one transaction a booking, so that what was done stays done."""
    now = timezone.now()
    over = Q(booking__status__in=NOBODY_COMES) | Q(booking__ends_at__lte=now - VISITORS_KEPT_FOR)
    Visitor.objects.filter(over).delete()
    Credential.objects.filter(expires_on__lte=timezone.localdate(now) - CREDENTIALS_KEPT_FOR).delete()
    for key in list(names_due(now).values_list("pk", flat=True)):
        with transaction.atomic():
            taken = Booking.objects.select_for_update(of=("self",), no_key=True).filter(pk=key, purged_at=None)
            for booking in taken:
                make_nameless(booking)
    BookingLogEntry.objects.filter(by__isnull=False, booking__ends_at__lte=now - NAMES_KEPT_FOR).update(by=None)
    named = Booking.objects.filter(series=OuterRef("pk"), purged_at=None)
    Series.objects.filter(~Exists(named), user__isnull=False).update(user=None)


def names_due(now: datetime) -> BookingQuerySet:
    """Bookings whose names are kept for nothing any more."""
    return Booking.objects.of_people().filter(purged_at=None, ends_at__lte=now - NAMES_KEPT_FOR)
