"""How to join online is told at the door alone, to whoever has a place, at its time; nobody else finds a trace of it."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps
from django.test import Client
from wagtail.models import Revision

from directory.queries.bookers import Booker
from events.actions import repeat
from events.bookings import actions, links
from events.bookings.models import Booking
from events.choices import Attendance, EventStatus, Frequency, PlaceKind
from events.models import EventPage, JoiningLink
from home.models import HomePage
from search.indexing import rebuild
from tests.assertions import assert_public_page
from tests.factories.accounts import UserFactory
from tests.factories.bookings import book, bookable
from tests.factories.events import EventFactory, EventIndexPageFactory, JoiningLinkFactory, london
from tests.factories.pages import publish, restrict

STARTS = london(2027, 3, 30, 9, 30)
ADDRESS = "https://meet.example/canary-room"
WORDS = "canary-swordfish"
JOIN = "/events/online/join/"


@pytest.fixture(autouse=True)
def clock(home: HomePage) -> Any:
    EventIndexPageFactory()
    with time_machine.travel(london(2027, 3, 1, 9), tick=False) as traveller:
        yield traveller


@pytest.fixture
def event() -> EventPage:
    found = EventFactory(
        title="Online talk",
        slug="online",
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=1),
        place_kind=PlaceKind.ONLINE,
    )
    JoiningLinkFactory(event=found, address=ADDRESS)
    return bookable(1, event=publish(found))  # type: ignore[arg-type]


def join_path(booking: Booking) -> str:
    return urlsplit(links.join_url(booking)).path


def said(response: Any, status: int = 200) -> str:
    """The words of a page that is kept nowhere and gives its address to nobody."""
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    response.headers.pop("Vary", None)  # it may look who signed in: it is kept nowhere
    page = assert_public_page(response, status)
    assert ADDRESS not in str(page) and WORDS not in str(page)
    return " ".join(page.main.get_text(" ").split())  # type: ignore[union-attr]


def lets_in(response: Any) -> bool:
    return bool(response.status_code == 302 and response["Location"] == ADDRESS)


# ---- the door -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (STARTS - timedelta(minutes=30, seconds=1), False),
        (STARTS - timedelta(minutes=30), True),
        (STARTS + timedelta(minutes=59), True),
        (STARTS + timedelta(hours=1), False),
    ],
)
def test_it_opens_half_an_hour_before_and_closes_at_the_end(
    moment: Any, opens: bool, event: EventPage, client: Client, clock: Any
) -> None:
    booking = book(event)
    clock.move_to(moment)
    assert lets_in(client.get(join_path(booking))) == opens


def test_the_way_in_is_kept_nowhere_and_tells_nobody_where_it_was(event: EventPage, client: Client, clock: Any) -> None:
    booking = book(event)
    clock.move_to(STARTS)
    response = client.get(join_path(booking))
    assert lets_in(response)
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_before_it_opens_a_page_says_when(event: EventPage, client: Client, clock: Any) -> None:
    booking = book(event)
    clock.move_to(STARTS - timedelta(hours=2))
    words = said(client.get(join_path(booking)))
    assert "You can join on Tuesday 30 March 2027 from 9:00, half an hour before it begins at 9:30" in words


def test_what_is_asked_for_there_is_shown_before_somebody_leaves(event: EventPage, client: Client, clock: Any) -> None:
    JoiningLink.objects.update(words=WORDS)
    booking = book(event)
    clock.move_to(STARTS)
    response = client.get(join_path(booking))
    assert "no-store" in response["Cache-Control"] and response["Referrer-Policy"] == "no-referrer"
    page = assert_public_page(response)
    assert WORDS in page.get_text()
    assert page.find("a", href=ADDRESS, rel="noreferrer")


def test_whoever_signed_in_and_booked_needs_no_link(event: EventPage, client: Client, clock: Any) -> None:
    user = UserFactory()
    book(event, user.email, booker=Booker(user))
    clock.move_to(STARTS)
    client.force_login(user)
    assert lets_in(client.get(JOIN))


def test_an_address_that_is_proven_opens_too_and_one_that_is_not_does_not(
    event: EventPage, client: Client, clock: Any
) -> None:
    user = UserFactory(email="ada@example.org")
    book(event, "ada@example.org")
    clock.move_to(STARTS)
    client.force_login(user)
    EmailAddress.objects.filter(user=user).update(verified=False)
    assert not lets_in(client.get(JOIN))
    EmailAddress.objects.filter(user=user).update(verified=True)
    assert lets_in(client.get(JOIN))


def test_a_stranger_is_told_how_to_get_a_place(event: EventPage, client: Client, clock: Any) -> None:
    book(event)
    for moment in (STARTS - timedelta(days=1), STARTS):
        clock.move_to(moment)
        words = said(client.get(JOIN), 403)
        assert "If you have no place yet, ask for one on the page of the event" in words


def test_somebody_else_who_signed_in_is_a_stranger(event: EventPage, client: Client, clock: Any) -> None:
    book(event)
    clock.move_to(STARTS)
    client.force_login(UserFactory(is_superuser=True))
    assert client.get(JOIN).status_code == 403


def test_who_waits_or_gave_up_their_place_stays_outside(event: EventPage, client: Client, clock: Any) -> None:
    first, second = book(event), book(event, waits=True)
    clock.move_to(STARTS)
    assert "have none yet" in said(client.get(join_path(second)), 403)
    clock.move_to(STARTS - timedelta(days=2))
    actions.cancel(booking=first)
    clock.move_to(STARTS - timedelta(days=2) + timedelta(minutes=1))
    assert "you have not said yes to it" in said(client.get(join_path(second)), 403)
    clock.move_to(STARTS)
    assert "has ended" in said(client.get(join_path(first)), 403)


def test_handed_on_the_first_link_opens_nothing(event: EventPage, client: Client, clock: Any) -> None:
    booking = book(event)
    before = join_path(booking)
    after = actions.transfer(booking=booking, name="Grace", email="grace@example.org")
    clock.move_to(STARTS)
    assert client.get(before).status_code == 403
    assert lets_in(client.get(join_path(after)))


def test_a_link_for_one_thing_or_event_opens_no_other(event: EventPage, client: Client, clock: Any) -> None:
    other = bookable(1, event=publish(EventFactory(place_kind=PlaceKind.ONLINE)))  # type: ignore[arg-type]
    booking, elsewhere = book(event), book(other)
    clock.move_to(STARTS)

    assert client.get(f"{JOIN}{links.token(elsewhere, links.JOIN)}/").status_code == 403
    assert "not complete" in said(client.get(f"{JOIN}{links.token(booking, links.MANAGE)}/"), 404)
    assert "not complete" in said(client.get(join_path(booking)[:-4] + "/"), 404)


@pytest.mark.parametrize("status", [EventStatus.POSTPONED, EventStatus.CANCELLED])
def test_nobody_joins_what_is_off(status: EventStatus, event: EventPage, client: Client, clock: Any) -> None:
    booking = book(event)
    EventPage.objects.filter(pk=event.pk).update(status=status, notice="Two speakers are ill.")
    clock.move_to(STARTS)
    assert "Two speakers are ill." in said(client.get(join_path(booking)))


def test_without_a_link_or_without_an_online_part_a_page_says_so(event: EventPage, client: Client, clock: Any) -> None:
    booking = book(event)
    clock.move_to(STARTS)
    JoiningLink.objects.all().delete()
    assert "nobody has told us the link yet" in said(client.get(join_path(booking)))
    EventPage.objects.filter(pk=event.pk).update(place_kind=PlaceKind.SPACE)
    assert "is held in person" in said(client.get(join_path(booking)))


def test_what_nobody_may_open_is_not_there(event: EventPage, client: Client) -> None:
    restrict(event)
    assert client.get(JOIN).status_code == 404
    assert client.get("/events/nothing/join/").status_code == 404


def test_nothing_but_looking_is_possible(event: EventPage, client: Client) -> None:
    assert client.post(join_path(book(event))).status_code == 405


# ---- the canary -----------------------------------------------------------------------------------------------------
def test_a_stranger_and_whoever_waits_find_no_trace_of_it(
    event: EventPage, client: Client, clock: Any, mailoutbox: list[Any]
) -> None:
    JoiningLink.objects.update(words=WORDS)
    series = repeat(event=EventPage.objects.get(pk=event.pk), frequency=Frequency.WEEKLY, every=1, times=2)
    confirmed, waiting = book(event), book(event, waits=True)
    changed = EventPage.objects.get(pk=event.pk)
    changed.starts_at, changed.ends_at = STARTS + timedelta(minutes=5), STARTS + timedelta(minutes=65)
    publish(changed)
    rebuild()

    surfaces = {
        "/",
        "/events/",
        "/events/?view=calendar&month=2027-03",
        "/events/?as=ics",
        "/events/?as=json",
        "/events/?as=csv",
        "/events/?as=atom",
        event.url,
        f"{event.url}event.ics",
        "/events/calendar.ics",
        f"/events/series/{series.slug}.ics",
        "/api/v1/events/",
        "/api/v1/events/online/",
        "/api/v1/search/?q=online",
        "/api/v1/suggest/?q=onl",
        "/search/?q=canary",
        "/search/?q=swordfish",
        "/search/?q=online",
        "/sitemap.xml",
        JOIN,
        f"{event.url}book/",
        join_path(waiting),
        urlsplit(links.manage_url(waiting)).path,
    }
    seen: dict[str, str] = {}
    for moment in (STARTS - timedelta(days=1), STARTS + timedelta(minutes=6)):
        clock.move_to(moment)
        for url in surfaces:
            response = client.get(url, follow=True)
            content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
            seen[f"{moment:%d %H:%M} {url}"] = f"{dict(response.headers)} {response.redirect_chain} {content.decode()}"
    for number, letter in enumerate(mailoutbox):
        seen[f"letter {number}"] = " ".join([letter.body, *(str(a.content) for a in letter.alternatives)])
    for model in apps.get_models():
        if model._meta.app_label == "search" or model is Revision:
            seen[model._meta.label] = " ".join(str(row) for row in model.objects.values())  # type: ignore[attr-defined]

    assert len(mailoutbox) == 4
    assert [where for where, content in seen.items() if "canary-" in content.replace("q=canary", "")] == []
    assert WORDS in client.get(join_path(confirmed)).content.decode(), "the canary was nowhere: nothing was tested"


def test_who_comes_to_the_room_is_not_sent_elsewhere_but_may_join(event: EventPage, mailoutbox: list[Any]) -> None:
    EventPage.objects.filter(pk=event.pk).update(place_kind=PlaceKind.HYBRID)
    book(EventPage.objects.get(pk=event.pk), attendance=Attendance.IN_PERSON)
    assert "/join/" not in mailoutbox[-1].body
