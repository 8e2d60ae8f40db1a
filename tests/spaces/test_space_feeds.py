"""Calendars of a space, a person and an organisation: under addresses that can be ended, and never with anybody's name."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.test import Client
from icalendar import Calendar

from accounts.models import User
from directory.choices import MemberRole, Role
from directory.models import OrganisationPage
from home.models import HomePage
from spaces import actions, links
from spaces.choices import BookingStatus, Confidentiality
from spaces.models import Booking, SpaceCalendar, SpacePage
from spaces.queries.people import asker_of
from tests.assertions import assert_no_inline_code, assert_nothing_from_elsewhere
from tests.calendar_parts import entries_in
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.events import london
from tests.factories.pages import restrict
from tests.factories.spaces import CombinedRoomFactory, DesksFactory
from tests.space_bookings import ANYONE, book, room

MY_PAGE, STAFF_PAGE = "/my/spaces/calendar/", "/staff/spaces/calendars/"
STARTS = london(2027, 3, 30, 12)


@pytest.fixture(autouse=True)
def clock(home: HomePage, settings: Any) -> Any:
    settings.STAFF_MFA_REQUIRED = False
    with time_machine.travel(london(2027, 3, 1, 9), tick=False) as traveller:
        yield traveller


@pytest.fixture
def ada(client: Client) -> User:
    user = UserFactory(name="Ada Lovelace", email="ada@example.org")
    client.force_login(user)
    return user


@pytest.fixture
def kestrel(ada: User) -> OrganisationPage:
    """Ada's organisation, of which she is an admin."""
    organisation = OrganisationFactory(title="Kestrelgate", role=Role.TENANT)
    OrganisationMemberFactory(organisation=organisation, user=ada, role=MemberRole.ADMIN)
    return organisation  # type: ignore[return-value]


def own(user: User, space: SpacePage, **more: Any) -> Booking:
    begins = more.pop("begins", STARTS)
    return book(space, begins, user.email, name=user.name, asker=asker_of(user), **more)


def address(client: Client, page: str = MY_PAGE, do: str = "new", **chosen: Any) -> str:
    response = client.post(page, {"do": do, **chosen})
    assert response.status_code == 302
    parts = urlsplit(links.feed_url(SpaceCalendar.objects.order_by("made_at", "pk").last()))  # type: ignore[arg-type]
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def of_space(space: SpacePage) -> str:
    calendar = actions.renew_calendar(by=UserFactory(is_superuser=True), space=space)
    parts = urlsplit(links.feed_url(calendar))
    return f"{parts.path}?{parts.query}"


def entries(url: str) -> list[Any]:
    response = Client().get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    assert "METHOD" not in calendar
    found = list(calendar.walk("VEVENT"))
    assert len(list(calendar.walk("VTIMEZONE"))) == bool(found)
    return found


def summaries(url: str) -> list[str]:
    return [str(entry["SUMMARY"]) for entry in entries(url)]


def page_of(client: Client, page: str = MY_PAGE) -> Any:
    response = client.get(page)
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    found = BeautifulSoup(response.content, "html.parser")
    assert_no_inline_code(found)
    assert_nothing_from_elsewhere(found)
    return found


# ---- of a person ----------------------------------------------------------------------------------------------------
def test_pages_with_addresses_are_for_people_who_signed_in(client: Client) -> None:
    for page in (MY_PAGE, STAFF_PAGE):
        response = client.get(page)
        assert response.status_code == 302 and response["Location"].startswith("/accounts/login/")


def test_nothing_is_made_until_somebody_asks(ada: User, client: Client) -> None:
    page_of(client)
    assert not SpaceCalendar.objects.exists()
    url = address(client)
    assert url in page_of(client).find("input", id="address")["value"]


def test_it_holds_what_somebody_comes_to(ada: User, client: Client) -> None:
    aire = room(title="Aire")
    own(ada, aire, words="Board")
    own(ada, room(title="Given by us", approval=True))
    own(ada, aire, waits=True)
    actions.cancel(booking=own(ada, room()).pk)
    book(room(title="Of somebody else"), STARTS, "eve@example.org")
    own_for_grace = book(room(title="For Grace"), STARTS, "grace@example.org", asker=asker_of(ada))
    assert own_for_grace.made_by == ada

    assert summaries(address(client)) == ["Aire: Board", "Waits for approval: Given by us"]


