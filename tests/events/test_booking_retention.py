"""What is known of people who booked is forgotten in time, at once when they ask, and nothing is forgotten to be forgotten."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.due import tick
from events.bookings import actions, links, retention, tasks
from events.bookings.choices import BookingStatus, NeedKind, PoolKind
from events.bookings.models import AccessNeed, Answer, Attendee, Booking, BookingLetter
from events.bookings.queries import invariants_broken
from events.models import EventPage
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory, QuestionFactory, book, bookable
from tests.factories.directory import OrganisationFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _all_is_well(home: object, settings: Any) -> Any:
    settings.STAFF_MFA_REQUIRED = False
    yield
    assert invariants_broken() == []


@pytest.fixture
def event() -> EventPage:
    """With a booking of Zenobia's that says everything that can be said, and one that waits."""
    event = bookable({"kind": PoolKind.ACCESS, "capacity": 2})
    question = QuestionFactory(event=event)
    member = OrganisationMemberFactory(organisation=OrganisationFactory(title="Kestrelgate"))
    from directory.queries.bookers import booker_of

    book(
        event,
        "zenobia@example.org",
        name="Zenobia",
        size=2,
        companions=("Yolanda",),
        wants_access_place=True,
        tells_hosts=True,
        needs={NeedKind.ACCESS: "Hearing loop", NeedKind.DIET: "Vegan"},
        answers={question.pk: "Because"},
        booker=booker_of(member.user),
    )
    book(event, "waits@example.org", name="Walter", waits=True, wants_access_place=True)
    return event


@pytest.fixture
def comms() -> User:
    return UserFactory(group="Comms", name="Ada")


def ended(event: EventPage) -> datetime:
    return EventPage.objects.get(pk=event.pk).ends_at


def known() -> str:
    """Everything that any row says of anybody."""
    tables = (Booking.objects, Attendee.objects, Answer.objects, AccessNeed.objects)
    return " ".join(str(row) for table in tables for row in table.values())


def test_needs_go_after_two_weeks_and_no_day_earlier(event: EventPage, time_machine: Any) -> None:
    time_machine.move_to(ended(event) + 14 * DAY - SECOND, tick=False)
    retention.forget()
    assert AccessNeed.objects.count() == 2
    time_machine.move_to(ended(event) + 14 * DAY, tick=False)
    retention.forget()
    assert not AccessNeed.objects.exists()
    assert not Booking.objects.filter(wants_access_place=True).exists()
    assert Answer.objects.count() == 1


def test_what_nobody_prepares_any_more_goes_at_once(event: EventPage) -> None:
    retention.forget()
    assert AccessNeed.objects.count() == 2
    actions.cancel(booking=Booking.objects.get(name="Zenobia"))
    retention.forget()
    assert not AccessNeed.objects.exists()


def test_answers_and_who_had_no_place_go_after_ninety_days(event: EventPage, time_machine: Any) -> None:
    time_machine.move_to(ended(event) + 90 * DAY - SECOND, tick=False)
    retention.forget()
    assert "Walter" in known()
    assert "Because" in known()
    time_machine.move_to(ended(event) + 90 * DAY, tick=False)
    retention.forget()
    assert "Walter" not in known()
    assert "waits@example.org" not in known()
    assert "Because" not in known()
    assert "Zenobia" in known()


def test_names_go_after_two_years_and_numbers_stay(event: EventPage, time_machine: Any) -> None:
    booking = Booking.objects.get(name="Zenobia")
    token = links.token(booking, links.MANAGE)
    codes = set(Attendee.objects.values_list("code", flat=True))
    time_machine.move_to(ended(event) + 730 * DAY - SECOND, tick=False)
    retention.forget()
    assert "Zenobia" in known()
    time_machine.move_to(ended(event) + 730 * DAY, tick=False)
    retention.forget()
    retention.forget()

    for said in ("Zenobia", "zenobia@example.org", "Yolanda", "Walter", "Hearing loop", "Because"):
        assert said not in known()
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert booking.organisation.title == "Kestrelgate"
    assert (booking.organisation_name, booking.user, booking.tells_hosts) == ("", None, False)
    assert Attendee.objects.exclude(pool=None).count() == event.pools.get().taken == 2
    assert links.booking_of(token, links.MANAGE) is None, "the link that was sent has ended"
    assert not codes & set(Attendee.objects.values_list("code", flat=True)), "so have tickets"
    assert [entry.what for entry in booking.log.all()].count("made nameless") == 1


def test_many_of_one_event_are_made_nameless_together(time_machine: Any) -> None:
    """Each keeps an address of its own: two live bookings of one address can't be."""
    event = bookable(5)
    for _ in range(3):
        book(event)
    time_machine.move_to(ended(event) + 730 * DAY, tick=False)
    retention.forget()
    assert Booking.objects.filter(name="Name removed", email__endswith="@erased.invalid").count() == 3


def test_the_clock_forgets_once_a_day(event: EventPage, time_machine: Any) -> None:
    time_machine.move_to(ended(event) + 14 * DAY, tick=False)
    assert tick() == {}
    assert not AccessNeed.objects.exists()
    late = Booking.objects.get(name="Zenobia")
    AccessNeed.objects.create(booking=late, kind=NeedKind.ACCESS, words="Hearing loop")
    tick()
    assert AccessNeed.objects.exists(), "not every minute"
    time_machine.shift(DAY + SECOND)
    tick()
    assert not AccessNeed.objects.exists()


