"""People who agreed to be named as speakers or hosts, and people who booked. What forgets is ``bookings/retention.py``."""

from core.privacy import Basis, Erasure, PersonalData, register
from events.attendance import privacy as attendance

__all__ = ["attendance"]  # importing it registers its entries

NAMES = "two years after the event; 90 days for whoever had no place in the end"
NEEDS = "14 days after the event; a day after a booking is cancelled"
ANSWERS = "90 days after the event"


def _booked(
    model: str, fields: tuple[str, ...], purpose: str, retention: str, *, basis: Basis = Basis.PUBLIC_TASK
) -> PersonalData:
    return PersonalData(
        model=model, fields=fields, purpose=purpose, basis=basis, retention=retention, erasure=Erasure.NAMES_ONLY
    )


def _us(model: str, field: str, purpose: str, retention: str) -> PersonalData:
    return PersonalData(
        model=model,
        fields=(field,),
        purpose=purpose,
        basis=Basis.PUBLIC_TASK,
        retention=retention,
        erasure=Erasure.NAMELESS,
    )


register(
    PersonalData(
        model="events.Speaker",
        fields=("name", "role", "consented_on"),
        purpose="Says who speaks at an event, or hosts it.",
        basis=Basis.CONSENT,
        retention="until they change their mind; versions of pages hold no name, only a number that then leads nowhere",
        erasure=Erasure.BY_EDITOR,
    ),
    _booked(
        "events.Booking",
        ("name", "email", "organisation_name"),
        "Keeps a place for somebody, and tells them of it; afterwards, says who came; shows whoever looks after their "
        "company who of it had one.",
        NAMES,
    ),
    _booked(
        "events.Booking",
        ("groups", "organisation", "attendance"),
        "Gives places by the event's rules. Numbers by group and organisation of the directory stay.",
        NAMES,
    ),
    _booked("events.Booking", ("wants_access_place",), "Gives a place that is held back for access needs.", NEEDS),
    _booked(
        "events.Booking",
        ("tells_hosts",),
        "Says whether those who run the event may see the name.",
        NAMES,
        basis=Basis.CONSENT,
    ),
    _us("events.Booking", "user", "Shows somebody who signs in what they have booked.", NAMES),
    _booked("events.Attendee", ("name", "code"), "Says who comes with a group, and lets each in with a ticket.", NAMES),
    _booked("events.Answer", ("words",), "Answers what the event has to ask; the question says what for.", ANSWERS),
    _booked(
        "events.AccessNeed",
        ("kind", "words"),
        "Has prepared what somebody needs to take part, and food; seen by those alone who prepare it.",
        NEEDS,
        basis=Basis.CONSENT,
    ),
    _us("events.AccessNeed", "done_by", "Shows colleagues who prepared it.", NEEDS),
    _us(
        "events.BookingLogEntry",
        "by",
        "Shows colleagues who changed a booking; it holds no name.",
        "as long as the numbers",
    ),
)

# ---- letters and calendars ------------------------------------------------------------------------------------------
register(
    PersonalData(
        model="events.BookingLetter",
        fields=("to",),
        purpose="Where a letter goes that is for somebody who handed their booking on.",
        basis=Basis.PUBLIC_TASK,
        retention="until the letter is sent: seconds, or an hour where the mail server is down",
        erasure=Erasure.ONCE_USED,
    ),
    PersonalData(
        model="events.PersonalCalendar",
        fields=("user",),
        purpose="Shows a person their own bookings in their own calendar, at an address that they asked for.",
        basis=Basis.PUBLIC_TASK,
        retention="until they end it, or as long as the account",
        erasure=Erasure.WITH_ACCOUNT,
    ),
)
