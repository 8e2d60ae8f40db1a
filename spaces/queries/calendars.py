"""What calendars show: what holds a space, to come and of the last three months, with when each was last changed."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from core.addresses import proven_address
from core.visibility import public
from directory.choices import MemberRole
from directory.models import OrganisationPage
from spaces.choices import BookingStatus
from spaces.models import Booking, BookingLogEntry, SpaceCalendar, SpacePage
from spaces.models.booking import BookingQuerySet

KEPT = timedelta(days=92)  # after its end; what a feed no longer names vanishes from its subscribers' past

Changed = tuple[Booking, datetime]


def of_person(user: User) -> list[Changed]:
    """What ``user`` comes to, not what they made for others."""
    mine = Q(user=user)
    if address := proven_address(user):
        mine |= Q(user=None, email=address)
    return _shown(Booking.objects.of_people().filter(mine))


def of_tenant(organisation: OrganisationPage) -> list[Changed]:
    return _shown(Booking.objects.of_people().filter(organisation=organisation))


def of_space(space: SpacePage) -> list[Changed]:
    """Whatever has one of its units: a room is taken with the room that it is combined to as well."""
    units = SpacePage.units.through.objects.filter(spacepage=space.pk).values("unit")
    return _shown(Booking.objects.filter(allocations__unit__in=units, allocations__active=True))


def _shown(bookings: BookingQuerySet) -> list[Changed]:
    to_show = Booking.objects.filter(pk__in=bookings.holding().filter(ends_at__gt=timezone.now() - KEPT).values("pk"))
    to_show = to_show.exclude(status=BookingStatus.OFFERED, expires_at__lte=timezone.now())
    to_show = to_show.select_related("space__floor__building", "organisation").prefetch_related("allocations__unit")
    newest = BookingLogEntry.objects.filter(booking=OuterRef("pk")).order_by("-at").values("at")[:1]
    found = to_show.annotate(changed_at=Coalesce(Subquery(newest), "created_at")).order_by("starts_at", "pk")
    return [(booking, booking.changed_at) for booking in found]


def named(bookings: list[Changed]) -> set[int]:
    """Organisations of ``bookings`` that anybody may see."""
    keys = {booking.organisation_id for booking, _ in bookings if booking.organisation_id}
    return set(public(OrganisationPage.objects.filter(pk__in=keys)).values_list("pk", flat=True)) if keys else set()


def administered_by(user: User) -> list[OrganisationPage]:
    """Organisations whose calendar ``user`` may ask for, and end."""
    admins = {"members__user": user, "members__role": MemberRole.ADMIN, "live": True}
    return list(OrganisationPage.objects.filter(**admins).select_related("space_calendar").order_by("title", "pk"))


def calendar_of_person(user: User) -> SpaceCalendar | None:
    return SpaceCalendar.objects.filter(user=user).first()
