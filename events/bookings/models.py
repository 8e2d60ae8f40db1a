"""PRIVATE: who comes. Plain tables beside the page, so that no version of it, no copy and no deletion loses a booking.

How many places of a pool are taken is counted by the database itself, in triggers (see ``guard``): nothing here adds it up.
"""

import secrets
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from core.references import MOST_SIGNS, new_reference
from events.choices import Attendance

from .choices import HOLDING, LIVE, Availability, BookingStatus, Group, NeedKind, PoolKind, QuestionKind

LONGEST_ANSWER = 1000
MOST_IN_A_GROUP = 20


def new_code() -> str:
    """What the ticket carries: cannot be guessed, and opens nothing but the door."""
    return secrets.token_urlsafe(12)


# ---- what can be booked ---------------------------------------------------------------------------------------------
class BookingRules(models.Model):
    """That an event is booked with us, and how. Its row is what every change of the event's bookings locks first."""

    event = models.OneToOneField("events.EventPage", on_delete=models.CASCADE, related_name="booking_rules")
    opens_at = models.DateTimeField("booking opens", null=True, blank=True, help_text="Empty: at once.")
    closes_at = models.DateTimeField("booking closes", null=True, blank=True, help_text="Empty: when the event begins.")
    waiting_list = models.BooleanField("waiting list", default=True)
    offer_hours = models.PositiveSmallIntegerField(
        "hours to take up an offer",
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
        help_text="How long a place that became free is kept for the next on the list. It never ends at night.",
    )
    approval = models.BooleanField(
        "places are given by us", default=False, help_text="Somebody asks for a place; you say yes or no."
    )
    largest_group = models.PositiveSmallIntegerField(
        "places in one booking",
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_IN_A_GROUP)],
        help_text="A group comes together or not at all.",
    )
    asks_diet = models.BooleanField("ask about food", default=False)
    certificate = models.BooleanField(
        "certificate of attendance", default=False, help_text="States the minutes that somebody was there."
    )
    availability = models.CharField(max_length=8, choices=Availability, default=Availability.FULL, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "booking rules"

    def __str__(self) -> str:
        return f"Booking rules of event {self.event_id}"

    def clean(self) -> None:
        super().clean()
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": "Booking can't close before it opens."})


class Pool(models.Model):
    """Places that are given by one rule. ``taken`` is written by the database alone."""

    event = models.ForeignKey("events.EventPage", on_delete=models.CASCADE, related_name="pools")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=PoolKind, default=PoolKind.GENERAL)
    capacity = models.PositiveIntegerField("places")
    taken = models.PositiveIntegerField(default=0, editable=False)
    groups = models.JSONField(default=list, blank=True, help_text="Whom it is for. None: everybody.")
    attendance = models.CharField("how they take part", max_length=10, choices=Attendance, blank=True)
    releases_at = models.DateTimeField(
        "open to everybody from", null=True, blank=True, help_text="What is left then is given to whoever asks."
    )
    per_organisation = models.PositiveSmallIntegerField(
        "most for one organisation", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="events_one_pool_a_name"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="events_pool_is_never_oversold"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Never writes ``taken``: what this instance knows of it may be old."""
        if self.pk and not kwargs.get("force_insert") and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = [f.name for f in self._meta.concrete_fields if f.name not in ("id", "taken")]
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if unknown := set(self.groups) - set(Group.values):
            raise ValidationError({"groups": f"There is no group “{min(unknown)}”. Choose from the list."})
        if self.pk and self.capacity is not None:
            taken = Pool.objects.values_list("taken", flat=True).get(pk=self.pk)
            if self.capacity < taken:
                words = f"{taken} of these places are taken. Move or cancel bookings first, or keep at least {taken}."
                raise ValidationError({"capacity": words})

    @property
    def free(self) -> int:
        return self.capacity - self.taken


class Question(models.Model):
    """What those who book are asked."""

    event = models.ForeignKey("events.EventPage", on_delete=models.CASCADE, related_name="questions")
    words = models.CharField("question", max_length=200)
    kind = models.CharField(max_length=8, choices=QuestionKind, default=QuestionKind.TEXT)
    choices = models.JSONField("answers to choose from", default=list, blank=True)
    required = models.BooleanField("must be answered", default=False)
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        super().clean()
        if self.kind == QuestionKind.CHOICE and len(self.choices) < 2:
            raise ValidationError({"choices": "Give at least two answers, one a line."})


# ---- who comes ------------------------------------------------------------------------------------------------------
class BookingQuerySet(models.QuerySet["Booking"]):
    def live(self) -> "BookingQuerySet":
        return self.filter(status__in=LIVE)

    def confirmed(self) -> "BookingQuerySet":
        return self.filter(status=BookingStatus.CONFIRMED)

    def waiting(self) -> "BookingQuerySet":
        """In the order in which they are served."""
        return self.filter(status=BookingStatus.WAITING).order_by("waiting_since", "pk")


class Booking(models.Model):
    """One person's wish to come, alone or with a group; the places are those of its attendees."""

    event = models.ForeignKey("events.EventPage", on_delete=models.PROTECT, related_name="bookings")
    reference = models.CharField(max_length=MOST_SIGNS, unique=True, default=new_reference, editable=False)
    nonce = models.UUIDField(
        default=uuid4, editable=False
    )  # signed with every link; a new one ends those that were sent
    key = models.UUIDField(unique=True, default=uuid4, editable=False)  # of the form: sent twice it is one booking
    status = models.CharField(max_length=9, choices=BookingStatus)
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail address")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="event_bookings"
    )
    organisation_name = models.CharField("organisation", max_length=160, blank=True)
    organisation = models.ForeignKey(
        "directory.OrganisationPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    groups = models.JSONField(default=list, blank=True)  # to which they belonged when they asked
    attendance = models.CharField("how they take part", max_length=10, choices=Attendance, blank=True)
    wants_access_place = models.BooleanField(default=False)
    tells_hosts = models.BooleanField("hosts may see the name", default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    waiting_since = models.DateTimeField(null=True, editable=False)
    offer_ends_at = models.DateTimeField(null=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)  # of its calendar entry, beside the event's own
    reminded_of = models.DateTimeField(null=True, editable=False)  # the start of which a reminder was due
    purged_at = models.DateTimeField(null=True, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        default_permissions = ()
        permissions = [("manage_bookings", "Can see who comes to events, and change it")]
        indexes = [models.Index(fields=["event", "status"], name="events_booking_by_status")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "email"], condition=Q(status__in=LIVE), name="events_one_live_booking_an_address"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="events_booking_email_is_lower_case"),
            models.CheckConstraint(
                condition=~Q(status=BookingStatus.WAITING) | Q(waiting_since__isnull=False),
                name="events_whoever_waits_has_a_place_in_the_queue",
            ),
            models.CheckConstraint(
                condition=~Q(status=BookingStatus.OFFERED) | Q(offer_ends_at__isnull=False),
                name="events_every_offer_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"Booking {self.reference}"  # no name: this may stand in a log

    @property
    def is_holding(self) -> bool:
        return self.status in HOLDING

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


class Attendee(models.Model):
    """One person of a booking. With a pool they have one of its places; without, they wait or no longer come."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="attendees")
    pool = models.ForeignKey(Pool, null=True, blank=True, on_delete=models.PROTECT, related_name="attendees")
    name = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Attendee {self.pk}"


class Answer(models.Model):
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    words = models.CharField(max_length=LONGEST_ANSWER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "question"], name="events_one_answer_a_question")]

    def __str__(self) -> str:
        return f"Answer {self.pk}"


class AccessNeed(models.Model):
    """Something that has to be prepared for somebody: work to be done, seen by those alone who do it, soon deleted."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="needs")
    kind = models.CharField(max_length=6, choices=NeedKind)
    words = models.CharField(max_length=LONGEST_ANSWER)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        default_permissions = ()
        permissions = [("see_accessneed", "Can see what people need to take part")]
        constraints = [models.UniqueConstraint(fields=["booking", "kind"], name="events_one_need_of_a_kind")]

    def __str__(self) -> str:
        return f"Need {self.pk}"


class BookingLogEntry(models.Model):
    """What happened to a booking, and by whom: added to, never changed. It holds no name and nothing that was typed."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.what


# ---- what is sent ---------------------------------------------------------------------------------------------------
class BookingLetter(models.Model):
    """A letter about a booking: noted in the transaction that makes it due, sent once, kept to say what calendars know."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="letters")
    letter = models.CharField(max_length=20)
    to = models.EmailField(blank=True)  # where that is no longer the booking's own address; forgotten once it is sent
    was = models.JSONField(default=dict)  # of the event, before it was changed
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=7, blank=True)  # of its calendar part, where it had one
    entries = models.JSONField(default=list)  # those that its calendar part told of, by UID

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Letter {self.pk}: {self.letter}"


class PersonalCalendar(models.Model):
    """That somebody has a calendar of their own bookings. Its address is signed with ``nonce``: a new one ends the old."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="personal_calendar")
    nonce = models.UUIDField(default=uuid4, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"Calendar of user {self.user_id}"
