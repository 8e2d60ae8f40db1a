"""A pool never refuses while fewer than all its desks are taken at once, however its bookings came and went."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from home.models import HomePage
from spaces import actions
from spaces.allocation import Busy, Taken, pack, peak
from spaces.models import Booking
from spaces.queries.occupation import overlaps_broken
from spaces.rules import Asker, Refusal
from spaces.timetable import Span
from tests.factories.spaces import DesksFactory

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


def span(begins: int, length: int) -> Span:
    """In quarters of an hour from nine o'clock."""
    return Span(NINE + timedelta(minutes=15 * begins), NINE + timedelta(minutes=15 * (begins + length)))


# Each is booked (where it begins, how long, how many) or cancelled (which of those that are there).
booked = st.tuples(st.integers(0, 40), st.integers(1, 20), st.integers(1, 3))
changes = st.lists(st.one_of(booked, st.integers(0, 30)), max_size=40)


def rows(held: dict[int, tuple[int, Span]], pinned: frozenset[int] = frozenset()) -> Busy:
    found: dict[int, list[Taken]] = {}
    for key, (unit, one) in held.items():
        found.setdefault(unit, []).append(Taken(key, key, one, key in pinned))
    return found


def apply(held: dict[int, tuple[int, Span]], moves: dict[int, int]) -> None:
    for key, unit in moves.items():
        held[key] = (unit, held[key][1])


def overlaps(held: dict[int, tuple[int, Span]]) -> bool:
    entries = list(held.values())
    return any(a[0] == b[0] and a[1].overlaps(b[1]) for n, a in enumerate(entries) for b in entries[n + 1 :])


@given(size=st.integers(1, 6), changes=changes)
@settings(max_examples=200, deadline=None)
def test_a_pool_refuses_only_where_all_its_desks_are_taken_at_once(
    size: int, changes: list[tuple[int, int, int] | int]
) -> None:
    units = list(range(size))
    held: dict[int, tuple[int, Span]] = {}
    number = 0
    for change in changes:
        if isinstance(change, int):
            for key in list(held)[change : change + 1]:
                del held[key]
            continue
        begins, length, desks = change
        wanted = span(begins, length)
        most = peak(units, rows(held), wanted)
        found = pack(units, rows(held), wanted, desks)

        assert (found is not None) == (most + desks <= size)
        if found is not None:
            apply(held, dict(found.moves))
            assert len(set(found.units)) == desks
            for unit in found.units:
                number += 1
                held[number] = (unit, wanted)
        assert not overlaps(held)


@given(size=st.integers(2, 5), changes=st.lists(st.tuples(booked, st.booleans()), max_size=25))
@settings(max_examples=100, deadline=None)
def test_a_desk_that_was_chosen_is_never_moved(size: int, changes: list[tuple[tuple[int, int, int], bool]]) -> None:
    units = list(range(size))
    held: dict[int, tuple[int, Span]] = {}
    chosen: dict[int, int] = {}
    for number, ((begins, length, _), chooses) in enumerate(changes):
        found = pack(units, rows(held, frozenset(chosen)), span(begins, length), 1)
        if found is None:
            continue
        assert not set(found.moves) & set(chosen)
        apply(held, dict(found.moves))
        held[number] = (found.units[0], span(begins, length))
        if chooses:
            chosen[number] = found.units[0]
        assert not overlaps(held)
        assert all(held[key][0] == unit for key, unit in chosen.items())


# ---- with all that a booking goes through -----------------------------------------------------------------------------
half_hours = st.tuples(st.integers(0, 8), st.integers(1, 6), st.integers(1, 2))


@given(size=st.integers(2, 3), steps=st.lists(st.one_of(half_hours, st.integers(0, 5)), min_size=4, max_size=9))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_books_gets_a_desk_while_one_is_free_at_every_moment(
    home: HomePage, size: int, steps: list[tuple[int, int, int] | int]
) -> None:
    with time_machine.travel(NINE - timedelta(days=1), tick=False):
        pool = DesksFactory(size=size)
        held: list[tuple[Booking, Span]] = []
        for step in steps:
            if isinstance(step, int):
                for booking, _ in held[step : step + 1]:
                    actions.cancel(booking=booking.pk)
                del held[step : step + 1]
                continue
            wanted, number = span(2 * step[0], 2 * step[1]), step[2]
            taken = {one.pk: [Taken(0, one.pk, at, False)] * one.number for one, at in held}
            asked = actions.Request(
                name="Ada", email="ada@example.org", starts_at=wanted.begins, ends_at=wanted.ends, number=number
            )
            before = len(held)
            with suppress(Refusal):
                held.append((actions.book(space=pool.pk, request=asked, asker=Asker()), wanted))
            assert (len(held) > before) == (peak(taken, taken, wanted) + number <= size)
            assert overlaps_broken() == []
