"""Places are given by their rules, to everybody the same way, and who gets none is told why and what would work."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.choices import Role
from directory.queries.bookers import booker_of
from events.bookings import actions
from events.bookings.choices import Availability, BookingStatus, Group, NeedKind, PoolKind, QuestionKind
from events.bookings.models import Attendee, Booking, Pool
from events.bookings.queries import invariants_broken, place_in_queue
from events.choices import Attendance, EventStatus
from home.models import HomePage
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory, QuestionFactory, book, bookable
from tests.factories.directory import CohortFactory, CohortMembershipFactory, KindFactory, OrganisationFactory

TENANTS = {"groups": [Group.TENANTS], "name": "Tenants"}


@pytest.fixture(autouse=True)
def _all_is_well(home: HomePage) -> Any:
    yield
    assert invariants_broken() == []


def tenant(**organisation: Any) -> Any:
    member = OrganisationMemberFactory(organisation=OrganisationFactory(role=Role.TENANT, **organisation))
    return booker_of(member.user)


def places(event: Any) -> dict[str, int]:
    return dict(Pool.objects.filter(event=event).values_list("name", "taken"))


# ---- asking ---------------------------------------------------------------------------------------------------------
def test_a_place_is_given_at_once(mailoutbox: list[Any]) -> None:
    event = bookable(2)

    booking = book(event, "Ada@Example.org")

    assert booking.status == BookingStatus.CONFIRMED
    assert booking.email == "ada@example.org"
    assert list(places(event).values()) == [1]
    assert [letter.to for letter in mailoutbox] == [["ada@example.org"]]


def test_the_same_form_sent_twice_is_one_booking(mailoutbox: list[Any]) -> None:
    event, key = bookable(2), uuid4()

    assert book(event, "ada@example.org", key=key) == book(event, "ada@example.org", key=key)
    assert Booking.objects.count() == len(mailoutbox) == 1


def test_an_address_has_one_booking(home: HomePage) -> None:
    event = bookable(5)
    first = book(event, "ada@example.org")

    with pytest.raises(actions.AlreadyBooked) as refused:
        book(event, "ADA@example.org")
    assert refused.value.booking == first
    actions.cancel(booking=first)
    assert book(event, "ada@example.org").status == BookingStatus.CONFIRMED


def test_a_group_comes_together_or_not_at_all() -> None:
    event = bookable(3)
    book(event)

    with pytest.raises(actions.Full, match="Only 2 places are left, and you asked for 3"):
        book(event, size=3)
    assert list(places(event).values()) == [1]
    assert book(event, size=2, companions=("Grace",)).attendees.count() == 2


@pytest.mark.parametrize(
    ("size", "words"), [(5, "4 places can be booked at once"), (21, "4 places can be booked at once")]
)
def test_a_group_is_not_larger_than_the_rules_say(size: int, words: str) -> None:
    with pytest.raises(actions.TooMany, match=words):
        book(bookable(30), size=size)


def test_full_is_said_with_the_way_out() -> None:
    event = bookable(1)
    book(event)

    with pytest.raises(actions.Full) as refused:
        book(event)
    assert refused.value.has_waiting_list
    assert "You can go on the waiting list" in str(refused.value)


def test_who_comes_too_late_does_not_wait_for_the_lock() -> None:
    event, key = bookable(1), uuid4()
    first = book(event, "ada@example.org", key=key)
    with CaptureQueriesContext(connection) as captured, pytest.raises(actions.Full):
        book(event)
    assert len(captured) and not [one["sql"] for one in captured if "SAVEPOINT" in one["sql"]], (
        "a transaction was begun"
    )

    assert book(event, "ada@example.org", key=key) == first
    with pytest.raises(actions.AlreadyBooked):
        book(event, "ada@example.org")


def test_without_a_waiting_list_nobody_waits() -> None:
    event = bookable(1, waiting_list=False)
    book(event)

    with pytest.raises(actions.Full) as refused:
        book(event, waits=True)
    assert not refused.value.has_waiting_list


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": EventStatus.CANCELLED}, "does not take place"),
        ({"status": EventStatus.POSTPONED}, "postponed"),
        ({"live": False}, "can no longer be booked"),
        ({"starts_at": timezone.now() - timedelta(minutes=1)}, "can no longer be booked"),
    ],
)
def test_only_an_event_that_is_to_come_is_booked(change: dict[str, Any], words: str) -> None:
    event = bookable(5)
    type(event).objects.filter(pk=event.pk).update(**change)

    with pytest.raises(actions.NotNow, match=words):
        book(event)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"opens_at": timezone.now() + timedelta(days=9)}, "Booking opens on"),
        ({"closes_at": timezone.now() - timedelta(days=1)}, "Booking has closed"),
    ],
)
def test_booking_opens_and_closes(rules: dict[str, Any], words: str) -> None:
    with pytest.raises(actions.NotNow, match=words):
        book(bookable(5, **rules))


def test_an_event_without_rules_is_not_booked_with_us() -> None:
    from tests.factories.events import EventFactory

    with pytest.raises(actions.NotNow, match="not booked with us"):
        book(EventFactory())


def test_what_must_be_answered_is_asked_for() -> None:
    event = bookable(5)
    question = QuestionFactory(
        event=event, words="Hall or online?", required=True, kind=QuestionKind.CHOICE, choices=["Hall", "Online"]
    )

    for said in ({}, {question.pk: " "}, {question.pk: "Elsewhere"}):
        with pytest.raises(actions.Unanswered) as refused:
            book(event, answers=said)
        assert refused.value.field == f"question_{question.pk}"
    assert book(event, answers={question.pk: "Hall"}).answers.get().words == "Hall"


# ---- pools ----------------------------------------------------------------------------------------------------------
def test_tenants_first_until_a_date() -> None:
    now = timezone.now()
    event = bookable({**TENANTS, "capacity": 2, "releases_at": now + timedelta(days=2)})

    with pytest.raises(actions.OnlyForSome, match="what is left then is for everybody"):
        book(event)
    assert book(event, booker=tenant()).status == BookingStatus.CONFIRMED
    Pool.objects.update(releases_at=now - timedelta(seconds=1))
    assert book(event).status == BookingStatus.CONFIRMED


def test_a_group_of_its_own_is_served_from_its_own_pool_first_and_flows_over() -> None:
    event = bookable({"name": "Everyone", "capacity": 2}, {**TENANTS, "capacity": 1})

    book(event, booker=tenant())
    assert places(event) == {"Everyone": 0, "Tenants": 1}
    book(event, booker=tenant())
    assert places(event) == {"Everyone": 1, "Tenants": 1}


def test_a_group_may_sit_in_two_pools() -> None:
    event = bookable({"name": "Everyone", "capacity": 1}, {**TENANTS, "capacity": 1})

    assert book(event, booker=tenant(), size=2).status == BookingStatus.CONFIRMED
    assert places(event) == {"Everyone": 1, "Tenants": 1}


def test_one_organisation_has_only_so_many() -> None:
    event = bookable({"capacity": 9, "per_organisation": 2})
    OrganisationFactory(title="Thoresby Diagnostics")
    book(event, organisation_name="Thoresby Diagnostics", size=2)

    with pytest.raises(actions.TooMany, match="One organisation can have 2 of these places, and yours has 2"):
        book(event, organisation_name=" thoresby  diagnostics")
    with pytest.raises(actions.TooMany, match="Ask for 2, or fewer"):
        book(event, organisation_name="Kestrelgate", size=3)
    assert book(event, organisation_name="Kestrelgate").status == BookingStatus.CONFIRMED


def test_access_places_are_held_back_and_then_released() -> None:
    event = bookable(
        {"name": "Everyone", "capacity": 1},
        {"name": "Access", "kind": PoolKind.ACCESS, "capacity": 2, "releases_at": timezone.now() + timedelta(days=1)},
    )
    book(event)

    with pytest.raises(actions.Full):
        book(event)
    booking = book(event, wants_access_place=True, needs={NeedKind.ACCESS: "Hearing loop"})
    assert places(event) == {"Everyone": 1, "Access": 1}
    assert booking.needs.get().words == "Hearing loop"
    Pool.objects.filter(name="Access").update(releases_at=timezone.now())
    assert book(event).status == BookingStatus.CONFIRMED


def test_places_in_the_hall_are_not_places_online() -> None:
    event = bookable(
        {"name": "Hall", "capacity": 1, "attendance": Attendance.IN_PERSON},
        {"name": "Online", "capacity": 5, "attendance": Attendance.ONLINE},
    )
    book(event, attendance=Attendance.IN_PERSON)

    with pytest.raises(actions.Full):
        book(event, attendance=Attendance.IN_PERSON)
    book(event, attendance=Attendance.ONLINE)
    assert places(event) == {"Hall": 1, "Online": 1}


def test_what_somebody_belongs_to_follows_from_their_organisation() -> None:
    today = timezone.localdate()
    investor = OrganisationMemberFactory(organisation=OrganisationFactory(kind=KindFactory(slug="investor")))
    company = OrganisationMemberFactory(organisation=OrganisationFactory(role=Role.COMPANY))
    cohort = CohortFactory(starts_on=today - timedelta(days=9), ends_on=today + timedelta(days=9))
    CohortMembershipFactory(cohort=cohort, organisation=company.organisation)

    assert tenant().groups == {Group.TENANTS}
    assert booker_of(investor.user).groups >= {Group.INVESTORS}
    assert booker_of(company.user).groups == {Group.COHORT_MEMBERS}
    cohort.ends_on = today - timedelta(days=1)
    cohort.save()
    assert booker_of(company.user).groups == frozenset()


def test_who_belongs_to_nothing_is_anybody() -> None:
    assert booker_of(UserFactory()).groups == frozenset()


# ---- giving back ----------------------------------------------------------------------------------------------------
def test_a_freed_place_goes_to_who_waits_longest_and_not_to_who_comes_by() -> None:
    event = bookable(1)
    first, second, third = book(event), book(event, waits=True), book(event, waits=True)
    assert [place_in_queue(one) for one in (second, third)] == [1, 2]

    actions.cancel(booking=first)
    second.refresh_from_db()
    assert second.status == BookingStatus.OFFERED
    with pytest.raises(actions.Full):
        book(event)
    assert actions.accept(booking=second).status == BookingStatus.CONFIRMED
    assert place_in_queue(third) == 1


def test_who_needs_more_than_is_free_keeps_their_turn_and_is_passed_over() -> None:
    event = bookable(2)
    first, _ = book(event), book(event)
    pair, single = book(event, size=2, waits=True), book(event, waits=True)

    actions.cancel(booking=first)
    pair.refresh_from_db()
    single.refresh_from_db()
    assert (pair.status, single.status) == (BookingStatus.WAITING, BookingStatus.OFFERED)
    assert place_in_queue(pair) == 1


def test_an_offer_that_lapsed_is_the_next_ones_without_any_clock(time_machine: Any) -> None:
    event = bookable(1)
    first, second, third = book(event), book(event, waits=True), book(event, waits=True)
    actions.cancel(booking=first)
    second.refresh_from_db()

    time_machine.move_to(second.offer_ends_at + timedelta(seconds=1), tick=False)
    with pytest.raises(actions.NotNow, match="This offer has ended"):
        actions.accept(booking=second)
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.status, third.status) == (BookingStatus.LAPSED, BookingStatus.OFFERED)


def test_the_clock_serves_events_at_which_nobody_acts(time_machine: Any) -> None:
    now = timezone.now()
    event = bookable({**TENANTS, "capacity": 1, "releases_at": now + timedelta(hours=1)}, {"capacity": 1})
    book(event)
    waiting = book(event, waits=True)

    actions.settle_due()
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.WAITING
    time_machine.move_to(now + timedelta(hours=2), tick=False)
    actions.settle_due()
    actions.settle_due()
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.OFFERED


def test_more_places_are_offered_to_those_who_wait() -> None:
    event = bookable(1)
    book(event)
    waiting = book(event, waits=True)

    Pool.objects.filter(event=event).update(capacity=2)
    actions.settle(event=event.pk)
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.OFFERED


# ---- changing -------------------------------------------------------------------------------------------------------
def test_a_booking_grows_only_as_far_as_there_are_places() -> None:
    event = bookable(3)
    booking = book(event)

    assert actions.change(booking=booking, size=3, companions=("Grace", "Mary")).attendees.count() == 3
    assert [one.name for one in booking.attendees.all()][1:] == ["Grace", "Mary"]
    with pytest.raises(actions.Full, match="All places are taken"):
        actions.change(booking=booking, size=4)
    actions.change(booking=booking, size=1)
    assert list(places(event).values()) == [1]


def test_handed_on_the_first_link_and_ticket_end(mailoutbox: list[Any]) -> None:
    event = bookable(3)
    booking = book(event, "ada@example.org", needs={NeedKind.DIET: "No nuts"})
    before = (booking.nonce, booking.attendees.get().code)
    mailoutbox.clear()

    after = actions.transfer(booking=booking, name="Grace", email="Grace@example.org")

    assert (after.email, after.name) == ("grace@example.org", "Grace")
    assert after.nonce != before[0] and after.attendees.get().code != before[1]
    assert not after.needs.exists()
    assert sorted(letter.to[0] for letter in mailoutbox) == ["ada@example.org", "grace@example.org"]


def test_places_are_moved_between_pools_by_us() -> None:
    event = bookable({"name": "A", "capacity": 1}, {"name": "B", "capacity": 1})
    attendee = book(event).attendees.get()

    actions.move(attendee=attendee, pool=Pool.objects.get(name="B"), by=UserFactory())
    assert places(event) == {"A": 0, "B": 1}
    other = book(event).attendees.get()
    with pytest.raises(actions.Refusal, match="“B” is full"):
        actions.move(attendee=other, pool=Pool.objects.get(name="B"), by=UserFactory())


# ---- approval -------------------------------------------------------------------------------------------------------
def test_a_place_that_is_asked_for_is_nobody_elses_until_it_is_decided() -> None:
    event, comms = bookable(1, approval=True), UserFactory(is_superuser=True)
    first = book(event)
    assert first.status == BookingStatus.PENDING
    second = book(event, waits=True)

    actions.refuse(booking=first, by=comms)
    second.refresh_from_db()
    assert second.status == BookingStatus.PENDING
    assert actions.approve(booking=second, by=comms).status == BookingStatus.CONFIRMED
    with pytest.raises(actions.NotNow, match="Nothing is to be decided"):
        actions.refuse(booking=second, by=comms)


def test_not_everybody_decides() -> None:
    from django.core.exceptions import PermissionDenied

    booking = book(bookable(1, approval=True))
    with pytest.raises(PermissionDenied):
        actions.approve(booking=booking, by=UserFactory())


# ---- what others see ------------------------------------------------------------------------------------------------
def test_readers_are_told_in_words_how_full_it_is() -> None:
    event = bookable(20)

    def shown() -> str:
        event.booking_rules.refresh_from_db()
        return str(event.booking_rules.availability)

    actions.settle(event=event.pk)
    assert shown() == Availability.FREE
    for number in range(5):
        book(event, size=4 if number < 4 else 2)
    assert shown() == Availability.FEW
    book(event, size=2)
    assert shown() == Availability.WAITING


def test_places_that_are_kept_for_some_are_not_called_free() -> None:
    event = bookable({**TENANTS, "capacity": 1}, {"capacity": 1})
    book(event)

    event.booking_rules.refresh_from_db()
    assert event.booking_rules.availability == Availability.KEPT


def test_an_event_with_bookings_is_not_deleted() -> None:
    event = bookable(1)
    book(event)

    with pytest.raises(ProtectedError):
        event.delete()
    assert Attendee.objects.count() == 1
