"""What is held about people who booked, and who came. Of a group, only whoever booked is known for certain."""

from django.db.models import F, Q
from django.utils import timezone

from core.subject_access import WORK, Person, erasure, give, give_not

from .attendance.models import Certificate, DoorRecord, WalkIn
from .bookings import actions
from .bookings.models import Booking, BookingLetter


def _attends(person: Person, path: str = "") -> Q:
    own = person.owns(f"{path}booking__user", f"{path}booking__email")
    return own & Q(**{f"{path}name": F(f"{path}booking__name")})


def _came(person: Person) -> Q:
    return _attends(person, "attendee__") | Q(walk_in__email__in=person.addresses)


def _of_booking(person: Person) -> Q:
    return person.owns("booking__user", "booking__email")


give("events.Booking", lambda person: person.owns())
give("events.Attendee", _attends)
give("events.Answer", _of_booking)
give("events.AccessNeed", _of_booking)
give("events.BookingLetter", lambda person: Q(to__in=person.addresses), fields=("letter", "to", "made_at"))
give("events.PersonalCalendar", lambda person: Q(user__in=person.users))
give("events.WalkIn", lambda person: Q(email__in=person.addresses))
give("events.DoorRecord", _came)
give("events.Presence", _came)
give("events.Certificate", _came)
give_not(
    "What public pages say of you with your agreement: it stands under a name alone, which proves nobody.",
    "events.Speaker",
)
give_not("Answers to surveys: kept without a name, so that nobody can tell which are yours.", "events.FeedbackSurvey")
give_not("Hashes by which people are counted once: they lead to nobody.", "events.SpentToken")
give_not(WORK, "events.BookingLogEntry")


@erasure()
def forget_bookings(person: Person) -> None:
    """What is to come is cancelled, so that nobody is expected; then each is made nameless, with what followed from it."""
    own = list(Booking.objects.filter(person.owns()).select_related("event"))
    Certificate.objects.filter(_came(person)).delete()
    DoorRecord.objects.filter(_came(person)).delete()
    for walk_in in WalkIn.objects.filter(email__in=person.addresses):
        walk_in.name = walk_in.email = walk_in.organisation_name = ""
        walk_in.save(update_fields=["name", "email", "organisation_name"])
    for booking in own:
        if booking.is_live and booking.event.ends_at > timezone.now():
            actions.cancel(booking=booking)
        actions.erase(booking=booking)
    BookingLetter.objects.filter(Q(to__in=person.addresses) | Q(booking__in=own)).exclude(to="").update(to="")
