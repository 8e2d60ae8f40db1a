"""What is free this week, and what a refusal offers instead: sixty spaces, fifty thousand bookings; by the view, no network."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from datetime import time as time_of_day
from functools import partial
from typing import Any

from .parts import Answer, part

ROOMS, POOLS, DESKS = 40, 20, 4
BOOKINGS = 50_000
WARM_UP, TIMES = 5, 100
VIEWS = {"week": "view=week", "day": "view=day", "search": "from=14:00&until=15:30&people=4"}
Asked = dict[str, Any]


def measure(arguments: list[str]) -> Answer:
    """``measure(["fill"])`` writes the bookings; ``measure([])`` asks, in a process as a server is."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from core.garbage import keep_what_is_loaded
    from spaces.models import Booking
    from tests.factories.home import HomePageFactory
    from tests.factories.spaces import DesksFactory, SpaceFactory

    if arguments == ["fill"]:
        HomePageFactory()
        spaces = [SpaceFactory() for _ in range(ROOMS)] + [DesksFactory(size=DESKS) for _ in range(POOLS)]
        fill(spaces, BOOKINGS, around=timezone.localdate())
        return {}
    keep_what_is_loaded()
    monday = timezone.localdate() + timedelta(days=7)
    client = Client()

    def asked_by(status: int, ask: Callable[[], Any]) -> Asked:
        seconds, processor = [], []
        for number in range(WARM_UP + TIMES):
            began, worked = time.perf_counter(), time.process_time()
            response = ask()
            if response.status_code != status:
                raise SystemExit(f"{response.request['PATH_INFO']} answered {response.status_code}.")
            if number >= WARM_UP:
                seconds.append(time.perf_counter() - began)
                processor.append(time.process_time() - worked)
        with CaptureQueriesContext(connection) as captured:
            ask()
        return {"seconds": seconds, "processor": processor, "statements": len(captured.captured_queries)}

    found = {
        name: asked_by(200, partial(client.get, f"/spaces/availability/?date={monday}&{query}"))
        for name, query in VIEWS.items()
    }
    refused = {
        takes: asked_by(409, partial(client.post, f"/spaces/{slug}/book/", _wanted(monday, number)))
        for takes, slug, number in _taken_then()
    }
    return {"bookings": Booking.objects.count(), "spaces": ROOMS + POOLS, "asked": found, "refused": refused}


def _taken_then() -> list[tuple[str, str, int]]:
    """A room, and more desks than are left of a pool."""
    from spaces.models import SpacePage

    spaces = SpacePage.objects.order_by("pk")
    room, pool = spaces.filter(takes="all")[0], spaces.filter(takes="any")[0]
    return [("a room", room.slug, 1), ("desks", pool.slug, DESKS)]


def _wanted(day: date, number: int) -> dict[str, str]:
    of_whom = {"name": "Ada", "email": "ada@example.org"}
    return {**of_whom, "start": f"{day}T09:00", "end": f"{day}T12:00", "number": str(number), "people": "4"}


def fill(spaces: list[Any], number: int, *, around: date) -> None:
    """Two bookings of each unit on each day, as many days before ``around`` as are needed, and a quarter of them after it."""
    from django.db import connection

    from core.recurrence import at_time
    from spaces.choices import BookingStatus
    from spaces.models import Allocation, Booking

    units = [(space, unit) for space in spaces for unit in space.units.all()]
    days = -(-number // (2 * len(units)))
    first = around - timedelta(days=days * 3 // 4)
    made: list[Any] = []
    for day in range(days):
        midnight = at_time(first + timedelta(days=day), time_of_day.min)
        for place, (space, unit) in enumerate(units):
            for hour in (9 + place % 3, 13 + place % 4):
                begins = midnight + timedelta(hours=hour)
                ends = begins + timedelta(hours=1 + place % 2)
                of_this = {"space": space, "status": BookingStatus.CONFIRMED, "reference": f"{len(made):07}"}
                made.append((Booking(starts_at=begins, ends_at=ends, **of_this), unit))
    Booking.objects.bulk_create([booking for booking, _ in made[:number]], batch_size=500)
    rows = [
        Allocation(booking=booking, unit=unit, starts_at=booking.starts_at, blocks_until=booking.ends_at)
        for booking, unit in made[:number]
    ]
    Allocation.objects.bulk_create(rows, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    part(measure)
