"""What a tenant has left is what its entries add up to, whatever was booked, moved, cancelled and added."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from home.models import HomePage
from spaces import actions
from spaces.models import AllowanceAccount, Booking, SpacePage
from spaces.queries.people import asker_of
from spaces.rules import Asker, Refusal
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.spaces import AllowanceFactory, SpaceFactory, TenantTermsFactory

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = st.integers(0, 12)  # over the end of the month
HOUR = st.integers(8, 18)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("book"), DAY, HOUR, st.integers(1, 3)),
        st.tuples(st.just("move"), DAY, HOUR, st.integers(1, 3)),
        st.tuples(st.just("cancel"), DAY, HOUR, st.integers(1, 1)),
        st.tuples(st.just("top up"), DAY, HOUR, st.integers(1, 4)),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def room(home: HomePage) -> SpacePage:
    return SpaceFactory(allowance=AllowanceFactory(monthly={"core": 5}), charge="0.5")


@pytest.fixture
def asker() -> Asker:
    return asker_of(OrganisationMemberFactory(organisation=TenantTermsFactory().organisation).user)


@given(steps=steps)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_entries_add_up_to_the_account(room: SpacePage, asker: Asker, steps: list[tuple[str, int, int, int]]) -> None:
    with time_machine.travel(NOW, tick=False):
        for step in steps:
            with suppress(Refusal):  # taken, or more than is left
                take(room, asker, *step)
            check()
        for booking in Booking.objects.live():
            actions.cancel(booking=booking.pk)
        check()
        for account in AllowanceAccount.objects.all():
            kept = account.entries.filter(kind__in=("granted", "carried", "topped-up")).aggregate(all=Sum("amount"))
            assert account.balance == (kept["all"] or 0), "all that was cancelled came back"


def take(room: SpacePage, asker: Asker, what: str, day: int, hour: int, number: int) -> None:
    starts_at = NOW.replace(hour=hour) + timedelta(days=1 + day)
    ends_at = starts_at + timedelta(hours=number)
    first = Booking.objects.live().first()
    if what == "book":
        request = actions.Request(name="Ada", email="ada@example.org", starts_at=starts_at, ends_at=ends_at)
        actions.book(space=room.pk, request=request, asker=asker)
    elif what == "move" and first:
        actions.change(booking=first.pk, starts_at=starts_at, ends_at=ends_at, asker=asker)
    elif what == "cancel" and first:
        actions.cancel(booking=first.pk)
    elif what == "top up" and asker.booker.organisation and room.allowance:
        by = UserFactory(is_superuser=True)
        month = starts_at.date()
        more = {"organisation": asker.booker.organisation, "allowance": room.allowance}
        actions.top_up(**more, month=month, amount=number * 1000, words="For the study", by=by)


def check() -> None:
    for account in AllowanceAccount.objects.annotate(total=Sum("entries__amount")):
        assert account.balance == (account.total or 0) >= 0
