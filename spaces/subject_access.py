"""What is held about people who have a space, or come to one."""

from django.db.models import Q
from django.utils import timezone

from core.subject_access import WORK, Person, erasure, give, give_not

from . import actions
from .models import Booking, BookingLetter, Visitor

give("spaces.Booking", lambda person: person.owns())
give(  # the names are those of whom they booked for
    "spaces.Booking",
    lambda person: Q(made_by__in=person.users),
    fields=("reference", "starts_at", "ends_at", "made_by"),
)
give("spaces.Series", lambda person: Q(user__in=person.users))
give("spaces.Visitor", lambda person: Q(email__in=person.addresses))
give("spaces.Credential", lambda person: Q(user__in=person.users))
give("spaces.BookingLetter", lambda person: Q(to__in=person.addresses), fields=("letter", "to", "made_at"))
give("spaces.SpaceCalendar", lambda person: Q(user__in=person.users))
give_not(WORK, "spaces.BookingLogEntry", "spaces.AllowanceEntry")


@erasure()
def forget_bookings(person: Person) -> None:
    """What is to come is cancelled, so that nobody is expected; then each is made nameless."""
    for booking in Booking.objects.filter(person.owns()).of_people():
        if booking.is_live and booking.ends_at > timezone.now():
            actions.cancel(booking=booking.pk)
        actions.erase(booking=booking.pk)
    Visitor.objects.filter(email__in=person.addresses).delete()
    BookingLetter.objects.filter(to__in=person.addresses).update(to="")
