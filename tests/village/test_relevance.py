"""The ranking, held against what people judged: a change that finds worse is a change that breaks something."""

from collections.abc import Sequence
from contextlib import nullcontext
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from search import engine
from search.elastic import outbox
from search.elastic.client import is_configured
from search.embedded import ranking
from search.embedded.engine import EmbeddedEngine
from search.engines import Found
from search.evaluation import Summary, judged_queries, score, summaries
from search.management.commands import search_evaluate
from search.parsing import ParsedQuery
from search.query import Query
from tests.conftest import asking_elasticsearch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("village")]

BAR = 0.90
BAR_OF_A_CLASS = 0.80


@pytest.fixture(scope="package", params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def measured(village: None, request: pytest.FixtureRequest) -> dict[str, Summary]:
    """By class of query, on each engine."""
    with nullcontext() if request.param == "embedded" else asking_elasticsearch():
        if is_configured():
            outbox.rebuild()
        return {line.name: line for line in summaries([score(judged) for judged in judged_queries()])}


def test_there_are_enough_judged_queries_of_every_class() -> None:
    judged = judged_queries()

    assert len(judged) >= 120
    assert len({j.query for j in judged}) == len(judged)
    assert {j.kind for j in judged} >= {
        *("name", "abbreviation", "identifier", "two-letter"),
        *("typo", "us-spelling", "topic", "problem"),
    }


def test_ranking_meets_the_bar(measured: dict[str, Summary]) -> None:
    assert measured["overall"].ndcg >= BAR, measured


def test_no_class_of_queries_is_neglected(measured: dict[str, Summary]) -> None:
    assert {name: line.ndcg for name, line in measured.items() if line.ndcg < BAR_OF_A_CLASS} == {}


@pytest.mark.parametrize("kind", ["name", "abbreviation", "two-letter"])
def test_who_is_called_by_name_comes_first(measured: dict[str, Summary], kind: str) -> None:
    assert measured[kind].mrr >= 0.95, measured[kind]


def test_hardly_anybody_goes_away_with_nothing(measured: dict[str, Summary]) -> None:
    assert measured["overall"].zero_rate <= 0.02, measured["overall"]


def test_ranking_meets_the_bar_where_most_of_what_is_found_is_not_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a common word among a hundred thousand: here more than a sixth of all documents are too many to rank."""
    monkeypatch.setattr(ranking, "MOST_RANKED", 20)

    overall = summaries([score(judged) for judged in judged_queries()])[-1]

    assert overall.ndcg >= BAR, overall


class Backwards(EmbeddedEngine):
    """The same documents on the page, the worst first."""

    def find(self, parsed: ParsedQuery, query: Query, facets: Sequence[str] = (), *, any_word: bool = False) -> Found:
        found = super().find(parsed, query, facets, any_word=any_word)
        return Found(found.hits[::-1], found.total, found.counts)


def test_the_bars_tell_a_good_order_from_its_reverse() -> None:
    backwards = {
        line.name: line.ndcg for line in summaries([score(judged, Backwards()) for judged in judged_queries()])
    }

    assert backwards["overall"] < BAR
    assert {"topic", "problem"} <= {name for name, ndcg in backwards.items() if ndcg < BAR_OF_A_CLASS}


def test_the_command_names_its_engine_and_holds_every_class_to_its_bar() -> None:
    out = StringIO()
    call_command("search_evaluate", engine="database", fail_under=BAR, fail_under_class=BAR_OF_A_CLASS, stdout=out)

    assert out.getvalue().startswith(f"Engine: {EmbeddedEngine().name}\n")
    assert "\noverall " in out.getvalue()
    with pytest.raises(CommandError, match=r"below the bar of 0\.99: .*problem 0\.\d{3}"):
        call_command("search_evaluate", fail_under_class=0.99, stdout=StringIO())
    with pytest.raises(CommandError, match=r"below the bar of 0\.99\.$"):
        call_command("search_evaluate", fail_under=0.99, stdout=StringIO())


def test_the_command_does_not_let_the_database_answer_for_a_server_that_is_not_there(settings: object) -> None:
    settings.ELASTICSEARCH_URL = ""  # type: ignore[attr-defined]

    with pytest.raises(CommandError, match="names no server"):
        call_command("search_evaluate", engine="elasticsearch", stdout=StringIO())

    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match=r"^elasticsearch does not answer"):
        call_command("search_evaluate", engine="elasticsearch", stdout=StringIO())


def test_the_command_measures_every_engine_there_is_and_says_which_fails(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Elsewhere(Backwards):
        name = "elsewhere"

    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    monkeypatch.setattr(engine, "_elasticsearch", Elsewhere())
    few = [judged for judged in judged_queries() if judged.kind in ("topic", "problem")][:30]
    monkeypatch.setattr(search_evaluate, "judged_queries", lambda: few)
    out = StringIO()

    with pytest.raises(CommandError, match=r"^elsewhere: nDCG@10 is [^\n]*$"):
        call_command("search_evaluate", fail_under=0.8, stdout=out)

    engines = [line for line in out.getvalue().splitlines() if line.startswith("Engine: ")]
    assert engines == [f"Engine: {EmbeddedEngine().name}", "Engine: elsewhere"]
    assert out.getvalue().count("\noverall ") == 2
