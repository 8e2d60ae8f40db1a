"""The comms team sees who comes to an event, what they need, and takes it away as a file; nobody else does."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from events.bookings import actions
from events.bookings.choices import NeedKind, PoolKind
from events.bookings.desk.addresses import addresses
from events.bookings.models import AccessNeed, Booking, Pool
from events.bookings.queries import invariants_broken
from events.models import EventPage
from tests.booking_forms import soup
from tests.factories.accounts import UserFactory
from tests.factories.bookings import QuestionFactory, book, bookable
from tests.factories.directory import PlaceFactory
from tests.factories.events import EventFactory

pytestmark = pytest.mark.django_db
LIST, NEEDS, PAST, COMING = (
    19,
    14,
    16,
    15,
)  # SQL statements; in each the one by which the menu knows whether organisations send changes
BY_POST = {"events_booking_attendees", "events_booking_needs_file", "events_need_prepared"}


@pytest.fixture(autouse=True)
def _all_is_well(home: object, settings: Any) -> Any:
    settings.STAFF_MFA_REQUIRED = False
    yield
    assert invariants_broken() == []


@pytest.fixture
def comms() -> User:
    return UserFactory(email="comms@village.example", name="Ada", group="Comms")


@pytest.fixture
def cms(client: Client, comms: User) -> Client:
    client.force_login(comms)
    return client


def to(name: str, *args: Any) -> str:
    return reverse(f"events_{name}", args=args)


def words(response: Any) -> str:
    return soup(response).get_text(" ", strip=True)


def rows(response: Any) -> list[str]:
    """The list of who booked, a line each."""
    table = soup(response).select_one("section[aria-labelledby=list] table")
    return [row.get_text(" ", strip=True) for row in table.select("tbody tr")] if table else []


# ---- who may --------------------------------------------------------------------------------------------------------
@pytest.fixture
def filled() -> dict[str, str]:
    """Every address of the desk, of an event with a booking that has a need."""
    booking = book(bookable(3), needs={NeedKind.ACCESS: "Hearing loop"})
    keys = {"event": booking.event_id, "booking": booking.pk, "need": booking.needs.get().pk}
    patterns = {one.name: list(one.pattern.converters) for one in addresses()}
    return {name: reverse(name, args=[keys[gap] for gap in gaps]) for name, gaps in patterns.items()}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["", "Account managers", "Editors"])
def test_nobody_else_gets_in(client: Client, filled: dict[str, str], who: str, method: str) -> None:
    if who:
        client.force_login(UserFactory(group=who))
    before = list(Booking.objects.values())

    let_in = {}
    for name, address in filled.items():
        response = getattr(client, method)(address)
        if response.status_code != 302 or response["Location"].split("?")[0] not in ("/cms/", "/accounts/login/"):
            let_in[name] = response.status_code
    assert let_in == {}
    assert list(Booking.objects.values()) == before
    assert not AccessNeed.objects.exclude(done_at=None).exists()


def test_comms_get_in_and_nothing_is_kept_in_a_cache(cms: Client, filled: dict[str, str]) -> None:
    assert len(filled) > 15
    for name, address in filled.items():
        response = cms.get(address)
        assert response.status_code == (405 if name in BY_POST else 200), name
        assert "no-store" in response["Cache-Control"], name


def test_needs_are_seen_by_those_alone_who_prepare_them(client: Client) -> None:
    from django.contrib.auth.models import Permission

    manager = UserFactory(group="Editors")
    manager.user_permissions.add(Permission.objects.get(codename="manage_bookings", content_type__app_label="events"))
    client.force_login(manager)
    booking = book(bookable(3), needs={NeedKind.ACCESS: "Hearing loop"})

    for address in (
        to("bookings", booking.event_id),
        to("booking", booking.pk),
        to("booking_change", booking.pk),
        "/cms/",
    ):
        assert "Hearing loop" not in client.get(address).content.decode()
    assert client.get(to("needs")).status_code == 302
    assert client.post(to("need_prepared", booking.needs.get().pk), {"done": "yes"}).status_code == 302
    client.post(to("booking_change", booking.pk), {"size": "1", "companions": ""})
    assert booking.needs.get().words == "Hearing loop", "what they don't see they don't delete"


def test_only_whoever_may_sees_the_button(client: Client, comms: User) -> None:
    event = bookable(3)
    address = reverse("wagtailadmin_pages:edit", args=[event.pk])
    client.force_login(comms)
    assert to("bookings", event.pk) in client.get(address).content.decode()
    client.force_login(UserFactory(group="Editors"))
    assert to("bookings", event.pk) not in client.get(address).content.decode()


# ---- the list -------------------------------------------------------------------------------------------------------
def test_numbers_are_said_in_words_for_each_kind_of_places(cms: Client) -> None:
    event = bookable({"name": "Hall", "capacity": 2}, {"name": "Front", "kind": PoolKind.ACCESS, "capacity": 3})
    book(event, size=2)
    book(event, size=2, waits=True)

    response = cms.get(to("bookings", event.pk))
    table = [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in soup(response).select("section[aria-labelledby=places] tbody tr")
    ]
    assert table == [["Hall", "Everybody", "", "2", "0", "2"], ["Front", "People with access needs", "", "0", "3", "3"]]
    figures = {one.dt.get_text(): one.dd.get_text() for one in soup(response).select(".village-figures div")}
    assert figures == {"Places": "5", "Taken": "2", "Free": "3", "People who wait": "2"}
    bars = [bar["width"] for bar in soup(response).select(".village-bar .taken")]
    assert bars == ["100", "0"]


@pytest.mark.parametrize("asked", ["grace", "GRACE hopper", "kestrelgate", "g@navy", "mary"])
def test_a_booking_is_found_by_whatever_somebody_says(cms: Client, asked: str) -> None:
    event = bookable(9)
    book(event, "ada@example.org", name="Ada Lovelace")
    book(
        event,
        "g@navy.example",
        name="Grace Hopper",
        organisation_name="Kestrelgate",
        size=2,
        companions=("Mary Somerville",),
    )

    found = rows(cms.get(to("bookings", event.pk), {"q": asked}))
    assert len(found) == 1
    assert "Grace Hopper" in found[0]


def test_the_list_is_filtered_by_status_and_reference(cms: Client) -> None:
    event = bookable(1)
    first, second = book(event, name="Ada"), book(event, name="Grace", waits=True)

    assert len(rows(cms.get(to("bookings", event.pk)))) == 2
    assert "Grace" in rows(cms.get(to("bookings", event.pk), {"status": "waiting"}))[0]
    assert "Ada" in rows(cms.get(to("bookings", event.pk), {"q": first.reference.lower()}))[0]
    nothing = cms.get(to("bookings", event.pk), {"q": second.reference, "status": "confirmed"})
    assert "No booking fits" in words(nothing)


def test_the_list_goes_on_after_fifty(cms: Client) -> None:
    event = bookable(60)
    for _ in range(51):
        book(event)
    first = cms.get(to("bookings", event.pk), {"q": "person"})
    assert len(rows(first)) == 50
    following = soup(first).find("a", string="Next")["href"]
    assert len(rows(cms.get(to("bookings", event.pk) + following))) == 1


@pytest.mark.parametrize("number", [1, 12])
def test_the_list_costs_the_same_however_long(
    cms: Client, comms: User, statements: Callable[[str], int], number: int
) -> None:
    event = bookable(60)
    for _ in range(number):
        book(event)
    assert statements(to("bookings", event.pk)) == LIST


@pytest.mark.parametrize("number", [1, 20])
def test_needs_and_what_is_left_of_the_past_cost_the_same_however_many(
    cms: Client, comms: User, statements: Callable[[str], int], number: int
) -> None:
    for _ in range(number):
        event = bookable(3, event=EventFactory(building=PlaceFactory()))
        book(event, needs={NeedKind.ACCESS: "Hearing loop"})
    assert statements(to("needs")) == NEEDS
    EventPage.objects.update(starts_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now())
    assert statements(to("people_of_past_events")) == PAST


# ---- on the first page, and what has to be prepared -----------------------------------------------------------------
def test_the_first_page_says_who_asks_and_what_to_prepare_the_soonest_first(cms: Client, client: Client) -> None:
    later = bookable(5, approval=True, event=EventFactory(title="Later", starts_at=timezone.now() + timedelta(days=9)))
    sooner = bookable(
        5, approval=True, event=EventFactory(title="Sooner", starts_at=timezone.now() + timedelta(days=2))
    )
    book(later, "ada@example.org", name="Zenobia", needs={NeedKind.ACCESS: "Hearing loop"})
    book(sooner)
    book(sooner)

    shown = soup(cms.get("/cms/"))
    asking = next(one for one in shown.select(".village-panel") if "People who ask for a place" in one.get_text())
    lines = [line.get_text(" ", strip=True) for line in asking.select("li")]
    assert [line.split()[0] for line in lines] == ["Sooner", "Later"]
    assert lines[0].endswith("2 ask")
    assert lines[1].endswith("1 asks")
    assert "1 to prepare" in shown.get_text()
    assert "Zenobia" not in shown.get_text()
    assert "Hearing loop" not in shown.get_text()

    client.force_login(UserFactory(group="Editors"))
    others = client.get("/cms/").content.decode()
    assert "People who ask for a place" not in others
    assert "Access needs to prepare" not in others


def test_needs_are_work_that_is_ticked_off_and_back(cms: Client, comms: User) -> None:
    booking = book(bookable(5), name="Zenobia", needs={NeedKind.ACCESS: "Hearing loop"})
    need = booking.needs.get()

    shown = words(cms.get(to("needs")))
    assert "Hearing loop" in shown
    assert f"for {booking.reference}" in shown
    assert "Zenobia" not in shown
    assert "1 of 1 still to do" in shown
    cms.post(to("need_prepared", need.pk), {"done": "yes"})
    need.refresh_from_db()
    assert need.done_by == comms
    after = words(cms.get(to("booking_needs", booking.event_id)))
    assert "0 of 1 still to do" in after
    assert "by Ada" in after
    cms.post(to("need_prepared", need.pk), {"done": "no", "from": "event"})
    need.refresh_from_db()
    assert (need.done_at, need.done_by) == (None, None)


def test_nothing_is_prepared_for_who_does_not_come(cms: Client) -> None:
    booking = book(bookable(5), needs={NeedKind.ACCESS: "Hearing loop"})
    actions.cancel(booking=booking)
    assert "Hearing loop" not in words(cms.get(to("needs")))
    assert "to prepare" not in soup(cms.get("/cms/")).select_one("main, #main").get_text()


# ---- files ----------------------------------------------------------------------------------------------------------
def csv_rows(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


def test_the_file_of_people_holds_no_need_and_no_formula(cms: Client) -> None:
    event = bookable(5, asks_diet=True)
    question = QuestionFactory(event=event, words="=1+1")
    book(
        event,
        "ada@example.org",
        name='=HYPERLINK("http://evil.example")',
        organisation_name="@SUM(A1)",
        size=2,
        companions=("+44 113",),
        needs={NeedKind.ACCESS: "Hearing loop", NeedKind.DIET: "Vegan"},
        answers={question.pk: "-1"},
    )
    gone = book(event, "gone@example.org")
    actions.cancel(booking=gone)

    response = cms.post(to("booking_attendees", event.pk))

    found = csv_rows(response)
    assert [row["name"] for row in found] == ['\'=HYPERLINK("http://evil.example")', "'+44 113"]
    assert found[0]["organisation"] == "'@SUM(A1)"
    assert found[0]["'=1+1"] == "'-1"
    assert {row["e-mail"] for row in found} == {"ada@example.org"}
    assert "Hearing loop" not in response.content.decode()
    assert "Vegan" not in response.content.decode()
    assert response["Content-Type"].startswith("text/csv")
    assert "no-store" in response["Cache-Control"]


def test_the_file_of_needs_holds_no_name(cms: Client) -> None:
    booking = book(bookable(5), name="Zenobia", needs={NeedKind.ACCESS: "Hearing loop"})
    response = cms.post(to("booking_needs_file", booking.event_id))
    assert [(row["reference"], row["what"]) for row in csv_rows(response)] == [(booking.reference, "Hearing loop")]
    assert "Zenobia" not in response.content.decode()


def test_who_took_a_file_is_written_down_where_people_see_it(cms: Client) -> None:
    event = bookable(5)
    book(event)
    assert cms.get(to("booking_attendees", event.pk)).status_code == 405
    cms.post(to("booking_attendees", event.pk))

    assert "Ada, who comes, 1 row" in words(cms.get(to("bookings", event.pk)))
    history = words(cms.get(reverse("wagtailadmin_pages:history", args=[event.pk])))
    assert "Took the list of people who come as a file" in history


# ---- the page -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("what", ["event", "all of them"])
def test_what_people_booked_is_not_deleted_and_says_why(cms: Client, what: str) -> None:
    event = bookable(5)
    booking = book(event)
    actions.cancel(booking=booking)
    admin = UserFactory(is_superuser=True)
    cms.force_login(admin)
    target = event if what == "event" else event.get_parent()

    answer = cms.post(reverse("wagtailadmin_pages:delete", args=[target.pk]), follow=True)
    assert "people have booked" in words(answer)
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={target.pk}"
    assert "Nothing was deleted" in words(cms.post(bulk, follow=True))
    assert EventPage.objects.filter(pk=event.pk).exists()


def test_an_event_that_nobody_booked_is_deleted(cms: Client) -> None:
    event = bookable(5)
    cms.force_login(UserFactory(is_superuser=True))
    cms.post(reverse("wagtailadmin_pages:delete", args=[event.pk]))
    assert not EventPage.objects.filter(pk=event.pk).exists()
    assert not Pool.objects.exists()


# ---- all events to come ---------------------------------------------------------------------------------------------
def test_who_keeps_bookings_and_edits_no_pages_finds_those_of_every_event(client: Client) -> None:
    """The soonest first; how many places are taken, who waits and who asks."""
    later = bookable(2, event=EventFactory(title="Later", starts_at=timezone.now() + timedelta(days=9)))
    Pool.objects.create(event=later, name="Carers", kind=PoolKind.ACCESS, capacity=3)
    sooner = bookable(3, event=EventFactory(title="Sooner", starts_at=timezone.now() + timedelta(days=2)))
    book(sooner)
    book(sooner)
    for _ in range(2):
        book(later)
    book(later, waits=True)
    EventFactory(title="Booked elsewhere")
    over = bookable(1, event=EventFactory(title="Over"))
    EventPage.objects.filter(pk=over.pk).update(starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now())
    client.force_login(UserFactory(group="Community team"))

    assert to("to_come") in client.get("/cms/").content.decode()
    page = soup(client.get(to("to_come")))
    rows = [" ".join(row.get_text(" ").split()) for row in page.select("tbody tr")]
    links = [row["href"] for row in page.select("tbody th a")]
    assert links == [to("bookings", sooner.pk), to("bookings", later.pk)]
    assert "2 of 3 0 0" in rows[0] and "2 of 5 1 0" in rows[1]
    assert [client.get(str(link)).status_code for link in links] == [200, 200]


def test_events_to_come_cost_the_same_with_one_and_with_many(cms: Client, django_assert_num_queries: Any) -> None:
    for many in (1, 11):
        for _ in range(many):
            book(bookable(2))
        with django_assert_num_queries(COMING):
            page = soup(cms.get(to("to_come")))
    assert len(page.select("tbody tr")) == 12
