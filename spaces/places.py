"""Where a booking is, in words: from the desk outwards.

A desk of a pool that nobody chose may become another one as long as the booking has not begun, to make room for others. So it is
named only to those who look on the day, and in what stays, such as a letter, only once it can't change.
"""

from datetime import datetime

from django.utils import timezone

from .models import Booking
from .timetable import day_of


def place_lines(booking: Booking, *, lasting: bool = False) -> list[str]:
    """Desks, space, floor and building with its address. ``lasting``: it is written down and not looked up again."""
    floor = booking.space.floor
    lines = [", ".join(desks_of(booking, lasting=lasting)), booking.space.title]
    if floor is not None:
        building = floor.building
        lines += [floor.name, building.name, *building.address.splitlines(), building.postcode]
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def desks_of(booking: Booking, *, lasting: bool = False) -> list[str]:
    """Labels of the units of a pool that can be named now; a room has no other name than its own."""
    if not booking.space.is_pool:
        return []
    now = timezone.now()
    taken = sorted((one for one in booking.allocations.all() if one.active), key=lambda one: one.unit_id)
    return [one.unit.label for one in taken if one.pinned or _is_said(booking, now, lasting)]


def _is_said(booking: Booking, now: datetime, lasting: bool) -> bool:
    return booking.starts_at <= now if lasting else day_of(booking.starts_at) <= day_of(now)
