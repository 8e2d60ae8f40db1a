"""Every letter says what became of a booking, when and where, and how to get out of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client

from directory.choices import Role
from home.models import HomePage
from spaces import actions, links, tasks
from spaces.choices import BookingStatus
from spaces.models import AllowanceAccount, Booking, BookingLetter, SpacePage
from spaces.queries.people import asker_of
from spaces.signals import letter_due
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.events import london
from tests.factories.spaces import AllowanceFactory, DesksFactory, TenantTermsFactory
from tests.letters import ADA, Outbox, html_of, words
from tests.space_bookings import ANYONE, book, move, room, serve

NOW = london(2027, 3, 1, 9)
STARTS = london(2027, 3, 30, 9, 30)


@pytest.fixture(autouse=True)
def clock(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def aire() -> SpacePage:
    return room(title="Aire <the big one> & its kitchen", slug="aire", release_minutes=10)


def manager() -> Any:
    return UserFactory(is_superuser=True)


# ---- one of each ----------------------------------------------------------------------------------------------------
def _confirmed(space: SpacePage) -> None:
    book(space, STARTS, words="Board")


def _pending(space: SpacePage) -> None:
    SpacePage.objects.filter(pk=space.pk).update(approval=True)
    book(space, STARTS, words="Board")


def _declined(space: SpacePage) -> None:
    _pending(space)
    actions.decline(booking=Booking.objects.get().pk, words="The painters are in.", by=manager())


def _waiting(space: SpacePage) -> None:
    book(space, STARTS, email="first@example.org")
    book(space, STARTS, words="Board", waits=True)


def _offered(space: SpacePage) -> None:
    _waiting(space)
    first = actions.cancel(booking=Booking.objects.get(email="first@example.org").pk)
    serve(space, first)


def _lapsed(space: SpacePage) -> None:
    _offered(space)
    Booking.objects.filter(status=BookingStatus.OFFERED).update(expires_at=NOW)
    actions.expire_due()


def _cancelled(space: SpacePage) -> None:
    actions.cancel(booking=book(space, STARTS, words="Board").pk, words="A pipe has burst.", by=manager())


def _moved(space: SpacePage) -> None:
    booking = book(space, STARTS, words="Board")
    move(booking, STARTS + timedelta(days=1))


def _released(space: SpacePage) -> None:
    book(space, STARTS, words="Board")
    with time_machine.travel(STARTS + timedelta(minutes=10), tick=False):
        actions.release_no_shows()


EACH: dict[str, tuple[Callable[[SpacePage], None], str]] = {
    "confirmed": (_confirmed, "Booked: "),
    "pending": (_pending, "We have your request: "),
    "declined": (_declined, "We can’t give it to you this time: "),
    "waiting": (_waiting, "You are on the waiting list: "),
    "offered": (_offered, "Free for you until Monday 1 March 2027, 13:00: "),
    "lapsed": (_lapsed, "The offer has ended: "),
    "cancelled": (_cancelled, "Your booking is cancelled: "),
    "moved": (_moved, "Your booking is moved: "),
    "released": (_released, "Given back: "),
}


@pytest.mark.parametrize("letter", EACH)
def test_every_letter_holds_what_somebody_looks_for(letter: str, aire: SpacePage, mailoutbox: Outbox) -> None:
    make, subject = EACH[letter]
    make(aire)
    newest = [one for one in mailoutbox if one.to == [ADA]][-1]
    booking = Booking.objects.get(email=ADA)
    day = "Wednesday 31 March 2027, 9:30 to 10:30" if letter == "moved" else "Tuesday 30 March 2027, 9:30 to 10:30"

    assert newest.subject.startswith(f"{subject}Aire <the big one> & its kitchen")
    for said in (newest.body, words(newest)):
        assert "Aire <the big one> & its kitchen" in said
        assert "Board" in said
        assert day in said
        assert "First floor, Old Medical School, Thoresby Place, Leeds, LS2 9NL" in said
        assert booking.reference in said
        assert (
            "We use what you told us for this booking only, and forget your name and address a year after it." in said
        )
    assert links.manage_url(booking) in newest.body
    assert html_of(newest).find("a", href=links.manage_url(booking))
    assert not re.search(r"\{[{%]|None|\bTrue\b|&amp;|&lt;|\(\)", newest.body)
    if booking.is_live:
        assert "cancel it" in newest.body


@pytest.mark.parametrize("letter", EACH)
def test_the_letters_fetch_nothing_and_say_that_no_person_wrote_them(
    letter: str, aire: SpacePage, mailoutbox: Outbox
) -> None:
    EACH[letter][0](aire)
    for one in mailoutbox:
        assert not html_of(one).find_all(["img", "script", "link", "iframe"])
        assert one.extra_headers["Auto-Submitted"] == "auto-generated"
    assert len({one.extra_headers["Message-ID"] for one in mailoutbox}) == len(mailoutbox)


@pytest.mark.parametrize("letter", EACH)
def test_no_letter_names_who_comes_along(letter: str, aire: SpacePage, mailoutbox: Outbox) -> None:
    EACH[letter][0](aire)
    Booking.objects.get(email=ADA).visitors.create(name="Zenobia", email="zenobia@example.org", needs="a ramp")
    _tell(Booking.objects.get(email=ADA))
    for one in mailoutbox:
        assert not re.search("zenobia|a ramp", one.message().as_string() + words(one) + one.body, re.IGNORECASE)


def _tell(booking: Booking) -> None:
    letter_due.send(Booking, booking=booking, letter=booking.status)


# ---- what some of them say besides ----------------------------------------------------------------------------------
def test_a_confirmation_says_how_it_is_kept(aire: SpacePage, mailoutbox: Outbox) -> None:
    book(aire, STARTS)
    assert "What nobody has checked in to 10 minutes after it begins is given back." in mailoutbox[-1].body

    book(room(), STARTS, "eve@example.org")
    assert "checked in" not in mailoutbox[-1].body
    book(room(fee=24), STARTS, "eve@example.org")
    assert "Cost: £24.00 by invoice\nReference" in mailoutbox[-1].body and "£24.00 by invoice" in words(mailoutbox[-1])


def test_who_says_no_says_why(aire: SpacePage, mailoutbox: Outbox) -> None:
    _declined(aire)
    assert "The reason: The painters are in." in words(mailoutbox[-1])


def test_who_cancels_for_somebody_can_say_why(aire: SpacePage, mailoutbox: Outbox) -> None:
    _cancelled(aire)
    assert "The reason: A pipe has burst." in mailoutbox[-1].body
    actions.cancel(booking=book(aire, STARTS, email="eve@example.org").pk)
    assert "The reason" not in mailoutbox[-1].body


def test_what_somebody_typed_is_not_kept_with_the_letter(aire: SpacePage) -> None:
    _declined(aire)
    _cancelled(room())
    assert "painters" not in str(list(BookingLetter.objects.values()))
    assert "pipe" not in str(list(BookingLetter.objects.values()))


def test_an_offer_has_one_button_and_says_until_when(aire: SpacePage, mailoutbox: Outbox) -> None:
    _offered(aire)
    offer = mailoutbox[-1]
    (button,) = html_of(offer).select(".button a")
    assert button["href"] == links.manage_url(Booking.objects.get(email=ADA))
    assert "say yes by Monday 1 March 2027, 13:00, London time" in words(offer)


def test_whose_request_we_let_pass_is_not_told_that_they_did(aire: SpacePage, mailoutbox: Outbox) -> None:
    _pending(aire)
    Booking.objects.update(expires_at=NOW)
    actions.expire_due()
    assert mailoutbox[-1].subject.startswith("We did not answer in time")
    assert "We are sorry." in mailoutbox[-1].body


def answers(**user: Any) -> Any:
    found = UserFactory(**user)
    found.user_permissions.add(Permission.objects.get(codename="manage_bookings", content_type__app_label="spaces"))
    return found


def asking(outbox: Outbox, to: str) -> list[Any]:
    return [one for one in outbox if one.to == [to] and one.subject.startswith("A request waits for your answer: ")]


def test_each_of_us_who_may_answer_a_request_is_told_of_it_once_and_nobody_is_named(
    aire: SpacePage, mailoutbox: Outbox
) -> None:
    grace, former = answers(), answers(is_active=False)
    UserFactory()
    _pending(aire)
    booking = Booking.objects.get()

    (letter,) = asking(mailoutbox, grace.email)
    assert not asking(mailoutbox, former.email)
    assert len(mailoutbox) == 2  # and whoever asked
    for said in (letter.body, words(letter)):
        assert "asks for Aire <the big one> & its kitchen, Tuesday 30 March 2027, 9:30 to 10:30." in said
        assert "Without an answer by then it ends" in said
    assert html_of(letter).find("a", href=links.answer_url(booking))
    assert f"/staff/spaces/approvals/#b{booking.pk}" in letter.body
    whole = letter.message().as_string() + letter.body + words(letter)
    assert not re.search("ada|Board|/spaces/booking/", whole, re.IGNORECASE)

    actions.approve(booking=booking.pk, by=grace)
    mailoutbox.clear()
    tasks.ask_colleague.call(booking=booking.pk, to=grace.pk, dates=1)
    assert mailoutbox == []


def test_a_request_by_series_from_the_waiting_list_or_by_a_move_is_told_of_too(mailoutbox: Outbox) -> None:
    grace, hall = answers(), room(approval=True)
    member = OrganisationMemberFactory(organisation=OrganisationFactory(role=Role.TENANT, title="Otter Labs")).user
    request = actions.Request(name="Ada", email=member.email, starts_at=STARTS, ends_at=STARTS + timedelta(hours=1))
    pattern = actions.Pattern(
        first_on=STARTS.date(), starts=STARTS.time(), ends=(STARTS + timedelta(hours=1)).time(), times=3
    )
    actions.book_series(space=hall.pk, pattern=pattern, request=request, asker=asker_of(member))
    (letter,) = asking(mailoutbox, grace.email)
    assert "Otter Labs asks for" in letter.body
    assert "and for 2 more dates of a series." in letter.body

    mailoutbox.clear()
    book(hall, STARTS, waits=True)
    assert not asking(mailoutbox, grace.email)
    first = actions.cancel(booking=Booking.objects.filter(series__isnull=False).order_by("starts_at")[0].pk)
    serve(hall, first)
    assert len(asking(mailoutbox, grace.email)) == 1
    move(Booking.objects.get(email=ADA), STARTS + timedelta(days=1))
    assert len(asking(mailoutbox, grace.email)) == 2


def test_a_move_says_what_it_was_before(aire: SpacePage, mailoutbox: Outbox) -> None:
    calder = room(title="Calder")
    booking = book(aire, STARTS)
    move(booking, STARTS + timedelta(days=1), space=calder.pk)
    said = mailoutbox[-1].body
    assert "It was: Aire <the big one> & its kitchen, Tuesday 30 March 2027, 9:30 to 10:30." in said
    assert "Where: Calder, First floor" in said


def test_moved_to_what_is_given_by_us_it_is_looked_at_anew(aire: SpacePage, mailoutbox: Outbox) -> None:
    booking = book(aire, STARTS)
    SpacePage.objects.filter(pk=aire.pk).update(approval=True)
    move(booking, STARTS + timedelta(days=1))
    assert "we look at it anew, and write to you by" in mailoutbox[-1].body
    assert "Until then it is kept for you." in mailoutbox[-1].body


def test_what_was_given_back_still_counts_and_the_letter_says_so(mailoutbox: Outbox) -> None:
    allowance = AllowanceFactory()
    space = room(release_minutes=10, allowance=allowance)
    member = OrganisationMemberFactory(organisation=OrganisationFactory(role=Role.TENANT))
    TenantTermsFactory(organisation=member.organisation)
    book(space, STARTS, member.user.email, asker=asker_of(member.user))
    with time_machine.travel(STARTS + timedelta(minutes=10), tick=False):
        actions.release_no_shows()

    assert "It still counts: it was kept for you and for nobody else." in mailoutbox[-1].body
    assert AllowanceAccount.objects.get().balance == 11_000


def test_whose_booking_was_handed_on_gets_no_link_of_it(aire: SpacePage, mailoutbox: Outbox) -> None:
    booking = book(aire, STARTS, words="Board")
    booking = actions.hand_on(booking=booking.pk, name="Grace", email="grace@example.org", asker=ANYONE)
    first, last = mailoutbox[-2:]

    assert (first.to, last.to) == ([ADA], ["grace@example.org"])
    assert first.subject.startswith("Your booking is handed on")
    assert "/spaces/booking/" not in first.message().as_string() + first.body
    assert "grace" not in first.message().as_string().lower()
    assert links.manage_url(booking) in last.body


def test_the_link_in_a_letter_opens_the_booking_until_it_is_handed_on(aire: SpacePage, client: Client) -> None:
    booking = book(aire, STARTS)
    old = links.manage_url(booking)
    page = client.get(old)
    assert page.status_code == 200 and booking.reference in page.content.decode()
    actions.hand_on(booking=booking.pk, name="Grace", email="grace@example.org", asker=ANYONE)
    gone = client.get(old)
    assert gone.status_code == 404 and booking.reference not in gone.content.decode()


def test_a_desk_is_named_in_a_letter_once_it_can_not_change(mailoutbox: Outbox) -> None:
    desks = room(DesksFactory, title="Gallery desks", size=3)
    one, *_ = desks.units.all()
    book(desks, STARTS)
    assert one.label not in mailoutbox[-1].body
    assert "Which one is yours stands on that page on the day." in mailoutbox[-1].body

    book(desks, STARTS, "eve@example.org", unit=desks.units.last().pk)
    assert f"Where: {desks.units.last().label}, Gallery desks" in mailoutbox[-1].body
    assert "Which one" not in mailoutbox[-1].body


def test_several_desks_are_counted(mailoutbox: Outbox) -> None:
    book(room(DesksFactory, title="Gallery desks", size=3), STARTS, number=2, people=2)
    assert mailoutbox[-1].subject.startswith("Booked: 2 of Gallery desks")
    assert "2 of Gallery desks are kept for you." in mailoutbox[-1].body


def test_closures_write_to_nobody(aire: SpacePage, mailoutbox: Outbox) -> None:
    held = actions.Held(space=aire.pk, begins=STARTS, ends=STARTS + timedelta(hours=2))
    (closure,) = actions.close(held=[held], words="Painters", by=manager())
    actions.cancel(booking=closure.pk)
    assert mailoutbox == []
