"""No unit is given twice, whatever the code path: the database itself refuses; and the village says so when it can't."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core import guards
from home.models import HomePage
from spaces.actions import settling
from spaces.guard import ALLOCATION, GUARD, TAKEN
from spaces.models import Allocation, Booking
from spaces.queries.occupation import overlaps_broken
from tests.factories.spaces import SpaceFactory

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def taken(home: HomePage) -> Allocation:
    """A room from tomorrow at noon, for an hour."""
    room = SpaceFactory()
    starts_at = (timezone.now() + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    ends_at = starts_at + timedelta(hours=1)
    booking = Booking.objects.create(space=room, status="confirmed", starts_at=starts_at, ends_at=ends_at)
    return Allocation.objects.create(booking=booking, unit=room.units.get(), starts_at=starts_at, blocks_until=ends_at)


def another(taken: Allocation, minutes: int, **more: Any) -> Allocation:
    """The same room so many minutes later."""
    later = timedelta(minutes=minutes)
    return Allocation(
        booking=taken.booking,
        unit=taken.unit,
        starts_at=taken.starts_at + later,
        blocks_until=taken.blocks_until + later,
        **more,
    )


def drop() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in ("spaces_unit_taken", "spaces_unit_taken_anew"):
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the table has events that wait
            cursor.execute(f"ALTER TABLE {ALLOCATION} DROP CONSTRAINT {TAKEN}")


def refused() -> Any:
    return pytest.raises(IntegrityError, match=TAKEN)


def test_every_way_to_write_an_overlap_is_refused(taken: Allocation) -> None:
    with refused(), transaction.atomic():
        another(taken, 30).save()
    with refused(), transaction.atomic():
        Allocation.objects.bulk_create([another(taken, 59)])
    later = another(taken, 60)
    later.save()  # the end is no longer part of it
    with refused(), transaction.atomic():
        Allocation.objects.filter(pk=later.pk).update(starts_at=taken.starts_at)
    with refused(), transaction.atomic():
        Allocation.objects.filter(pk=taken.pk).update(blocks_until=later.blocks_until)
    idle = another(taken, 0, active=False)
    idle.save()
    with refused(), transaction.atomic():
        Allocation.objects.filter(pk=idle.pk).update(active=True)
    assert overlaps_broken() == []


def test_two_that_are_written_at_once_are_refused_too(taken: Allocation) -> None:
    with refused(), transaction.atomic():
        Allocation.objects.bulk_create([another(taken, 120), another(taken, 150)])


def test_without_the_guard_an_overlap_gets_in(taken: Allocation) -> None:
    """What the tests above rest on: it is the guard that refuses."""
    drop()
    another(taken, 30).save()
    assert overlaps_broken() == [f"unit {taken.unit_id}: bookings {taken.booking_id} and {taken.booking_id} overlap"]


def test_the_village_refuses_to_run_without_the_guard(taken: Allocation, client: Any) -> None:
    call_command("check", databases=["default"])
    assert GUARD.missing() == []

    drop()

    with pytest.raises(SystemCheckError, match="spaces_unit_"):
        call_command("check", databases=["default"])
    with pytest.raises(ImproperlyConfigured, match="does not guard units of spaces"):
        guards.refuse_unguarded()
    assert client.get("/readyz").status_code == 503
    call_command("migrate", verbosity=0)
    assert GUARD.missing() == []
    with refused(), transaction.atomic():
        another(taken, 30).save()


def test_without_the_lock_the_constraint_still_holds(taken: Allocation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody looked before the rival had written, and writes after: it is told as taken, and nothing is half done."""
    from spaces.actions import Request, book
    from spaces.allocation import Packed
    from spaces.rules import Refusal

    room = taken.booking.space
    monkeypatch.setattr(settling, "locked", lambda units: None)
    monkeypatch.setattr("spaces.actions.booking.locked", lambda units: None)
    monkeypatch.setattr("spaces.actions.booking.place", lambda wish, now: Packed((taken.unit_id,), {}))
    request = Request(name="Ada", email="ada@example.org", starts_at=taken.starts_at, ends_at=taken.blocks_until)

    with pytest.raises(Refusal, match="Somebody else has"):
        book(space=room.pk, request=request)
    assert Booking.objects.count() == Allocation.objects.count() == 1
