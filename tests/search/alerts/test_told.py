"""What somebody was told of, kept small, and whole."""

import json

from hypothesis import given
from hypothesis import strategies as st

from search.alerts.told import pack, unpack

keys = st.one_of(st.integers(0, 300).map(str), st.sampled_from(["007", "٣", "-1", "", "a b", "1e3", "slug"]))


@given(st.sets(st.tuples(st.sampled_from(["thing", "other"]), keys)))
def test_nothing_is_lost_and_nothing_comes_in(found: set[tuple[str, str]]) -> None:
    assert unpack(json.loads(json.dumps(pack(found)))) == found


def test_numbers_that_follow_each_other_are_a_pair() -> None:
    told = [("thing", key) for key in ("3", "7", "8", "9", "x")]
    assert pack(told) == {"thing": ["x", 3, [7, 9]]}


def test_a_hundred_thousand_weigh_next_to_nothing() -> None:
    packed = json.dumps(pack(("thing", str(number)) for number in range(100_000) if number % 1000))
    assert len(packed) < 2500
