"""Every letter says what became of a booking, when and where, and how to get out of it; none is sent twice, late or at night."""

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django_tasks_db.models import DBTaskResult

from core.due import tick
from core.offer_times import is_night
from directory.choices import Role
from home.models import HomePage
from spaces import actions, links, sweep, tasks
from spaces.choices import BookingStatus, SpaceKind
from spaces.models import Allocation, AllowanceAccount, Booking, BookingLetter, SpacePage
from spaces.queries.people import asker_of
from spaces.signals import letter_due
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.events import london
from tests.factories.spaces import AllowanceFactory, DesksFactory, SpaceFactory, TenantTermsFactory
from tests.space_bookings import ADA, ANYONE, book, room, serve

NOW = london(2027, 3, 1, 9)
STARTS = london(2027, 3, 30, 9, 30)
Outbox = list[Any]


class RefusingMailServer(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError


@pytest.fixture(autouse=True)
def clock(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def aire() -> SpacePage:
    return room(title="Aire <the big one> & its kitchen", slug="aire", release_minutes=10)


def manager() -> Any:
    return UserFactory(is_superuser=True)


def html_of(letter: Any) -> BeautifulSoup:
    return BeautifulSoup(next(str(a.content) for a in letter.alternatives if a.mimetype == "text/html"), "html.parser")


def words(letter: Any) -> str:
    return " ".join(html_of(letter).get_text(" ").split())


def subjects(outbox: Outbox, email: str = ADA) -> list[str]:
    return [letter.subject.split(":")[0] for letter in outbox if letter.to == [email]]


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
    _move(booking, STARTS + timedelta(days=1))


def _move(booking: Booking, to: datetime, **more: Any) -> Booking:
    return actions.change(booking=booking.pk, starts_at=to, ends_at=to + timedelta(hours=1), asker=ANYONE, **more)


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


def test_a_move_says_what_it_was_before(aire: SpacePage, mailoutbox: Outbox) -> None:
    calder = room(title="Calder")
    booking = book(aire, STARTS)
    _move(booking, STARTS + timedelta(days=1), space=calder.pk)
    said = mailoutbox[-1].body
    assert "It was: Aire <the big one> & its kitchen, Tuesday 30 March 2027, 9:30 to 10:30." in said
    assert "Where: Calder, First floor" in said


def test_moved_to_what_is_given_by_us_it_is_looked_at_anew(aire: SpacePage, mailoutbox: Outbox) -> None:
    booking = book(aire, STARTS)
    SpacePage.objects.filter(pk=aire.pk).update(approval=True)
    _move(booking, STARTS + timedelta(days=1))
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


# ---- once, and only what is true ------------------------------------------------------------------------------------
def test_run_twice_a_letter_is_sent_once(aire: SpacePage, mailoutbox: Outbox) -> None:
    book(aire, STARTS)
    tasks.write.call(letter=BookingLetter.objects.get().pk)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("letter", "status"),
    [
        ("confirmed", BookingStatus.CANCELLED),
        ("waiting", BookingStatus.CONFIRMED),
        ("offered", BookingStatus.LAPSED),
        ("pending", BookingStatus.DECLINED),
        ("moved", BookingStatus.CANCELLED),
        ("reminder", BookingStatus.CANCELLED),
        ("cancelled", BookingStatus.CONFIRMED),
    ],
)
def test_a_letter_about_what_has_passed_is_not_sent(
    letter: str, status: BookingStatus, aire: SpacePage, mailoutbox: Outbox
) -> None:
    booking = book(aire, STARTS)
    mailoutbox.clear()
    Booking.objects.update(status=status, expires_at=NOW, waiting_since=NOW)
    letter_due.send(Booking, booking=booking, letter=letter)
    assert mailoutbox == []
    assert BookingLetter.objects.filter(sent_at=None).count() == 0


def test_a_mail_server_that_is_down_gets_the_letter_later(aire: SpacePage, settings: Any, mailoutbox: Outbox) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.RefusingMailServer"
    booking = book(aire, STARTS)
    assert BookingLetter.objects.get().sent_at is None

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tasks.write.call(letter=BookingLetter.objects.get().pk)
    assert [letter.to for letter in mailoutbox] == [[booking.email]]


def test_a_letter_and_its_booking_are_written_together_or_not_at_all(aire: SpacePage, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    book(aire, STARTS)
    (due,) = DBTaskResult.objects.filter(task_path="spaces.tasks.write")
    assert due.args_kwargs["kwargs"] == {"letter": BookingLetter.objects.get().pk}
    assert due.priority == tasks.TO_ONE


def test_an_address_is_forgotten_once_the_letter_is_sent(aire: SpacePage) -> None:
    booking = book(aire, STARTS)
    actions.hand_on(booking=booking.pk, name="Grace", email="grace@example.org", asker=ANYONE)
    assert BookingLetter.objects.filter(letter="handed-on").exists()
    assert not BookingLetter.objects.exclude(to="").exists()


# ---- offers ---------------------------------------------------------------------------------------------------------
def test_who_waits_is_offered_at_once_what_somebody_gives_back(
    aire: SpacePage, mailoutbox: Outbox, django_capture_on_commit_callbacks: Any
) -> None:
    first = book(aire, STARTS, "first@example.org")
    book(aire, STARTS, waits=True)
    with django_capture_on_commit_callbacks(execute=True):
        actions.cancel(booking=first.pk)
    assert subjects(mailoutbox) == ["You are on the waiting list", "Free for you until Monday 1 March 2027, 13"]


def test_who_moves_a_little_does_not_lose_it_to_who_waits(
    aire: SpacePage, django_capture_on_commit_callbacks: Any
) -> None:
    booking = book(aire, STARTS)
    waiting = book(aire, STARTS, "eve@example.org", hours=0.5, waits=True)
    with django_capture_on_commit_callbacks(execute=True):
        _move(booking, STARTS + timedelta(minutes=30))
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.OFFERED
    assert {str(one.booking_id) for one in Allocation.objects.filter(active=True)} == {
        str(booking.pk),
        str(waiting.pk),
    }


def test_what_a_lost_task_left_is_served_by_the_next_tick(aire: SpacePage, mailoutbox: Outbox) -> None:
    first = book(aire, STARTS, "first@example.org")
    book(aire, STARTS, waits=True)
    actions.cancel(booking=first.pk)  # and nobody hears of it
    assert tick() == {}
    assert subjects(mailoutbox)[-1].startswith("Free for you")


def test_a_tick_ends_what_is_over_and_gives_back_what_nobody_came_to(
    aire: SpacePage, mailoutbox: Outbox, clock: Any
) -> None:
    _offered(aire)
    released = book(room(release_minutes=10), STARTS, "late@example.org")
    clock.move_to(STARTS + timedelta(minutes=11))
    assert tick() == {}
    assert Booking.objects.get(email=ADA).status == BookingStatus.LAPSED
    assert Booking.objects.get(pk=released.pk).status == BookingStatus.RELEASED


# ---- reminders ------------------------------------------------------------------------------------------------------
def test_everybody_is_reminded_once_on_the_morning_before(aire: SpacePage, mailoutbox: Outbox, clock: Any) -> None:
    book(aire, STARTS, words="Board")
    mailoutbox.clear()
    for moment in (london(2027, 3, 29, 8, 59), london(2027, 3, 29, 9), london(2027, 3, 29, 9, 1)):
        clock.move_to(moment)
        tasks.remind_due()
        assert len(mailoutbox) == (moment.minute != 59)
    assert mailoutbox[0].subject == "Tomorrow, 9:30: Aire <the big one> & its kitchen"
    assert not any(part.mimetype == "text/calendar" for part in mailoutbox[0].alternatives)


def test_of_a_bench_people_are_reminded_two_hours_before(mailoutbox: Outbox, clock: Any) -> None:
    book(room(kind=SpaceKind.LAB_BENCH), london(2027, 3, 30, 14))
    early = room(kind=SpaceKind.LAB_BENCH)
    book(early, london(2027, 3, 30, 9), email="early@example.org")
    mailoutbox.clear()
    clock.move_to(london(2027, 3, 29, 9))
    tasks.remind_due()
    assert [letter.to for letter in mailoutbox] == [["early@example.org"]]  # two hours before it is night
    clock.move_to(london(2027, 3, 30, 12))
    tasks.remind_due()
    assert [letter.subject.split(":")[0] for letter in mailoutbox] == ["Tomorrow, 9", "Today, 14"]


def test_who_booked_just_now_is_not_reminded_of_it(aire: SpacePage, mailoutbox: Outbox, clock: Any) -> None:
    clock.move_to(london(2027, 3, 28, 21))
    book(aire, STARTS)
    clock.move_to(london(2027, 3, 29, 9))
    tasks.remind_due()
    assert subjects(mailoutbox) == ["Booked"]


def test_nobody_is_reminded_at_night_or_when_it_is_too_late(aire: SpacePage, mailoutbox: Outbox, clock: Any) -> None:
    book(aire, STARTS)
    mailoutbox.clear()
    moments = [london(2027, 3, 29, 20) + timedelta(minutes=30 * step) for step in range(28)]
    for moment in [moment for moment in moments if is_night(moment) or moment >= STARTS - timedelta(hours=1)]:
        clock.move_to(moment)
        tasks.remind_due()
    assert mailoutbox == []


def test_who_moved_is_reminded_of_the_new_day_alone(aire: SpacePage, mailoutbox: Outbox, clock: Any) -> None:
    booking = book(aire, STARTS)
    clock.move_to(london(2027, 3, 29, 9))
    tasks.remind_due()
    _move(booking, STARTS + timedelta(days=7))
    mailoutbox.clear()
    clock.move_to(london(2027, 4, 5, 9))
    tasks.remind_due()
    assert [letter.subject.split(":")[0] for letter in mailoutbox] == ["Tomorrow, 9"]


def test_only_what_is_booked_is_reminded_of(aire: SpacePage, mailoutbox: Outbox, clock: Any) -> None:
    _waiting(aire)
    actions.cancel(booking=Booking.objects.get(email="first@example.org").pk)
    mailoutbox.clear()
    clock.move_to(london(2027, 3, 29, 9))
    tasks.remind_due()
    assert mailoutbox == []


# ---- once a day -----------------------------------------------------------------------------------------------------
def test_a_unit_that_is_taken_twice_is_an_error_that_names_nobody(
    aire: SpacePage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = book(aire, STARTS), book(aire, STARTS + timedelta(hours=2), email="eve@example.org")
    unit = aire.units.get().pk
    sweep.look_over_spaces()
    assert caplog.records == []

    broken = f"unit {unit}: bookings {one.pk} and {other.pk} overlap"
    monkeypatch.setattr(sweep, "overlaps_broken", lambda since: [broken])  # the database refuses to hold it
    with caplog.at_level(logging.ERROR):
        sweep.look_over_spaces()
    assert [record.getMessage() for record in caplog.records] == [f"A unit is taken twice: {broken}."]
    assert not re.search("ada|eve|aire", caplog.text, re.IGNORECASE)


def test_what_is_left_of_a_month_is_carried_over_by_itself(clock: Any) -> None:
    allowance = AllowanceFactory(carries_months=1)
    space = SpaceFactory(allowance=allowance, window_days=365)
    member = OrganisationMemberFactory(organisation=OrganisationFactory(role=Role.TENANT))
    TenantTermsFactory(organisation=member.organisation)
    book(space, london(2027, 3, 2, 10), member.user.email, hours=2, asker=asker_of(member.user))
    assert tick() == {}
    clock.move_to(london(2027, 4, 1, 0, 1))
    assert tick() == {} and tick() == {}
    balances = dict(AllowanceAccount.objects.values_list("month", "balance"))
    assert list(balances.values()) == [10_000, 22_000]
