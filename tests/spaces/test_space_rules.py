"""Rules hold on every way to a space: by the waiting list, for a colleague, by a change, twice at once, and at its ends."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from directory.choices import MemberRole, Role
from home.models import HomePage
from spaces import actions
from spaces.actions import series
from spaces.choices import BookingStatus
from spaces.models import Allocation, AllowanceAccount, Booking, Series
from spaces.queries.occupation import overlaps_broken
from spaces.queries.people import asker_of
from spaces.rules import Asker, Refusal
from spaces.timetable import blocked
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.spaces import (
    AllowanceFactory,
    CombinedRoomFactory,
    CredentialFactory,
    GateFactory,
    SpaceFactory,
    TenantTermsFactory,
)
from tests.space_bookings import ADA, book, room, serve

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday; London is on UTC


@pytest.fixture(autouse=True)
def _all_is_well(home: HomePage) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
        assert overlaps_broken() == []


def at(hour: float, day: int = 24) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


def member(organisation: Any = None, **said: Any) -> User:
    organisation = organisation or OrganisationFactory(role=Role.TENANT)
    user: User = OrganisationMemberFactory(organisation=organisation, **said).user
    return user


def manager() -> User:
    user: User = UserFactory(is_superuser=True)
    return user


# ---- alone ----------------------------------------------------------------------------------------------------------
def test_nobody_comes_to_be_alone_by_the_waiting_list() -> None:
    bench = SpaceFactory(lone_working=True)
    first = book(bench, at(18), by=manager())
    ada = member()
    waiting = book(bench, at(18), ada.email, asker=asker_of(ada), waits=True)

    actions.cancel(booking=first.pk)
    serve(bench, first)
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.WAITING

    book(SpaceFactory(lone_working=True), at(18), "eve@example.org", by=manager())
    serve(bench, first)
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.OFFERED


def test_a_closed_bench_is_no_company() -> None:
    bench, other = SpaceFactory.create_batch(2, lone_working=True)
    actions.close(held=[actions.Held(other.pk, at(9), at(21))], words="Painting", by=manager())

    with pytest.raises(Refusal, match="trained colleague"):
        book(bench, at(18))


def test_whose_company_stays_away_is_not_let_in() -> None:
    bench, other = SpaceFactory.create_batch(2, lone_working=True)
    company = book(other, at(18), "eve@example.org", by=manager())
    mine = book(bench, at(18))
    actions.cancel(booking=company.pk)

    with time_machine.travel(at(18), tick=False), pytest.raises(Refusal, match="trained colleague"):
        actions.check_in(booking=mine.pk)


# ---- for somebody else ----------------------------------------------------------------------------------------------
def test_whoever_comes_has_to_have_passed_what_it_takes() -> None:
    gate = GateFactory()
    bench, organisation = SpaceFactory(gates=[gate]), OrganisationFactory(role=Role.TENANT)
    trained, untrained = (member(organisation, role=MemberRole.ADMIN) for _ in range(2))
    CredentialFactory(gate=gate, user=trained)

    with pytest.raises(Refusal, match="Whoever comes needs it") as caught:
        book(bench, at(10), untrained.email, asker=asker_of(trained))
    assert caught.value.field == "email"
    assert book(bench, at(10), trained.email, asker=asker_of(untrained)).user == trained


def test_whoever_moves_it_is_not_who_has_to_have_passed_what_it_takes() -> None:
    gate = GateFactory()
    room, bench, organisation = SpaceFactory(), SpaceFactory(gates=[gate]), OrganisationFactory(role=Role.TENANT)
    trained, untrained = (member(organisation, role=MemberRole.ADMIN) for _ in range(2))
    CredentialFactory(gate=gate, user=trained)
    theirs = book(bench, at(10), trained.email, asker=asker_of(trained))
    other = book(room, at(10), untrained.email, asker=asker_of(untrained))

    to = {"starts_at": at(14), "ends_at": at(15), "space": bench.pk}
    assert actions.change(booking=theirs.pk, asker=asker_of(untrained), **to).starts_at == at(14)
    to |= {"starts_at": at(16), "ends_at": at(17)}
    with pytest.raises(Refusal, match="Whoever comes needs it"):
        actions.change(booking=other.pk, asker=asker_of(trained), **to)
    with pytest.raises(Refusal, match="You have not had it yet"):
        actions.change(booking=other.pk, asker=asker_of(untrained), **to)


def test_a_guest_who_has_no_account_is_moved_to_no_bench_that_asks_for_training() -> None:
    gate = GateFactory()
    room, bench, trained = SpaceFactory(), SpaceFactory(gates=[gate]), member()
    CredentialFactory(gate=gate, user=trained)
    guests = book(room, at(10), "guest@example.org", asker=asker_of(trained))

    with pytest.raises(Refusal, match="Whoever comes needs it"):
        actions.change(booking=guests.pk, starts_at=at(14), ends_at=at(15), space=bench.pk, asker=asker_of(trained))


def test_what_would_work_instead_is_looked_for_with_what_whoever_comes_has_passed(client: Client) -> None:
    gate = GateFactory()
    bench, organisation = room(gates=[gate]), OrganisationFactory(role=Role.TENANT)
    trained, manages = member(organisation), member(organisation, role=MemberRole.ADMIN)
    CredentialFactory(gate=gate, user=trained)
    theirs = book(bench, at(10), trained.email, asker=asker_of(trained))
    book(bench, at(14), trained.email, asker=asker_of(trained))
    client.force_login(manages)

    sent = {"do": "change", "start": "2026-11-24T14:00", "end": "2026-11-24T15:00", "people": "1"}
    answer = client.post(f"/my/spaces/{theirs.reference}/", sent)
    assert answer.status_code == 409
    assert answer.context["alternatives"]


# ---- less of it -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("grid", {"ends_at": at(10.9)}),
        ("too-short", {"ends_at": at(10.25)}),
        ("too-many-people", {"people": 500}),
    ],
)
def test_a_shorter_one_still_has_to_fit(rule: str, said: dict[str, Any]) -> None:
    booking = book(SpaceFactory(min_minutes=30, slot_minutes=15, capacity=10), at(10), hours=2)

    with pytest.raises(Refusal) as caught:
        actions.change(booking=booking.pk, **{"starts_at": at(10), "ends_at": at(12), "asker": Asker(), **said})
    assert caught.value.rule == rule


def test_it_may_end_sooner_whatever_the_notice() -> None:
    booking = book(SpaceFactory(notice_minutes=60), at(10), hours=2)

    with time_machine.travel(at(9.5), tick=False):
        changed = actions.change(booking=booking.pk, starts_at=at(10), ends_at=at(11), asker=Asker())
    assert changed.ends_at == at(11)


# ---- locks ----------------------------------------------------------------------------------------------------------
def test_a_move_locks_terms_before_accounts_and_accounts_by_month() -> None:
    """As a booking does: two of one tenant that take them the other way round would wait for each other for ever."""
    allowance = AllowanceFactory(monthly={"core": 9})
    space = room(allowance=allowance, prime_time=True)
    ada = member(TenantTermsFactory().organisation)
    booking = book(space, at(11) + timedelta(days=20), ada.email, asker=asker_of(ada))  # in December
    book(space, at(11), ada.email, asker=asker_of(ada))

    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        actions.change(booking=booking.pk, starts_at=at(13), ends_at=at(14), asker=asker_of(ada))
    said = [one["sql"] for one in asked]
    terms = [place for place, sql in enumerate(said) if 'FROM "spaces_tenantterms"' in sql]
    accounts = [place for place, sql in enumerate(said) if 'FROM "spaces_allowanceaccount"' in sql]
    assert terms and accounts and terms[0] < accounts[0]
    assert '"month" ASC' in said[accounts[0]]


# ---- months in which nothing was booked -----------------------------------------------------------------------------
def test_a_month_without_a_booking_is_carried_whole() -> None:
    allowance = AllowanceFactory(monthly={"core": 4}, carries_months=1)
    ada, new = member(TenantTermsFactory().organisation), TenantTermsFactory()
    book(room(allowance=allowance), at(10), ada.email, asker=asker_of(ada))

    with time_machine.travel(datetime(2027, 1, 1, 9, tzinfo=UTC)):
        actions.carry_over()
        actions.carry_over()

    january = AllowanceAccount.objects.get(month=date(2027, 1, 1))
    assert january.balance == 4000 + 4000
    assert not AllowanceAccount.objects.filter(organisation=new.organisation).exists()


# ---- twice at once --------------------------------------------------------------------------------------------------
def test_a_series_that_is_sent_twice_at_once_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    space, pattern = (
        SpaceFactory(),
        actions.Pattern(first_on=date(2026, 11, 24), starts=at(10).time(), ends=at(11).time()),
    )
    said: dict[str, Any] = {
        "space": space.pk,
        "pattern": pattern,
        "request": actions.Request(name="Ada", email=ADA, starts_at=at(10), ends_at=at(11)),
        "asker": Asker(),
    }
    first = actions.book_series(**said)
    looked: list[Series | None] = [None]  # the second looked before the first had written
    real = series.series_made_before
    monkeypatch.setattr(series, "series_made_before", lambda *said: looked.pop() if looked else real(*said))

    assert actions.book_series(**said) == first
    assert Booking.objects.count() == 2


# ---- looked at first -------------------------------------------------------------------------------------------------
def looked_at(space: Any, asker: Asker, email: str, hour: int) -> list[str]:
    """What the dry run says of two Tuesdays."""
    pattern = actions.Pattern(first_on=date(2026, 11, 24), starts=at(hour).time(), ends=at(hour + 1).time())
    request = actions.Request(name="Ada", email=email, starts_at=at(hour), ends_at=at(hour + 1))
    planned = actions.plan(space=space.pk, pattern=pattern, request=request, asker=asker)
    return [one.refusal.rule if one.refusal else "" for one in planned]


def test_a_series_is_told_where_the_busiest_hours_are_full() -> None:
    ada = member(TenantTermsFactory().organisation)
    for busy in SpaceFactory.create_batch(3, prime_time=True):
        book(busy, at(11), ada.email, asker=asker_of(ada))
    another = SpaceFactory(prime_time=True)

    assert looked_at(another, asker_of(ada), ada.email, 11) == ["prime-time", ""]
    with pytest.raises(Refusal, match="three rooms"):
        book(another, at(11), ada.email, asker=asker_of(ada))


def test_a_series_is_told_where_somebody_would_be_alone() -> None:
    bench, other = SpaceFactory.create_batch(2, lone_working=True)
    ada = member(organisation := OrganisationFactory(role=Role.TENANT))
    grace = member(organisation)
    book(other, at(18), ada.email, by=manager(), asker=asker_of(ada))

    assert looked_at(bench, asker_of(ada), ada.email, 18) == ["lone-working", "lone-working"]
    assert looked_at(bench, asker_of(grace), grace.email, 18) == ["", "lone-working"]
    assert looked_at(bench, asker_of(ada), grace.email, 18) == ["", "lone-working"]  # she comes, and finds Ada there
    assert book(bench, at(18), grace.email, asker=asker_of(ada)).user == grace


# ---- parts and wholes -----------------------------------------------------------------------------------------------
def test_a_room_and_what_it_is_a_part_of_are_closed_together() -> None:
    aire, calder = SpaceFactory(title="Aire"), SpaceFactory(title="Calder")
    both = CombinedRoomFactory(rooms=[aire, calder])

    made = actions.close(
        held=[actions.Held(space.pk, at(9), at(17)) for space in (aire, both)], words="Painting", by=manager()
    )
    assert [one.space.title for one in made] == [aire.title, both.title]
    for space in (aire, calder, both):
        with pytest.raises(Refusal):
            book(space, at(10))


# ---- the ends of the calendar, and of the clock ----------------------------------------------------------------------
@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2201-01-01", "9999-12-31"])
def test_days_that_nobody_counts_from_break_nothing(client: Client, day: str) -> None:
    space = room()
    for address in (f"/spaces/{space.slug}/book/?start={day}T23:30", f"/spaces/{space.slug}/book/?date={day}&from=23"):
        assert client.get(address).status_code == 200
    assert client.get(f"/api/v1/spaces/{space.slug}/availability/?from={day}").status_code == 400
    sent = {"start": f"{day}T10:00", "end": "2026-11-24T11:00", "name": "Ada", "email": ADA, "key": str(uuid4())}
    assert client.post(f"/spaces/{space.slug}/book/", sent).status_code < 500


def test_minutes_before_a_booking_pass_also_when_the_clocks_go_forward() -> None:
    from core.relative_dates import LONDON

    space = SpaceFactory(buffer_before=30, buffer_after=30)
    two = datetime(2026, 3, 29, 2, 0, tzinfo=LONDON)  # an hour after one o’clock there is no half past one
    span = blocked(space, two, two + timedelta(hours=1))
    assert two.astimezone(UTC) - span.begins == timedelta(minutes=30)


# ---- holds that ended -----------------------------------------------------------------------------------------------
def test_a_hold_that_ended_makes_room_once() -> None:
    hall = SpaceFactory(approval=True)
    asked = book(hall, at(10))
    Booking.objects.filter(pk=asked.pk).update(expires_at=NOW - timedelta(minutes=1))

    assert book(hall, at(10), "eve@example.org").status == BookingStatus.PENDING
    asked.refresh_from_db()
    assert asked.status == BookingStatus.LAPSED
    assert Allocation.objects.filter(active=True).count() == 1


def test_what_ended_can_not_be_moved() -> None:
    hall = SpaceFactory(approval=True)
    asked = book(hall, at(10))
    Booking.objects.filter(pk=asked.pk).update(expires_at=NOW - timedelta(minutes=1))

    with pytest.raises(Refusal, match="has ended"):
        actions.change(booking=asked.pk, starts_at=at(14), ends_at=at(15), asker=Asker())
