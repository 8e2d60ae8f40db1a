"""Short stable codes that are stored, and the words that are shown for them."""

from django.db import models

from directory.choices import Group


class SpaceKind(models.TextChoices):
    HOT_DESKS = "hot-desks", "Hot desks"
    MEETING_ROOM = "meeting-room", "Meeting room"
    COMBINED_ROOM = "combined-room", "Combined room"
    LAB_BENCH = "lab-bench", "Lab bench"
    EVENT_SPACE = "event-space", "Event space"
    EQUIPMENT = "equipment", "Equipment"


class Takes(models.TextChoices):
    """Which of its units a booking of a space takes."""

    ALL = "all", "Every unit: a room, or rooms that are combined"
    ANY = "any", "As many as are asked for: desks, or pieces of the same kind"


class Audience(models.TextChoices):
    """Who may book a space."""

    TENANTS = Group.TENANTS.value, "Tenants"
    PARTNERS = Group.PARTNERS.value, "Partners"
    COHORT_MEMBERS = Group.COHORT_MEMBERS.value, "Companies of a running cohort"
    PUBLIC = "public", "Everybody"


class PriceBand(models.TextChoices):
    INCLUDED = "included", "Included"
    FROM_ALLOWANCE = "from-allowance", "From your allowance"
    HIRE = "hire", "For hire"


class AreaKind(models.TextChoices):
    """What a part of a floor is, on the plan."""

    EVENT_SPACE = "event-space", "Event space"
    HOT_DESKS = "hot-desks", "Hot desks"
    MEETING_ROOM = "meeting-room", "Meeting room"
    LABORATORY = "laboratory", "Laboratory"
    LAB_BENCH = "lab-bench", "Lab bench"
    EQUIPMENT = "equipment", "Equipment"
    LET = "let", "Let to tenants"
    COMMUNAL = "communal", "For everybody"
    RECEPTION = "reception", "Reception"
    CORRIDOR = "corridor", "Corridor"
    LIFT = "lift", "Lift"
    STAIRS = "stairs", "Stairs"
    TOILETS = "toilets", "Toilets"


class Tier(models.TextChoices):
    """How much a tenant has each month."""

    CORE = "core", "Core"
    GROWTH = "growth", "Growth"
    STRATEGIC = "strategic", "Strategic"


class BookingKind(models.TextChoices):
    """Why a space is taken. A closure is a booking too, so that nothing can be booked beside it."""

    BOOKING = "booking", "Booking"
    EVENT = "event", "Held for an event"
    CLOSURE = "closure", "Closed"


class BookingStatus(models.TextChoices):
    """Where a booking stands. While it is pending, offered or confirmed, its units are nobody else's."""

    PENDING = "pending", "Waits for approval"
    CONFIRMED = "confirmed", "Confirmed"
    WAITING = "waiting", "On the waiting list"
    OFFERED = "offered", "Offered to you"
    CANCELLED = "cancelled", "Cancelled"
    DECLINED = "declined", "Not accepted"
    LAPSED = "lapsed", "Not taken up in time"
    RELEASED = "released", "Given back, because nobody checked in"


HOLDING = (BookingStatus.PENDING, BookingStatus.OFFERED, BookingStatus.CONFIRMED)
LIVE = (*HOLDING, BookingStatus.WAITING)
EXPIRING = (BookingStatus.PENDING, BookingStatus.OFFERED)


class Confidentiality(models.TextChoices):
    """What others see of a booking, on screens and in calendars of a space."""

    OPEN = "open", "What it is for, and which organisation"
    ORGANISATION = "organisation", "Which organisation"
    BUSY = "busy", "That it is taken"


class EntryKind(models.TextChoices):
    """Why an allowance changed."""

    GRANTED = "granted", "Allowance of the month"
    CARRIED = "carried", "Carried over"
    TOPPED_UP = "topped-up", "Added by us"
    SPENT = "spent", "Booked"
    GIVEN_BACK = "given-back", "Given back"


class OccurrenceState(models.TextChoices):
    """What became of one date of a series."""

    MADE = "made", "Booked"
    MOVED = "moved", "Booked at another time or place"
    SKIPPED = "skipped", "Left out"
