"""A series is looked at date by date, mended where it must be, booked at once, and cancelled by range."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from directory.choices import MemberRole, Role
from home.models import HomePage
from spaces import actions
from spaces.choices import BookingStatus, OccurrenceState
from spaces.models import Allocation, AllowanceEntry, Booking, Series, SpacePage
from spaces.queries.people import asker_of
from spaces.views import series
from tests.booking_forms import soup, typed, words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.spaces import (
    AllowanceFactory,
    DesksFactory,
    OpeningHoursFactory,
    SpaceFactory,
    TenantTermsFactory,
    open_from,
)

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday; London is on UTC
FIRST = {"start": "2026-11-24T10:00", "end": "2026-11-24T11:00", "people": "4"}
FOUR_WEEKS = FIRST | {"repeat": "weekly", "every": "1", "times": "4"}


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def member(client: Client) -> Any:
    found = OrganisationMemberFactory(organisation=OrganisationFactory(role=Role.TENANT)).user
    client.force_login(found)
    return found


def at(hour: float, day: int = 24) -> datetime:
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour)


def address(space: SpacePage) -> str:
    return f"/spaces/{space.slug}/book/"


def given(space: SpacePage, begins: datetime, ends: datetime, unit: int | None = None) -> Booking:
    said = {"name": "Somebody", "email": "somebody@example.org"}
    request = actions.Request(**said, starts_at=begins, ends_at=ends, unit=unit)
    return actions.book(space=space.pk, request=request)


def look(client: Client, space: SpacePage, **said: str) -> Any:
    return client.post(address(space), typed(client.get(address(space))) | FOUR_WEEKS | said)


def carried(response: Any) -> dict[str, str]:
    form = soup(response).select_one("main form")
    assert form
    found = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    for field in form.select("select"):
        chosen = field.select_one("option[selected]")
        found[field["name"]] = chosen["value"] if chosen else ""
    return found


def options(response: Any, day: str) -> list[str]:
    return [option["value"] for option in soup(response).select(f"select[name=date-{day}] option")]


def lines(response: Any) -> list[str]:
    return [" ".join(row.select("td")[0].get_text(" ").split()) for row in soup(response).select("tbody tr")]


@pytest.mark.usefixtures("member")
def test_looking_at_the_dates_books_none(client: Client) -> None:
    room = SpaceFactory()

    response = look(client, room)

    assert response.status_code == 200
    assert "All 4 dates are free" in words(response)
    assert lines(response) == ["Free"] * 4
    heads = [head.get_text() for head in soup(response).select("tbody th[scope=row]")]
    assert heads[1] == "Tuesday 1 December 2026"
    assert not Series.objects.exists()


def test_all_that_is_free_is_booked_with_one_press(client: Client, member: Any) -> None:
    room = SpaceFactory()
    sent = carried(look(client, room)) | {"do": "book-series"}

    response = client.post(address(room), sent)
    again = client.post(address(room), sent)

    made = Series.objects.get()
    assert response["Location"] == again["Location"] == f"/my/spaces/series/{made.pk}/"
    assert made.user == member
    assert [one.starts_at for one in Booking.objects.all()] == [at(10, 24 + 7 * week) for week in range(4)]
    assert "4 dates, every week from Tuesday 24 November 2026" in words(client.get(response["Location"]))
    for said, different in (
        ({"words": "Interviews"}, "what it is for"),
        ({"date-2026-12-01": "skip"}, "the dates"),
    ):
        told = client.post(address(room), sent | said)
        assert told.status_code == 409 and f"Different now: {different}." in words(told)
        assert soup(told).select_one(f"main a[href='{response['Location']}']")
    assert client.post(address(room), sent | {"do": ""})["Location"] == response["Location"]
    assert Booking.objects.count() == 4


@pytest.mark.usefixtures("member")
def test_each_date_says_why_not_and_what_would_work(client: Client) -> None:
    hours = OpeningHoursFactory(days=open_from("08:00", "18:00", range(5)), holiday_opens=None, holiday_closes=None)
    room, other = SpaceFactory(title="Aire", hours=hours), SpaceFactory(title="Calder")
    given(room, at(10, 31), at(11, 31))  # 1 December

    response = look(client, room, start="2026-12-01T10:00", end="2026-12-01T11:00", times="5", every="1")

    found = lines(response)
    assert found[0].startswith("Taken Somebody else has Aire")
    assert found[1:4] == ["Free"] * 3
    assert found[4] == "Free"  # 29 December
    ways = options(response, "2026-12-01")
    assert ways[-1] == "skip"
    assert any(way.startswith(f"{other.slug}/") for way in ways)
    assert len(ways) >= 4
    assert "4 of 5 dates can be had as asked" in words(response)
    christmas = look(client, room, start="2026-12-11T10:00", end="2026-12-11T11:00", times="3")
    assert lines(christmas)[2].startswith("Closed That day is Christmas Day")


@pytest.mark.usefixtures("member")
def test_what_else_would_work_is_looked_for_on_some_dates_at_a_time_and_the_others_say_how(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "MOST_MENDED", 2)
    room = SpaceFactory()
    for week in range(4):
        given(room, at(10, 24 + 7 * week), at(11, 24 + 7 * week))
    days = ("2026-11-24", "2026-12-01", "2026-12-08", "2026-12-15")

    looked = look(client, room)
    assert [len(options(looked, day)) > 1 for day in days] == [True, True, False, False]
    assert words(looked).count("What else would work is looked for on 2 dates at a time") == 2
    first = options(looked, days[0])[0]
    after = client.post(address(room), carried(looked) | {f"date-{days[0]}": first, "mend": days[2]})

    assert [len(options(after, day)) > 1 for day in days] == [True, False, True, True]
    assert carried(after)[f"date-{days[0]}"] == first
    assert [button["value"] for button in soup(after).select("button[name=mend]")] == [days[0], days[1]]
    sent = carried(after) | {f"date-{days[3]}": options(after, days[3])[0], "do": "book-series"}
    assert client.post(address(room), sent).status_code == 302
    assert Series.objects.get().bookings.count() == 2


@pytest.mark.usefixtures("member")
def test_what_was_chosen_for_each_date_is_what_is_booked(client: Client) -> None:
    room, other = SpaceFactory(title="Aire"), SpaceFactory(title="Calder")
    given(room, at(10, 24), at(11, 24))
    given(room, at(10, 31), at(11, 31))
    looked = look(client, room)
    elsewhere = next(way for way in options(looked, "2026-11-24") if way.startswith(f"{other.slug}/"))

    response = client.post(
        address(room),
        carried(looked)
        | {"do": "book-series", "date-2026-11-24": elsewhere, "date-2026-12-01": "skip", "date-2026-12-15": "skip"},
    )

    assert response.status_code == 302
    states = list(Series.objects.get().occurrences.values_list("state", flat=True))
    assert states == [OccurrenceState.MOVED, OccurrenceState.SKIPPED, OccurrenceState.MADE, OccurrenceState.SKIPPED]
    assert other.bookings.get().starts_at == at(10, 24)
    assert room.bookings.filter(series__isnull=False).get().starts_at == at(10, 38)


@pytest.mark.usefixtures("member")
def test_a_desk_that_was_chosen_is_kept_where_it_is_free_and_another_one_comes_only_where_that_is_said(
    client: Client,
) -> None:
    desks = DesksFactory(size=2)
    chosen, other = (unit.pk for unit in desks.units.all())
    given(desks, at(10, 31), at(11, 31), unit=chosen)
    looked = look(client, desks, unit=str(chosen))

    another = "Another one The one that you chose is taken then: you get another."
    assert lines(looked) == ["Free", another, "Free", "Free"]
    assert "3 of 4 dates can be had as asked" in words(looked)
    sent = carried(looked) | {"do": "book-series"}
    given(desks, at(10, 38), at(11, 38), unit=chosen)  # somebody is quicker
    again = client.post(address(desks), sent)
    assert "Tuesday 8 December: Somebody else has the one that you chose" in words(again, "[role=alert]")
    assert lines(again) == ["Free", another, another, "Free"]
    url = client.post(address(desks), sent | {"date-2026-12-08": "another"})["Location"]

    had = Allocation.objects.filter(booking__series__isnull=False).order_by("starts_at")
    assert list(had.values_list("unit", "pinned")) == [(chosen, True), (other, False), (other, False), (chosen, True)]
    assert words(client.get(url)).count("you get another") == 2


@pytest.mark.usefixtures("member")
def test_somebody_was_quicker_and_nothing_is_booked(client: Client) -> None:
    room = SpaceFactory()
    sent = carried(look(client, room)) | {"do": "book-series"}
    given(room, at(10, 38), at(11, 38))

    response = client.post(address(room), sent)

    assert response.status_code == 409
    assert "Tuesday 8 December" in words(response, "[role=alert]")
    assert lines(response)[2].startswith("Taken")
    assert not Series.objects.exists()


def test_dates_beyond_the_allowance_are_told_and_can_be_paid(client: Client) -> None:
    terms = TenantTermsFactory()
    client.force_login(OrganisationMemberFactory(organisation=terms.organisation).user)
    room = SpaceFactory(allowance=AllowanceFactory(monthly={"core": 2}))

    looked = look(client, room)

    assert [line.split(" Your")[0] for line in lines(looked)] == ["Free", "Free", "Free", "Beyond your allowance"]
    assert soup(looked).select_one("button[name=pays]")
    paid = client.post(address(room), carried(looked) | {"pays": "on"})
    assert lines(paid) == ["Free"] * 4


def test_a_series_of_the_other_organisation_spends_its_allowance_and_stays_its_own_when_it_is_moved(
    client: Client,
) -> None:
    mine, other = TenantTermsFactory().organisation, TenantTermsFactory().organisation
    me = OrganisationMemberFactory(organisation=mine).user
    OrganisationMemberFactory(organisation=other, user=me)
    colleague = OrganisationMemberFactory(organisation=other).user
    client.force_login(me)
    room = SpaceFactory(allowance=AllowanceFactory(monthly={"core": 4}))

    looked = look(client, room, payer=str(other.pk))
    client.post(address(room), carried(looked) | {"do": "book-series"})

    first = Booking.objects.order_by("starts_at")[0]
    page = f"/my/spaces/{first.reference}/"
    client.post(page, {"do": "change", "start": "2026-11-25T10:00", "end": "2026-11-25T11:00", "people": "4"})
    first.refresh_from_db()
    assert first.starts_at == at(10, 25)
    assert set(AllowanceEntry.objects.values_list("account__organisation", flat=True)) == {other.pk}
    assert [one.organisation.pk for one in Booking.objects.all()] == [other.pk] * 4
    client.post(page, {"do": "hand-on", "whom": str(colleague.pk)})
    first.refresh_from_db()
    assert first.user == colleague


@pytest.mark.usefixtures("member")
def test_how_many_dates_has_to_be_said(client: Client) -> None:
    response = look(client, SpaceFactory(), times="")

    assert [link["href"] for link in soup(response).select(".nhsuk-error-summary a")] == ["#id_times"]


def test_only_whoever_signed_in_repeats_a_booking(client: Client) -> None:
    room = SpaceFactory()
    assert "repeat" not in typed(client.get(address(room)))

    response = client.post(address(room), FOUR_WEEKS | {"name": "Ada", "email": "ada@example.org"})

    assert "Check, then" in words(response)


def test_a_range_of_it_is_cancelled(client: Client, member: Any) -> None:
    room = SpaceFactory()
    url = client.post(address(room), carried(look(client, room)) | {"do": "book-series"})["Location"]

    response = client.post(url, {"from_day": "2026-12-01", "until_day": "8/12/2026"})

    assert "Cancelled" in words(client.get(response["Location"]))
    assert [one.status for one in Booking.objects.all()] == [
        BookingStatus.CONFIRMED,
        BookingStatus.CANCELLED,
        BookingStatus.CANCELLED,
        BookingStatus.CONFIRMED,
    ]


def test_what_stays_of_a_range_is_told_with_why_and_what_it_counts(client: Client) -> None:
    me, colleague = (
        OrganisationMemberFactory(organisation=one).user for one in [TenantTermsFactory().organisation] * 2
    )
    client.force_login(me)
    room = SpaceFactory(allowance=AllowanceFactory(), cancel_minutes=20 * 24 * 60)
    url = client.post(address(room), carried(look(client, room, times="5")) | {"do": "book-series"})["Location"]
    third = Booking.objects.order_by("starts_at")[2]
    actions.hand_on(booking=third.pk, name="Grace", email=colleague.email, asker=asker_of(me), by=me)

    with time_machine.travel(at(10.5, 31), tick=False):  # the second has begun, the fourth is in two weeks
        answer = client.post(url, {"from_day": "2026-11-24", "until_day": "2026-12-22"})
        page = client.get(answer["Location"])

    stay = [" ".join(line.get_text(" ").split()) for line in soup(page).select("[aria-labelledby=stays] li")]
    assert all(line.endswith(" It still counts: 1 hour of the allowance.") for line in stay)
    assert [line.split(" It still counts")[0] for line in stay] == [
        "Tuesday 24 November 2026: It is over.",
        "Tuesday 1 December 2026: It has begun. The rest of it can be given back on its own page.",
        "Tuesday 8 December 2026: Somebody else has it now, and cancels it themselves.",
        "Tuesday 15 December 2026: It was cancelled too late to be free.",
    ]
    assert not soup(client.get(url)).select("#stays")


def test_the_page_of_a_series_is_for_whoever_made_it(client: Client, member: Any) -> None:
    room = SpaceFactory()
    url = client.post(address(room), carried(look(client, room)) | {"do": "book-series"})["Location"]
    client.force_login(UserFactory())

    assert client.get(url).status_code == 404
    assert client.post(url, {"from_day": "2026-11-24"}).status_code == 404
    assert Booking.objects.filter(status=BookingStatus.CONFIRMED).count() == 4


def handed_on(client: Client, member: Any) -> tuple[str, Booking, Any]:
    """A series of ``member``, and the one of its dates that a colleague has now."""
    url = client.post(address(room := SpaceFactory()), carried(look(client, room)) | {"do": "book-series"})["Location"]
    asker = asker_of(member)
    colleague = OrganisationMemberFactory(organisation=asker.booker.organisation).user
    second = Booking.objects.order_by("starts_at")[1]
    given_away = actions.hand_on(booking=second.pk, name="Grace", email=colleague.email, asker=asker, by=member)
    return url, given_away, colleague


def test_whoever_has_a_date_of_it_sees_that_one_and_cancels_no_other(client: Client, member: Any) -> None:
    url, theirs, colleague = handed_on(client, member)
    client.force_login(colleague)

    page = client.get(url)
    assert "1 date of yours in a series" in words(page)
    assert [link["href"] for link in soup(page).select("main .v-lines a")] == [f"/my/spaces/{theirs.reference}/"]
    assert client.get(f"/my/spaces/{theirs.reference}/").status_code == 200
    client.post(url, {"from_day": "2026-11-24"})
    assert [one.pk for one in Booking.objects.filter(status=BookingStatus.CANCELLED)] == [theirs.pk]


def test_a_date_that_was_handed_on_is_not_cancelled_by_whoever_made_the_series(client: Client, member: Any) -> None:
    url, theirs, _ = handed_on(client, member)

    page = client.get(url)
    assert len(soup(page).select("main .v-lines li")) == 4
    assert len(soup(page).select("main .v-lines a")) == 3  # they can't open it any more
    assert "Handed on" in words(page)
    answer = client.post(url, {"from_day": "2026-11-24"})
    assert answer["Location"].endswith("cancelled=3")
    theirs.refresh_from_db()
    assert theirs.status == BookingStatus.CONFIRMED
    assert not soup(client.get(url)).select("#cancel")


def test_an_admin_of_the_tenant_cancels_all_of_it(client: Client, member: Any) -> None:
    url, _, _ = handed_on(client, member)
    organisation = asker_of(member).booker.organisation
    client.force_login(OrganisationMemberFactory(organisation=organisation, role=MemberRole.ADMIN).user)

    assert client.post(url, {"from_day": "2026-11-24"})["Location"].endswith("cancelled=4")


def test_whom_a_series_was_booked_for_sees_it(client: Client, member: Any) -> None:
    room, organisation = SpaceFactory(), asker_of(member).booker.organisation
    colleague = OrganisationMemberFactory(organisation=organisation).user
    pattern = actions.Pattern(first_on=at(0).date(), starts=at(10).time(), ends=at(11).time())
    request = actions.Request(name="Grace", email=colleague.email, starts_at=at(10), ends_at=at(11))
    made = actions.book_series(space=room.pk, pattern=pattern, request=request, asker=asker_of(member))

    for somebody in (member, colleague):
        client.force_login(somebody)
        page = client.get(f"/my/spaces/series/{made.pk}/")
        assert len(soup(page).select("main .v-lines a")) == 2
