"""No place is given twice, whatever the code path: the database itself counts and refuses; and it says so when it can't."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, connection, transaction

from core import guards
from core.due import tick
from events.bookings.guard import GUARD, POOL
from events.bookings.models import Attendee, Booking, Pool
from events.bookings.queries import invariants_broken
from home.models import HomePage
from tests.factories.bookings import book, bookable

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def full(home: HomePage) -> Booking:
    """Of the only place of an event."""
    return book(bookable(1))


def taken() -> int:
    return Pool.objects.values_list("taken", flat=True).get()


def refused(words: str = "") -> Any:
    return pytest.raises(IntegrityError, match=words)


def test_one_too_many_is_refused_without_any_of_our_checks(full: Booking) -> None:
    pool = Pool.objects.get()
    with refused("events_pool_is_never_oversold"), transaction.atomic():
        Attendee.objects.create(booking=full, pool=pool)
    with refused("events_pool_is_never_oversold"), transaction.atomic():
        Attendee.objects.bulk_create([Attendee(booking=full, pool=pool)])
    waiting = Attendee.objects.create(booking=full)
    with refused("events_pool_is_never_oversold"), transaction.atomic():
        Attendee.objects.filter(pk=waiting.pk).update(pool=pool)
    with refused("events_pool_is_never_oversold"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_attendee (booking_id, pool_id, name, code) VALUES (%s, %s, '', 'by hand')",
            [full.pk, pool.pk],
        )
    assert taken() == 1


def test_a_pool_is_not_made_smaller_than_what_is_taken(full: Booking) -> None:
    with refused("events_pool_is_never_oversold"), transaction.atomic():
        Pool.objects.update(capacity=0)


def test_the_count_is_not_written_by_hand(full: Booking) -> None:
    with refused("counted by the database"), transaction.atomic():
        Pool.objects.update(taken=0)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1")


def test_saving_a_pool_that_was_read_long_ago_forgets_no_place() -> None:
    event = bookable(2)
    old = Pool.objects.get()
    book(event)

    old.name = "Renamed"
    old.save()
    assert (taken(), Pool.objects.get().name) == (1, "Renamed")


def test_many_at_once_are_counted(full: Booking) -> None:
    Pool.objects.update(capacity=9)
    pool = Pool.objects.get()
    Attendee.objects.bulk_create(Attendee(booking=full, pool=pool) for _ in range(5))
    assert taken() == 6
    Attendee.objects.update(pool=None)
    assert taken() == 0
    Attendee.objects.update(pool=pool)
    Attendee.objects.all().delete()
    assert taken() == 0


# ---- whether it is there --------------------------------------------------------------------------------------------
def drop_triggers() -> None:
    with connection.cursor() as cursor:
        for name, body in (GUARD.sqlite if connection.vendor == "sqlite" else GUARD.postgresql).items():
            table = body.split(" ON ", 1)[1].split()[0]
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def test_without_the_guard_too_many_get_in(full: Booking) -> None:
    """What the tests above rest on: it is the guard that refuses."""
    drop_triggers()
    Attendee.objects.create(booking=full, pool=Pool.objects.get())
    assert invariants_broken() == [f"pool {Pool.objects.get().pk}: 2 held, 1 counted, 1 there are"]


def test_the_village_refuses_to_run_without_the_guard(client: Any) -> None:
    call_command("check", databases=["default"])
    assert GUARD.missing() == []

    drop_triggers()

    with pytest.raises(SystemCheckError, match="events_place_taken"):
        call_command("check", databases=["default"])
    with pytest.raises(ImproperlyConfigured, match="does not guard places of events"):
        guards.refuse_unguarded()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["guards"]["ready"] is False
    GUARD.install()
    assert GUARD.missing() == []
    assert client.get("/readyz").status_code == 200


def test_a_constraint_that_is_gone_is_missed() -> None:
    object.__setattr__(GUARD, "constraints", (*GUARD.constraints, (POOL, "events_not_there")))
    try:
        assert GUARD.missing() == ["events_not_there"]
    finally:
        object.__setattr__(GUARD, "constraints", GUARD.constraints[:-1])


def test_rebuilding_the_table_is_mended_by_the_next_migration() -> None:
    """On SQLite Django rebuilds a table by dropping it; its triggers go without a word."""
    drop_triggers()
    call_command("migrate", verbosity=0)
    assert GUARD.missing() == []


def test_places_that_are_wrong_all_the_same_are_told_once_a_day(
    full: Booking, caplog: pytest.LogCaptureFixture
) -> None:
    tick()
    assert "Places of events" not in caplog.text
    drop_triggers()
    Attendee.objects.create(booking=full, pool=Pool.objects.get())
    tick()
    assert "Places of events" not in caplog.text, "it was looked today"

    cache.clear()
    tick()
    assert f"Places of events are wrong: pool {Pool.objects.get().pk}: 2 held, 1 counted, 1 there are." in caplog.text
