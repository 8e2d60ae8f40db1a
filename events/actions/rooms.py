"""An event gets its rooms, all of them or none, and gives them back."""

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from events.choices import EventStatus
from events.models import EventPage, EventRoom
from spaces.actions import Held, hold_for_event
from spaces.models import Booking


@transaction.atomic
def hold_rooms(*, event: EventPage, by: User | None = None) -> list[Booking]:
    """Hold what ``event`` needs at the time it says, instead of what it held before; nothing where that is the same.

    One that is postponed or cancelled holds nothing; one that is over keeps what it had. Raises ``spaces`` Refusal (Clashes
    names the space) where one of the rooms is not free, having changed nothing.
    """
    rooms = _locked(event)
    if event.is_over:
        return []
    wanted = [_wanted(room, event) for room in rooms] if event.status == EventStatus.SCHEDULED else []
    words = event.title[:160]
    had = [room.booking for room in rooms if room.booking is not None and room.booking.is_live]
    has = [Held(one.space_id, one.starts_at, one.ends_at) for one in had]
    if wanted == has and all(one.words == words for one in had):
        return had
    made = hold_for_event(held=wanted, words=words, by=by, instead_of=[one.pk for one in had])
    _keep(rooms, made)
    return made


@transaction.atomic
def give_back_rooms(*, event: EventPage, by: User | None = None) -> None:
    """Others can have them from now on. What an event that is over held stays, as part of what happened."""
    rooms = _locked(event)
    had = [room.booking.pk for room in rooms if room.booking is not None and room.booking.is_live]
    if had and not event.is_over:
        hold_for_event(held=[], words=event.title, by=by, instead_of=had)
        _keep(rooms, [])


def copy_rooms(*, source: EventPage, target: EventPage) -> None:
    """``target`` needs the same rooms; it holds them once it is published."""
    if EventRoom.objects.filter(event=target).exists():
        return
    for room in EventRoom.objects.filter(event=source):
        room.pk, room.event, room.booking = None, target, None
        room.save(force_insert=True)


def _locked(event: EventPage) -> list[EventRoom]:
    rooms = EventRoom.objects.select_for_update(of=("self",)).filter(event=event.pk)
    return list(rooms.select_related("booking").order_by("pk"))


def _wanted(room: EventRoom, event: EventPage) -> Held:
    begins = event.starts_at - timedelta(minutes=room.set_up_minutes)
    return Held(room.space_id, begins, event.ends_at + timedelta(minutes=room.clear_minutes))


def _keep(rooms: list[EventRoom], made: list[Booking]) -> None:
    for place, room in enumerate(rooms):
        room.booking = made[place] if made else None
        room.save(update_fields=["booking"])
