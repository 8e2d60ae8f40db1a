"""What calendars are told, and what nobody is told: kept beside the page, so that no version of it holds either."""

from datetime import UTC, datetime
from uuid import uuid4

from django.db import models
from django.utils import timezone

from events.choices import EventStatus

from .event import EventPage


def new_uid() -> str:
    """A name for an event in everybody's calendar (RFC 7986): says nothing, and is never used again."""
    return str(uuid4())


class CalendarEntry(models.Model):
    """How calendars know the event. Not a part of the page: publishing an old version must not turn ``sequence`` back."""

    event = models.OneToOneField(EventPage, on_delete=models.CASCADE, related_name="calendar_entry")
    uid = models.CharField(max_length=64, unique=True, default=new_uid, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    told = models.CharField(
        max_length=64, blank=True, help_text="Of times, place and status as they were last published."
    )
    changed_at = models.DateTimeField(default=timezone.now)
    starts_at = models.DateTimeField(null=True, help_text="As it was last published.")
    place = models.CharField(max_length=500, blank=True, help_text="As it was last published.")
    status = models.CharField(max_length=10, choices=EventStatus, blank=True, help_text="As it was last published.")
    moved_from = models.DateTimeField(null=True, help_text="When it was to start before it was moved.")

    def __str__(self) -> str:
        return self.uid

    @property
    def dtstamp(self) -> datetime:
        return self.changed_at.astimezone(UTC).replace(microsecond=0)


class JoiningLink(models.Model):
    """PRIVATE: how to join online. A table of its own, so that nothing that is made of a page (a version of it, a
    document of the index, an answer, a feed) can hold it by accident: who wants it has to ask for it by name."""

    event = models.OneToOneField(EventPage, on_delete=models.CASCADE, related_name="joining_link")
    address = models.URLField(max_length=500)
    words = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"Joining link of event {self.event_id}"
