"""What an account's people book, and where they were: read from the events and spaces apps, for those who may."""

from django.db.models import Q, QuerySet

from accounts.models import User
from directory.models import OrganisationMember
from events.attendance.models import Presence
from events.bookings.choices import BookingStatus
from events.bookings.models import Booking
from spaces.choices import BookingStatus as SpaceBookingStatus
from spaces.models import Booking as SpaceBooking
from tenancy.grants import works_with_accounts
from tenancy.models import Account

from . import Entry, Row, Source, register


def _of(account: Account, viewer: User, path: str) -> Q:
    """What somebody booked for the company, or as one of its members."""
    if not works_with_accounts(viewer) or account.organisation_id is None:
        return Q(pk__in=())
    members = OrganisationMember.objects.filter(organisation=account.organisation_id).values("user")
    return Q(**{f"{path}organisation": account.organisation_id}) | Q(**{f"{path}user__in": members})


def _bookings(account: Account, viewer: User) -> QuerySet[Booking]:
    return Booking.objects.filter(_of(account, viewer, ""))


def _booking(row: Row, _: str) -> Entry:
    return Entry(row.at, f"Booked: {row.what}", "calendar", by=row.who, tag=BookingStatus(row.state).label)


def _presences(account: Account, viewer: User) -> QuerySet[Presence]:
    return Presence.objects.filter(_of(account, viewer, "attendee__booking__"))


def _presence(row: Row, _: str) -> Entry:
    return Entry(row.at, f"Came to {row.what}", "ticket", by=row.who)


def _spaces(account: Account, viewer: User) -> QuerySet[SpaceBooking]:
    return SpaceBooking.objects.of_people().filter(_of(account, viewer, ""))


def _space(row: Row, _: str) -> Entry:
    return Entry(row.at, f"Booked a space: {row.what}", "calendar", by=row.who, tag=SpaceBookingStatus(row.state).label)


def _used(account: Account, viewer: User) -> QuerySet[SpaceBooking]:
    return _spaces(account, viewer).filter(checked_in_at__isnull=False)


def _use(row: Row, _: str) -> Entry:
    return Entry(row.at, f"Was in {row.what}", "door", by=row.who)


register(
    Source(
        "event booked",
        "bookings",
        "created_at",
        _bookings,
        _booking,
        {"what": "event__title", "who": "name", "state": "status"},
    ),
    Source(
        "event visited",
        "bookings",
        "came_at",
        _presences,
        _presence,
        {"what": "event__title", "who": "attendee__name"},
    ),
    Source(
        "space booked",
        "bookings",
        "created_at",
        _spaces,
        _space,
        {"what": "space__title", "who": "name", "state": "status"},
    ),
    Source("space used", "bookings", "checked_in_at", _used, _use, {"what": "space__title", "who": "name"}),
)
