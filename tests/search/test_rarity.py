"""How much a word tells on PostgreSQL: rare words more than common ones, and never nothing."""

import pytest

from search import rarity
from search.indexing import rebuild
from search.parsing import Alternative, Group
from search.rarity import Shares

SHARES = Shares({"home": 0.5, "kidney": 0.01, "test": 0.1, "testament": 0.02}, rare=0.005)


def group(*words: str, prefix: bool = False) -> Group:
    return Group(" ".join(words), (Alternative(words, " ".join(words), prefix=prefix),))


def test_rare_words_tell_more_than_common_ones() -> None:
    weights = [SHARES.weight(group(word)) for word in ("home", "test", "kidney", "unheard")]

    assert weights == sorted(weights)
    assert weights[0] > 0


def test_word_that_everybody_has_still_counts() -> None:
    assert Shares({"health": 1.0}).weight(group("health")) == rarity.LEAST_WEIGHT


def test_phrase_is_as_rare_as_its_rarest_word() -> None:
    assert SHARES.weight(group("home", "kidney")) == SHARES.weight(group("kidney"))


def test_beginning_of_a_word_is_as_common_as_all_that_begin_so() -> None:
    assert SHARES.weight(group("test", prefix=True)) < SHARES.weight(group("test"))


def test_synonyms_make_a_group_more_common() -> None:
    both = Group("home", (*group("home").alternatives, *group("kidney").alternatives))

    assert SHARES.weight(both) < SHARES.weight(group("home"))


@pytest.mark.postgres
@pytest.mark.django_db
def test_shares_come_from_the_statistics(shelf: object) -> None:
    for number in range(30):
        shelf.put(f"Common thing {number}", body="kidney" if number < 3 else "")  # type: ignore[attr-defined]
    rebuild()

    found = rarity.shares()

    assert found.known["thing"] == pytest.approx(1.0, abs=0.05)
    assert found.weight(group("kidney")) > found.weight(group("thing"))


def test_without_statistics_all_words_count_alike() -> None:
    assert Shares().weight(group("home")) == Shares().weight(group("kidney"))