def test_it_knows_bookings_of_a_proven_address(ada: User, client: Client) -> None:
    book(room(title="Without signing in"), STARTS, ada.email)
    url = address(client)
    EmailAddress.objects.filter(user=ada).update(verified=False)
    assert entries(url) == []
    EmailAddress.objects.filter(user=ada).update(verified=True)
    assert summaries(url) == ["Without signing in"]


def test_entries_have_the_names_of_the_letters(ada: User, client: Client, mailoutbox: list[Any]) -> None:
    booking = own(ada, room())
    ends = STARTS + timedelta(hours=3)
    actions.change(booking=booking.pk, starts_at=STARTS + timedelta(hours=2), ends_at=ends, asker=ANYONE)
    (by_feed,) = entries(address(client))
    (by_mail,) = entries_in(mailoutbox[-1])
    assert (by_feed["UID"], by_feed["SEQUENCE"]) == (by_mail["UID"], by_mail["SEQUENCE"])
    assert by_feed["DTSTART"].dt == by_mail["DTSTART"].dt == STARTS + timedelta(hours=2)


def test_a_desk_is_named_on_the_day(ada: User, client: Client, clock: Any) -> None:
    desks = room(DesksFactory, title="Gallery desks", size=1)
    label = desks.units.get().label
    own(ada, desks)
    url = address(client)
    assert str(entries(url)[0]["LOCATION"]).startswith("Gallery desks, First floor, Old Medical School")
    clock.move_to(london(2027, 3, 30, 0, 1))
    assert str(entries(url)[0]["LOCATION"]).startswith(f"{label}, Gallery desks, First floor")


def test_no_feed_names_anybody_or_opens_anything(ada: User, kestrel: OrganisationPage, client: Client) -> None:
    booking = own(ada, room(), confidentiality=Confidentiality.OPEN)
    booking.visitors.create(name="Zenobia", email="zenobia@example.org")
    for url in (address(client), address(client, organisation=kestrel.pk), of_space(booking.space)):
        (entry,) = entries(url)
        assert not entry.get("ATTENDEE") and not entry.get("ORGANIZER")
        content = Client().get(url).content.decode().replace("\r\n ", "")
        for secret in ("Ada", "ada@", "Zenobia", booking.nonce.hex, str(booking.key), "/spaces/booking/"):
            assert secret not in content


def test_a_new_address_ends_the_old_one_and_it_can_be_ended(ada: User, client: Client) -> None:
    own(ada, room())
    old = address(client)
    new = address(client)
    assert old != new
    assert Client().get(old).status_code == 404
    assert len(entries(new)) == 1
    client.post(MY_PAGE, {"do": "end"})
    assert Client().get(new).status_code == 404
    assert not SpaceCalendar.objects.exists()


def test_what_the_database_holds_is_no_address(ada: User, client: Client) -> None:
    url = address(client)
    found = SpaceCalendar.objects.get()
    token = links.token(found, links.FEED)
    for guess in (f"{found.pk}.{found.nonce.hex}", f"{found.pk}.{found.nonce.hex}:x", url.split("/")[-1][:-6]):
        assert Client().get(f"/my/spaces/calendar/{guess}.ics").status_code == 404
    booking = own(ada, room(slug="aire"))
    assert Client().get(f"/my/spaces/calendar/{links.token(booking, links.MANAGE)}.ics").status_code == 404
    assert Client().get(f"/spaces/booking/{token}/").status_code == 404
    assert Client().get(f"/spaces/aire/calendar.ics?token={token}").status_code == 404
    assert Client().get("/spaces/aire/calendar.ics").status_code == 404


def test_a_closed_account_has_no_calendar(ada: User, client: Client) -> None:
    url = address(client)
    User.objects.update(is_active=False)
    assert Client().get(url).status_code == 404


