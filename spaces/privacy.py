"""People who have a space, or come to one. What forgets is ``retention.py``."""

from core.privacy import Basis, Erasure, PersonalData, register

NAMES = "one year after the end of the booking"
VISITS = "30 days after the booking; a day after it is cancelled"
CREDENTIALS = "one year after its last day"


def _booked(
    model: str, fields: tuple[str, ...], purpose: str, retention: str = NAMES, *, basis: Basis = Basis.PUBLIC_TASK
) -> PersonalData:
    return PersonalData(
        model=model,
        fields=fields,
        purpose=purpose,
        basis=basis,
        retention=retention,
        erasure=Erasure.NAMES_ONLY,
    )


def _us(model: str, fields: tuple[str, ...], purpose: str, retention: str = NAMES) -> PersonalData:
    return PersonalData(
        model=model,
        fields=fields,
        purpose=purpose,
        basis=Basis.PUBLIC_TASK,
        retention=retention,
        erasure=Erasure.NAMELESS,
    )


register(
    _booked(
        "spaces.Booking",
        ("name", "email", "words"),
        "Keeps a space for somebody, tells them of it, and says what for as far as they let others know; shows whoever "
        "looks after their company who of it had one.",
    ),
    _booked(
        "spaces.Booking",
        ("groups", "organisation", "confidentiality"),
        "Gives spaces by their rules. Numbers by space, time and organisation of the directory stay.",
    ),
    _us(
        "spaces.Booking", ("user", "made_by"), "Shows somebody who signs in what they have booked, or made for others."
    ),
    _us("spaces.BookingLogEntry", ("by",), "Shows colleagues who changed a booking."),
    _booked("spaces.BookingLogEntry", ("words",), "Shows colleagues why a booking was made free of charge."),
    _us("spaces.Series", ("user",), "Says whose the dates of a series are.", "as long as the names of its bookings"),
    _booked(
        "spaces.Visitor",
        ("name", "email", "organisation_name", "arrived_at", "left_at"),
        "Tells reception whom to expect as a guest, and who is in the building.",
        VISITS,
    ),
    _booked("spaces.Visitor", ("needs",), "Has prepared what a guest needs.", VISITS, basis=Basis.CONSENT),
    _us("spaces.AllowanceEntry", ("by",), "Accounts for what was added to an allowance.", "as long as the record"),
)

# ---- inductions -----------------------------------------------------------------------------------------------------
register(
    PersonalData(
        model="spaces.Credential",
        fields=("gate", "user", "given_on", "expires_on"),
        purpose="Lets those alone book a bench who passed its induction or training.",
        basis=Basis.PUBLIC_TASK,
        retention=CREDENTIALS,
        erasure=Erasure.WITH_ACCOUNT,
    ),
    _us("spaces.Credential", ("given_by",), "Shows colleagues who let somebody pass.", CREDENTIALS),
)

# ---- letters and calendars ------------------------------------------------------------------------------------------
register(
    PersonalData(
        model="spaces.BookingLetter",
        fields=("to", "was"),
        purpose="Where a letter goes that is for somebody who handed their booking on; and a reason that we wrote.",
        basis=Basis.PUBLIC_TASK,
        retention="until the letter is sent: seconds, or an hour where the mail server is down",
        erasure=Erasure.ONCE_USED,
    ),
    PersonalData(
        model="spaces.SpaceCalendar",
        fields=("user",),
        purpose="Shows a person their own bookings in their own calendar, at an address that they asked for.",
        basis=Basis.PUBLIC_TASK,
        retention="until they end it, or as long as the account",
        erasure=Erasure.WITH_ACCOUNT,
    ),
)
