"""Who may do what with bookings of spaces, besides those whose they are."""

from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Q

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


def who_manages() -> list[User]:
    """Those whose work it is: whoever may do everything by rank is not among them."""
    app, _, name = MANAGE.partition(".")
    given = Permission.objects.filter(content_type__app_label=app, codename=name)
    theirs = Q(groups__permissions__in=given) | Q(user_permissions__in=given)
    return list(User.objects.filter(theirs, is_active=True).distinct().order_by("pk"))


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
