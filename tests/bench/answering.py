"""How long the server takes to answer: the directory's list with all facets, suggestions, and the weight of each page."""

import gzip
import re
import time
from itertools import cycle
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlencode

from .parts import Answer, part

TIMES = 60  # of each kind of request, each with words of its own

BROAD = ("health", "data", "patients", "research", "care", "clinical", "trial", "company")
NARROW = ("pathology", "orthopaedics", "genomics", "robotics", "wound", "kidney", "imaging", "sepsis")
PHRASES = ("regulatory advice for a device", "find patients for a study", "digital pathology partner")
MISSPELT = ("patholgy", "orthopedics", "genomcs", "diagnositcs")
BEGINNINGS = ("le", "uni", "dia", "calder", "whar", "nid", "thorn", "path", "imag", "res")
PAGES = (
    *("/", "/directory/", "/directory/?q=pathology", "/directory/leeds-teaching-hospitals/", "/support/"),
    *("/cohorts/", "/stories/", "/search/?q=health", "/events/", "/events/research-innovation-conference/"),
    "/events/research-innovation-conference/book/",
)


def measure(arguments: list[str]) -> Answer:
    from django.db import connection
    from django.test import Client

    from core import page_cache

    client = Client()
    found: Answer = {"database": connection.vendor, "asked": {}, "weights": {}}
    with mock.patch.object(page_cache, "may_be_answered", return_value=False):  # as if nobody had asked before
        for name, addresses in _questions().items():
            for address in addresses[:3]:
                _asked(client, address)
            took = [_asked(client, address) for address in addresses]
            found["asked"][name] = {
                "seconds": [seconds for seconds, _ in took],
                "processor": [seconds for _, seconds in took],
                "statements": min(_statements(client, address) for address in addresses[:2]),
            }
        for address in PAGES:
            response = client.get(address)
            if response.status_code == 200:
                found["weights"][address] = _weight(response.content)
    found["assets"] = _assets(client.get("/").content.decode())
    return found


def _questions() -> dict[str, list[str]]:
    from directory.models import Kind, Need, Sector, Stage, Theme

    needs, stages, themes, sectors, kinds = (
        list(model.objects.values_list("slug", flat=True)) for model in (Need, Stage, Theme, Sector, Kind)
    )

    def filters(n: int) -> dict[str, Any]:
        need, stage = needs[n % len(needs)], stages[n % len(stages)]
        return {"need": [need, needs[(n + 1) % len(needs)]], "stage": stage, "kind": kinds[n % len(kinds)]}

    def listed(*asked: dict[str, Any]) -> list[str]:
        return [f"/directory/?{urlencode(asked[n % len(asked)], doseq=True)}" for n in range(TIMES)]

    every = range(TIMES)
    return {
        "Directory, browsed": listed(*({"sort": sort} for sort in ("best", "name", "checked"))),
        "Directory, a broad word": listed(*({"q": word} for word in BROAD)),
        "Directory, a narrow word": listed(*({"q": word} for word in NARROW)),
        "Directory, a sentence": listed(*({"q": words} for words in PHRASES)),
        "Directory, a misspelt word": listed(*({"q": word} for word in MISSPELT)),
        "Directory, filters alone": listed(*(filters(n) for n in every)),
        "Directory, a broad word and filters": listed(*({"q": BROAD[n % len(BROAD)]} | filters(n) for n in every)),
        "Directory, five facets used": listed(*(filters(n) | {"theme": themes, "sector": sectors[:20]} for n in every)),
        "Directory, page 2": listed(*({"q": BROAD[n % len(BROAD)], "page": 2} for n in every)),
        "Directory, page 400": listed({"page": 400}, {"q": "health", "page": 400}),
        "Directory, nothing found": listed(*({"q": f"zzqx{n}", "need": needs[0], "stage": stages[0]} for n in every)),
        "Search over everything": [f"/search/?q={BROAD[n % len(BROAD)]}" for n in every],
        "Navigator": [f"/support/?{urlencode({'need': needs[n % 12], 'stage': stages[n % 7]})}" for n in every],
        "Suggestions": [f"/api/v1/suggest?q={BEGINNINGS[n % len(BEGINNINGS)]}" for n in every],
        "Profile": [f"/directory/{slug}/" for slug in profiles()],
        "Events, listed": [
            f"/events/?q={word}" if n % 2 else "/events/" for n, word in zip(every, cycle(BROAD), strict=False)
        ],
        "Event": [f"/events/{slug}/" for slug in _events()],
        "Booking form": [f"/events/{slug}/book/" for slug in _events(bookable=True)],
    }


def profiles() -> list[str]:
    """The real organisations, whose profiles say most."""
    from directory.models import OrganisationPage

    found = OrganisationPage.objects.live().filter(demonstration=False).order_by("slug")
    return list(found.values_list("slug", flat=True))


def _events(*, bookable: bool = False) -> list[str]:
    """Those of the demonstration that are to come; the conference has the most sessions."""
    from django.utils import timezone

    from events.models import EventPage

    found = EventPage.objects.live().filter(ends_at__gt=timezone.now()).order_by("slug")
    if bookable:
        found = found.filter(booking_rules__isnull=False)
    return list(found.values_list("slug", flat=True))


def _asked(client: Any, address: str) -> tuple[float, float]:
    """Seconds by the clock, and of the processor: how far they differ tells how busy the machine was with others."""
    began, processor = time.perf_counter(), time.process_time()
    response = client.get(address)
    took = time.perf_counter() - began, time.process_time() - processor
    if response.status_code != 200:
        raise SystemExit(f"{address} answers {response.status_code}.")
    return took


def _statements(client: Any, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured.captured_queries)


def _weight(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def _assets(page: str) -> dict[str, int]:
    """What a page loads besides itself, as it goes over the wire."""
    from django.conf import settings

    weights = {"css": 0, "js": 0, "fonts": 0}
    root = Path(settings.STATIC_ROOT)
    for name in sorted(set(re.findall(r'"/static/([^"]+\.(?:css|js|woff2))"', page))):
        kind = {".css": "css", ".js": "js", ".woff2": "fonts"}[Path(name).suffix]
        content = (root / name).read_bytes()
        weights[kind] += len(content) if kind == "fonts" else _weight(content)
    return weights


if __name__ == "__main__":
    part(measure)
