"""A list that begins narrowed: what is in force until the reader says otherwise stands in no address and no chip."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.test import Client, RequestFactory

from search import documents, engine
from search.engine import search
from search.exports import FORMS, Form, exported, forms_of
from search.indexing import rebuild
from search.listing import Listing
from search.query import query_from
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db
RED = {"colour": frozenset({"red"})}


@pytest.fixture
def coloured(shelf: Shelf) -> Shelf:
    for title, colour in (("A", "red"), ("B", "red"), ("C", "blue")):
        shelf.put(title, colour=(colour,), size=("small",))
    rebuild()
    return shelf


def listing(asked: str) -> Listing:
    query = query_from(QueryDict(asked), types={"thing"}, defaults=RED)
    return Listing(query, search(query), "/things/", defaults=RED)


def test_it_holds_until_the_address_says_otherwise(coloured: Shelf) -> None:
    assert [hit.title for hit in listing("").results.hits] == ["A", "B"]
    assert [hit.title for hit in listing("colour=blue").results.hits] == ["C"]
    assert [hit.title for hit in listing("colour=blue&colour=red").results.hits] == ["A", "B", "C"]
    assert [hit.title for hit in listing("colour=nonsense").results.hits] == ["A", "B"]


def test_neither_chips_nor_addresses_name_it(coloured: Shelf) -> None:
    usual, other = listing("size=small"), listing("colour=blue&size=small")
    assert [(chip.name, chip.url) for chip in usual.chips] == [("size", "/things/")]
    assert {chip.name: chip.url for chip in other.chips} == {
        "colour": "/things/?size=small",
        "size": "/things/?colour=blue",
    }
    assert usual.clear_url == "/things/"
    assert ("CSV", "download", "/things/?size=small&as=csv") in usual.exports


def test_a_form_that_is_sent_again_keeps_every_filter(client: Client, coloured: Shelf) -> None:
    """The search page shows one facet only; a list with a default sends that on just where the address named it."""
    page = BeautifulSoup(client.get("/search/?type=thing&size=small&colour=red&colour=blue").content, "html.parser")
    form = page.select_one("#results").find_parent("form")
    sent = [(f["name"], f["value"]) for f in form.select("[type=hidden], [type=checkbox][checked]")]
    assert sorted(sent) == [("colour", "blue"), ("colour", "red"), ("size", "small"), ("type", "thing")]
    assert listing("size=small").filters_beside_facets == []
    narrow = replace(query_from(QueryDict("colour=blue&size=small"), types={"thing"}), facets=("size",))
    assert Listing(narrow, search(narrow), "/things/", defaults=RED).filters_beside_facets == [("colour", "blue")]


def test_an_empty_list_never_offers_to_drop_it(coloured: Shelf) -> None:
    assert [(way.label, way.url) for way in listing("size=large").ways_out] == [("Large", "/things/")]


def test_there_is_no_page_beyond_the_last_that_can_be_asked_for(
    coloured: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MOST_PAGES", 2)
    query = query_from(QueryDict("colour=red&colour=blue&page=2&page_size=1"), types={"thing"})
    found = Listing(query, search(query), "/things/")

    assert found.results.page_count == 2 and found.next_url == ""
    assert [link.number for link in found.pages] == [1, 2]


def test_words_stay_as_they_were_typed_until_others_are() -> None:
    assert query_from(QueryDict("q=patholgy&exact=1")).exact
    assert query_from(QueryDict("q=patholgy&exact=patholgy")).exact, "a form that was sent again, sorted in another way"
    assert not query_from(QueryDict("q=pathologist&exact=patholgy")).exact
    assert not query_from(QueryDict("q=&exact=")).exact


# ---- forms that a source brings -------------------------------------------------------------------------------------
def test_a_form_is_offered_where_a_list_is_of_nothing_else(coloured: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    form = Form(
        "Card", "download", "text/x-card", "card", lambda export: b" ".join(h.title.encode() for h in export.hits)
    )
    monkeypatch.setattr(type(documents.source_of("thing")), "forms", {"card": form})
    monkeypatch.setattr(type(documents.source_of("other")), "forms", {})

    assert set(forms_of({"thing"})) == {*FORMS, "card"}
    assert set(forms_of({"thing", "other"})) == set(FORMS)
    assert set(forms_of(())) == set(FORMS)
    request = RequestFactory().get("/things/", {"as": "card"})
    answer = exported(request, query_from(request.GET, types={"thing"}), "Things")
    assert answer is not None
    assert answer.content == b"A B C"
    assert answer["Content-Type"] == "text/x-card"
    assert exported(request, query_from(request.GET), "Everything") is None
