"""Keeps what calendars are told in step with what is published."""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from core.page_cache import bump_on_commit
from search.locking import wait_for_turn
from search.tasks import refresh_documents
from spaces.actions import hold_for_event
from spaces.rules import Refusal

from .actions import give_back_rooms, hold_rooms, tell_calendars
from .bookings.models import BookingRules
from .documents import EventSource
from .models import CalendarEntry, EventPage, EventRoom, Speaker


@receiver(post_save, sender=EventPage)
def event_saved(instance: EventPage, created: bool, raw: bool, **kwargs: Any) -> None:
    """Each event has a name for calendars from its first save."""
    if created and not raw:
        CalendarEntry.objects.get_or_create(event=instance)


@receiver(page_published, sender=EventPage)
def event_published(instance: EventPage, **kwargs: Any) -> None:
    tell_calendars(event=instance)


@receiver(page_published, sender=EventPage)
def rooms_follow(instance: EventPage, **kwargs: Any) -> None:
    """Whatever published it. Where a room is not free it holds none, and the CMS's first page says so."""
    try:
        hold_rooms(event=instance)
    except Refusal:
        give_back_rooms(event=instance)


@receiver(page_unpublished, sender=EventPage)
def rooms_are_given_back(instance: EventPage, **kwargs: Any) -> None:
    give_back_rooms(event=instance)


@receiver(pre_delete, sender=EventRoom)
def room_leaves(instance: EventRoom, **kwargs: Any) -> None:
    """Nothing is held by a room that nobody knows of any more."""
    if instance.is_held and not instance.event.is_over:
        wait_for_turn()
        hold_for_event(held=[], words="given back", instead_of=[one.pk for one in instance.held])


@receiver([post_save, post_delete], sender=EventRoom)
def rooms_changed(**kwargs: Any) -> None:
    """Pages of events and of spaces name each other."""
    bump_on_commit()


@receiver([post_save, post_delete], sender=BookingRules)
def rules_changed(**kwargs: Any) -> None:
    """Pages of events say how full they are, and they change seldom enough to be kept until then."""
    bump_on_commit()


@receiver(pre_delete, sender=Speaker)
def speaker_leaves(instance: Speaker, **kwargs: Any) -> None:
    """Afterwards no session says any more that they spoke there, and nobody would know where to strike the name out."""
    instance.__dict__["_spoke_at"] = [str(key) for key in EventSource().affected_by(instance)]


@receiver(post_delete, sender=Speaker)
def speaker_left(instance: Speaker, **kwargs: Any) -> None:
    if keys := instance.__dict__.pop("_spoke_at", []):
        refresh_documents.enqueue(keys={EventSource.type: keys})
