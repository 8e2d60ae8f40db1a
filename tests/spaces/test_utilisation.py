"""How much spaces are used is counted over the time that they were open, and says nothing of people."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from directory.choices import MemberRole, Role
from home.models import HomePage
from spaces import actions
from spaces.choices import BookingStatus, SpaceKind
from spaces.desk.utilisation import Use, Utilisation, utilisation
from spaces.fees import Rate, stored_rate
from spaces.models import Allocation, Booking, SpacePage
from spaces.queries.people import asker_of
from spaces.rules import Asker
from tests.booking_forms import words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.spaces import (
    AllowanceFactory,
    CombinedRoomFactory,
    DesksFactory,
    OpeningHoursFactory,
    SpaceFactory,
    TenantTermsFactory,
    open_from,
)

NOW = datetime(2026, 12, 4, 22, 0, tzinfo=UTC)  # a Friday
MONDAY = date(2026, 11, 23)
STATEMENTS = 7


@pytest.fixture(autouse=True)
def _now(home: HomePage, settings: Any) -> Iterator[None]:
    settings.STAFF_MFA_REQUIRED = False
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def team() -> User:
    return UserFactory(name="Nell", group="Community team")


def eight_to_six(**more: Any) -> Any:
    return OpeningHoursFactory(days=open_from("08:00", "18:00"), **more)


def at(hour: float, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)


def book(space: SpacePage, begins: datetime, ends: datetime, asker: Asker | None = None, **more: Any) -> Booking:
    """Made when it was still to come."""
    with time_machine.travel(begins - timedelta(days=2), tick=False):
        asked = actions.Request(name="Ada", email="ada@example.org", starts_at=begins, ends_at=ends, **more)
        return actions.book(space=space.pk, request=asked, asker=asker or Asker(is_staff=True))


def use_of(found: Utilisation, space: SpacePage) -> Use:
    return next(use for use in found.spaces if use.name == space.title)


def test_use_is_a_share_of_the_time_it_was_open() -> None:
    room = SpaceFactory(hours=eight_to_six())
    book(room, at(9), at(11.5))

    found = utilisation(MONDAY, MONDAY)
    assert (use_of(found, room).open_hours, use_of(found, room).used_hours, use_of(found, room).percent) == (
        10,
        2.5,
        25,
    )
    assert utilisation(MONDAY, MONDAY + timedelta(days=1)).whole.percent == 12
    assert (found.cells[0, 9].percent, found.cells[0, 11].percent, found.cells[0, 12].percent) == (100, 50, 0)
    assert list(found.hours) == list(range(8, 18))


def test_what_lies_outside_opening_hours_is_not_counted() -> None:
    room = SpaceFactory(hours=eight_to_six())
    book(room, at(6), at(9))

    assert use_of(utilisation(MONDAY, MONDAY), room).used_hours == 1


def test_closed_time_counts_neither_as_open_nor_as_used(team: User) -> None:
    room, desks = SpaceFactory(hours=eight_to_six()), DesksFactory(size=2, hours=eight_to_six())
    book(room, at(9), at(10))
    with time_machine.travel(at(0), tick=False):
        actions.close(held=[actions.Held(room.pk, at(13), at(23))], words="The floor is laid.", by=team)
        one = desks.units.all()[0].pk
        actions.close(held=[actions.Held(desks.pk, at(0), at(24))], words="It broke.", by=team, units=[one])

    found = utilisation(MONDAY, MONDAY)
    assert (use_of(found, room).open_hours, use_of(found, room).used_hours, use_of(found, room).percent) == (5, 1, 20)
    assert use_of(found, desks).open_hours == 10
    assert found.cells[0, 14].open == 3600, "one desk alone was open"


def test_days_on_which_it_is_closed_are_no_part_of_it() -> None:
    room = SpaceFactory(
        hours=OpeningHoursFactory(days=open_from("08:00", "18:00", range(5)), holiday_opens=None, holiday_closes=None)
    )

    assert use_of(utilisation(MONDAY, MONDAY + timedelta(days=6)), room).open_hours == 50
    with time_machine.travel(datetime(2027, 1, 10, tzinfo=UTC)):
        assert use_of(utilisation(date(2026, 12, 25), date(2026, 12, 28)), room).open_hours == 0, (
            "Christmas, Boxing Day"
        )
        assert use_of(utilisation(date(2026, 12, 25), date(2026, 12, 25)), room).percent is None


def test_what_is_still_to_come_is_not_counted() -> None:
    room = SpaceFactory(hours=eight_to_six())
    book(room, at(9), at(13))

    with time_machine.travel(at(13), tick=False):
        assert (
            use_of(utilisation(MONDAY, MONDAY), room).open_hours,
            use_of(utilisation(MONDAY, MONDAY), room).percent,
        ) == (5, 80)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 24), 24)]
)
def test_a_day_is_as_long_as_it_was_when_the_clocks_change(day: date, hours: int) -> None:
    room = SpaceFactory(hours=OpeningHoursFactory(days=open_from("00:00", "23:59:59")), max_minutes=3000)
    book(room, at(-12, day), at(36, day))

    found = utilisation(day, day)
    assert use_of(found, room).open_hours == use_of(found, room).used_hours == hours
    weekday = day.weekday()
    assert ((weekday, 1) in found.cells) == (hours != 23)
    if hours == 25:
        assert found.cells[weekday, 1].open == 2 * 3600


def test_each_desk_counts_and_a_combined_room_counts_in_its_parts() -> None:
    hours = eight_to_six()
    desks = DesksFactory(size=4, hours=hours)
    aire, calder = SpaceFactory(title="Aire", hours=hours), SpaceFactory(title="Calder", hours=hours)
    both = CombinedRoomFactory(title="Both", rooms=[aire, calder], hours=hours)
    book(desks, at(8), at(18), number=3)
    book(both, at(8), at(13))
    book(aire, at(13), at(18))

    found = utilisation(MONDAY, MONDAY)
    assert (use_of(found, desks).open_hours, use_of(found, desks).percent) == (40, 75)
    assert (use_of(found, aire).percent, use_of(found, calder).percent) == (100, 50)
    assert (use_of(found, both).is_combined, use_of(found, both).bookings, use_of(found, aire).bookings) == (True, 1, 1)
    assert found.whole.open_hours == 60 and found.whole.used_hours == 45
    kinds = {use.name: use.percent for use in found.kinds}
    assert kinds[SpaceKind.HOT_DESKS.label] == 75 and kinds[SpaceKind.MEETING_ROOM.label] == 75


def test_tenants_events_and_everybody_else_are_told_apart() -> None:
    room = SpaceFactory(hours=eight_to_six())
    tenant = OrganisationFactory(title="Thoresby", role=Role.TENANT)
    member = OrganisationMemberFactory(organisation=tenant, user__email="ada@example.org").user
    book(room, at(8), at(11), asker=asker_of(member))
    book(room, at(11), at(12))
    with time_machine.travel(at(0), tick=False):
        actions.hold_for_event(held=[actions.Held(room.pk, at(12), at(14))], words="Demo day")

    found = utilisation(MONDAY, MONDAY)
    assert [(use.name, use.used_hours, use.bookings) for use in found.tenants] == [
        ("Thoresby", 3, 1), ("Events", 2, 1), ("Without an organisation", 1, 1),
    ]  # fmt: skip


def test_what_was_given_back_or_cancelled_is_no_use() -> None:
    room = SpaceFactory(hours=eight_to_six(), release_minutes=15)
    book(room, at(9), at(10))
    cancelled = book(room, at(11), at(12))
    with time_machine.travel(at(9.5), tick=False):
        actions.release_no_shows()
        actions.cancel(booking=cancelled.pk)

    use = use_of(utilisation(MONDAY, MONDAY), room)
    assert (use.used_hours, use.missed, use.bookings) == (0, 1, 0)


# ---- the page -------------------------------------------------------------------------------------------------------
@pytest.fixture
def page(client: Client, team: User) -> Any:
    client.force_login(team)
    return lambda **asked: client.get(reverse("spaces_utilisation"), asked)


def test_the_week_is_a_table_that_can_be_read_aloud(page: Any) -> None:
    room = SpaceFactory(hours=OpeningHoursFactory(days=open_from("08:00", "10:00", range(5))))
    book(room, at(8), at(9))

    soup = BeautifulSoup(page(**{"from": "2026-11-23", "until": "2026-11-29"}).content, "html.parser")
    heat = soup.select_one("table.v-heat")
    assert [one.get_text() for one in heat.select("thead th")][1:] == ["8:00", "9:00"]
    rows = {row.th.get_text(): [cell.get_text() for cell in row.select("td")] for row in heat.select("tbody tr")}
    assert (rows["Monday"], rows["Tuesday"], rows["Sunday"]) == (["100", "0"], ["0", "0"], ["Closed", "Closed"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"from": "2026-11-23", "until": "2026-11-20"}, "has to begin before it ends"),
        ({"from": "2020-01-01", "until": "2026-11-20"}, "At most 366 days"),
        ({"from": "2026-02-30", "until": "x"}, "4 December 2026"),
        ({"from": "2026-11-30", "until": "2027-11-20"}, "30 November 2026 to"),
    ],
)
def test_a_period_that_makes_no_sense_is_put_right_in_words(page: Any, asked: dict[str, str], said: str) -> None:
    assert said in " ".join(BeautifulSoup(page(**asked).content, "html.parser").main.get_text(" ").split())


def test_the_file_names_no_person_and_nothing_in_it_is_a_formula(page: Any) -> None:
    room = SpaceFactory(title="=HYPERLINK(1)", hours=eight_to_six())
    book(room, at(8), at(13), words="Private talk")

    response = page(**{"from": "2026-11-23", "until": "2026-11-23", "as": "csv"})
    text = response.content.decode("utf-8-sig")
    assert not any(word in text for word in ("Ada", "example.org", "Private"))
    rows = list(csv.DictReader(StringIO(text)))
    space = next(row for row in rows if row["what"] == "space")
    assert (space["name"], space["open hours"], space["used hours"], space["used %"]) == (
        "'=HYPERLINK(1)",
        "10.0",
        "5.0",
        "50",
    )


def test_it_costs_as_many_statements_for_many_bookings_as_for_one() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            utilisation(MONDAY - timedelta(days=300), MONDAY)
        return len(captured)

    room = SpaceFactory(hours=eight_to_six())
    book(room, at(8), at(9))
    one = cost()
    tenants = OrganisationFactory.create_batch(3)
    rooms = SpaceFactory.create_batch(3)
    bookings = [
        Booking(
            space=rooms[number % 3], organisation=tenants[number % 3], status=BookingStatus.CONFIRMED,
            starts_at=at(8) - timedelta(days=number), ends_at=at(10) - timedelta(days=number),
        )
        for number in range(300)
    ]  # fmt: skip
    Booking.objects.bulk_create(bookings)
    units = {one.pk: one.units.all()[0].pk for one in rooms}
    Allocation.objects.bulk_create(
        Allocation(booking=one, unit_id=units[one.space_id], starts_at=one.starts_at, blocks_until=one.ends_at)
        for one in Booking.objects.filter(space__in=rooms)
    )
    assert cost() <= one + 1 <= STATEMENTS
    assert utilisation(MONDAY - timedelta(days=300), MONDAY).whole.bookings == 301


# ---- what is to be invoiced -------------------------------------------------------------------------------------------
def test_what_is_to_be_invoiced_keeps_its_price_and_names_nobody(client: Client, team: User) -> None:
    room = SpaceFactory(
        title="Aire", price="£40 an hour.", fee=40, allowance=AllowanceFactory(), cancel_minutes=24 * 60
    )
    tenant = TenantTermsFactory(organisation__title="Thoresby").organisation
    ada = OrganisationMemberFactory(organisation=tenant, role=MemberRole.ADMIN, user__email="ada@example.org").user
    paid, late, in_time, waived = (
        book(room, at(hour), at(hour + 1.5), asker_of(ada), pays=True) for hour in (8, 10, 12, 14)
    )
    book(room, at(16), at(17), asker_of(ada))  # from the allowance
    SpacePage.objects.filter(pk=room.pk).update(price="£99 an hour.", fee=99)
    with time_machine.travel(at(-20), tick=False):
        actions.cancel(booking=in_time.pk)
    with time_machine.travel(at(7), tick=False):
        for one in (late, waived):
            actions.cancel(booking=one.pk)
    client.force_login(team)
    client.post(reverse("spaces_desk_booking", args=[waived.pk]), {"do": "waive"})

    address = reverse("spaces_invoices")
    said = words(client.get(address, {"month": "2026-11"}))
    assert "2 bookings, 3 hours, £120.00" in said and "Thoresby" in said and "£99" not in said
    assert paid.reference in said and late.reference in said
    for month in ("", "soon", "2026-13", "0001-01", "9999-12"):  # the calendar ends there: this month
        assert "Nothing that begins in this month" in words(client.get(address, {"month": month}))
    file = client.get(address, {"month": "2026-11", "as": "csv"}).content.decode()
    line = (
        f"2026-11,Thoresby,{paid.reference},Aire,2026-11-23 08:00,2026-11-23 09:30,1,1.5,Confirmed,£40 an hour.,60.00"
    )
    assert line in file and file.count("Thoresby") == 2
    assert "Ada" not in file and "example.org" not in file
    client.force_login(ada)
    page = reverse("my_space_booking", args=[paid.reference])
    assert "£60.00 by invoice. £40 an hour." in words(client.get(page))
    for ends in (at(10), at(9)):  # at the rate of then; made shorter too late to be free, it costs what it did
        with time_machine.travel(at(7), tick=False):
            actions.change(booking=paid.pk, starts_at=at(8), ends_at=ends, asker=asker_of(ada))
        paid.refresh_from_db()
        assert paid.fee == 80
    assert "By invoice: £80.00" in words(client.get(reverse("tenant_bookings", args=[tenant.slug])))


def test_whoever_has_no_allowance_pays_for_what_has_a_price_in_pounds(client: Client, team: User) -> None:
    rate = {"fee": 9, "fee_minutes": 300, "fee_begun": True, "fee_most": 18}
    desks = DesksFactory(size=3, title="Desks", max_minutes=780, allowance=AllowanceFactory(), **rate)
    words_alone = SpaceFactory(price="Half a room hour.")
    partner = OrganisationMemberFactory(organisation=OrganisationFactory(title="Partner")).user
    tenant = OrganisationMemberFactory(organisation=TenantTermsFactory().organisation).user

    morning = book(desks, at(9), at(12), asker_of(partner), number=2)
    day = book(desks, at(9), at(20), Asker())
    free = [book(desks, at(20), at(22), asker_of(tenant)), book(words_alone, at(9), at(10), asker_of(partner))]

    assert (morning.pays, morning.fee, day.pays, day.fee) == (True, 18, True, 18)
    assert [(one.pays, one.fee) for one in free] == [(False, None)] * 2
    client.force_login(team)
    said = words(client.get(reverse("spaces_invoices"), {"month": "2026-11"}))
    assert "No organisation" in said and "Partner" in said and "£36.00" in said


@pytest.mark.parametrize(
    ("said", "pounds", "is_right"),
    [
        ("£24 an hour; £1,200 at most.", "24", True),
        ("£24 an hour; £1,200 at most.", "30", False),
        ("The first hour is free.", "30", True),
        ("£24, set-up included.", "", True),  # words alone
    ],
)
def test_the_words_of_a_price_name_no_pounds_but_those_that_are_charged(said: str, pounds: str, is_right: bool) -> None:
    form = SpacePage.get_edit_handler().get_form_class()
    data = {"price": said, "fee": pounds, "fee_minutes": "60", "fee_most": "1200", "layouts-count": "0"}
    errors = form(data, instance=SpaceFactory(), for_user=UserFactory(is_superuser=True)).errors.get("price", [])
    assert bool(errors) != is_right
    assert is_right or "The words say £24, and what is charged is £30 an hour, at most £1,200." in errors[0]


def test_a_price_without_words_is_told_by_its_rate(client: Client) -> None:
    room = SpaceFactory(price="", fee=25)
    assert "£25 an hour" in words(client.get(room.url)) and "£25 an hour" in words(client.get("/spaces/"))
    assert book(room, at(9), at(11), Asker()).price == "£25 an hour"
    half_a_day = {"fee": Decimal("40.50"), "fee_minutes": 240, "fee_begun": True, "fee_most": 81}
    assert SpaceFactory.build(price="", **half_a_day).price_words == "£40.50 for each 4 hours begun, at most £81"


@pytest.mark.parametrize(
    ("rate", "minutes", "fee"),
    [
        (Rate(Decimal(24), 60), 90, "36.00"),
        (Rate(Decimal("10.01"), 60), 30, "5.01"),  # half a penny is rounded up
        (Rate(Decimal(40), 240, when_begun=True), 241, "80.00"),
        (Rate(Decimal(9), 300, when_begun=True, most=Decimal(18)), 780, "18.00"),
        (Rate(Decimal("0.1"), 60), 180, "0.30"),
    ],
)
def test_what_is_paid_is_exact_to_the_penny(rate: Rate, minutes: int, fee: str) -> None:
    assert str(rate.fee(minutes)) == fee
    assert stored_rate(rate.as_stored()) == rate
