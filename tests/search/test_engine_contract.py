"""What any engine must answer: that of the test database, SQLite or PostgreSQL, and Elasticsearch beside it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from search import facet_sets
from search.drift import drift
from search.engine import search, suggest
from search.indexing import put, rebuild, refresh
from search.models import IndexedDocument, Synonym, VocabularyWord
from search.query import Query, query_from

NPIC = "National Pathology Imaging Co-operative"
UNIVERSITY = "University of Besançon"
WORKS = "Airedale Works"
AIM = "Aimwell Partners"

Titles = Callable[..., list[str]]

pytestmark = pytest.mark.usefixtures("each_engine", "filled")


# ---- words ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("national pathology imaging co-operative", NPIC),  # the whole name
        ("NPIC", NPIC),  # an abbreviation
        ("Pathology Imaging Ltd", NPIC),  # a former name
        ("09506232", NPIC),  # an identifier
        ("gb-coh-09506232", NPIC),
        ("besancon", UNIVERSITY),  # without its accent
        ("BESANÇON", UNIVERSITY),
        ("diagnostic", NPIC),  # another form of a word
        ("pathologies", NPIC),
        ("airdale", WORKS),  # a letter forgotten
        ("pathlogoy", NPIC),  # two letters changed about
        ("wet lab", WORKS),
        ("univers", UNIVERSITY),  # the beginning of the last word
    ],
)
def test_a_name_or_word_finds_its_thing_first(titles: Titles, text: str, first: str) -> None:
    assert titles(text)[0] == first


def test_every_word_counts_when_there_are_enough_results(titles: Titles, filled: object) -> None:
    assert titles("pathology") == [NPIC, UNIVERSITY]


def test_a_word_of_two_letters_is_a_word_and_no_beginning(titles: Titles) -> None:
    assert titles("AI") == [NPIC]


def test_a_phrase_in_quotation_marks_stands_together(titles: Titles) -> None:
    assert titles('"digital pathology"') == [NPIC]
    assert titles('"pathology digital"') == []
    assert titles('"works desks"') == [], "the end of its name and the beginning of its summary"


def test_some_words_are_better_than_none(filled: object) -> None:
    results = search(Query(text="paediatric lawyers"))

    assert results.any_word and results.with_every_word == 0
    assert {hit.title for hit in results.hits} == {UNIVERSITY, AIM}
    few = search(Query(text="digital pathology"))
    assert (few.any_word, few.with_every_word, few.total) == (True, 1, 2)


def test_a_slip_is_mended_and_said(filled: object) -> None:
    results = search(Query(text="patholgy"))

    assert results.did_you_mean == "pathology"
    assert results.corrected_from == "patholgy"
    assert search(Query(text="patholgy", exact=True)).total == 0


def test_words_that_say_nothing_do_not_count(titles: Titles) -> None:
    assert titles("who can help me with a wet lab") == [WORKS]


def test_synonyms_work_at_once_and_only_the_way_they_point(titles: Titles) -> None:
    assert titles("solicitor", exact=True) == []

    Synonym.objects.create(terms="lawyers", one_way_from="solicitor")
    Synonym.objects.create(terms="bench, wet lab")

    assert titles("solicitor", exact=True) == [AIM]
    assert titles("bench") == [WORKS]
    assert titles("lawyers") == [AIM]


def test_a_synonym_may_be_long_and_a_word_in_capitals_that_says_nothing_otherwise(shelf: Any, titles: Titles) -> None:
    Synonym.objects.create(terms="NICE, National Institute for Health and Care Excellence")
    Synonym.objects.create(terms="IT, computers")
    for number in range(6):
        shelf.put(f"Guide {number}", body="What NICE says of health and care.")
        shelf.put(f"Desk {number}", body="Computers and some support.")
        shelf.put(f"Line {number}", body="Support by telephone.")
    rebuild()

    assert {title[:5] for title in titles("national institute for health and care excellence")} == {"Guide"}
    assert {title[:4] for title in titles("IT support")} == {"Desk"}
    assert {title[:4] for title in titles("it support")} == {"Desk", "Line"}
    with pytest.raises(ValidationError, match="at most 10 words"):
        Synonym(terms="a b c d e f g h i j k, x").full_clean()


def test_the_name_outranks_the_summary_and_the_summary_the_body(shelf: object, titles: Titles) -> None:
    shelf.put("Deep text", body="sphygmomanometer")  # type: ignore[attr-defined]
    shelf.put("Above", summary="One sphygmomanometer.")  # type: ignore[attr-defined]
    shelf.put("Sphygmomanometer makers")  # type: ignore[attr-defined]
    rebuild()

    assert titles("sphygmomanometer") == ["Sphygmomanometer makers", "Above", "Deep text"]


def test_what_is_overdue_sinks(shelf: object, titles: Titles) -> None:
    shelf.put("Old kiln", summary="A kiln.", boost=0.4)  # type: ignore[attr-defined]
    shelf.put("New kiln", summary="A kiln.")  # type: ignore[attr-defined]
    rebuild()

    assert titles("kiln") == ["New kiln", "Old kiln"]


# ---- filters and facets ---------------------------------------------------------------------------------------------
def test_values_of_a_filter_add_up_and_filters_narrow(titles: Titles) -> None:
    assert titles(filters={"colour": ["red"]}, sort="name") == [NPIC, UNIVERSITY]
    assert titles(filters={"colour": ["red", "blue"]}, sort="name") == [WORKS, NPIC, UNIVERSITY]
    assert titles(filters={"colour": ["red", "blue"], "size": ["small"]}) == [WORKS]
    assert titles(filters={"colour": ["not-stated"]}) == [AIM]
    assert titles(filters={"link": ["thing:tag-1"]}) == [UNIVERSITY]


def counts(query: Query) -> dict[str, dict[str, int]]:
    return {f.name: {v.value: v.count for v in f.values} for f in search(query).facets}


def test_counts_ignore_their_own_filter_and_show_what_is_missing(filled: object) -> None:
    things = frozenset({"thing"})

    assert counts(Query(types=things)) == {
        "colour": {"red": 2, "green": 1, "blue": 1, "not-stated": 1},
        "size": {"small": 2, "large": 2},
    }
    assert counts(Query(types=things, filters={"colour": frozenset({"blue"})})) == {
        "colour": {"red": 2, "green": 1, "blue": 1, "not-stated": 1},
        "size": {"small": 1, "large": 0},
    }
    assert counts(Query(text="pathology", types=things, filters={"size": frozenset({"small"})})) == {
        "colour": {"red": 0, "green": 0, "blue": 0, "not-stated": 0},
        "size": {"small": 0, "large": 2},
    }


def test_every_count_is_what_choosing_the_value_gives(filled: object) -> None:
    for facet in search(Query(text="pathology lawyers desks")).facets:
        for value in facet.values:
            chosen = search(
                Query(text="pathology lawyers desks", filters={facet.name: frozenset({value.value})}, facets=())
            )
            assert chosen.total == value.count, (facet.name, value.value)


def test_an_empty_answer_says_what_to_drop(filled: object) -> None:
    results = search(Query(text="pathology", filters={"colour": frozenset({"blue"}), "size": frozenset({"large"})}))

    assert results.total == 0
    assert [(d.name, d.label, d.count) for d in results.drops] == [("colour", "Blue", 2), ("", "", 2)]


def test_a_filter_is_dropped_with_all_its_values_and_all_filters_together(filled: object) -> None:
    chosen = {"colour": frozenset({"blue", "green"}), "size": frozenset({"small"})}
    drops = search(Query(text="lawyers", filters=chosen)).drops
    assert [(d.name, d.label, d.count) for d in drops] == [
        ("colour", "Green or Blue", 1),
        ("", "lawyers", 1),
        ("", "", 1),
    ]
    assert drops[0].left.filters == {"size": chosen["size"]} and drops[2].left.filters == {}

    clash = {"colour": frozenset({"blue"}), "size": frozenset({"large"}), "type": frozenset({"other"})}
    assert [(d.name, d.count) for d in search(Query(text="pathology", filters=clash)).drops] == [("", 2)]


# ---- order and pages ------------------------------------------------------------------------------------------------
def test_orders(titles: Titles) -> None:
    assert titles(sort="name") == [AIM, WORKS, NPIC, UNIVERSITY]
    assert titles(sort="newest")[0] == NPIC
    assert titles(sort="soonest")[0] == NPIC, "the only one with a date: what has none comes last, either way"


def test_pages_hold_everything_once_and_end(filled: object) -> None:
    pages = [search(Query(sort="name", page=n, page_size=3)) for n in (1, 2, 9)]

    assert [[h.title for h in p.hits] for p in pages] == [[AIM, WORKS, NPIC], [UNIVERSITY], [UNIVERSITY]]
    assert [p.page for p in pages] == [1, 2, 2]
    assert {p.total for p in pages} == {4}


# ---- why ------------------------------------------------------------------------------------------------------------
def test_a_hit_shows_where_its_words_are_and_escapes_the_rest(shelf: object) -> None:
    Synonym.objects.create(terms="artificial intelligence, AI")
    shelf.put("<b>Robots</b> & co", summary="Artificial intelligence <i>for</i> robots.")  # type: ignore[attr-defined]
    rebuild()

    hit = search(Query(text="robot AI")).hits[0]

    assert hit.title_html == "&lt;b&gt;<mark>Robots</mark>&lt;/b&gt; &amp; co"
    assert hit.summary_html == "<mark>Artificial intelligence</mark> &lt;i&gt;for&lt;/i&gt; <mark>robots</mark>."
    assert [(r.label, r.text) for r in hit.why] == [
        ("Words", "“robot” in its name; “artificial intelligence” in its summary, which we read as AI")
    ]


def test_words_further_down_are_shown_in_a_piece_of_the_text(shelf: object) -> None:
    shelf.put("Quiet", summary="Nothing here.", body="word " * 60 + "telescope " + "word " * 60)  # type: ignore[attr-defined]
    rebuild()

    html = search(Query(text="telescope")).hits[0].summary_html

    assert "<mark>telescope</mark>" in html
    assert html.startswith("… ")
    assert html.endswith(" …")


# ---- suggestions ----------------------------------------------------------------------------------------------------
def test_suggestions_begin_at_any_word_of_any_name(filled: object) -> None:
    assert [s.title for s in suggest("ima")] == [NPIC]
    assert [s.title for s in suggest("npi")] == [NPIC]
    assert [s.title for s in suggest("ai")] == [AIM, WORKS]
    assert [s.title for s in suggest("univ bes")] == [UNIVERSITY]
    assert suggest("telescope") == suggest("") == suggest("*") == []
    assert suggest("ima", types=frozenset({"other"})) == []


# ---- the index ------------------------------------------------------------------------------------------------------
def test_a_record_that_changes_is_found_by_its_new_words_only(filled: object, titles: Titles) -> None:
    tag = filled.put("Zeppelin yard")  # type: ignore[attr-defined]
    refresh({"thing": [tag.pk]})
    assert titles("zeppelin") == ["Zeppelin yard"]

    tag.name = "Balloon yard"
    tag.save()
    refresh({"thing": [tag.pk]})

    assert titles("balloon") == ["Balloon yard"]
    assert titles("zeppelin", exact=True) == []


def test_a_record_that_is_hidden_or_gone_is_forgotten(filled: object, titles: Titles) -> None:
    tag = filled.put("Zeppelin yard")  # type: ignore[attr-defined]
    refresh({"thing": [tag.pk]})
    filled.hidden.add(tag.pk)  # type: ignore[attr-defined]
    refresh({"thing": [tag.pk]})

    assert titles("zeppelin", exact=True) == []
    assert suggest("zepp") == []
    assert not IndexedDocument.objects.filter(title="Zeppelin yard").exists()


def test_a_rebuild_forgets_what_is_gone_and_its_words(filled: object) -> None:
    tag = filled.put("Zeppelin yard")  # type: ignore[attr-defined]
    rebuild()
    filled.hidden.add(tag.pk)  # type: ignore[attr-defined]
    assert [(d.records, d.documents, d.stale) for d in drift() if d.type == "thing"] == [(4, 5, [str(tag.pk)])]

    rebuild()

    assert all(d.is_clean for d in drift())
    assert not VocabularyWord.objects.filter(word="zeppelin").exists()


def test_a_rebuild_keeps_the_words_of_what_changes_meanwhile(
    filled: object, each_engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody publishes after the rebuild has read everything and before it forgets words that nothing has."""
    repair = facet_sets.repair

    def publish() -> None:
        tag = filled.put("Zeppelin yard", summary="Moors", body="Airships", keywords=("Ballast",))  # type: ignore[attr-defined]
        refresh({"thing": [tag.pk]})
        repair()

    monkeypatch.setattr(facet_sets, "repair", publish)
    rebuild()

    words = {"zeppelin", "yard", "moors", "airships", "ballast"}
    assert set(VocabularyWord.objects.filter(word__in=words).values_list("word", flat=True)) == words


