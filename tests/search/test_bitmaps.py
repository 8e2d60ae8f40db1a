"""Sets of documents as bits behave as sets of numbers do."""

from hypothesis import given
from hypothesis import strategies as st

from search.bitmaps import CHUNK, Bitmap, packed, unpacked

ids = st.sets(st.integers(1, 3 * CHUNK) | st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 10**9]), max_size=40)


@given(ids, ids)
def test_bits_say_what_sets_say(one: set[int], other: set[int]) -> None:
    first, second = Bitmap.of(one), Bitmap.of(other)

    assert list(first) == sorted(one)
    assert list(first & second) == sorted(one & other)
    assert list(first - second) == sorted(one - other)
    assert list(Bitmap.union([first, second])) == sorted(one | other)
    assert (len(first), bool(first), first.common(second)) == (len(one), bool(one), len(one & other))
    assert {number for number in one | other if number in first} == one


def test_ids_may_come_in_any_order() -> None:
    assert list(Bitmap.of([CHUNK + 3, 7, CHUNK, 5])) == [5, 7, CHUNK, CHUNK + 3]


def test_a_piece_never_takes_more_than_a_bit_a_document() -> None:
    whole = (1 << CHUNK) - 1

    assert len(packed(whole)) == CHUNK // 8
    assert packed(1) == b"\x01"
    assert unpacked(packed(whole)) == whole
    assert unpacked(b"") == 0