def test_nobody_but_who_asks_keeps_it(ada: User, client: Client) -> None:
    aire = room()
    own(ada, aire)
    for url in (address(client), of_space(aire)):
        first = Client().get(url)
        assert "private" in first["Cache-Control"] and first["X-Robots-Tag"] == "noindex"
        assert "Access-Control-Allow-Origin" not in first
        assert not first.cookies
        assert Client().get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_it_is_the_same_file_until_something_changes(ada: User, client: Client, clock: Any) -> None:
    booking = own(ada, room())
    url = address(client)
    first = Client().get(url).content
    clock.shift(timedelta(minutes=10))
    assert Client().get(url).content == first
    actions.change(booking=booking.pk, starts_at=STARTS, ends_at=STARTS + timedelta(minutes=30), asker=ANYONE)
    assert Client().get(url).content != first


def test_what_is_long_over_is_left_out(ada: User, client: Client, clock: Any) -> None:
    own(ada, room())
    url = address(client)
    clock.shift(timedelta(days=60))
    assert len(entries(url)) == 1
    clock.shift(timedelta(days=65))
    assert entries(url) == []


@pytest.mark.parametrize(("day", "utc"), [((2027, 3, 27), b"T120000"), ((2027, 3, 29), b"T120000")])
def test_it_is_at_its_hour_on_both_sides_of_a_change_of_the_clocks(
    day: tuple[int, int, int], utc: bytes, ada: User, client: Client
) -> None:
    own(ada, room(), begins=london(*day, 12))
    (entry,) = entries(address(client))
    assert entry["DTSTART"].to_ical()[-7:] == utc and entry["DTSTART"].params["TZID"] == "Europe/London"


# ---- of an organisation ---------------------------------------------------------------------------------------------
def test_admins_see_what_their_organisation_has_and_no_more_than_who_booked_lets_them(
    ada: User, kestrel: OrganisationPage, client: Client
) -> None:
    colleague = OrganisationMemberFactory(organisation=kestrel).user
    own(colleague, room(title="Aire"), words="Hiring", confidentiality=Confidentiality.ORGANISATION)
    own(colleague, room(title="Calder"), words="Lunch", confidentiality=Confidentiality.OPEN)
    book(room(title="Of others"), STARTS)
    url = address(client, organisation=kestrel.pk)

    assert summaries(url) == ["Aire", "Calder: Lunch"]
    assert b"Hiring" not in Client().get(url).content
    assert f"/{url.split('/')[-1]}" in page_of(client).find("input", id=f"address-{kestrel.pk}")["value"]


def test_only_admins_have_the_calendar_of_an_organisation(client: Client) -> None:
    member = OrganisationMemberFactory(organisation=OrganisationFactory(title="Kestrelgate"))
    client.force_login(member.user)
    assert "Kestrelgate" not in page_of(client).find("main").get_text()
    assert client.post(MY_PAGE, {"do": "new", "organisation": member.organisation.pk}).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.renew_calendar(by=member.user, organisation=member.organisation)
    assert not SpaceCalendar.objects.exists()


def test_one_calendar_ends_without_the_others(ada: User, kestrel: OrganisationPage, client: Client) -> None:
    mine = address(client)
    ours = address(client, organisation=kestrel.pk)
    client.post(MY_PAGE, {"do": "end", "organisation": kestrel.pk})
    assert Client().get(ours).status_code == 404
    assert Client().get(mine).status_code == 200


def test_an_organisation_that_left_has_no_calendar(ada: User, kestrel: OrganisationPage, client: Client) -> None:
    url = address(client, organisation=kestrel.pk)
    kestrel.unpublish()
    assert Client().get(url).status_code == 404


# ---- of a space -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("level", "said"),
    [
        (Confidentiality.OPEN, "Board – Kestrelgate"),
        (Confidentiality.ORGANISATION, "Kestrelgate"),
        (Confidentiality.BUSY, "Booked"),
    ],
)
def test_others_read_no_more_than_who_booked_lets_them(
    level: Confidentiality, said: str, ada: User, kestrel: OrganisationPage
) -> None:
    aire = room()
    own(ada, aire, words="Board", confidentiality=level)
    url = of_space(aire)
    (entry,) = entries(url)
    assert str(entry["SUMMARY"]) == said
    assert "DESCRIPTION" not in entry
    content = Client().get(url).content.decode()
    assert ("Board" in content) == (level == Confidentiality.OPEN)
    assert ("Kestrelgate" in content) == (level != Confidentiality.BUSY)