# ---- when somebody asks ---------------------------------------------------------------------------------------------
def test_nobody_is_forgotten_who_is_expected(event: EventPage, comms: User, client: Client) -> None:
    client.force_login(comms)
    booking = Booking.objects.get(name="Zenobia")
    erase = reverse("events_booking_erase", args=[booking.pk])

    refused = client.post(erase)
    assert refused.status_code == 422
    assert "Cancel the booking first" in refused.content.decode()
    assert "Zenobia" in known()

    actions.cancel(booking=booking, by=comms)
    assert erase in client.get(reverse("events_booking", args=[booking.pk])).content.decode()
    client.post(erase)
    assert "Zenobia" not in known()
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    seen = BeautifulSoup(client.get(reverse("events_booking", args=[booking.pk])).content, "html.parser")
    assert "made nameless, by Ada" in seen.get_text(" ", strip=True)
    assert "erased.invalid" not in seen.get_text()


def test_who_came_is_forgotten_as_soon_as_they_ask(event: EventPage, comms: User, time_machine: Any) -> None:
    time_machine.move_to(ended(event), tick=False)
    booking = Booking.objects.get(name="Zenobia")
    with pytest.raises(PermissionDenied):
        actions.erase(booking=booking, by=UserFactory(group="Editors"))
    actions.erase(booking=booking, by=comms)
    first = Booking.objects.get(pk=booking.pk).purged_at
    assert actions.erase(booking=booking, by=comms).purged_at == first
    assert "Zenobia" not in known()
    assert "Walter" in known()


def test_an_account_takes_its_past_bookings_with_it_and_leaves_what_is_to_come(
    event: EventPage, time_machine: Any
) -> None:
    coming = Booking.objects.get(name="Zenobia")
    user = coming.user
    past, cancelled = bookable(3), bookable(3)
    from directory.queries.bookers import booker_of

    book(past, user.email, name="Of the past")
    gone = book(cancelled, "other@example.org", name="Of the cancelled", booker=booker_of(user))
    actions.cancel(booking=gone)
    EventPage.objects.filter(pk=past.pk).update(starts_at=timezone.now() - DAY, ends_at=timezone.now() - SECOND)

    user.delete()

    assert "Of the past" not in known()
    assert "Of the cancelled" not in known()
    coming.refresh_from_db()
    assert (coming.name, coming.user) == ("Zenobia", None)
    assert links.booking_of(links.token(coming, links.MANAGE), links.MANAGE) == coming


# ---- what is left ---------------------------------------------------------------------------------------------------
def report(client: Client) -> tuple[dict[str, str], list[list[str]], str]:
    """Totals, rows, and everything as words."""
    page = BeautifulSoup(client.get(reverse("events_people_of_past_events")).content, "html.parser")
    totals = {one.dt.get_text(): one.dd.get_text() for one in page.select(".village-figures div")}
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.select("tbody tr")]
    return totals, rows, page.get_text(" ", strip=True)


def test_a_screen_says_what_past_events_still_hold_the_soonest_first(
    event: EventPage, comms: User, client: Client, time_machine: Any
) -> None:
    quiet = bookable(3)
    book(quiet)
    client.force_login(comms)
    assert "Nothing is known any more" in report(client)[2], "what is to come is not past"

    end = ended(event)
    EventPage.objects.filter(pk=quiet.pk).update(starts_at=end - 30 * DAY, ends_at=end - 29 * DAY)
    time_machine.move_to(end + DAY, tick=False)
    client.force_login(comms)  # the first session is over by then
    totals, rows, said = report(client)
    assert totals == {
        "Past events": "2",
        "People who had a place": "3",
        "People who had none": "1",
        "Answers": "1",
        "Needs": "2",
    }
    assert [row[0] for row in rows] == [event.title, quiet.title]
    assert rows[0][2:6] == ["2", "1", "1", "2"]
    assert rows[0][6].endswith(": needs")
    assert rows[1][6].endswith(": names of those who had one")
    assert "Zenobia" not in said
    assert "should have forgotten" not in said


def test_what_is_late_is_said(event: EventPage, comms: User, client: Client, time_machine: Any) -> None:
    time_machine.move_to(ended(event) + 17 * DAY, tick=False)
    client.force_login(comms)
    assert "1 event should have forgotten something by now" in report(client)[2]
    retention.forget()
    _, rows, said = report(client)
    assert "should have forgotten" not in said
    assert rows[0][6].endswith(": answers and names of those who had no place")


def test_in_the_end_nothing_is_left(event: EventPage, comms: User, client: Client, time_machine: Any) -> None:
    time_machine.move_to(ended(event) + 730 * DAY, tick=False)
    retention.forget()
    client.force_login(comms)
    assert "Nothing is known any more" in report(client)[2]


# ---- what was said --------------------------------------------------------------------------------------------------
def test_the_form_says_what_the_clock_does(client: Client, event: EventPage) -> None:
    said = " ".join(BeautifulSoup(client.get(f"/events/{event.slug}/book/").content, "html.parser").get_text().split())

    assert "Deleted two years after the event" in said and timedelta(days=730) == retention.NAMES_KEPT_FOR
    assert "deleted two weeks after the event" in said.lower() and timedelta(days=14) == retention.NEEDS_KEPT_FOR
    assert "Deleted 90 days after it" in said and timedelta(days=90) == retention.ANSWERS_KEPT_FOR


def test_nobody_who_was_erased_is_written_to(event: EventPage, mailoutbox: list[Any]) -> None:
    booking = event.bookings.confirmed().get()
    actions.cancel(booking=booking)
    Booking.objects.filter(pk=booking.pk).update(purged_at=timezone.now())
    mailoutbox.clear()
    due = BookingLetter.objects.create(booking=booking, letter="cancelled")

    tasks.write.call(letter=due.pk)
    assert mailoutbox == []
