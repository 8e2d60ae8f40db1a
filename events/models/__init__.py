from events.attendance.models import (  # noqa: F401 -- Django looks for them here
    Certificate,
    DoorRecord,
    FeedbackSurvey,
    Presence,
    QuarterReport,
    SpentToken,
    WalkIn,
)
from events.bookings.models import (  # noqa: F401 -- Django looks for them here
    AccessNeed,
    Answer,
    Attendee,
    Booking,
    BookingLetter,
    BookingLogEntry,
    BookingRules,
    PersonalCalendar,
    Pool,
    Question,
)

from .calendar import CalendarEntry, JoiningLink
from .event import CALENDARS_OF_SERIES, EventPage
from .index_page import EventIndexPage
from .lists import Audience, Speaker
from .parts import Contributor, EventAttachment, EventHost, EventSession, EventSpeaker, ends_after_it_starts
from .room import EventRoom
from .series import MOST_DATES, EventSeries, Occurrence, SkippedDate

__all__ = [
    "CALENDARS_OF_SERIES",
    "MOST_DATES",
    "Audience",
    "CalendarEntry",
    "Contributor",
    "EventAttachment",
    "EventHost",
    "EventIndexPage",
    "EventPage",
    "EventRoom",
    "EventSeries",
    "EventSession",
    "EventSpeaker",
    "JoiningLink",
    "Occurrence",
    "SkippedDate",
    "Speaker",
    "ends_after_it_starts",
]
