"""What becomes of a booking: moved, ended early, given back, waited for, decided by us; and closures, which are bookings too."""

from typing import Any

import pytest
import time_machine

from home.models import HomePage
from spaces import actions
from spaces.choices import BookingStatus
from spaces.models import AllowanceAccount, Booking
from spaces.queries.occupation import overlaps_broken
from spaces.rules import Asker, Refusal, Wish
from tests.factories.accounts import UserFactory
from tests.factories.spaces import AllowanceFactory, SpaceFactory, TenantTermsFactory
from tests.space_forms import NOW, at, book, refused, tenant_of


@pytest.fixture(autouse=True)
def _all_is_well(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False):
        yield
        assert overlaps_broken() == []


def manager() -> Any:
    return UserFactory(is_superuser=True)


# ---- changing -------------------------------------------------------------------------------------------------------
def test_a_booking_is_moved_or_stays_as_it_was() -> None:
    room = SpaceFactory()
    mine, theirs = book(room, 10, 11), book(room, 12, 13)

    with pytest.raises(Refusal):
        actions.change(booking=mine.pk, starts_at=at(12), ends_at=at(13), asker=Asker())
    mine.refresh_from_db()
    assert mine.starts_at == at(10) and mine.allocations.get().active
    moved = actions.change(booking=mine.pk, starts_at=at(10.5), ends_at=at(12), asker=Asker())
    assert (moved.starts_at, moved.ends_at, moved.sequence) == (at(10.5), at(12), 1)
    assert theirs.allocations.get().active


def test_what_was_used_stays_used() -> None:
    """Nobody moves a booking away after they had it, and has its allowance back."""
    room = SpaceFactory(allowance=AllowanceFactory())
    asker = tenant_of(TenantTermsFactory().organisation)
    booking = book(room, 10, 12, asker=asker)
    left = AllowanceAccount.objects.get().balance

    def moved(begins: float, ends: float) -> Booking:
        return actions.change(booking=booking.pk, starts_at=at(begins), ends_at=at(ends), asker=asker)

    with time_machine.travel(at(11)):
        with pytest.raises(Refusal, match="It has begun, and can't be moved"):
            moved(14, 16)
        with pytest.raises(Refusal, match="end it now"):
            moved(10, 11.5)
        assert moved(10, 13).ends_at == at(13)
    with time_machine.travel(at(15)), pytest.raises(Refusal, match="It is over"):
        moved(17, 18)
    assert AllowanceAccount.objects.get().balance == left - 1000
    assert booking.allocations.filter(active=True).count() == 1


def test_what_is_ended_early_is_free_for_others() -> None:
    room = SpaceFactory()
    booking = book(room, 10, 12)

    with time_machine.travel(at(10.75)):
        actions.check_in(booking=booking.pk)
        actions.end_early(booking=booking.pk)
        assert book(room, 11, 12, email="eve@example.org")


def test_what_nobody_checks_in_to_is_given_back() -> None:
    room = SpaceFactory(release_minutes=20)
    came, absent = book(room, 10, 11), book(SpaceFactory(release_minutes=20), 10, 11)

    with time_machine.travel(at(10.25)):
        actions.check_in(booking=came.pk)
        actions.release_no_shows()
        assert Booking.objects.filter(status=BookingStatus.RELEASED).count() == 0
    with time_machine.travel(at(10.5)):
        actions.release_no_shows()
        actions.release_no_shows()
    came.refresh_from_db()
    absent.refresh_from_db()
    assert (came.status, absent.status) == (BookingStatus.CONFIRMED, BookingStatus.RELEASED)


# ---- waiting and approval ---------------------------------------------------------------------------------------------
def test_who_waits_is_offered_what_became_free_and_takes_it_up(django_capture_on_commit_callbacks: Any) -> None:
    room = SpaceFactory()
    first = book(room, 10, 11)
    waiting = book(room, 10, 11, email="eve@example.org", waits=True)
    assert waiting.status == BookingStatus.WAITING and not waiting.allocations.exists()

    actions.cancel(booking=first.pk)
    actions.serve_waiting(units=[room.units.get().pk], span=Wish(room, at(10), at(11)).span)

    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.OFFERED
    assert refused(room, 10, 11, email="bob@example.org").rule == "taken"
    assert actions.take_up(booking=waiting.pk).status == BookingStatus.CONFIRMED


def test_an_offer_that_is_not_taken_up_lapses_and_keeps_nobody_out() -> None:
    room = SpaceFactory()
    first = book(room, 10, 11, email="a@example.org")
    waiting = book(room, 10, 11, email="eve@example.org", waits=True)
    actions.cancel(booking=first.pk)
    actions.serve_waiting(units=[room.units.get().pk], span=Wish(room, at(10), at(11)).span)

    with time_machine.travel(at(9.5)):
        assert book(room, 10, 11, email="bob@example.org").status == BookingStatus.CONFIRMED
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.LAPSED


def test_who_waited_in_vain_waits_no_longer_once_it_begins() -> None:
    room = SpaceFactory()
    book(room, 10, 11)
    waiting = book(room, 10, 11, email="eve@example.org", waits=True)

    with time_machine.travel(at(10)):
        actions.expire_due()

    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.CANCELLED
    assert waiting.log.last().what == "nothing became free"


def test_what_is_given_by_us_is_held_until_we_say_yes_or_no() -> None:
    hall, by = SpaceFactory(approval=True), manager()
    asked = book(hall, 10, 12)
    assert asked.status == BookingStatus.PENDING and asked.expires_at
    assert refused(hall, 11, 12).rule == "taken"

    assert actions.approve(booking=asked.pk, by=by).status == BookingStatus.CONFIRMED
    other = book(hall, 14, 15)
    with pytest.raises(Refusal, match="Say why"):
        actions.decline(booking=other.pk, words=" ", by=by)
    assert actions.decline(booking=other.pk, words="The hall is being painted.", by=by).status == BookingStatus.DECLINED
    assert book(hall, 14, 15, email="eve@example.org")


# ---- closing --------------------------------------------------------------------------------------------------------
def test_a_closure_lists_what_is_in_the_way_and_then_keeps_everybody_out() -> None:
    room, by = SpaceFactory(), manager()
    booking = book(room, 10, 11)
    held = [actions.Held(room.pk, at(9), at(17))]

    with pytest.raises(actions.Clashes) as caught:
        actions.close(held=held, words="Painting", by=by)
    assert list(caught.value.bookings) == [booking]
    actions.cancel(booking=booking.pk, by=by)
    [closure] = actions.close(held=held, words="Painting", by=by)
    assert refused(room, 14, 15).rule == "taken"
    actions.reopen(booking=closure.pk, by=by)
    assert book(room, 14, 15)


def test_an_event_holds_all_its_rooms_or_none() -> None:
    hall, room = SpaceFactory(), SpaceFactory()
    book(room, 10, 11)

    with pytest.raises(actions.Clashes):
        actions.hold_for_event(held=[actions.Held(s.pk, at(9), at(12)) for s in (hall, room)], words="Demo day")
    assert Booking.objects.count() == 1
    held = actions.hold_for_event(held=[actions.Held(s.pk, at(13), at(15)) for s in (hall, room)], words="Demo day")
    moved = actions.hold_for_event(
        held=[actions.Held(s.pk, at(14), at(16)) for s in (hall, room)],
        words="Demo day",
        instead_of=[one.pk for one in held],
    )
    assert len(moved) == 2
