"""A space is given to one booking at a time, by its rules, and who does not get it is told why and what would work."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from directory.choices import MemberRole, Role
from directory.queries.bookers import Booker, booker_of
from home.models import HomePage
from spaces import actions
from spaces.actions import booking
from spaces.actions.resent import made_before
from spaces.alternatives import alternatives
from spaces.choices import Audience, BookingStatus, EntryKind, OccurrenceState
from spaces.models import Allocation, AllowanceAccount, AllowanceEntry, Booking
from spaces.queries.occupation import bookable, overlaps_broken
from spaces.queries.people import asker_for, asker_of
from spaces.rules import Asker, Refusal, Wish, why_not
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.spaces import (
    AllowanceFactory,
    CombinedRoomFactory,
    CredentialFactory,
    DesksFactory,
    GateFactory,
    OpeningHoursFactory,
    SpaceFactory,
    TenantTermsFactory,
    open_from,
)
from tests.space_forms import ADA, NOW, at, book, refused, tenant_of


@pytest.fixture(autouse=True)
def _all_is_well(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False):
        yield
        assert overlaps_broken() == []


def request(begins: datetime, ends: datetime) -> actions.Request:
    return actions.Request(name=ADA["name"], email=ADA["email"], starts_at=begins, ends_at=ends)


# ---- one at a time --------------------------------------------------------------------------------------------------
def test_a_room_is_given_at_once_and_to_nobody_else() -> None:
    room = SpaceFactory()

    booking = book(room, 10, 11)

    assert booking.status == BookingStatus.CONFIRMED
    refusal = refused(room, 10.5, 11.5)
    assert refusal.rule == "taken" and room.title in str(refusal)
    assert book(room, 11, 12).status == BookingStatus.CONFIRMED


def test_the_same_form_sent_twice_is_one_booking() -> None:
    room, key = SpaceFactory(), uuid4()

    assert book(room, 10, 11, key=key) == book(room, 10, 11, key=key)
    assert Booking.objects.count() == 1


def test_the_same_key_with_something_else_said_books_nothing_and_tells_what_differs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desks, key = DesksFactory(size=3), uuid4()
    first = book(desks, 10, 11, key=key, words="Interviews")
    asker, unit = tenant_of(), desks.units.all()[2].pk

    for different, said in (
        ("for which organisation", {"asker": asker}),
        ("which one you chose", {"unit": unit}),
        ("what it is for", {"words": ""}),
        ("who comes as a guest", {"guests": (actions.Guest(name="Grace"),)}),
    ):
        refusal = refused(desks, 10, 11, **{"key": key, "words": "Interviews"} | said)
        assert refusal.rule == "sent-before" and first.reference in str(refusal)
        assert f"Different now: {different}." in str(refusal)
    looked: list[None] = [None]  # its twin looked before the first had written
    monkeypatch.setattr(booking, "made_before", lambda *said: looked.pop() if looked else made_before(*said))
    assert book(desks, 10, 11, key=key, words="Interviews") == first
    looked.append(None)
    assert refused(desks, 10, 11, key=key, words="Interviews", unit=unit).rule == "sent-before"


def test_time_to_set_up_and_to_clear_is_kept_free() -> None:
    room = SpaceFactory(buffer_before=15, buffer_after=30)
    book(room, 10, 11)

    assert refused(room, 11.5, 12.5).rule == "taken"
    assert book(room, 12, 13)
    assert refused(room, 8.5, 9.5).rule == "taken"


def test_rooms_that_are_combined_are_taken_with_their_parts() -> None:
    aire, calder = SpaceFactory(title="Aire"), SpaceFactory(title="Calder")
    both = CombinedRoomFactory(rooms=[aire, calder])

    book(aire, 10, 11)
    assert refused(both, 10, 11).rule == "room-part-taken"
    book(both, 12, 13)
    assert refused(calder, 12.5, 13.5).rule == "taken"


def test_the_database_refuses_a_second_one_whatever_wrote_it() -> None:
    room = SpaceFactory()
    first = book(room, 10, 11).allocations.get()
    other = book(room, 12, 13)

    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.create(
            booking=other, unit=first.unit, starts_at=at(10.5), blocks_until=at(10.75), active=True
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.filter(booking=other).update(starts_at=at(10.5))


# ---- desks ----------------------------------------------------------------------------------------------------------
def test_as_many_desks_are_given_as_there_are() -> None:
    desks = DesksFactory(size=3)

    for place in range(3):
        book(desks, 9, 12, email=f"{place}@example.org")
    assert refused(desks, 11, 13).rule == "taken"
    assert len({*Allocation.objects.values_list("unit", flat=True)}) == 3


def test_desks_are_packed_anew_rather_than_refused() -> None:
    desks = DesksFactory(size=2)
    first, second = (unit.pk for unit in desks.units.all())
    morning = book(desks, 9, 11)
    Allocation.objects.filter(booking=morning).update(unit=first)
    afternoon = book(desks, 13, 15)
    Allocation.objects.filter(booking=afternoon).update(unit=second)
    noon = book(desks, 11, 13)
    Allocation.objects.filter(booking=noon).update(unit=second)

    booking = book(desks, 10, 14)  # at no moment are two taken, and no desk is free throughout

    assert booking.status == BookingStatus.CONFIRMED


def test_a_desk_that_somebody_chose_stays_theirs() -> None:
    desks = DesksFactory(size=2)
    first, second = (unit.pk for unit in desks.units.all())
    chosen = book(desks, 9, 11, unit=first)
    other = book(desks, 13, 15, unit=second)

    assert refused(desks, 10, 14).rule == "taken"
    assert chosen.allocations.get().unit_id == first and other.allocations.get().unit_id == second
    assert refused(desks, 10, 12, unit=first).rule == "taken"


# ---- rules ----------------------------------------------------------------------------------------------------------
def test_each_rule_says_why_not() -> None:
    staffed = OpeningHoursFactory(days=open_from("08:00", "18:30", range(5)), holiday_opens=None, holiday_closes=None)
    room = SpaceFactory(
        hours=staffed, min_minutes=60, max_minutes=240, slot_minutes=30, notice_minutes=120, window_days=28, capacity=4
    )

    def rule(begins: datetime, ends: datetime, **more: Any) -> str:
        refusal = why_not(Wish(bookable().get(pk=room.pk), begins, ends, **more), Asker(), NOW)
        return refusal.rule if refusal else ""

    assert rule(at(10), at(11)) == ""
    assert rule(at(10), at(10.5)) == "too-short"
    assert rule(at(10), at(14.5)) == "too-long"
    assert rule(at(10.25), at(11.25)) == "grid"
    assert rule(at(9, 23), at(10, 23)) == "too-soon"
    assert rule(at(18), at(19)) == "outside-hours"
    assert rule(at(10, 28), at(11, 28)) == "outside-hours"  # a Saturday
    assert rule(at(10) + timedelta(days=60), at(11) + timedelta(days=60)) == "too-far-ahead"
    assert rule(at(10), at(11), people=5) == "too-many-people"
    with time_machine.travel(datetime(2026, 12, 20, tzinfo=UTC)):
        christmas = datetime(2026, 12, 25, 10, tzinfo=UTC)
        found = why_not(Wish(bookable().get(pk=room.pk), christmas, christmas + timedelta(hours=1)), Asker(), NOW)
    assert found and found.rule in ("bank-holiday", "too-far-ahead")


def test_a_space_for_tenants_is_for_tenants() -> None:
    room = SpaceFactory(open_to=[Audience.TENANTS])

    refusal = refused(room, 10, 11)

    assert refusal.rule == "tenants-only" and "sign in" in str(refusal)
    assert book(room, 10, 11, asker=tenant_of())


def test_a_bench_asks_for_what_somebody_passed_until_the_day() -> None:
    induction = GateFactory(name="Laboratory induction", slug="laboratory-induction")
    bench = SpaceFactory(gates=[induction])
    user = UserFactory(email="ada@example.org")

    assert refused(bench, 10, 11, asker=asker_of(user)).rule == "induction-needed"
    CredentialFactory(user=user, gate=induction, given_on=date(2026, 1, 1), expires_on=date(2026, 11, 23))
    assert "Yours ends" in str(refused(bench, 10, 11, asker=asker_of(user)))
    CredentialFactory(user=user, gate=induction, given_on=date(2026, 1, 1), expires_on=date(2026, 11, 24))
    assert book(bench, 10, 11, asker=asker_of(user))


def test_nobody_is_alone_at_a_bench_in_the_evening() -> None:
    first, second = SpaceFactory(lone_working=True), SpaceFactory(lone_working=True)
    ada, eve = tenant_of(), tenant_of()

    assert refused(first, 17, 19, asker=ada).rule == "lone-working"
    assert book(first, 16, 17.5, asker=ada)
    assert book(second, 17, 19, email="x@example.org", asker=eve, by=UserFactory(is_superuser=True))
    assert book(first, 17.5, 19, asker=ada)


def test_one_tenant_has_three_rooms_in_the_busiest_hours() -> None:
    terms = TenantTermsFactory()
    asker = tenant_of(terms.organisation)
    rooms = SpaceFactory.create_batch(4, prime_time=True)
    for room in rooms[:3]:
        book(room, 11, 12, asker=asker)

    assert refused(rooms[3], 14, 15, asker=asker).rule == "prime-time"
    assert book(rooms[3], 15, 16, asker=asker)


# ---- allowance ------------------------------------------------------------------------------------------------------
def test_a_booking_is_taken_from_the_allowance_of_its_month_and_comes_back() -> None:
    room = SpaceFactory(allowance=AllowanceFactory(monthly={"core": 2}), charge="0.5", charge_minutes=60)
    asker = tenant_of(TenantTermsFactory().organisation)

    booking = book(room, 10, 13, asker=asker)
    account = AllowanceAccount.objects.get()

    assert (account.balance, account.month) == (500, date(2026, 11, 1))
    refusal = refused(room, 14, 16, asker=asker)
    assert refusal.rule == "allowance-used" and "0.5 hours left" in str(refusal)
    assert book(room, 14, 16, asker=asker, pays=True)
    actions.cancel(booking=booking.pk)
    account.refresh_from_db()
    assert account.balance == 2000
    assert list(account.entries.values_list("kind", "amount")) == [
        (EntryKind.GRANTED, 2000),
        (EntryKind.SPENT, -1500),
        (EntryKind.GIVEN_BACK, 1500),
    ]


def test_a_booking_of_an_allowance_costs_the_same_and_takes_from_the_account_last() -> None:
    asker = tenant_of(TenantTermsFactory().organisation)
    rooms = SpaceFactory.create_batch(3, allowance=AllowanceFactory())
    for room in rooms[:2]:  # the first opens the account; statements are written once
        book(room, 10, 11, asker=asker)

    with CaptureQueriesContext(connection) as asked:
        book(rooms[2], 10, 11, asker=asker)

    kept = [
        one["sql"] for one in asked.captured_queries if not one["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))
    ]
    assert len(kept) == 17  # three of them of the letter, which a test sends at once
    account, entry = kept[-2:]
    assert account.startswith("SELECT") and "spaces_allowanceaccount" in account, "locked as late as can be"
    assert entry.startswith('INSERT INTO "spaces_allowanceentry"')


def test_entries_are_never_changed_and_balances_never_written() -> None:
    room = SpaceFactory(allowance=AllowanceFactory())
    book(room, 10, 11, asker=tenant_of(TenantTermsFactory().organisation))

    with pytest.raises(IntegrityError), transaction.atomic():
        AllowanceEntry.objects.filter(kind=EntryKind.SPENT).update(amount=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_balances()


def overwrite_balances() -> None:
    """PostgreSQL looks when the transaction ends; here it is told to look at once."""
    AllowanceAccount.objects.update(balance=99_000)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_is_left_is_carried_into_the_next_month_once() -> None:
    allowance = AllowanceFactory(monthly={"core": 4}, carries_months=1)
    room = SpaceFactory(allowance=allowance, window_days=60)
    terms = TenantTermsFactory()
    book(room, 10, 11, asker=tenant_of(terms.organisation))

    with time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC)):
        actions.carry_over()
        actions.carry_over()

    december = AllowanceAccount.objects.get(month=date(2026, 12, 1))
    assert december.balance == 4000 + 3000


# ---- series ---------------------------------------------------------------------------------------------------------
def test_a_series_is_looked_at_date_by_date_and_booked_as_chosen() -> None:
    room = SpaceFactory()
    in_a_week = 7 * 24
    book(room, in_a_week + 10.5, in_a_week + 11.5)
    pattern = actions.Pattern(first_on=date(2026, 11, 24), starts=time(10), ends=time(11), times=4)
    asked = request(at(10), at(11))

    planned = actions.plan(space=room.pk, pattern=pattern, request=asked, asker=Asker())
    assert [one.refusal.rule if one.refusal else "" for one in planned] == ["", "taken", "", ""]
    with pytest.raises(Refusal, match="Tuesday 1 December"):
        actions.book_series(space=room.pk, pattern=pattern, request=asked, asker=Asker())
    assert Booking.objects.count() == 1

    second = date(2026, 12, 1)
    elsewhere = actions.Choice(
        starts_at=datetime(2026, 12, 1, 14, tzinfo=UTC), ends_at=datetime(2026, 12, 1, 15, tzinfo=UTC)
    )
    choices = {second: elsewhere, date(2026, 12, 8): actions.Choice(skip=True)}
    series = actions.book_series(space=room.pk, pattern=pattern, request=asked, asker=Asker(), choices=choices)
    states = list(series.occurrences.values_list("state", flat=True))
    assert states == [OccurrenceState.MADE, OccurrenceState.MOVED, OccurrenceState.SKIPPED, OccurrenceState.MADE]
    assert actions.book_series(space=room.pk, pattern=pattern, request=asked, asker=Asker(), choices=choices) == series
    actions.cancel_series(series=series.pk, from_day=second)
    assert Booking.objects.filter(series=series).live().count() == 1


# ---- instead --------------------------------------------------------------------------------------------------------
def test_a_refusal_comes_with_what_would_work() -> None:
    room, other = SpaceFactory(), SpaceFactory()
    book(room, 10, 11)
    wish = Wish(bookable().get(pk=room.pk), at(10), at(11))
    refusal = refused(room, 10, 11)

    found = alternatives(wish, Asker(), refusal, NOW)

    assert len(found) >= 3
    assert {one.how for one in found} == {"Another time", "Another space", "Another day"}
    assert other.pk in {one.wish.space.pk for one in found}
    for one in found:
        wish = one.wish
        with transaction.atomic():
            assert actions.book(space=wish.space.pk, request=request(wish.starts_at, wish.ends_at))


def test_a_colleague_gets_what_is_booked_for_them() -> None:
    organisation = OrganisationFactory(role=Role.TENANT)
    asker = tenant_of(organisation, role=MemberRole.ADMIN)
    colleague = OrganisationMemberFactory(organisation=organisation).user

    booking = book(SpaceFactory(), 10, 11, asker=asker, email=colleague.email)

    assert (booking.user, booking.made_by) == (colleague, asker.booker.user)
    assert booker_of(colleague).organisation == booking.organisation
    assert asker_for(Booker(colleague)).credentials == {}
