"""When a space is open, on London's clock."""

from datetime import time

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from directory.models import Term


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class OpeningHours(ClusterableModel, Term):
    """A week. A day that is not named is closed; so are bank holidays in England, unless they have hours of their own."""

    holiday_opens = models.TimeField("opens on bank holidays", null=True, blank=True)
    holiday_closes = models.TimeField("closes on bank holidays", null=True, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
        InlinePanel("days", heading="Days", label="Day"),
        FieldRowPanel([FieldPanel("holiday_opens"), FieldPanel("holiday_closes")]),
    ]

    class Meta(Term.Meta):
        verbose_name = verbose_name_plural = "opening hours"
        constraints = [
            models.CheckConstraint(
                condition=Q(holiday_opens__isnull=True, holiday_closes__isnull=True)
                | Q(holiday_opens__lt=F("holiday_closes")),
                name="spaces_hours_on_holidays_end_after_they_begin",
            )
        ]

    def clean(self) -> None:
        super().clean()
        if (self.holiday_opens is None) != (self.holiday_closes is None):
            raise ValidationError({"holiday_closes": "Give both times, or neither where it is closed."})
        _in_order(self.holiday_opens, self.holiday_closes, "holiday_closes")


class OpeningDay(models.Model):
    hours = ParentalKey(OpeningHours, on_delete=models.CASCADE, related_name="days")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField()
    closes = models.TimeField()

    panels = [FieldRowPanel([FieldPanel("weekday"), FieldPanel("opens"), FieldPanel("closes")])]

    class Meta:
        ordering = ["weekday"]
        constraints = [
            models.UniqueConstraint(fields=["hours", "weekday"], name="spaces_one_row_a_weekday"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="spaces_day_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()}, {self.opens:%H:%M} to {self.closes:%H:%M}"

    def clean(self) -> None:
        super().clean()
        _in_order(self.opens, self.closes, "closes")


def _in_order(opens: time | None, closes: time | None, field: str) -> None:
    if opens and closes and closes <= opens:
        raise ValidationError({field: "It can't close before it opens."})
