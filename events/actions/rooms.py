"""An event gets its rooms on each of its days, all of them or none, and gives them back.

Whoever unpublishes several events writes to the search index before the rooms of the second are locked. So the turn to write
there comes first everywhere: else two would wait for each other.
"""

from collections.abc import Mapping
from datetime import UTC, timedelta

from django.db import transaction

from accounts.models import User
from events.choices import EventStatus
from events.days import days_of
from events.models import EventPage, EventRoom
from search.locking import wait_for_turn
from spaces.actions import Held, hold_for_event
from spaces.models import Booking, SpacePage
from spaces.queries.occupation import whole


@transaction.atomic
def hold_rooms(*, event: EventPage, by: User | None = None) -> list[Booking]:
    """Hold what ``event`` needs at the times it says, instead of what it held before; nothing where that is the same.

    One that is postponed or cancelled holds nothing; one that is over keeps what it had. Raises ``spaces`` Refusal (Clashes
    names the space) where one of the rooms is not free on one of the days, having changed nothing.
    """
    wait_for_turn()
    rooms = _locked(event)
    if event.is_over:
        return []
    takes_place = event.status == EventStatus.SCHEDULED
    spaces = {space.pk: space for space in whole(SpacePage.objects.filter(pk__in=[room.space_id for room in rooms]))}
    wanted = {room.pk: _wanted(room, event, spaces[room.space_id]) if takes_place else [] for room in rooms}
    words = event.title[:160]
    had = [one for room in rooms for one in room.held]
    has = {room.pk: [Held(one.space_id, one.starts_at, one.ends_at) for one in room.held] for room in rooms}
    if wanted == has and all(one.words == words for one in had):
        return had
    held = [one for room in rooms for one in wanted[room.pk]]
    made = hold_for_event(held=held, words=words, by=by, instead_of=[one.pk for one in had])
    _keep(rooms, {room.pk: len(wanted[room.pk]) for room in rooms}, made)
    return made


@transaction.atomic
def give_back_rooms(*, event: EventPage, by: User | None = None) -> None:
    """Others can have them from now on. What an event that is over held stays, as part of what happened."""
    wait_for_turn()
    rooms = _locked(event)
    had = [one.pk for room in rooms for one in room.held]
    if had and not event.is_over:
        hold_for_event(held=[], words=event.title, by=by, instead_of=had)
        _keep(rooms, {}, [])


def copy_rooms(*, source: EventPage, target: EventPage) -> None:
    """``target`` needs the same rooms; it holds them once it is published."""
    if EventRoom.objects.filter(event=target).exists():
        return
    for room in EventRoom.objects.filter(event=source):
        room.pk, room.event = None, target
        room.save(force_insert=True)


def _locked(event: EventPage) -> list[EventRoom]:
    rooms = EventRoom.objects.select_for_update(of=("self",)).filter(event=event.pk)
    return list(rooms.prefetch_related("bookings").order_by("pk"))


def _wanted(room: EventRoom, event: EventPage, space: SpacePage) -> list[Held]:
    """Its part of each day with the time around; what runs into one another is held as one."""
    before, after = timedelta(minutes=room.set_up_minutes), timedelta(minutes=room.clear_minutes)
    held: list[Held] = []
    for day in days_of(event, space.hours):
        # In London's time an hour more by the clock is none where the clocks change.
        begins, ends = day.begins.astimezone(UTC) - before, day.ends.astimezone(UTC) + after
        if held and begins <= held[-1].ends:
            last = held.pop()
            begins, ends = min(begins, last.begins), max(ends, last.ends)
        held.append(Held(room.space_id, begins, ends))
    return held


def _keep(rooms: list[EventRoom], numbers: Mapping[int, int], made: list[Booking]) -> None:
    left = iter(made)
    for room in rooms:
        room.bookings.set([next(left) for _ in range(numbers.get(room.pk, 0))])
