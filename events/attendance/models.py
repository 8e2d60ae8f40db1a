"""PRIVATE: who came, and what follows from it. Plain tables beside the bookings; nothing here gives or takes a place.

What was recorded at the door is added to and never changed (``DoorRecord``). Whether somebody was there (``Presence``)
follows from it, whatever the order in which the phones send what they recorded: see ``merging``.
"""

import secrets
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.references import READABLE
from events.bookings.models import new_code

from .choices import PartKind, RevokedWhy, What


def new_number() -> str:
    """Such as 7KQM-X2VD-9AHT-CW4P: to be typed from paper; of 32^16, so that nobody finds one by trying."""
    letters = "".join(secrets.choice(READABLE) for _ in range(16))
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))


def new_salt() -> str:
    return secrets.token_hex(16)


# ---- the door -------------------------------------------------------------------------------------------------------
class WalkIn(models.Model):
    """Somebody who came without a booking, and has none of the places: counted apart."""

    event = models.ForeignKey("events.EventPage", on_delete=models.PROTECT, related_name="walk_ins")
    key = models.UUIDField(unique=True, default=uuid4, editable=False)  # of the form: sent twice it is one person
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    organisation_name = models.CharField("organisation", max_length=160, blank=True)
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Walk-in {self.pk}"  # no name: this may stand in a log


def _one_person(name: str, *, may_be_gone: bool = False) -> models.CheckConstraint:
    either = Q(attendee__isnull=False, walk_in__isnull=True) | Q(attendee__isnull=True, walk_in__isnull=False)
    if may_be_gone:
        either |= Q(attendee__isnull=True, walk_in__isnull=True)
    return models.CheckConstraint(condition=either, name=name)


class _AtTheDoor(models.Model):
    """Of one person, with a booking or without, and one part of the event: a day of it, or a session."""

    attendee = models.ForeignKey(
        "events.Attendee", null=True, blank=True, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    walk_in = models.ForeignKey(
        "events.WalkIn", null=True, blank=True, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    event = models.ForeignKey("events.EventPage", on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=7, choices=PartKind, default=PartKind.DAY)
    session = models.ForeignKey(  # one that is taken out of the programme leaves behind that somebody was there
        "events.EventSession", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    day = models.DateField()

    class Meta:
        abstract = True
        default_permissions = ()


class DoorRecord(_AtTheDoor):
    """What one person at the door did, on which device and when: added to, never changed. It holds no name."""

    key = models.UUIDField(unique=True, default=uuid4, editable=False)  # of the device: sent twice it is one record
    what = models.CharField(max_length=9, choices=What)
    at = models.DateTimeField()  # on the device's clock, set right by ours when it was sent
    came_at = models.DateTimeField(null=True, blank=True)  # of a correction; without, they were not there
    left_at = models.DateTimeField(null=True, blank=True)
    device = models.CharField(max_length=36, blank=True)  # chosen by the browser at random; empty for a form
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(_AtTheDoor.Meta):
        abstract = False
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["event", "part", "day"], name="events_door_record_by_part")]
        constraints = [_one_person("events_door_record_of_one_person")]

    def __str__(self) -> str:
        return f"Door record {self.pk}: {self.what}"


class Presence(_AtTheDoor):
    """That somebody was there: what the door's records add up to. Written by the actions alone."""

    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    # For counting each person and organisation once in a quarter, when names are long gone: see ``counting``.
    person_key = models.CharField(max_length=64, blank=True, editable=False)
    organisation_key = models.CharField(max_length=64, blank=True, editable=False)

    class Meta(_AtTheDoor.Meta):
        abstract = False
        verbose_name_plural = "presences"
        ordering = ["came_at", "pk"]
        indexes = [models.Index(fields=["event", "part", "day"], name="events_presence_by_part")]
        constraints = [
            _one_person("events_presence_of_one_person"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=models.F("came_at")),
                name="events_nobody_left_before_they_came",
            ),
            *(
                models.UniqueConstraint(fields=[who, of], condition=Q(part=part), name=f"events_there_once_{who}_{of}")
                for who in ("attendee", "walk_in")
                for part, of in ((PartKind.DAY, "day"), (PartKind.SESSION, "session"))
            ),
        ]

    def __str__(self) -> str:
        return f"Presence {self.pk}"


# ---- certificates ---------------------------------------------------------------------------------------------------
class Certificate(models.Model):
    """States that somebody was there, as it was printed; ``number`` opens the page that says whether it still holds."""

    number = models.CharField(max_length=19, unique=True, default=new_number, editable=False)
    event = models.ForeignKey("events.EventPage", on_delete=models.PROTECT, related_name="certificates")
    attendee = models.ForeignKey("events.Attendee", null=True, on_delete=models.SET_NULL, related_name="certificates")
    walk_in = models.ForeignKey("events.WalkIn", null=True, on_delete=models.SET_NULL, related_name="certificates")
    name = models.CharField(max_length=120)
    minutes = models.PositiveIntegerField()
    issued_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_why = models.CharField(max_length=9, choices=RevokedWhy, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        default_permissions = ()
        ordering = ["issued_at", "pk"]
        constraints = [
            _one_person("events_certificate_of_one_person", may_be_gone=True),
            *(
                models.UniqueConstraint(
                    fields=[who], condition=Q(revoked_at__isnull=True), name=f"events_one_valid_certificate_{who}"
                )
                for who in ("attendee", "walk_in")
            ),
        ]

    def __str__(self) -> str:
        return f"Certificate {self.pk}"

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None


# ---- afterwards -----------------------------------------------------------------------------------------------------
class FeedbackSurvey(models.Model):
    """What those who came thought. All answers stand in one row, sorted by what they say, so that neither an order nor
    a time tells whose is whose."""

    event = models.OneToOneField("events.EventPage", on_delete=models.CASCADE, related_name="feedback_survey")
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    closes_at = models.DateTimeField()
    answers = models.JSONField(default=list, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Feedback survey of event {self.event_id}"


class SpentToken(models.Model):
    """That one of the links of a survey was used. Without our key it leads to nobody, and with it to no answer."""

    survey = models.ForeignKey(FeedbackSurvey, on_delete=models.CASCADE, related_name="spent_tokens")
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Spent token {self.pk}"


class QuarterReport(models.Model):
    """Attendance of a quarter of a year. Once ``figures`` are set they stand, whatever is deleted or corrected later."""

    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    salt = models.CharField(max_length=32, default=new_salt, blank=True, editable=False)
    figures = models.JSONField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["year", "quarter"]
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter"], name="events_one_report_a_quarter"),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="events_a_year_has_four_quarters"),
        ]

    def __str__(self) -> str:
        return f"{self.year}, quarter {self.quarter}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValueError where figures that stand would change."""
        if self.pk and self.frozen_at and QuarterReport.objects.filter(pk=self.pk, frozen_at__isnull=False).exists():
            raise ValueError("The figures of this quarter stand.")
        super().save(*args, **kwargs)