def test_saving_one_costs_the_same_in_a_large_index(filled: object, each_engine: str) -> None:
    from search.documents import sources

    thing = sources(["thing"])[0]
    tag = filled.put("Same size")  # type: ignore[attr-defined]
    put(thing.document(tag), thing)

    def statements(**values: tuple[str, ...]) -> int:
        filled.contents[str(tag.pk)] = values  # type: ignore[attr-defined]
        with CaptureQueriesContext(connection) as captured:
            put(thing.document(tag), thing)
        return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    small, small_moved = statements(), statements(colour=("red",), size=("large",))
    for n in range(300):
        filled.put(f"Filler {n}", summary=f"number{n} of many")  # type: ignore[attr-defined]
    rebuild()

    expected = 4 + (connection.vendor == "postgresql")  # which waits for its turn in a statement of its own
    expected += each_engine == "elasticsearch"  # the note that the server has to be told
    assert small == expected
    assert statements(colour=("red",), size=("large",)) == small
    assert small_moved == statements(colour=("blue",)) == expected + 2  # the sets of the values that it lost and got


def test_a_search_takes_few_statements(filled: object) -> None:
    search(Query(text="pathology imaging"))  # synonyms and terms are remembered from here on

    with CaptureQueriesContext(connection) as captured:
        search(Query(text="pathology imaging", filters={"colour": frozenset({"red"})}))

    assert len(captured) <= 5, [q["sql"][:100] for q in captured]


# ---- bad input ------------------------------------------------------------------------------------------------------
HOSTILE = [
    '"',
    "'",
    '"" OR 1=1',
    "a AND OR NOT NEAR(",
    "*",
    "title:x",
    "x'; DROP TABLE search_indexeddocument; --",
    "\x00",
    "\ud800",
    "a" * 10_000,
    "(((((",
    "&|!<->",
    ":*",
    "{}",
    "%s %d",
    "\\",
    "-",
    "é" * 600,
    "１２３",
    "ß İ ﬁ",
    "🙂",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_words(filled: object, text: str) -> None:
    from django.http import QueryDict

    data = QueryDict(mutable=True)
    data.setlist("q", [text])
    data.setlist("page", [text])
    data.setlist("sort", [text])
    data.setlist("colour", [text, "red"])

    results = search(query_from(data))
    suggest(text)

    assert results.page == 1


@given(text=st.text(max_size=80))
@example("pathology\x00AI")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_search(filled: object, text: str) -> None:
    from django.http import QueryDict

    data = QueryDict(mutable=True)
    data["q"] = text

    results = search(query_from(data))
    suggest(text)

    assert 0 <= results.total <= 4
