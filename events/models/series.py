"""A series: its rule in London's wall time, and which event is its which date."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from events.choices import Frequency

from .event import EventPage

MOST_DATES = 60


class EventSeries(models.Model):
    """What repeats. The clock of the first event's wall is kept: 12:15 stays 12:15 when the clocks change."""

    title = models.CharField(max_length=255)
    slug = models.SlugField(max_length=255, unique=True, help_text="Part of the address of its calendar.")
    frequency = models.CharField(max_length=8, choices=Frequency, default=Frequency.WEEKLY)
    every = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(52)], help_text="1: each week or month."
    )
    first_on = models.DateField(help_text="The first date.")
    times = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(2), MaxValueValidator(MOST_DATES)],
        help_text="How many dates, counting those on which it pauses.",
    )
    skips_bank_holidays = models.BooleanField(
        default=True, help_text="Those of England. The date falls out; the others stay where they are."
    )

    class Meta:
        verbose_name_plural = "event series"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class SkippedDate(models.Model):
    """A date of the rule on which nothing happens."""

    series = models.ForeignKey(EventSeries, on_delete=models.CASCADE, related_name="skipped")
    on = models.DateField("date")
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["series", "on"], name="events_one_pause_a_date")]

    def __str__(self) -> str:
        return f"{self.on:%d %B %Y}"


class Occurrence(models.Model):
    """Makes an event a date of a series. Beside the page, so that an old version does not take it out of its series."""

    series = models.ForeignKey(EventSeries, on_delete=models.CASCADE, related_name="occurrences")
    event = models.OneToOneField(EventPage, on_delete=models.CASCADE, related_name="occurrence")
    on = models.DateField("date by the rule", help_text="Stays, also when this date is moved.")
    written = models.JSONField(
        default=dict, help_text="What the series last wrote into the event; what differs is by hand."
    )

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["series", "on"], name="events_one_event_a_date_of_a_series")]

    def __str__(self) -> str:
        return f"{self.series}, {self.on:%d %B %Y}"

    def clean(self) -> None:
        super().clean()
        if self.on and self.series_id and self.on < self.series.first_on:
            raise ValidationError({"on": "A series has no date before its first."})
