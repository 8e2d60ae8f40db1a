"""Short stable codes that are stored, and the words that are shown for them."""

from django.db import models

from directory.choices import Group as Group  # a pool may be kept for some


class BookingStatus(models.TextChoices):
    """Where a booking stands. While it is pending, offered or confirmed, its places are nobody else's."""

    PENDING = "pending", "Waits for approval"
    CONFIRMED = "confirmed", "Confirmed"
    WAITING = "waiting", "On the waiting list"
    OFFERED = "offered", "A place is offered"
    CANCELLED = "cancelled", "Cancelled"
    DECLINED = "declined", "Not accepted"
    LAPSED = "lapsed", "Offer not taken up"


HOLDING = (BookingStatus.PENDING, BookingStatus.OFFERED, BookingStatus.CONFIRMED)
LIVE = (*HOLDING, BookingStatus.WAITING)


class PoolKind(models.TextChoices):
    GENERAL = "general", "Places"
    ACCESS = "access", "Held back for people with access needs"


class QuestionKind(models.TextChoices):
    TEXT = "text", "A few words"
    CHOICE = "choice", "One of several answers"


class NeedKind(models.TextChoices):
    ACCESS = "access", "To take part"
    DIET = "diet", "Food"


class Availability(models.TextChoices):
    """What anybody may know of how many places are left."""

    FREE = "free", "Places free"
    FEW = "few", "Last places"
    KEPT = "kept", "Kept for members"
    WAITING = "waiting", "Waiting list"
    FULL = "full", "Full"
