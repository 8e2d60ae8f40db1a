"""Short stable codes that are stored, and the words that are shown for them."""

from django.db import models

from core.recurrence import Frequency as Frequency  # of the repeated ones, as an editor chooses it


class EventKind(models.TextChoices):
    """What somebody comes for."""

    TALK = "talk", "Talk"
    CONFERENCE = "conference", "Conference"
    COURSE = "course", "Course"
    WORKSHOP = "workshop", "Workshop"
    CLINIC = "clinic", "Clinic"
    DEMO_DAY = "demo-day", "Demo day"
    COMMUNITY_MEETING = "community-meeting", "Community meeting"
    ENGAGEMENT_FORUM = "engagement-forum", "Engagement forum"
    BRIEFING = "briefing", "Briefing"
    INDUCTION = "induction", "Induction"
    TOUR = "tour", "Tour"
    CLUB = "club", "Club"
    SOCIAL = "social", "Social"
    ELSEWHERE = "elsewhere", "Run by others"


class PlaceKind(models.TextChoices):
    """Where it is, which also says how somebody takes part."""

    SPACE = "space", "In a space of the village"
    ADDRESS = "address", "At another address"
    ONLINE = "online", "Online"
    HYBRID = "hybrid", "In a space and online"
    ELSEWHERE = "elsewhere", "Run by others, elsewhere"


class EventStatus(models.TextChoices):
    SCHEDULED = "scheduled", "Takes place"
    POSTPONED = "postponed", "Postponed"
    CANCELLED = "cancelled", "Cancelled"


class Attendance(models.TextChoices):
    """How somebody can take part; an event may offer both."""

    IN_PERSON = "in-person", "In person"
    ONLINE = "online", "Online"


class When(models.TextChoices):
    UPCOMING = "upcoming", "To come"
    PAST = "past", "Past"


class Scope(models.TextChoices):
    """Which dates of a series a change is for."""

    THIS = "this", "This date only"
    FOLLOWING = "following", "This date and those after it"
    ALL = "all", "All dates that are still to come"


ONLINE_PLACES = frozenset({PlaceKind.ONLINE, PlaceKind.HYBRID})
IN_PERSON_PLACES = frozenset({PlaceKind.SPACE, PlaceKind.ADDRESS, PlaceKind.HYBRID, PlaceKind.ELSEWHERE})
