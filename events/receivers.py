"""Keeps what calendars are told in step with what is published."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.signals import page_published

from .actions import tell_calendars
from .models import CalendarEntry, EventPage


@receiver(post_save, sender=EventPage)
def event_saved(instance: EventPage, created: bool, raw: bool, **kwargs: Any) -> None:
    """Each event has a name for calendars from its first save."""
    if created and not raw:
        CalendarEntry.objects.get_or_create(event=instance)


@receiver(page_published, sender=EventPage)
def event_published(instance: EventPage, **kwargs: Any) -> None:
    tell_calendars(event=instance)
