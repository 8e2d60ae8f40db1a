"""What calendars are told of an event, and what nobody is told."""

import hashlib
import json

from django.db import transaction
from django.utils import timezone

from events.bookings.signals import event_changed
from events.calendars import location_of
from events.models import CalendarEntry, EventPage, JoiningLink


# ---- what calendars are told ----------------------------------------------------------------------------------------
@transaction.atomic
def tell_calendars(*, event: EventPage) -> None:
    """Note what was published. ``sequence`` rises when a calendar has to move or strike out what it shows, not for words.

    Whoever has a booking hears of it, through ``event_changed``.
    """
    entry, _ = CalendarEntry.objects.select_for_update().get_or_create(event_id=event.pk)
    event = EventPage.objects.get(pk=event.pk)
    told = _fingerprint(event)
    if told == entry.told:
        return
    was = {"starts_at": entry.starts_at, "place": entry.place, "status": entry.status} if entry.told else None
    if was:
        entry.sequence += 1
        if entry.starts_at and entry.starts_at != event.starts_at:
            entry.moved_from = entry.starts_at
    entry.told, entry.starts_at, entry.changed_at = told, event.starts_at, timezone.now()
    entry.place, entry.status = location_of(event)[:500], event.status
    entry.save()
    if was:
        event_changed.send(EventPage, event=event, entry=entry, was=was)


def _fingerprint(event: EventPage) -> str:
    """Of what a calendar shows as when, where and whether."""
    sessions = sorted((s.pk, s.starts_at.isoformat(), s.ends_at.isoformat(), s.room) for s in event.sessions.all())
    facts = [event.starts_at.isoformat(), event.ends_at.isoformat(), event.status, event.place_kind, event.place_lines]
    return hashlib.sha256(json.dumps([facts, sessions]).encode()).hexdigest()


# ---- what nobody is told --------------------------------------------------------------------------------------------
@transaction.atomic
def keep_joining_link(*, event: EventPage, address: str, words: str = "") -> None:
    """Keep how to join ``event``, beside its page; without an address there is nothing to keep."""
    if address:
        JoiningLink.objects.update_or_create(event_id=event.pk, defaults={"address": address, "words": words})
    else:
        JoiningLink.objects.filter(event_id=event.pk).delete()
