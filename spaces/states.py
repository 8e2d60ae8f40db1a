"""What a booking of a space can become, as a table. ``actions.settling.set_status`` is the one way along it."""

from django.db.models import Model

from core.states import Machine

from .choices import BookingStatus
from .models import Booking

BOOKING = Machine(
    "booking",
    BookingStatus,
    {
        # To itself while it lives: handed on, moved or ended early it is as it was.
        BookingStatus.PENDING: (
            *(BookingStatus.CONFIRMED, BookingStatus.DECLINED, BookingStatus.LAPSED, BookingStatus.CANCELLED),
            BookingStatus.PENDING,
        ),
        BookingStatus.CONFIRMED: (
            *(
                BookingStatus.PENDING,
                BookingStatus.CANCELLED,
                BookingStatus.RELEASED,
            ),  # pending: moved where we say yes
            BookingStatus.CONFIRMED,
        ),
        BookingStatus.WAITING: (
            *(BookingStatus.OFFERED, BookingStatus.PENDING, BookingStatus.CONFIRMED, BookingStatus.CANCELLED),
            BookingStatus.WAITING,
        ),
        BookingStatus.OFFERED: (
            *(BookingStatus.CONFIRMED, BookingStatus.PENDING, BookingStatus.LAPSED, BookingStatus.CANCELLED),
            BookingStatus.OFFERED,
        ),
    },
    {
        BookingStatus.CANCELLED: "Look at what is free, and book again: that is a new booking.",
        BookingStatus.DECLINED: "Ask for another time or another space: that is a new booking.",
        BookingStatus.LAPSED: "Look at what is free now, and book again: that is a new booking.",
        BookingStatus.RELEASED: "Look at what is free now, and book again: that is a new booking.",
    },
)
MACHINES: dict[type[Model], Machine] = {Booking: BOOKING}
