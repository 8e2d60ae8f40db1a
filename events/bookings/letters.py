"""Letters about a booking: what became of it, each with the link by which it is changed or cancelled.

Who has a place, or had one, gets it as an entry of their calendar: the last part of the letter, which mail programs read.
"""

from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from core import calendars
from core.letters import in_two_lines, message_id
from core.letters import letter as write_letter
from events.choices import EventStatus
from search.exports import absolute

from . import invitations, links
from .choices import LIVE, BookingStatus
from .models import BookingLetter
from .wording import WORDS, Told, Words, days_gone, joins_online, when_lines

HANDED_ON = "handed-on"
REMINDER = "reminder"
OF_THE_EVENT = {  # where the event stands, when it was published anew
    "moved": EventStatus.SCHEDULED,
    "back-on": EventStatus.SCHEDULED,
    "postponed": EventStatus.POSTPONED,
    "event-cancelled": EventStatus.CANCELLED,
}
# Where the booking stands for which a letter is written; one about a state that has passed is not sent.
ABOUT: dict[str, set[str]] = {
    **{status: {status} for status in BookingStatus},
    "changed": set(LIVE),
    REMINDER: {BookingStatus.CONFIRMED},
    **{letter: set(LIVE) for letter in OF_THE_EVENT},
}


def due_for(was: EventStatus | str, now: EventStatus | str) -> str:
    """Which letter tells that an event was published anew; empty where there is nothing to tell."""
    if now == EventStatus.CANCELLED:
        return "" if was == EventStatus.CANCELLED else "event-cancelled"
    if now == EventStatus.POSTPONED:
        return "postponed"
    return "moved" if was in ("", EventStatus.SCHEDULED) else "back-on"


def is_still_true(letter: BookingLetter) -> bool:
    booking, event = letter.booking, letter.booking.event
    if booking.purged_at is not None:
        return False  # nobody is written to any more
    if letter.letter == HANDED_ON:
        return letter.to != booking.email
    if booking.status not in ABOUT[letter.letter]:
        return False
    if letter.letter in OF_THE_EVENT:
        # Published anew since then, it has another letter.
        is_newest = letter.was.get("sequence") in (None, event.calendar_entry.sequence)
        return is_newest and event.status == OF_THE_EVENT[letter.letter] and event.ends_at > timezone.now()
    if letter.letter == REMINDER:
        return event.live and event.status == EventStatus.SCHEDULED and event.starts_at > timezone.now()
    return True


def written(letter: BookingLetter) -> list[EmailMultiAlternatives]:
    """The letter, its calendar part noted in it; before it a second one where days of an event fell out of it.

    One file for calendars has one METHOD: it can't move some entries and strike out others.
    """
    booking, event = letter.booking, letter.booking.event
    name, to, told = _name(letter), letter.to or letter.booking.email, told_before(letter)
    main = _message(letter, WORDS[name](Told(booking, letter.was)), to)
    if name == REMINDER:
        return [main]
    if name == HANDED_ON or booking.status != BookingStatus.CONFIRMED or event.status == EventStatus.CANCELLED:
        if told:
            letter.method = calendars.CANCEL
            calendars.attach(main, invitations.cancellation(booking, told, to=to), calendars.CANCEL)
        return [main]
    content, letter.entries = invitations.request(booking)
    letter.method = calendars.REQUEST
    calendars.attach(main, content, calendars.REQUEST)
    kept = {one["uid"] for one in letter.entries}
    gone = [one for one in told if one["uid"] not in kept]
    if not gone:
        return [main]
    words = days_gone(Told(booking, letter.was), [datetime.fromisoformat(one["starts_at"]) for one in gone])
    before = _message(letter, words, to)
    calendars.attach(before, invitations.cancellation(booking, gone, to=to), calendars.CANCEL)
    return [before, main]


def told_before(letter: BookingLetter) -> invitations.Told:
    """What the calendar of whoever gets ``letter`` shows, as far as earlier letters told it."""
    earlier = letter.booking.letters.filter(pk__lt=letter.pk).exclude(method="").order_by("pk").last()
    return earlier.entries if earlier and earlier.method == calendars.REQUEST else []


# ---- parts ----------------------------------------------------------------------------------------------------------
def _name(letter: BookingLetter) -> str:
    """Somebody booked in the moment in which the event was called off: they are told that, not that they have a place."""
    of_a_place = (*LIVE, "changed")
    if letter.letter in of_a_place and letter.booking.event.status != EventStatus.SCHEDULED:
        return due_for(EventStatus.SCHEDULED, letter.booking.event.status)
    return letter.letter


def _message(letter: BookingLetter, words: Words, to: str) -> EmailMultiAlternatives:
    booking, event = letter.booking, letter.booking.event
    is_theirs = letter.letter != HANDED_ON
    joins = words.shows_directions and joins_online(booking) and booking.status == BookingStatus.CONFIRMED
    context = {
        "words": words,
        "booking": booking,
        "event": event,
        "event_url": absolute(event.url or ""),
        "places": booking.attendees.count(),
        "when": when_lines(event),
        "is_off": event.status != EventStatus.SCHEDULED,
        "where": in_two_lines(event.place_lines) or ["Online"],
        "is_also_online": event.is_online and event.is_in_person,
        "join_url": links.join_url(booking) if joins else "",
        "manage_url": links.manage_url(booking) if is_theirs else "",
        "is_theirs": is_theirs,
    }
    return write_letter(
        "events/email/booking",
        to=to,
        context=context,
        headers={"Message-ID": message_id("events.bookings.letter", f"{letter.pk}.{words.heading}")},
    )
