"""Who asks for a space, and whose bookings somebody may see."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Q
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from core.addresses import proven_address
from core.prepared import Prepared
from directory.choices import MemberRole
from directory.models import OrganisationMember, OrganisationPage
from directory.queries.bookers import Booker, booker_of
from spaces.models import Booking, Credential
from spaces.models.booking import BookingQuerySet
from spaces.rules import Asker


def asker_of(user: User | AnonymousUser) -> Asker:
    return asker_for(booker_of(user))


PASSED = Prepared(
    lambda user: Credential.objects.filter(user=user).order_by().values_list("gate").annotate(until=Max("expires_on"))
)


def asker_for(booker: Booker, *, is_staff: bool = False) -> Asker:
    """What they have passed is read when it is first asked for: most spaces ask for nothing."""
    user = booker.user
    if user is None:
        return Asker(booker, is_staff=is_staff)
    passed: Any = SimpleLazyObject(lambda: dict(PASSED.rows(user.pk)))
    return Asker(booker, passed, is_staff)


def bookings_of(user: User | AnonymousUser) -> BookingQuerySet:
    """Those that are ``user``'s own, and those that they made for somebody."""
    if not isinstance(user, User):
        return Booking.objects.none()
    mine = Q(user=user) | Q(made_by=user)
    if address := proven_address(user):
        mine |= Q(user=None, email=address)
    return Booking.objects.filter(mine).of_people()


def bookings_of_tenant(user: User | AnonymousUser) -> BookingQuerySet:
    """All bookings of the organisations whose admin ``user`` is."""
    if not isinstance(user, User):
        return Booking.objects.none()
    administered = OrganisationMember.objects.filter(user=user, role=MemberRole.ADMIN, organisation__live=True)
    return Booking.objects.filter(organisation__in=administered.values("organisation")).of_people()


def administered_by(user: User | AnonymousUser) -> list[OrganisationPage]:
    """The organisations whose admin ``user`` is, the one they have belonged to longest first."""
    if not isinstance(user, User):
        return []
    found = OrganisationMember.objects.filter(user=user, role=MemberRole.ADMIN, organisation__live=True)
    return [one.organisation for one in found.select_related("organisation")]
