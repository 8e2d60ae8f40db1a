"""What editors pin stands first for its words: once, only where it may stand, on every page of results alike."""

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from core import page_cache
from directory.models import OrganisationPage
from search import pinned
from search.engine import engine, search
from search.indexing import rebuild
from search.models import PinnedPage, PinnedResult
from search.parsing import parse
from search.query import Query
from tests.assertions import assert_public_page
from tests.factories.directory import KindFactory, OrganisationFactory
from tests.factories.home import StoryFactory
from tests.factories.pages import publish, restrict
from tests.unindexed import nothing_indexed

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisations(home: Page) -> dict[str, OrganisationPage]:
    """Twelve that have a wet lab, best by their name, and two that have none."""
    money, lab = KindFactory(name="Investor", slug="investor"), KindFactory(name="Laboratory", slug="laboratory")
    with nothing_indexed():
        made = [OrganisationFactory(title=f"Wet lab {n:02}", summary="A wet lab.", kind=lab) for n in range(12)]
        made += [OrganisationFactory(title=title, summary="Funds.", kind=money) for title in ("Fund", "Other fund")]
    rebuild()
    return {page.title: page for page in made}


def pin(phrases: str, *pages: Page, **values: Any) -> PinnedResult:
    result = PinnedResult.objects.create(phrases=phrases, **values)
    for order, page in enumerate(pages):
        PinnedPage.objects.create(pinned_result=result, page=page, sort_order=order)
    return result


def found(text: str, **values: Any) -> list[str]:
    filters = {name: frozenset(v) for name, v in values.pop("filters", {}).items()}
    return [hit.title for hit in search(Query(text=text, filters=filters, **values)).hits]


def all_pages(text: str, size: int, **values: Any) -> list[list[str]]:
    count = search(Query(text=text, page_size=size, **values)).page_count
    return [found(text, page=number, page_size=size, **values) for number in range(1, count + 1)]


# ---- when -----------------------------------------------------------------------------------------------------------
def test_it_works_at_once_and_until_it_is_taken_away(organisations: dict[str, OrganisationPage]) -> None:
    assert found("wet lab")[0] != "Wet lab 07"

    result = pin("bench, Wét LAB", organisations["Wet lab 07"])
    assert found("WET lab ")[0] == "Wet lab 07"

    result.phrases = "bench"
    result.save()
    assert found("wet lab")[0] != "Wet lab 07"

    result.delete()
    assert "Wet lab 07" not in found("bench")


def test_the_whole_search_has_to_be_the_phrase_unless_told_otherwise(
    organisations: dict[str, OrganisationPage],
) -> None:
    result = pin("wet lab", organisations["Fund"])
    assert found("wet lab")[0] == "Fund"
    assert "Fund" not in found("wet lab 03")
    assert "Fund" not in found("wet")

    result.begins_with = True
    result.save()
    assert found("wet lab 03")[:2] == ["Fund", "Wet lab 03"]
    assert found("wet lab")[0] == "Fund"
    assert "Fund" not in found("wet labour"), "a phrase ends where a word ends"


def test_it_helps_who_slips_too(organisations: dict[str, OrganisationPage]) -> None:
    pin("funds", organisations["Other fund"], organisations["Wet lab 01"])

    results = search(Query(text="fumds"))

    assert results.did_you_mean == "funds"
    assert [hit.title for hit in results.hits] == ["Other fund", "Wet lab 01", "Fund"]
    assert "Wet lab 01" not in found("fumds", exact=True)


def test_the_last_day_is_the_last(organisations: dict[str, OrganisationPage]) -> None:
    pin("wet lab", organisations["Fund"], valid_until=date(2027, 5, 20))

    with time_machine.travel("2027-05-20 23:59+01:00", tick=False):
        assert found("wet lab")[0] == "Fund"
    with time_machine.travel("2027-05-21 00:00+01:00", tick=False):
        assert "Fund" not in found("wet lab")


def test_the_longest_phrase_says_most(organisations: dict[str, OrganisationPage]) -> None:
    pin("wet", organisations["Fund"], begins_with=True)
    pin("wet lab", organisations["Other fund"], begins_with=True)
    pin("wet lab to rent", organisations["Wet lab 03"])

    assert found("wet lab to rent")[:3] == ["Wet lab 03", "Other fund", "Fund"]


# ---- where ----------------------------------------------------------------------------------------------------------
def test_it_says_why(client: Client, organisations: dict[str, OrganisationPage]) -> None:
    pin("Wet Lab", organisations["Fund"])

    first = assert_public_page(client.get("/search/?q=wet+lab")).select_one("li.v-result")

    assert first.h3.get_text() == "Fund"
    assert "Pinned:chosen by our team for “Wet Lab”" in first.select_one(".v-why").get_text()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 20])
@pytest.mark.parametrize("titles", [["Wet lab 07"], ["Fund"], ["Wet lab 11", "Fund", "Wet lab 00"]])
def test_each_stands_once_and_every_page_is_full(
    organisations: dict[str, OrganisationPage], size: int, titles: list[str]
) -> None:
    before = [title for page in all_pages("wet lab", size) for title in page]
    pin("wet lab", *(organisations[title] for title in titles))

    pages = all_pages("wet lab", size)

    assert [title for page in pages for title in page] == titles + [t for t in before if t not in titles]
    assert all(len(page) == size for page in pages[:-1])
    assert search(Query(text="wet lab", page_size=size)).total == sum(map(len, pages))
    assert found("wet lab", page=99, page_size=size) == pages[-1]


