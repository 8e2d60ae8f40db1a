"""What is known of people who have spaces is forgotten in time, at once when they ask, and numbers stay."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from core.due import tick
from directory.choices import Role
from home.models import HomePage
from spaces import actions, links, retention, tasks
from spaces.actions.settling import note
from spaces.choices import BookingStatus
from spaces.models import (
    Allocation,
    AllowanceAccount,
    Booking,
    BookingLetter,
    BookingLogEntry,
    Credential,
    SpaceCalendar,
    SpacePage,
    Visitor,
)
from spaces.queries.occupation import overlaps_broken
from spaces.queries.people import asker_of
from spaces.rules import Refusal
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.events import london
from tests.factories.spaces import AllowanceFactory, CredentialFactory, TenantTermsFactory
from tests.space_bookings import ANYONE, book, room

NOW = london(2027, 3, 1, 9)
STARTS = london(2027, 3, 30, 12)
ENDS = STARTS + timedelta(hours=1)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
GUEST = actions.Guest(name="Yolanda", email="yolanda@example.org", organisation_name="Quill", needs="A ramp")


@pytest.fixture(autouse=True)
def clock(home: HomePage, settings: Any) -> Any:
    settings.STAFF_MFA_REQUIRED = False
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
        assert overlaps_broken() == []


@pytest.fixture
def zenobia() -> User:
    organisation = OrganisationFactory(title="Kestrelgate", role=Role.TENANT)
    TenantTermsFactory(organisation=organisation)
    user = UserFactory(name="Zenobia", email="zenobia@example.org")
    OrganisationMemberFactory(organisation=organisation, user=user)
    return user  # type: ignore[return-value]


@pytest.fixture
def aire() -> SpacePage:
    return room(title="Aire", allowance=AllowanceFactory())


def booked(user: User, space: SpacePage, begins: datetime = STARTS, **more: Any) -> Booking:
    said = {"name": "Zenobia", "words": "Zinc meeting", "guests": (GUEST,), **more}
    return book(space, begins, user.email, asker=asker_of(user), **said)


def known() -> str:
    """Everything that any row says of anybody."""
    tables = (Booking.objects, Visitor.objects, BookingLetter.objects)
    return " ".join(str(row) for table in tables for row in table.values()).lower()


# ---- by itself ------------------------------------------------------------------------------------------------------
def test_guests_go_after_thirty_days_and_no_moment_earlier(zenobia: User, aire: SpacePage, clock: Any) -> None:
    booked(zenobia, aire)
    clock.move_to(ENDS + 30 * DAY - SECOND)
    retention.forget()
    assert Visitor.objects.count() == 1
    clock.move_to(ENDS + 30 * DAY)
    retention.forget()
    assert "yolanda" not in known() and "quill" not in known() and "ramp" not in known()
    assert "zenobia" in known()


def test_guests_of_what_was_cancelled_are_expected_by_nobody(zenobia: User, aire: SpacePage) -> None:
    booking = booked(zenobia, aire)
    retention.forget()
    assert Visitor.objects.count() == 1
    actions.cancel(booking=booking.pk)
    retention.forget()
    assert not Visitor.objects.exists()


@pytest.mark.parametrize("cancelled", [False, True])
def test_names_go_after_a_year_and_numbers_stay(
    cancelled: bool, zenobia: User, aire: SpacePage, clock: Any, client: Client
) -> None:
    booking = booked(zenobia, aire)
    url = links.manage_url(booking)
    note(booking, "made free of charge", words="Zenobia was ill.")
    if cancelled:
        actions.cancel(booking=booking.pk, by=zenobia)
    clock.move_to(ENDS + 365 * DAY - SECOND)
    retention.forget()
    assert "zenobia" in known() and "zinc" in known()

    clock.move_to(ENDS + 365 * DAY)
    retention.forget()
    for word in ("zenobia", "zinc", "yolanda", "example.org"):
        assert word not in known()
    kept = Booking.objects.get()
    assert (kept.space.title, kept.starts_at, kept.organisation.title) == ("Aire", STARTS, "Kestrelgate")  # type: ignore[union-attr]
    assert kept.user is None and kept.made_by is None and kept.groups == []
    assert Allocation.objects.filter(booking=kept).exists()
    assert AllowanceAccount.objects.get().balance == (12_000 if cancelled else 11_000)
    assert not BookingLogEntry.objects.exclude(by=None, words="").exists()
    assert client.get(url).status_code == 404


def test_forgetting_again_changes_nothing(zenobia: User, aire: SpacePage, clock: Any) -> None:
    booked(zenobia, aire)
    clock.move_to(ENDS + 400 * DAY)
    retention.forget()
    before = list(Booking.objects.values()), BookingLogEntry.objects.count()
    retention.forget()
    assert (list(Booking.objects.values()), BookingLogEntry.objects.count()) == before


def test_whose_a_series_was_is_known_as_long_as_one_of_its_dates(zenobia: User, aire: SpacePage, clock: Any) -> None:
    pattern = actions.Pattern(first_on=STARTS.date(), starts=STARTS.time(), ends=ENDS.time(), times=2)
    request = actions.Request(name="Zenobia", email=zenobia.email, starts_at=STARTS, ends_at=ENDS)
    series = actions.book_series(space=aire.pk, pattern=pattern, request=request, asker=asker_of(zenobia))
    clock.move_to(ENDS + 366 * DAY)
    retention.forget()
    series.refresh_from_db()
    assert series.user == zenobia
    clock.move_to(ENDS + 373 * DAY)
    retention.forget()
    series.refresh_from_db()
    assert series.user is None and series.bookings.count() == 2


def test_closures_stay_and_say_what_for(aire: SpacePage, clock: Any) -> None:
    manager = UserFactory(is_superuser=True)
    actions.close(held=[actions.Held(space=aire.pk, begins=STARTS, ends=ENDS)], words="Painters", by=manager)
    clock.move_to(ENDS + 800 * DAY)
    retention.forget()
    closure = Booking.objects.get()
    assert (closure.words, closure.purged_at) == ("Painters", None)


def test_inductions_go_a_year_after_their_last_day(zenobia: User, clock: Any) -> None:
    one = CredentialFactory(user=zenobia, given_on=NOW.date(), expires_on=ENDS.date())
    CredentialFactory(user=zenobia, gate=one.gate, given_on=NOW.date(), expires_on=ENDS.date() + DAY)
    clock.move_to(ENDS + 364 * DAY)
    retention.forget()
    assert Credential.objects.count() == 2
    clock.move_to(ENDS + 365 * DAY)
    retention.forget()
    assert [credential.expires_on for credential in Credential.objects.all()] == [ENDS.date() + DAY]


def test_the_clock_of_the_village_forgets_once_a_day(zenobia: User, aire: SpacePage, clock: Any) -> None:
    booked(zenobia, aire)
    clock.move_to(ENDS + 366 * DAY)
    assert tick() == {}
    assert "zenobia" not in known()
    assert Booking.objects.get().purged_at == ENDS + 366 * DAY


def test_nobody_is_written_to_about_what_is_nameless(zenobia: User, aire: SpacePage, mailoutbox: list[Any]) -> None:
    booking = booked(zenobia, aire)
    actions.cancel(booking=booking.pk)
    actions.erase(booking=booking.pk)
    letter = BookingLetter.objects.create(booking=booking, letter="cancelled", to="zenobia@example.org")
    mailoutbox.clear()
    tasks.write.call(letter=letter.pk)
    assert mailoutbox == []


# ---- when somebody asks ---------------------------------------------------------------------------------------------
def test_what_is_over_is_erased_at_once_and_what_is_to_come_is_cancelled_first(zenobia: User, aire: SpacePage) -> None:
    booking, manager = booked(zenobia, aire), UserFactory(is_superuser=True)
    with pytest.raises(Refusal, match="Cancel the booking first"):
        actions.erase(booking=booking.pk, by=manager)
    with pytest.raises(PermissionDenied):
        actions.erase(booking=booking.pk, by=zenobia)
    assert "zenobia" in known()
    actions.cancel(booking=booking.pk)
    actions.erase(booking=booking.pk, by=manager)
    assert "zenobia" not in known() and "zinc" not in known()


def test_a_closure_is_nobodys(aire: SpacePage) -> None:
    manager = UserFactory(is_superuser=True)
    held = actions.Held(space=aire.pk, begins=STARTS, ends=ENDS)
    (closure,) = actions.close(held=[held], words="Painters", by=manager)
    with pytest.raises(Refusal):
        actions.erase(booking=closure.pk, by=manager)


def test_an_address_is_told_what_is_kept_of_it_and_forgotten(
    zenobia: User, aire: SpacePage, capsys: pytest.CaptureFixture[str]
) -> None:
    over = booked(zenobia, aire)
    actions.cancel(booking=over.pk)
    coming = booked(zenobia, aire, STARTS + DAY)

    call_command("space_bookings", "Zenobia@example.org")
    said = capsys.readouterr().out
    assert f"{over.reference}: Aire, Tuesday 30 March 2027, 12:00 to 13:00. Cancelled." in said
    assert "zenobia" in known()

    call_command("space_bookings", "zenobia@example.org", "--erase")
    told = capsys.readouterr()
    assert f"{over.reference}: made nameless." in told.out
    assert f"{coming.reference}: Somebody is expected. Cancel the booking first" in told.err
    assert Booking.objects.get(pk=over.pk).name == ""
    assert Booking.objects.get(pk=coming.pk).name == "Zenobia"

    call_command("space_bookings", "yolanda@example.org", "--erase")
    assert "as a guest of Aire" in capsys.readouterr().out
    assert not Visitor.objects.exists()
    call_command("space_bookings", "nobody@example.org")
    assert capsys.readouterr().out == "Nothing is kept for this address.\n"


# ---- with the account -----------------------------------------------------------------------------------------------
def test_with_an_account_goes_what_is_over_and_what_is_to_come_stays_theirs(
    zenobia: User, aire: SpacePage, client: Client, clock: Any
) -> None:
    over = booked(zenobia, aire, STARTS)
    gone = booked(zenobia, aire, STARTS + 2 * DAY)
    actions.cancel(booking=gone.pk)
    coming = booked(zenobia, aire, STARTS + 3 * DAY)
    CredentialFactory(user=zenobia)
    client.force_login(zenobia)
    client.post("/my/spaces/calendar/", {"do": "new"})
    clock.move_to(ENDS + DAY)
    zenobia.delete()

    assert not Credential.objects.exists() and not SpaceCalendar.objects.exists()
    names = dict(Booking.objects.values_list("pk", "name"))
    assert names == {over.pk: "", gone.pk: "", coming.pk: "Zenobia"}
    coming.refresh_from_db()
    assert (coming.status, coming.user) == (BookingStatus.CONFIRMED, None)
    assert client.get(links.manage_url(coming)).status_code == 200
    assert {one.organisation.title for one in Booking.objects.all()} == {"Kestrelgate"}  # type: ignore[union-attr]


def test_what_was_booked_without_signing_in_goes_with_the_account_of_the_address(aire: SpacePage, clock: Any) -> None:
    book(aire, STARTS, "walter@example.org", name="Walter", asker=ANYONE, guests=(GUEST,))
    user = UserFactory(email="walter@example.org")
    guest = UserFactory(email="Yolanda@example.org")
    clock.move_to(ENDS)
    guest.delete()
    assert "yolanda" not in known() and "walter" in known()
    user.delete()
    assert "walter" not in known()
