"""Who may do what with bookings of spaces, besides those whose they are."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User

from .models import Booking
from .models.booking import BookingQuerySet
from .queries.people import bookings_of, bookings_of_tenant

MANAGE = "spaces.manage_bookings"
GIVE_CREDENTIALS = "spaces.give_credential"
TOP_UP = "spaces.top_up_allowance"


def may_manage(user: User | AnonymousUser) -> bool:
    """See who has which space, change it, close spaces, and say yes or no."""
    return user.has_perm(MANAGE)


def may_give_credentials(user: User | AnonymousUser) -> bool:
    """Say who passed an induction or training."""
    return user.has_perm(GIVE_CREDENTIALS)


def may_top_up(user: User | AnonymousUser) -> bool:
    """Add to what a tenant may book."""
    return user.has_perm(TOP_UP)


def may_change(user: User | AnonymousUser, booking: Booking) -> bool:
    """Whoever has it, who made it, an admin of the tenant that it belongs to, and those of us who manage bookings."""
    return may_manage(user) or changeable(user).filter(pk=booking.pk).exists()


def changeable(user: User | AnonymousUser) -> BookingQuerySet:
    """All that ``may_change`` allows ``user``."""
    return Booking.objects.all() if may_manage(user) else bookings_of(user) | bookings_of_tenant(user)
