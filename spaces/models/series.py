"""PRIVATE: bookings that were made together: the same space at the same time on several days."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.recurrence import Frequency
from spaces.choices import OccurrenceState


class Series(models.Model):
    """What was asked for, in days and times of London."""

    space = models.ForeignKey("spaces.SpacePage", on_delete=models.PROTECT, related_name="series")
    key = models.UUIDField(unique=True, default=uuid4, editable=False)  # of the form: sent twice it is one series
    frequency = models.CharField(max_length=8, choices=Frequency, default=Frequency.WEEKLY)
    every = models.PositiveSmallIntegerField(default=1)
    times = models.PositiveSmallIntegerField()
    first_on = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="space_series"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "series"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Series {self.pk}"


class Occurrence(models.Model):
    """One date of a series, and what became of it."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="occurrences")
    on = models.DateField()
    state = models.CharField(max_length=8, choices=OccurrenceState)
    words = models.CharField(max_length=300, blank=True)  # why it was left out, or moved
    booking = models.OneToOneField(
        "spaces.Booking", null=True, blank=True, on_delete=models.SET_NULL, related_name="occurrence"
    )

    class Meta:
        ordering = ["on"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["series", "on"], name="spaces_one_occurrence_a_day")]

    def __str__(self) -> str:
        return f"Occurrence {self.pk}"
