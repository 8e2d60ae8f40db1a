"""Letters about a booking: what became of it, each with the link by which it is changed or cancelled.

Who has a space, or had one, gets it as an entry of their calendar: the last part of the letter, which mail programs read.
"""

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from core import calendars
from core.letters import in_two_lines, message_id
from core.letters import letter as write_letter

from . import invitations
from .choices import LIVE, BookingStatus
from .models import Booking, BookingLetter
from .places import place_lines
from .wording import WORDS, Told, Words, asked_of_us

HANDED_ON, MOVED, REMINDER = "handed-on", "moved", "reminder"
# Where the booking stands for which a letter is written; one about a state that has passed is not sent.
ABOUT: dict[str, set[str]] = {
    **{status: {status} for status in BookingStatus},
    MOVED: {BookingStatus.CONFIRMED, BookingStatus.PENDING},
    REMINDER: {BookingStatus.CONFIRMED},
}


def is_still_true(letter: BookingLetter) -> bool:
    booking = letter.booking
    if booking.purged_at is not None:
        return False  # nobody is written to any more
    if letter.letter == HANDED_ON:
        return letter.to != booking.email
    if booking.status not in ABOUT[letter.letter]:
        return False
    if letter.letter == REMINDER:
        return booking.starts_at > timezone.now()
    return booking.status not in LIVE or booking.ends_at > timezone.now()


def written(letter: BookingLetter) -> EmailMultiAlternatives:
    """The letter, what its calendar part does noted in it."""
    booking, to = letter.booking, letter.to or letter.booking.email
    message = _message(letter, WORDS[letter.letter](Told(booking, letter.was)), to)
    if letter.letter == REMINDER:
        return message
    is_told = was_told(letter)
    has_it = letter.letter != HANDED_ON and booking.status == BookingStatus.CONFIRMED
    is_moved = letter.letter == MOVED and is_told  # while it is looked at anew, the entry goes along
    if has_it or is_moved:
        letter.method = calendars.REQUEST
        calendars.attach(message, invitations.request(booking), calendars.REQUEST)
    elif is_told and (letter.letter == HANDED_ON or booking.status not in LIVE):
        letter.method = calendars.CANCEL
        calendars.attach(message, invitations.cancellation(booking, to=to), calendars.CANCEL)
    return message


def was_told(letter: BookingLetter) -> bool:
    """Whether the calendar of whoever gets ``letter`` shows the booking, by what earlier letters told it."""
    earlier = letter.booking.letters.filter(pk__lt=letter.pk).exclude(method="").order_by("pk").last()
    return earlier is not None and earlier.method == calendars.REQUEST


def to_answer(booking: Booking, to: str, dates: int) -> EmailMultiAlternatives:
    """To one of those who say yes or no, that a request waits. Without the link of whoever asked."""
    return write_letter(
        "spaces/email/answer",
        to=to,
        context={"words": asked_of_us(Told(booking, {}), dates)},
        headers={"Message-ID": message_id("spaces.answer", f"{booking.pk}.{booking.sequence}.{to}")},
    )


# ---- parts ----------------------------------------------------------------------------------------------------------
def _message(letter: BookingLetter, words: Words, to: str) -> EmailMultiAlternatives:
    booking = letter.booking
    told = Told(booking, letter.was)
    is_theirs = letter.letter != HANDED_ON
    context = {
        "words": words,
        "booking": booking,
        "space": booking.space,
        "what": told.what,
        "space_url": told.page,
        "when": told.when,
        "is_off": booking.status not in LIVE or not is_theirs,
        "where": in_two_lines(place_lines(booking, lasting=True)),
        "organisation": booking.organisation if is_theirs else None,
        "manage_url": told.manage_url if is_theirs else "",
        "is_theirs": is_theirs,
    }
    return write_letter(
        "spaces/email/booking",
        to=to,
        context=context,
        headers={"Message-ID": message_id("spaces.letter", str(letter.pk))},
    )
