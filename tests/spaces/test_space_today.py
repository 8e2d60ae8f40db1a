"""The day that is shown when no other is asked for: what is left of today."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from home.models import HomePage
from tests.booking_forms import soup
from tests.factories.spaces import OpeningHoursFactory, SpaceFactory, open_from

URL = "/spaces/availability/"


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        ("2026-11-23 06:10", ["8:00", "17:00"]),  # a Monday; London is on UTC
        ("2026-11-23 14:40", ["14:00", "17:00"]),
        ("2026-11-23 19:30", ["8:00", "17:00"]),  # nothing is left of it, and then the whole day says so
        ("2026-07-20 13:40", ["14:00", "17:00"]),  # London is an hour ahead
    ],
)
def test_the_table_of_today_begins_with_the_hour_that_runs(
    client: Client, home: HomePage, now: str, hours: list[str]
) -> None:
    SpaceFactory(hours=OpeningHoursFactory(days=open_from("08:00", "18:00")))

    with time_machine.travel(datetime.fromisoformat(now).replace(tzinfo=UTC), tick=False):
        heads = soup(client.get(URL)).select("table.v-avail thead th[scope=col]")

    assert [heads[1].get_text(), heads[-1].get_text()] == hours


@pytest.mark.parametrize(
    ("asked", "day"), [("", "2026-11-23"), ("?date=", "2026-11-23"), ("?date=2026-11-25", "2026-11-25")]
)
def test_the_field_says_which_day_is_shown(client: Client, home: HomePage, asked: str, day: str) -> None:
    SpaceFactory()

    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=UTC), tick=False):
        (field,) = soup(client.get(f"{URL}{asked}")).select("input[name=date]")

    assert field["value"] == day