def test_a_filter_leaves_it_out_and_types_do(organisations: dict[str, OrganisationPage]) -> None:
    story = StoryFactory(title="A story")
    rebuild()
    pin("wet lab", organisations["Fund"], story)

    assert found("wet lab")[:2] == ["Fund", "A story"]
    assert "Fund" not in found("wet lab", filters={"kind": ["laboratory"]})
    assert found("wet lab", filters={"kind": ["investor"]}) == ["Fund"]
    assert found("wet lab", types=frozenset({"story"})) == ["A story"]


def test_counts_of_filters_are_what_choosing_gives(organisations: dict[str, OrganisationPage]) -> None:
    pin("wet lab", organisations["Fund"], organisations["Wet lab 05"])
    of_organisations = frozenset({"organisation"})

    for chosen in ({}, {"kind": frozenset({"investor"})}, {"kind": frozenset({"laboratory"})}):
        results = search(Query(text="wet lab", types=of_organisations, filters=chosen))
        for facet in results.facets:
            for value in facet.values:
                others = {name: values for name, values in chosen.items() if name != facet.name}
                narrowed = Query(
                    text="wet lab", types=of_organisations, filters={**others, facet.name: frozenset({value.value})}
                )
                assert search(narrowed).total == value.count, (chosen, facet.name, value)


def test_what_to_drop_counts_it(organisations: dict[str, OrganisationPage]) -> None:
    pin("wet lab", organisations["Fund"])
    chosen = {"kind": frozenset({"investor"}), "role": frozenset({"tenant"})}

    drops = {drop.name: drop.count for drop in search(Query(text="wet lab", filters=chosen)).drops}

    assert drops["role"] == len(found("wet lab", filters={"kind": ["investor"]})) == 1


@pytest.mark.parametrize("hide", [lambda page: page.unpublish(), restrict, lambda page: page.delete()])
def test_what_a_visitor_may_not_open_is_not_shown(
    organisations: dict[str, OrganisationPage], hide: Callable[[Page], None]
) -> None:
    pin("wet lab", publish(organisations["Fund"]))
    assert found("wet lab")[0] == "Fund"

    hide(OrganisationPage.objects.get(title="Fund"))

    assert "Fund" not in found("wet lab")
    assert search(Query(text="wet lab")).total == 12


def test_a_chosen_order_stays_as_it_was_chosen(organisations: dict[str, OrganisationPage]) -> None:
    pin("wet lab", organisations["Wet lab 07"])

    assert found("wet lab", sort="name")[0] == "Wet lab 00"


def test_a_page_that_search_never_shows_does_no_harm(home: Page, organisations: dict[str, OrganisationPage]) -> None:
    pin("wet lab", home, organisations["Fund"])

    assert found("wet lab")[0] == "Fund"


def test_programs_and_files_get_the_same(client: Client, organisations: dict[str, OrganisationPage]) -> None:
    pin("wet lab", organisations["Fund"])
    shown = found("wet lab")

    data = client.get("/api/v1/search?q=wet+lab").json()
    assert [hit["title"] for hit in data["results"]] == shown
    assert data["results"][0]["why"][0] == {"label": "Pinned", "text": "chosen by our team for “wet lab”"}
    rows = csv.DictReader(StringIO(client.get("/search/?q=wet+lab&as=csv").content.decode("utf-8-sig"), newline=""))
    assert [row["title"] for row in rows] == shown


# ---- what it costs and what engines have to do ----------------------------------------------------------------------
def test_searches_for_other_words_cost_nothing_more(organisations: dict[str, OrganisationPage]) -> None:
    def cost() -> int:
        found("wet lab")
        with CaptureQueriesContext(connection) as captured:
            found("wet lab")
        return len(captured)

    before = cost()
    for number in range(50):
        pin(f"other words {number}", organisations["Fund"], begins_with=True)

    assert cost() == before


def test_the_table_is_read_anew_in_every_process(settings: Any, tmp_path: object, home: Page) -> None:
    settings.VAR_DIR = tmp_path
    page_cache.bump()
    assert pinned.pins().of("wet lab") == []
    PinnedResult.objects.bulk_create(
        [PinnedResult(phrases="wet lab")]
    )  # as if saved by another process: no signal here

    page_cache.bump()

    assert [found.said for found in pinned.pins().of("wet lab")] == ["wet lab"]


def test_an_engine_leaves_out_what_it_is_told_to(organisations: dict[str, OrganisationPage]) -> None:
    left_out = frozenset({("organisation", str(organisations["Wet lab 07"].pk))})
    query = Query(text="wet lab", page_size=50, leave_out=left_out)

    for parsed, number in ((parse("wet lab"), 11), (parse(""), 13)):
        answer = engine().find(parsed, query, ["kind"])
        assert (answer.total, len(answer.hits)) == (number, number)
        assert "Wet lab 07" not in [hit.document.title for hit in answer.hits]
        assert answer.counts["kind", "laboratory"] == 11
        assert engine().counts([(parsed, query)]) == [number]
