"""The rooms that an event holds: beside its page, because a version of a page can give no room back."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from spaces.models import Booking

HALF_A_DAY = 12 * 60  # minutes


class EventRoom(models.Model):
    """A space that an event needs, with time before and after; and the bookings by which it has it, one for each day."""

    event = models.ForeignKey("events.EventPage", on_delete=models.CASCADE, related_name="rooms")
    space = models.ForeignKey("spaces.SpacePage", on_delete=models.PROTECT, related_name="event_rooms")
    set_up_minutes = models.PositiveSmallIntegerField(
        "to set up", default=30, validators=[MaxValueValidator(HALF_A_DAY)], help_text="Minutes before it begins."
    )
    clear_minutes = models.PositiveSmallIntegerField(
        "to clear", default=30, validators=[MaxValueValidator(HALF_A_DAY)], help_text="Minutes after it ends."
    )
    catering = models.CharField(
        max_length=300, blank=True, help_text="What is needed there, and when, such as: coffee for 40 at 10:30."
    )
    bookings = models.ManyToManyField("spaces.Booking", blank=True, editable=False, related_name="event_rooms")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["event", "space"], name="events_room_is_held_once_by_an_event"),
            models.CheckConstraint(
                condition=Q(set_up_minutes__lte=HALF_A_DAY, clear_minutes__lte=HALF_A_DAY),
                name="events_room_is_set_up_within_half_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"Room {self.pk}"

    @property
    def is_held(self) -> bool:
        return bool(self.held)

    @property
    def held(self) -> list[Booking]:
        """In order."""
        found = (one for one in self.bookings.all() if one.is_live)
        return sorted(found, key=lambda one: (one.starts_at, one.pk))