def test_an_organisation_that_nobody_may_see_is_not_named(ada: User, kestrel: OrganisationPage) -> None:
    aire = room()
    own(ada, aire, words="Board")
    restrict(kestrel)
    assert summaries(of_space(aire)) == ["Booked"]


def test_what_is_not_decided_is_held(ada: User, kestrel: OrganisationPage) -> None:
    aire = room(approval=True)
    own(ada, aire, words="Board", confidentiality=Confidentiality.OPEN)
    (entry,) = entries(of_space(aire))
    assert (str(entry["SUMMARY"]), str(entry["STATUS"])) == ("Held", "TENTATIVE")


def test_a_closure_says_what_for(ada: User) -> None:
    aire = room()
    held = actions.Held(space=aire.pk, begins=STARTS, ends=STARTS + timedelta(hours=2))
    actions.close(held=[held], words="Painters", by=UserFactory(is_superuser=True))
    assert summaries(of_space(aire)) == ["Closed: Painters"]


def test_a_part_is_taken_with_the_room_that_it_belongs_to(ada: User) -> None:
    aire, calder = room(title="Aire"), room(title="Calder")
    both = room(CombinedRoomFactory, title="Aire and Calder", rooms=[aire, calder])
    book(both, STARTS)
    book(calder, STARTS + timedelta(hours=2))
    (entry,) = entries(of_space(aire))
    assert str(entry["LOCATION"]).startswith("Aire and Calder")
    assert len(entries(of_space(both))) == 2


def test_an_offer_that_is_over_takes_nothing(ada: User, clock: Any) -> None:
    aire = room()
    booking = book(aire, STARTS)
    Booking.objects.filter(pk=booking.pk).update(status=BookingStatus.OFFERED, expires_at=london(2027, 3, 1, 12))
    url = of_space(aire)
    assert summaries(url) == ["Held"]
    clock.move_to(london(2027, 3, 1, 12))
    assert summaries(url) == []


def test_staff_give_the_calendar_of_a_space_away_and_end_it(client: Client) -> None:
    aire = room(title="Aire", slug="aire")
    client.force_login(UserFactory(is_superuser=True))
    page_of(client, STAFF_PAGE)
    url = address(client, STAFF_PAGE, space=aire.pk)
    assert url.startswith("/spaces/aire/calendar.ics?token=")
    assert url in page_of(client, STAFF_PAGE).find("input", id=f"address-{aire.pk}")["value"]
    assert entries(url) == []
    address_of_other = of_space(room(slug="calder"))
    assert Client().get(address_of_other.replace("calder", "aire")).status_code == 404
    client.post(STAFF_PAGE, {"do": "end", "space": aire.pk})
    assert Client().get(url).status_code == 404


def test_nobody_else_can(ada: User, client: Client) -> None:
    aire = room()
    assert client.get(STAFF_PAGE).status_code == 403
    assert client.post(STAFF_PAGE, {"do": "new", "space": aire.pk}).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.renew_calendar(by=ada, space=aire)
    with pytest.raises(PermissionDenied):
        actions.end_calendar(by=ada, space=aire)
    assert not SpaceCalendar.objects.exists()


# ---- what it costs --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 12])
def test_they_cost_the_same_however_much_they_hold(
    number: int, ada: User, kestrel: OrganisationPage, client: Client, django_assert_num_queries: Any
) -> None:
    aire = room()
    for count in range(number):
        own(ada, aire, begins=STARTS + timedelta(days=count))
    for url, statements in ((address(client), 5), (address(client, organisation=kestrel.pk), 4), (of_space(aire), 5)):
        Client().get(url)
        with django_assert_num_queries(statements):
            Client().get(url)


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_of_staff_costs_the_same_for_many_spaces(
    number: int, client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(UserFactory(is_superuser=True))
    for _ in range(number):
        of_space(room())
    client.get(STAFF_PAGE)
    with django_assert_num_queries(6):
        client.get(STAFF_PAGE)
