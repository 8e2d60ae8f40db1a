"""Whatever people do to an event's bookings, in whatever order: never too many, never a lost place, never an idle one."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from directory.queries.bookers import Booker
from events.bookings import actions
from events.bookings.actions.settling import fitting
from events.bookings.choices import BookingStatus, Group, PoolKind
from events.bookings.models import Attendee, Booking, BookingRules, Pool
from events.bookings.queries import availability, invariants_broken
from home.models import HomePage
from tests.factories.accounts import UserFactory
from tests.factories.bookings import book, bookable

SIZES = st.integers(1, 3)


def fits_now(booking: Booking) -> bool:
    """Whether all places that it waits for could be given now."""
    return (
        fitting(booking, booking.attendees.count(), Pool.objects.filter(event=booking.event), timezone.now())
        is not None
    )


class Rollback(Exception):
    """Ends an example, and everything it stored."""


class Bookings(RuleBasedStateMachine):
    """One event with three pools: for everybody, for tenants until a date, held back for access needs."""

    approval = False

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.time = self.clock.start()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        soon = timezone.now() + timedelta(hours=30)
        self.event = bookable(
            {"name": "Everybody", "capacity": 2},
            {"name": "Tenants", "capacity": 2, "groups": [Group.TENANTS], "releases_at": soon},
            {"name": "Access", "capacity": 1, "kind": PoolKind.ACCESS},
            approval=self.approval,
            offer_hours=6,
        )
        self.us = UserFactory(is_superuser=True)

    def teardown(self) -> None:
        self.outer.__exit__(Rollback, Rollback(), None)
        self.clock.stop()

    # ---- what people do ---------------------------------------------------------------------------------------------
    @rule(size=SIZES, tenant=st.booleans(), access=st.booleans(), waits=st.booleans())
    def book(self, size: int, tenant: bool, access: bool, waits: bool) -> None:
        booker = Booker(groups=frozenset({Group.TENANTS} if tenant else ()))
        before = Attendee.objects.count()
        try:
            book(self.event, size=size, booker=booker, wants_access_place=access, waits=waits)
        except actions.Refusal:
            assert Attendee.objects.count() == before

    @precondition(lambda self: self.some())
    @rule(data=st.data(), size=SIZES)
    def change(self, data: Any, size: int) -> None:
        self.attempt(actions.change, data, size=size)

    @precondition(lambda self: self.some())
    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        self.attempt(actions.cancel, data)

    @precondition(lambda self: self.some())
    @rule(data=st.data())
    def hand_on(self, data: Any) -> None:
        self.attempt(actions.transfer, data, name="Grace", email=f"{uuid4().hex}@example.org")

    @precondition(lambda self: self.some(BookingStatus.OFFERED, BookingStatus.LAPSED))
    @rule(data=st.data())
    def accept(self, data: Any) -> None:
        self.attempt(actions.accept, data, BookingStatus.OFFERED, BookingStatus.LAPSED)

    @precondition(lambda self: self.some(BookingStatus.PENDING))
    @rule(data=st.data(), yes=st.booleans())
    def decide(self, data: Any, yes: bool) -> None:
        self.attempt(actions.approve if yes else actions.refuse, data, BookingStatus.PENDING, by=self.us)

    # ---- what we and the clock do -----------------------------------------------------------------------------------
    @rule(name=st.sampled_from(["Everybody", "Tenants", "Access"]), capacity=st.integers(0, 4))
    def resize(self, name: str, capacity: int) -> None:
        pool = Pool.objects.get(event=self.event, name=name)
        Pool.objects.filter(pk=pool.pk).update(capacity=max(capacity, pool.taken))
        actions.settle(event=self.event.pk)

    @precondition(lambda self: Attendee.objects.filter(pool__isnull=False).exists())
    @rule(data=st.data(), name=st.sampled_from(["Everybody", "Tenants", "Access"]))
    def move(self, data: Any, name: str) -> None:
        attendee = data.draw(st.sampled_from(list(Attendee.objects.filter(pool__isnull=False))))
        pool = Pool.objects.get(event=self.event, name=name)
        if pool.free or attendee.pool_id == pool.pk:
            actions.move(attendee=attendee, pool=pool, by=self.us)
        else:
            with pytest.raises(actions.Refusal, match="is full"):
                actions.move(attendee=attendee, pool=pool, by=self.us)

    @rule(hours=st.integers(1, 40))
    def wait(self, hours: int) -> None:
        self.time.shift(timedelta(hours=hours))

    @rule()
    def tick(self) -> None:
        actions.settle_due()
        assert not Booking.objects.filter(status=BookingStatus.OFFERED, offer_ends_at__lte=timezone.now()).exists()
        rules = BookingRules.objects.get(event=self.event)
        assert rules.availability == availability(rules, list(self.event.pools.all()), timezone.now())
        # Nobody waits for what is free: whoever is still on the list fits nowhere.
        waiting = Booking.objects.filter(event=self.event).waiting()
        if self.event.starts_at > timezone.now():
            assert [one.reference for one in waiting if fits_now(one)] == []

    # ---- what must always hold --------------------------------------------------------------------------------------
    @invariant()
    def all_is_well(self) -> None:
        assert invariants_broken() == []

    # ---- parts ------------------------------------------------------------------------------------------------------
    def some(self, *statuses: str) -> bool:
        return self.those(*statuses).exists()

    def those(self, *statuses: str) -> Any:
        found = Booking.objects.filter(event=self.event).order_by("pk")
        return found.filter(status__in=statuses) if statuses else found

    def attempt(self, act: Any, data: Any, *statuses: str, **said: Any) -> None:
        booking = data.draw(st.sampled_from(list(self.those(*statuses))))
        with suppress(actions.Refusal):
            act(booking=booking, **said)


class BookingsThatWeGive(Bookings):
    approval = True


@pytest.mark.parametrize("machine", [Bookings, BookingsThatWeGive])
def test_whatever_people_do_no_place_is_given_twice_or_lost(home: HomePage, machine: type[Bookings]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
