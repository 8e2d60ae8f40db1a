"""People who agreed to be named as speakers or hosts."""

from core.privacy import Basis, Erasure, PersonalData, register

register(
    PersonalData(
        model="events.Speaker",
        fields=("name", "role", "consented_on"),
        purpose="Says who speaks at an event, or hosts it.",
        basis=Basis.CONSENT,
        retention="until they change their mind; versions of pages hold no name, only a number that then leads nowhere",
        erasure=Erasure.BY_EDITOR,
    )
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
