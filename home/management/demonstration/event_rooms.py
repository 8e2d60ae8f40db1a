"""The rooms that events of the demonstration hold: those to come, where their place is a space of the village."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from events.actions import hold_rooms
from events.choices import EventStatus
from events.models import EventPage, EventRoom
from spaces.models import SpacePage
from spaces.rules import Refusal

LONGEST = timedelta(days=1)  # a course of several weeks has its room on the days of its sessions alone


def load_event_rooms(tree: dict[str, Any]) -> int:
    """Hold them, and return for how many events. Of two that want the same the first has it, as it would be."""
    slugs = {label: slug for slug, label in tree["spaces"].items()}
    spaces = {space.slug: space for space in SpacePage.objects.all()}
    coming = EventPage.objects.filter(starts_at__gt=timezone.now(), status=EventStatus.SCHEDULED, live=True, rooms=None)
    held = 0
    for event in coming.filter(demonstration=True).order_by("starts_at", "pk"):
        space = spaces.get(slugs.get(event.space, ""))
        if space is None or event.ends_at - event.starts_at > LONGEST:
            continue
        room = EventRoom.objects.create(event=event, space=space)
        try:
            hold_rooms(event=event)
            held += 1
        except Refusal:
            room.delete()
    return held
