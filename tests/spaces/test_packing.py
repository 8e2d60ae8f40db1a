"""A pool never refuses while fewer than all its desks are taken at once, however its bookings came and went."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.allocation import Busy, Taken, pack, peak
from spaces.timetable import Span

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
