"""What a booking of an event can become, as a table. ``actions.settling.set_status`` is the one way along it."""

from django.db.models import Model

from core.states import Machine

from .choices import BookingStatus
from .models import Booking

BOOKING = Machine(
    "booking",
    BookingStatus,
    {
        BookingStatus.PENDING: (BookingStatus.CONFIRMED, BookingStatus.DECLINED, BookingStatus.CANCELLED),
        BookingStatus.CONFIRMED: (BookingStatus.CANCELLED,),
        BookingStatus.WAITING: (BookingStatus.OFFERED, BookingStatus.PENDING, BookingStatus.CANCELLED),
        BookingStatus.OFFERED: (BookingStatus.CONFIRMED, BookingStatus.LAPSED, BookingStatus.CANCELLED),
    },
    {
        BookingStatus.CANCELLED: "Book again on the page of the event: that is a new booking.",
        BookingStatus.DECLINED: "Look for another date, or ask us what would work.",
        BookingStatus.LAPSED: "Go on the waiting list again, or look for another date: that is a new booking.",
    },
)
MACHINES: dict[type[Model], Machine] = {Booking: BOOKING}
