"""What is searched for is counted by day, from memory too; who asked, and what looks personal, is nowhere."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings as project_settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from core import page_cache
from search import query_log
from search.models import DailyQuery
from search.query_log import LEAST_ASKED, common_texts, words_to_keep
from tests.assertions import assert_public_page
from tests.factories.accounts import UserFactory
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db

TODAY = date(2027, 5, 20)
LIST = "/search/"


@pytest.fixture(autouse=True)
def _as_served(settings: Any, tmp_path: object) -> None:
    """With the page cache, where counting happens."""
    settings.VAR_DIR = tmp_path
    settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]
    page_cache.bump()


def counts() -> dict[str, tuple[int, int, int]]:
    """For each text how often it was asked, found nothing and led somewhere."""
    query_log.write()
    return {row.text: (row.asked, row.found_nothing, row.opened) for row in DailyQuery.objects.order_by("text")}


def ask(*texts: str) -> None:
    """Give a page of results for each text to somebody."""
    for text in texts:
        query_log.page_was_given(RequestFactory().get("/"), (LIST, text, 1))


def on(day: date, text: str, asked: int = 1, **values: Any) -> DailyQuery:
    return DailyQuery.objects.create(day=day, path=LIST, text=text, asked=asked, **values)


# ---- what is counted ------------------------------------------------------------------------------------------------
@time_machine.travel("2027-05-20 00:30+01:00", tick=False)  # still the 19th in UTC
def test_a_search_is_counted_by_london_day_list_and_folded_words(client: Client, filled: Shelf) -> None:
    client.get(LIST, {"q": "  Research, BESANÇON "})
    client.get(LIST, {"q": "zzzzqqqq"})

    query_log.write()
    assert list(DailyQuery.objects.order_by("text").values_list("day", "path", "text", "asked", "last_total")) == [
        (TODAY, LIST, "research besancon", 1, 1),
        (TODAY, LIST, "zzzzqqqq", 1, 0),
    ]
    assert counts()["zzzzqqqq"] == (1, 1, 0)


def test_a_page_from_memory_counts_as_much_as_any_and_costs_no_statement(client: Client, filled: Shelf) -> None:
    client.get(LIST, {"q": "wet lab"})
    with CaptureQueriesContext(connection) as captured:
        for _ in range(5):
            assert client.get(LIST, {"q": "wet lab"})["X-Cache"] == "hit"

    assert len(captured) == 0
    assert counts() == {"wet lab": (6, 0, 0)}


def test_a_browser_that_has_the_page_already_does_not_count_again(client: Client, filled: Shelf) -> None:
    tag = client.get(LIST, {"q": "wet lab"})["ETag"]

    assert client.get(LIST, {"q": "wet lab"}, headers={"If-None-Match": tag}).status_code == 304
    assert counts() == {"wet lab": (1, 0, 0)}


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?q=",
        "?q=%3F%21",  # no words
        "?q=wet+lab&page=2",
        "?q=wet+lab&colour=blue",  # how it is narrowed is another question
        "?q=wet+lab&as=csv",
        "?q=wet+lab&as=atom",
    ],
)
def test_what_is_no_new_search_is_not_counted(client: Client, filled: Shelf, asked: str) -> None:
    assert client.get(LIST + asked).status_code == 200
    assert counts() == {}


def test_programs_are_not_counted(client: Client, filled: Shelf) -> None:
    client.get("/api/v1/search", {"q": "wet lab"})
    client.get("/api/v1/suggest", {"q": "wet"})
    client.get(LIST, {"q": "wet lab"}, headers={"User-Agent": "Mozilla/5.0 (compatible; Examplebot/2.1)"})
    client.get(LIST, {"q": "wet lab"}, headers={"Sec-Purpose": "prefetch"})
    client.head(LIST, {"q": "wet lab"})

    assert counts() == {}


@pytest.mark.parametrize("header", ["HX-Current-URL", "Referer"])
def test_another_order_of_the_same_search_is_not_another_search(client: Client, filled: Shelf, header: str) -> None:
    client.get(LIST, {"q": "wet lab"})
    client.get(LIST, {"q": "wet lab", "sort": "name"}, headers={header: "http://testserver/search/?q=Wet+Lab"})
    assert counts() == {"wet lab": (1, 0, 0)}

    client.get(LIST, {"q": "desks"}, headers={header: "http://testserver/search/?q=wet+lab"})
    client.get(LIST, {"q": "wet lab"}, headers={header: "http://testserver/directory/?q=wet+lab"})
    client.get(LIST, {"q": "wet lab"}, headers={header: "http://[broken"})
    assert counts() == {"desks": (1, 0, 0), "wet lab": (3, 0, 0)}


def test_a_request_by_htmx_counts_once(client: Client, filled: Shelf) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/search/"}
    client.get(LIST, {"q": "wet lab"}, headers=headers)

    assert counts() == {"wet lab": (1, 0, 0)}


# ---- personal data --------------------------------------------------------------------------------------------------
def test_whoever_has_signed_in_is_not_counted(client: Client, filled: Shelf) -> None:
    client.force_login(UserFactory())

    page = client.get(LIST, {"q": "wet lab"})

    assert b"data-asked" not in page.content
    assert counts() == {}


def test_an_anonymous_reader_with_a_form_token_is_counted_like_any(client: Client, filled: Shelf) -> None:
    client.cookies[project_settings.CSRF_COOKIE_NAME] = "a" * 32
    client.get(LIST, {"q": "wet lab"})

    assert counts() == {"wet lab": (1, 0, 0)}


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org",
        "mail ada @ example",
        "0113 243 2799",
        "+44 113 2432799",
        "(0113) 243-2799",
        "243 3144",
        "943 476 5919",  # an NHS number
        "9434765919",
        "born 1/2/1990",
        "01.02.90",
        "QQ 12 34 56 C",
        "LS1 3EX",
        "ls13ex flat 2",
        "4111 1111 1111 1111",
        "https://example.org/somebody",
        "my mother has had trouble with her left knee since the winter and nobody at the practice can see her before May",
    ],
)
def test_what_looks_personal_is_counted_without_its_words(client: Client, filled: Shelf, text: str) -> None:
    client.get(LIST, {"q": text})

    assert list(counts()) == [""]


@pytest.mark.parametrize(
    "text",
    ["09506232", "GB-COH-09506232", "SC123456", "213800D1EI4B9WTWWD28", "ISO 13485", "covid 19", "NHS 111", "5G"],
)
def test_numbers_of_registers_and_names_with_numbers_are_kept(text: str) -> None:
    assert words_to_keep(text)


def test_the_table_has_no_room_for_who_or_when() -> None:
    assert {field.name for field in DailyQuery._meta.get_fields()} == {
        *("id", "day", "path", "text", "asked", "found_nothing", "opened", "places", "last_total")
    }


# ---- opened results -------------------------------------------------------------------------------------------------
def token_of(client: Client, text: str) -> str:
    tools = assert_public_page(client.get(LIST, {"q": text})).select_one("#results [data-asked]")
    return str(tools["data-asked"])


def test_an_opened_result_is_counted_with_its_place(client: Client, filled: Shelf) -> None:
    answer = client.post("/search/clicked", {"asked": token_of(client, "pathology"), "place": "2"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert not answer.cookies
    assert counts() == {"pathology": (1, 0, 1)}
    assert DailyQuery.objects.get().places == 2


def test_a_script_of_another_page_needs_no_token_of_a_form(filled: Shelf) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/search/clicked", {"asked": token_of(strict, "wet lab"), "place": "1"}).status_code == 204
    assert counts() == {"wet lab": (1, 0, 1)}


@pytest.mark.parametrize("place", ["", "0", "-1", "99999", "first", "²", "1" * 5000])
def test_a_place_that_no_list_has_counts_nothing(client: Client, filled: Shelf, place: str) -> None:
    assert client.post("/search/clicked", {"asked": token_of(client, "wet lab"), "place": place}).status_code == 204

    assert counts() == {"wet lab": (1, 0, 0)}


@pytest.mark.parametrize("asked", ["", "nonsense", "\x00", "WyIyMDI3LTA1LTIwIiwiL3NlYXJjaC8iLCJub25lIl0:forged"])
def test_words_that_we_were_not_asked_for_count_nothing(client: Client, asked: str) -> None:
    assert client.post("/search/clicked", {"asked": asked, "place": "1"}).status_code == 204

    assert counts() == {}


def test_a_token_is_good_for_its_day_and_the_next(client: Client, filled: Shelf) -> None:
    with time_machine.travel("2027-05-20 12:00", tick=False):
        token = token_of(client, "wet lab")
    for day in (21, 22):
        with time_machine.travel(f"2027-05-{day} 12:00", tick=False):
            client.post("/search/clicked", {"asked": token, "place": "1"})

    query_log.write()
    assert list(DailyQuery.objects.values_list("day", "text", "opened")) == [(TODAY, "wet lab", 1)]


def test_who_plays_with_the_counter_is_not_heard_for_long(
    client: Client, filled: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_log, "MOST_OPENED", 3)
    token = token_of(client, "wet lab")
    for _ in range(10):
        client.post("/search/clicked", {"asked": token, "place": "1"})

    assert counts() == {"wet lab": (1, 0, 3)}


def test_only_post_is_taken(client: Client) -> None:
    assert client.get("/search/clicked").status_code == 405


# ---- writing --------------------------------------------------------------------------------------------------------
def test_counts_are_written_once_an_answer_was_sent(
    client: Client, filled: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(LIST, {"q": "wet lab"})
    assert not DailyQuery.objects.exists()

    monkeypatch.setattr(query_log, "WRITE_AFTER", 0)
    client.get("/healthz")
    assert DailyQuery.objects.get().asked == 1


def test_many_different_words_are_written_before_they_fill_the_memory(
    client: Client, filled: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_log, "MOST_WAITING", 2)
    client.get(LIST, {"q": "one"})
    assert not DailyQuery.objects.exists()

    client.get(LIST, {"q": "two"})
    assert DailyQuery.objects.count() == 2


@time_machine.travel("2027-05-20 12:00", tick=False)
def test_adding_costs_a_statement_a_text_however_many_are_kept(filled: Shelf) -> None:
    costs = []
    for number in (1, 300):
        DailyQuery.objects.bulk_create(DailyQuery(day=TODAY, path=LIST, text=f"{number} {n}") for n in range(number))
        ask("wet lab")
        with CaptureQueriesContext(connection) as captured:
            query_log.write()
        costs.append(len(captured))

    assert costs == [5, 5]  # a savepoint and its release, how many there are, the row, the sums


@pytest.mark.django_db(transaction=True)
def test_two_writers_lose_nothing() -> None:
    start = Barrier(2)

    def write() -> None:
        start.wait()
        for _ in range(20):
            ask("wet lab", "pathology")
            query_log.write()
        connections["default"].close()

    writers = [Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert counts() == {"pathology": (40, 0, 0), "wet lab": (40, 0, 0)}


def test_a_log_that_fails_breaks_no_search_and_is_tried_again(
    client: Client, filled: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(query_log, "WRITE_AFTER", 0)
    table = DailyQuery._meta.db_table
    with monkeypatch.context() as broken:
        broken.setattr(DailyQuery._meta, "db_table", "search_gone")
        assert client.get(LIST, {"q": "wet lab"}).status_code == 200
    assert DailyQuery._meta.db_table == table
    assert "could not be counted" in caplog.text
    assert "wet lab" not in caplog.text, "what people search for is in no log"

    assert counts() == {"wet lab": (1, 0, 0)}


def test_a_watcher_that_fails_breaks_no_search(
    client: Client, filled: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("asked for by a test")

    monkeypatch.setattr(page_cache, "_watchers", {query_log.NOTE: fail})

    for _ in range(2):
        assert client.get(LIST, {"q": "wet lab"}).status_code == 200
    assert "could not be told" in caplog.text


@time_machine.travel("2027-05-20 12:00", tick=False)
def test_invented_words_cannot_fill_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_log, "MOST_TEXTS_A_DAY", 3)
    on(TODAY, "wet lab")
    ask("wet lab", *(f"invented {number}" for number in range(10)))

    assert counts() == {"": (10, 0, 0), "wet lab": (2, 0, 0)}


# ---- forgetting -----------------------------------------------------------------------------------------------------
@time_machine.travel("2027-05-20 12:00", tick=False)
def test_rare_words_are_forgotten_after_a_fortnight_and_their_numbers_stay() -> None:
    old, young = TODAY - timedelta(days=15), TODAY - timedelta(days=14)
    on(old, "rare", 2, found_nothing=2)
    on(old, "also rare", 1, opened=1, places=4)
    on(young, "young", 1)
    on(old, "common", 1)
    on(TODAY, "common", LEAST_ASKED - 1)

    call_command("tick")

    assert set(DailyQuery.objects.values_list("day", "text", "asked", "found_nothing", "opened", "places")) == {
        (old, "", 3, 2, 1, 4),
        (old, "common", 1, 0, 0, 0),
        (young, "young", 1, 0, 0, 0),
        (TODAY, "common", 2, 0, 0, 0),
    }
    assert list(common_texts()) == ["common"]


@time_machine.travel("2027-05-20 12:00", tick=False)
def test_everything_is_forgotten_after_ninety_days() -> None:
    on(TODAY - timedelta(days=91), "pathology", 500)
    on(TODAY - timedelta(days=91), "", 500)
    on(TODAY - timedelta(days=90), "pathology", 500)

    call_command("tick")

    assert DailyQuery.objects.get().day == TODAY - timedelta(days=90)


def test_a_name_is_taken_out_at_once_wherever_it_stands() -> None:
    on(TODAY, "ada lovelace", 7)
    on(TODAY - timedelta(days=1), "ada lovelace", 2)
    on(TODAY, "wet lab", 4)

    assert query_log.forget_words("Ada  LOVELACE") == 2
    assert query_log.forget_words("Ada LOVELACE") == 0
    assert query_log.forget_words("") == 0

    assert set(DailyQuery.objects.values_list("text", "asked")) == {("", 7), ("", 2), ("wet lab", 4)}


# ---- the page stays what it was -------------------------------------------------------------------------------------
def test_a_list_says_of_itself_what_was_asked_and_nothing_of_who(client: Client, filled: Shelf) -> None:
    pages = []
    for agent in ("One/1", "Other/2"):
        page_cache.bump()
        pages.append(client.get(LIST, {"q": "wet lab"}, headers={"User-Agent": agent}))

    assert pages[0]["ETag"] == pages[1]["ETag"], "the same for everybody"
    found: Callable[..., Any] = BeautifulSoup(pages[0].content, "html.parser").select
    assert len(found("[data-asked]")) == 1
    assert not BeautifulSoup(client.get(LIST).content, "html.parser").select("[data-asked]")
