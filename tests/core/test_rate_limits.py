"""How often one address may ask the API: refused with the rule, not escaped by what anybody can write, nobody remembered."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from core.rate_limits import Limit, client_address, seconds_to_wait
from search.openapi import document
from tests.described import as_described

LIST, TYPING = "/api/v1/stories/", "/api/v1/suggest"
requests = RequestFactory()


@pytest.fixture(autouse=True)
def three_a_minute(settings: Any, db: None) -> Any:
    settings.API_REQUESTS_A_MINUTE = 3
    with time_machine.travel(datetime(2026, 11, 26, 12, 0, 15, tzinfo=UTC), tick=False):
        yield


def ask(client: Client, number: int = 1, path: str = LIST, **extra: Any) -> HttpResponse:
    """The last of so many answers; each asks for something else."""
    for page in range(number):
        response = client.get(path, {"q": f"words {page}"}, **extra)
    return response


# ---- refused --------------------------------------------------------------------------------------------------------
def test_one_more_than_allowed_is_refused_with_the_rule_and_the_time(client: Client) -> None:
    assert ask(client, 3).status_code == 200
    refused = ask(client)
    assert refused.status_code == 429
    assert as_described(refused, LIST)["error"] == {
        "rule": "rate",
        "message": "At most 3 requests in 60 seconds from one address. "
        "Ask again in 45 seconds; larger pages take fewer requests.",
    }
    assert refused["Retry-After"] == "45"
    assert refused["RateLimit-Policy"] == '"read";q=3;w=60'
    assert refused["RateLimit"] == '"read";r=0;t=45'
    assert refused["Cache-Control"] == "no-store"
    assert {"Retry-After", "RateLimit", "RateLimit-Policy"} <= set(refused["Access-Control-Expose-Headers"].split(", "))


def test_whoever_waits_as_long_as_is_said_is_answered(client: Client) -> None:
    wait = int(ask(client, 4)["Retry-After"])
    with time_machine.travel(timezone.now() + timedelta(seconds=wait), tick=False):
        assert ask(client).status_code == 200


def test_refusals_count_too(client: Client) -> None:
    ask(client, 3, path="/api/v1/organisations/nobody/")
    assert ask(client).status_code == 429


def test_asking_which_methods_there_are_is_free(client: Client) -> None:
    for _ in range(4):
        client.options(LIST)
        client.post(LIST)
    assert ask(client, 3).status_code == 200


def test_suggestions_have_a_count_of_their_own_that_typing_does_not_reach(client: Client) -> None:
    ask(client, 4)
    suggested = ask(client, 15, path=TYPING)
    assert (suggested.status_code, suggested["RateLimit-Policy"]) == (200, '"type";q=15;w=60')
    assert ask(client, path=TYPING).status_code == 429


def test_every_address_says_so_in_the_description() -> None:
    described = document()
    for path, item in described["paths"].items():
        answers = item["get"]["responses"]
        assert answers["429"] == {"$ref": "#/components/responses/429"}, path
        assert "RateLimit-Policy" in answers["200"]["headers"]
    assert set(described["components"]["responses"]["429"]["headers"]) == {
        "Retry-After",
        "RateLimit-Policy",
        "RateLimit",
    }


@pytest.mark.parametrize("form", ["csv", "json", "atom"])
def test_whole_results_have_a_count_of_their_own(client: Client, form: str) -> None:
    ask(client, 4)
    for _ in range(3):
        assert client.get("/search/", {"as": form}).status_code == 200
    refused = client.get("/search/", {"as": form})
    assert (refused.status_code, refused["Content-Type"]) == (429, "text/plain; charset=utf-8")
    assert refused.content.decode() == ("At most 3 requests in 60 seconds from one address. Ask again in 45 seconds.\n")
    assert (refused["Retry-After"], refused["Cache-Control"]) == ("45", "no-store")
    assert (refused["RateLimit-Policy"], refused["RateLimit"]) == ('"export";q=3;w=60', '"export";r=0;t=45')
    assert client.get("/search/").status_code == 200, "the page is not counted"
    assert client.get("/search/", {"as": form}, REMOTE_ADDR="192.0.2.9").status_code == 200


def test_suggestions_in_browsers_are_counted_too(client: Client) -> None:
    ask(client, 16, path=TYPING)
    assert ask(client, 15, path="/opensearch/suggest").status_code == 200
    refused = ask(client, path="/opensearch/suggest")
    assert (refused.status_code, refused["RateLimit-Policy"]) == (429, '"opensearch";q=15;w=60')


# ---- together with the page cache -----------------------------------------------------------------------------------
def test_what_is_answered_from_memory_is_not_counted_and_says_nothing_of_others(client: Client, settings: Any) -> None:
    settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]
    first = client.get(LIST)
    for _ in range(9):
        again = client.get(LIST)
        assert (again.status_code, again["X-Cache"]) == (200, "hit")
        # The policy is the same for everybody; what is left of it is not.
        assert again["RateLimit-Policy"] == first["RateLimit-Policy"] == '"read";q=3;w=60'
        assert not {"RateLimit", "Retry-After"} & set(again.headers)
    ask(client, 3)
    assert client.get(LIST).status_code == 200, "refused what costs nothing"
    assert client.get(LIST, {"q": "new"}).status_code == 429
    assert client.get(LIST, {"q": "new"}, REMOTE_ADDR="192.0.2.9").status_code == 200, "a refusal was remembered"


# ---- whose count it is ----------------------------------------------------------------------------------------------
def test_each_address_has_its_own_count(client: Client) -> None:
    assert ask(client, 4, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert ask(client, REMOTE_ADDR="192.0.2.2").status_code == 200


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_a_forged_address_does_not_help(client: Client, settings: Any, proxies: int) -> None:
    """Each proxy adds whom it saw on the right of whatever the sender wrote."""
    settings.TRUSTED_PROXY_COUNT = proxies
    seen = ["203.0.113.7", "192.0.2.200"][:proxies]
    for forged in ("198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4, 198.51.100.5"):
        written = ", ".join([forged, *seen])
        response = ask(client, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=written)
    assert response.status_code == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 192.0.2.200", "203.0.113.7"),
        (1, "203.0.113.7:50123", "203.0.113.7"),
        (1, "", "192.0.2.1"),
        (2, "203.0.113.7", "192.0.2.1"),  # fewer than there should be: it did not come through all of them
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
        (1, "unknown", "unknown"),
    ],
)
def test_the_address_is_what_the_first_trusted_proxy_saw(
    settings: Any, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(requests.get("/", REMOTE_ADDR="192.0.2.1", headers=headers)) == expected


def test_a_network_of_addresses_is_one_sender(client: Client) -> None:
    for last in range(4):
        response = ask(client, REMOTE_ADDR=f"2001:db8:0:1::{last:x}")
    assert response.status_code == 429
    assert ask(client, REMOTE_ADDR="2001:db8:0:2::1").status_code == 200


# ---- nobody is remembered -------------------------------------------------------------------------------------------
def test_no_address_is_kept_and_a_count_does_not_outlive_the_next_minute(client: Client) -> None:
    ask(client, 2, REMOTE_ADDR="203.0.113.77")
    kept = {key: ends for key, ends in cache._expire_info.items() if "rate-limit" in key}  # type: ignore[attr-defined]
    assert len(kept) == 1
    for key, ends in kept.items():
        assert re.fullmatch(r":1:rate-limit:[0-9a-f]{64}", key)
        assert ends - timezone.now().timestamp() <= 120


def test_counts_of_two_minutes_can_not_be_put_together() -> None:
    request, limit = requests.get("/", REMOTE_ADDR="203.0.113.77"), Limit("read")
    seconds_to_wait(request, limit)
    with time_machine.travel(timezone.now() + timedelta(seconds=60), tick=False):
        seconds_to_wait(request, limit)
        assert len([key for key in cache._expire_info if "rate-limit" in key]) == 2  # type: ignore[attr-defined]


def test_a_memory_that_forgets_at_once_lets_everybody_in(client: Client, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert ask(client, 5).status_code == 200
