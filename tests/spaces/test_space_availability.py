"""What is free, by hour and by day, for those who look and those who listen; who has a space is shown to nobody."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client

from accounts.roles import COMMUNITY
from core import page_cache
from directory.choices import MemberRole
from home.models import HomePage
from spaces import actions
from spaces.choices import Audience, BookingKind, BookingStatus
from spaces.models import Allocation, Booking, SpacePage
from tests.booking_forms import soup, typed, words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.spaces import (
    AccessFeatureFactory,
    AreaFactory,
    DesksFactory,
    OpeningHoursFactory,
    SpaceFactory,
    UnitFactory,
    open_from,
)
from tests.speed import processor_time

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday; London is on UTC
URL = "/spaces/availability/"


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def at(hour: float, day: int = 24) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


def given(space: SpacePage, begins: float, ends: float, *, day: int = 24, **said: Any) -> Booking:
    asked = {"name": "Grace Hopper", "email": "grace@example.org", "words": "Secret plans"} | said
    request = actions.Request(starts_at=at(begins, day), ends_at=at(ends, day), **asked)
    return actions.book(space=space.pk, request=request)


def row(response: Any, space: SpacePage) -> list[BeautifulSoup]:
    return soup(response).select(f"tr#space-{space.slug} td")


def texts(cells: list[BeautifulSoup]) -> list[str]:
    return [" ".join(cell.get_text(" ").split()) for cell in cells]


# ---- the day --------------------------------------------------------------------------------------------------------
def test_the_day_is_a_table_with_words_in_every_cell(client: Client) -> None:
    room = SpaceFactory(title="Aire", hours=OpeningHoursFactory(days=open_from("08:00", "18:00")))
    given(room, 10, 12)

    response = client.get(f"{URL}?date=2026-11-24")

    table = soup(response).select_one("table.v-avail")
    assert table
    assert [head.get_text() for head in table.select("thead th[scope=col]")] == [
        "Space",
        *(f"{hour}:00" for hour in range(8, 18)),
    ]
    head = table.select_one("tbody th[scope=row] a")
    assert head
    assert head.get_text() == "Aire"
    cells = row(response, room)
    assert texts(cells) == ["Free", "Free", "Taken", *["Free"] * 6]
    assert cells[2]["colspan"] == "2"
    assert table.select_one("caption")


def test_a_free_hour_leads_to_the_form_filled_in(client: Client) -> None:
    room = SpaceFactory(title="Aire")

    link = row(client.get(f"{URL}?date=2026-11-24"), room)[2].select_one("a")

    assert link
    assert link["aria-label"] == "Free: book Aire, 9:00 to 10:00"
    found = typed(client.get(link["href"]))
    assert (found["start"], found["end"]) == ("2026-11-24T09:00", "2026-11-24T10:00")


def test_part_of_an_hour_is_told_as_such(client: Client) -> None:
    room = SpaceFactory(hours=OpeningHoursFactory(days=open_from("08:00", "18:00")))
    given(room, 9.5, 10)

    assert texts(row(client.get(f"{URL}?date=2026-11-24"), room))[1] == "Free until 9:30"


def test_desks_say_how_many_are_free(client: Client) -> None:
    desks = DesksFactory(size=3, hours=OpeningHoursFactory(days=open_from("08:00", "18:00")))
    given(desks, 9, 11)

    assert texts(row(client.get(f"{URL}?date=2026-11-24"), desks))[:4] == ["3 free", "2 free", "2 free", "3 free"]


def test_nobody_learns_who_has_a_space(client: Client) -> None:
    room = SpaceFactory()
    booking = given(room, 10, 12)

    for view in ("day", "week"):
        page = client.get(f"{URL}?date=2026-11-24&view={view}").content.decode()
        for secret in ("Grace", "grace@", "Secret plans", booking.reference):
            assert secret not in page


def test_it_is_kept_by_nobody_and_sets_no_cookie(client: Client) -> None:
    room = SpaceFactory()
    first = client.get(f"{URL}?date=2026-11-24")
    given(room, 10, 12)
    second = client.get(f"{URL}?date=2026-11-24")

    assert not client.cookies
    assert "no-store" in first["Cache-Control"]
    assert "Taken" in texts(row(second, room))


def test_on_a_phone_each_space_is_a_list_of_free_times(client: Client) -> None:
    room = SpaceFactory(hours=OpeningHoursFactory(days=open_from("08:00", "18:00")))
    given(room, 10, 12)

    listed = soup(client.get(f"{URL}?date=2026-11-24")).select(".v-only-narrow .v-slots a")

    assert [link.get_text().split("free ")[-1] for link in listed] == ["8:00 to 10:00", "12:00 to 18:00"]


# ---- the week -------------------------------------------------------------------------------------------------------
def test_the_week_tells_each_day_in_words(client: Client) -> None:
    hours = OpeningHoursFactory(days=open_from("08:00", "18:00", range(5)))
    room = SpaceFactory(hours=hours, window_days=3, max_minutes=600)
    given(room, 8, 18, day=25)
    given(room, 10, 12, day=26)

    response = client.get(f"{URL}?date=2026-11-24&view=week")

    heads = [head.get_text() for head in soup(response).select("table.v-avail thead th")]
    assert heads[1] == "Mon 23 Nov"
    assert texts(row(response, room)) == [
        "Free all day",
        "Free all day",
        "Taken",
        "8:00 to 10:00, 12:00 to 18:00",
        "Not open yet",
        "Closed",
        "Closed",
    ]
    link = row(response, room)[3].select_one("a")
    assert link
    assert "date=2026-11-26" in link["href"]


# ---- looking for one ------------------------------------------------------------------------------------------------
def test_what_is_free_at_that_time_is_answered_first(client: Client) -> None:
    aire, calder = SpaceFactory(title="Aire"), SpaceFactory(title="Calder")
    given(aire, 14, 15)

    response = client.get(f"{URL}?date=24/11/2026&from=2pm&until=15.00&people=6")

    answer = words(response, "section[aria-labelledby=answer]")
    assert "Free on Tuesday 24 November, 14:00 to 15:00" in answer
    link = soup(response).select_one("section[aria-labelledby=answer] .v-lines .v-btn")
    assert link
    assert "Calder" in link.get_text()
    found = typed(client.get(link["href"]))
    assert (found["start"], found["end"], found["people"]) == ("2026-11-24T14:00", "2026-11-24T15:00", "6")
    assert calder.slug in link["href"]
    nearest = words(response, "section[aria-labelledby=answer] .v-slots")
    assert nearest in ("Aire, 13:00 to 14:00", "Aire, 15:00 to 16:00")


def test_today_the_hour_that_comes_is_answered_without_being_asked(client: Client) -> None:
    SpaceFactory()

    assert "Free next, 8:30 to 9:30" in words(client.get(URL))


def test_spaces_are_narrowed_by_size_kind_kit_and_access(client: Client) -> None:
    loop = AccessFeatureFactory(name="Hearing loop", slug="hearing-loop")
    big = SpaceFactory(title="Big", capacity=20, kit="65-inch screen", access_features=[loop])
    SpaceFactory(title="Small", capacity=4)
    DesksFactory(title="Desks", size=3)

    def titles(query: str) -> list[str]:
        found = soup(client.get(f"{URL}?date=2026-11-24&{query}")).select("table.v-avail tbody th a")
        return [link.get_text() for link in found]

    assert titles("") == ["Big", "Small", "Desks"]
    assert titles("people=10") == [big.title]
    assert titles("kind=hot-desks") == ["Desks"]
    assert titles("kit=screen") == ["Big"]
    assert titles("access=hearing-loop") == ["Big"]


def test_where_nothing_fits_it_says_what_to_change(client: Client) -> None:
    SpaceFactory(capacity=4)

    none = client.get(f"{URL}?date=2026-11-24&people=100")
    assert "No space fits all of this" in words(none)
    assert "Show every space" in words(none)

    room = SpacePage.objects.get()
    given(room, 14, 15)
    taken = client.get(f"{URL}?date=2026-11-24&from=14:00&until=15:00")
    assert "Nothing is free for the whole of that time" in words(taken)
    assert "Look at the day after" in words(taken)
    assert "13:00 to 14:00" in words(taken) or "15:00 to 16:00" in words(taken)


def test_what_can_not_be_read_is_said_and_the_rest_is_shown(client: Client) -> None:
    room = SpaceFactory()

    response = client.get(f"{URL}?date=soon&from=25:00&people=lots&kind=castle")

    assert response.status_code == 200
    assert "Enter a day" in words(response)
    day = soup(response).select_one("#id_date")
    assert day
    assert (day["value"], day["type"]) == ("soon", "text")  # as a date the browser would show nothing of it
    assert row(response, room)


def test_whom_a_space_is_for_is_said_where_it_is_not_for_everybody(client: Client) -> None:
    SpaceFactory(open_to=[Audience.TENANTS])

    assert "For tenants" in words(client.get(f"{URL}?date=2026-11-24&from=14:00"), "section[aria-labelledby=answer]")


def test_one_can_go_on_to_other_days_but_not_to_days_gone_by(client: Client) -> None:
    SpaceFactory()
    page = soup(client.get(f"{URL}?date=2026-11-24&people=2"))

    links = {link.get_text(" ", strip=True): link["href"] for link in page.select(".v-day a")}
    assert "date=2026-11-25" in links["Day after"]
    assert "people=2" in links["Day after"]
    assert "date=2026-11-23" in links["Day before"]
    assert "view=week" in links["Whole week"]
    assert "Day before" not in words(client.get(URL), ".v-day")


# ---- what it costs --------------------------------------------------------------------------------------------------
def test_one_space_costs_as_many_statements_as_sixty(statements: Callable[[str], int], client: Client) -> None:
    SpaceFactory()
    week = f"{URL}?date=2026-11-24&view=week"
    one = statements(week)
    for _ in range(5):
        given(SpaceFactory(), 10, 11)
    page_cache.bump()  # as publishing does once it is committed
    assert statements(week) == one
    assert len(soup(client.get(week)).select("table.v-avail tbody tr")) == 6
    assert one <= 12
    assert statements(f"{URL}?date=2026-11-24&from=14:00") <= 12


@pytest.mark.parametrize("is_ours", [False, True], ids=["an admin of a tenant", "one of us"])
def test_whoever_signed_in_costs_no_more_than_twelve_either(
    is_ours: bool, statements: Callable[[str], int], client: Client
) -> None:
    user = UserFactory() if is_ours else OrganisationMemberFactory(role=MemberRole.ADMIN).user
    if is_ours:
        user.groups.add(Group.objects.get(name=COMMUNITY))
    client.force_login(user)
    area = AreaFactory()
    given(SpaceFactory(floor=area.floor, units=[UnitFactory(area=area)]), 10, 11)
    given(SpaceFactory(), 10, 11)

    assert statements(f"{URL}?date=2026-11-24&view=week") <= 12
    assert statements(f"{URL}?date=2026-11-24&from=14:00") <= 12  # with a floor plan


def test_a_week_of_sixty_spaces_is_quick_beside_many_bookings(client: Client) -> None:
    rooms = [SpaceFactory() for _ in range(40)]
    rooms += [DesksFactory(size=4) for _ in range(20)]
    fill(rooms, weeks=10)
    url = f"{URL}?date=2026-11-24&view=week"
    client.get(url)

    times = [processor_time(lambda: client.get(url)) for _ in range(5)]

    assert client.get(url).status_code == 200
    assert min(times) < 0.2  # of the processor; tests/bench measures it among fifty thousand bookings


def fill(spaces: list[SpacePage], weeks: int) -> None:
    """Four hours of every working day, for each unit, around the week that is looked at."""
    monday = datetime(2026, 11, 23, tzinfo=UTC) - timedelta(weeks=weeks // 2)
    bookings, allocations = [], []
    for space in spaces:
        for unit in space.units.all():
            for day in range(weeks * 7):
                begins = monday + timedelta(days=day, hours=10)
                booking = Booking(
                    space=space,
                    kind=BookingKind.BOOKING,
                    status=BookingStatus.CONFIRMED,
                    starts_at=begins,
                    ends_at=begins + timedelta(hours=4),
                )
                bookings.append(booking)
                allocations.append(
                    Allocation(booking=booking, unit=unit, starts_at=begins, blocks_until=booking.ends_at)
                )
    Booking.objects.bulk_create(bookings)
    Allocation.objects.bulk_create(allocations)


# ---- for programs ---------------------------------------------------------------------------------------------------
def asked(client: Client, space: SpacePage, query: str = "from=2026-11-24") -> Any:
    return client.get(f"/api/v1/spaces/{space.slug}/availability/?{query}")


def test_programs_learn_when_a_space_is_free_and_nothing_of_who_has_it(client: Client) -> None:
    room = SpaceFactory(hours=OpeningHoursFactory(days=open_from("08:00", "18:00")))
    given(room, 10, 12)

    response = asked(client, room)

    assert response.json() == {
        "slug": room.slug,
        "free": [
            {"starts_at": "2026-11-24T08:00:00+00:00", "ends_at": "2026-11-24T10:00:00+00:00"},
            {"starts_at": "2026-11-24T12:00:00+00:00", "ends_at": "2026-11-24T18:00:00+00:00"},
        ],
        "taken": [{"starts_at": "2026-11-24T10:00:00+00:00", "ends_at": "2026-11-24T12:00:00+00:00"}],
    }


def test_programs_ask_for_several_days_and_for_several_desks(client: Client) -> None:
    desks = DesksFactory(size=2, hours=OpeningHoursFactory(days=open_from("08:00", "18:00", range(5))))
    given(desks, 9, 11)

    week = asked(client, desks, "from=2026-11-24&until=2026-11-30").json()
    assert len(week["free"]) == 5
    two = asked(client, desks, "from=2026-11-24&number=2").json()
    assert len(two["free"]) == 2


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("from=soon", "from"),
        ("from=2026-11-24&until=2026-11-23", "until"),
        ("from=2026-11-24&until=2027-11-24", "until"),
        ("number=0", "number"),
        ("number=two", "number"),
    ],
)
def test_what_programs_can_not_ask_is_named(client: Client, query: str, rule: str) -> None:
    response = asked(client, SpaceFactory(), query)

    assert response.status_code == 400
    assert response.json()["error"]["rule"] == rule


def test_neither_page_nor_answer_is_remembered_beyond_a_booking(
    client: Client, settings: Any, tmp_path: Any, home: HomePage
) -> None:
    settings.VAR_DIR = tmp_path
    settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]
    room = SpaceFactory()
    page, answer = f"{URL}?date=2026-11-24", f"/api/v1/spaces/{room.slug}/availability/?from=2026-11-24"
    assert "Taken" not in texts(row(client.get(page), room))
    assert client.get(answer).json()["taken"] == []

    given(room, 10, 11)

    assert "Taken" in texts(row(client.get(page), room))
    assert len(client.get(answer).json()["taken"]) == 1
