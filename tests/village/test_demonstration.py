"""The village as somebody meets it after `make run`: every page answers, every link leads somewhere, nothing costs much."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Revision

from core import page_cache
from core.models import BasePage, VillageImage
from events.attendance.models import Presence
from events.bookings.choices import Availability
from events.bookings.models import Booking, BookingRules
from events.bookings.queries import invariants_broken
from events.models import EventPage
from home.management.demonstration.files import read
from impact.models import KpiEntry
from impact.queries import standings
from search.drift import drift
from search.engine import search
from search.models import IndexedDocument
from search.query import Query
from search.report import report
from spaces.models import Booking as SpaceBooking
from tests.assertions import assert_public_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("village")]

LISTS = (
    *("/directory/", "/search/", "/stories/", "/support/", "/events/"),
    *("/spaces/", "/spaces/availability/", "/spaces/plan/", "/contact/", "/join/"),
)
MOST_STATEMENTS = 12
ALSO = (
    "/directory/?q=pathology&stage=solution-development&theme=digital-data-ai",
    "/directory/?kind=investor&q=pathology",
    "/support/?need=data-and-ai&stage=validating-concept",
    "/search/?q=pathology",
    "/stories/?q=data",
    "/contact/?organisation=npic",
    "/contact/?event=regulatory-clinic",
    "/events/?when=past",
    "/events/?view=calendar",
    "/impact/",
    "/impact/collaborative-projects/",
    "/impact/engagement-forums/",
    "/impact/setup-days/",
    "/events/?q=regulatory&audience=companies&attendance=in-person",
)


@pytest.fixture
def as_served(settings: object, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """What every page needs is remembered, as in production, but no page is answered from memory."""
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]  # type: ignore[attr-defined]
    monkeypatch.setattr(page_cache, "may_be_answered", lambda request: False)
    page_cache.bump()  # what another test remembered in a folder without a version is not of this one


def addresses() -> Iterator[str]:
    for page in Page.objects.live().public().filter(depth__gt=1).specific():
        if isinstance(page, BasePage):
            yield page.url
    yield from ALSO


def test_every_link_leads_somewhere_and_every_page_is_whole_and_costs_at_most_twelve_statements(
    client: Client, as_served: None
) -> None:
    pages = set(addresses())
    waiting, broken, costs = [*pages, "/"], [], {}
    seen = set(waiting)
    while waiting:
        address = waiting.pop()
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        if response.status_code not in (200, 301, 302):
            broken.append((address, response.status_code))
        if response.status_code != 200 or "html" not in response["Content-Type"]:
            continue
        if address in pages:
            page = assert_public_page(response)
            costs[address] = len(captured.captured_queries)
        else:
            page = BeautifulSoup(response.content, "html.parser")
        ids = {element["id"] for element in page.find_all(id=True)}
        for link in page.find_all("a", href=True):
            target = urlsplit(urljoin(address, link["href"]))
            if target.scheme not in ("", "http", "https") or target.netloc:
                continue
            if target.fragment and target.path == urlsplit(address).path and not target.query:
                if target.fragment not in ids:
                    broken.append((address, f"#{target.fragment}"))
                continue
            if target.query and (target.path in LISTS or target.path.endswith("/book/")):
                continue  # as many as there are filters and hours; the tests of these lists and forms look at them
            found = target.path + (f"?{target.query}" if target.query else "")
            if found not in seen and not found.startswith(("/media/", "/static/")):
                seen.add(found)
                waiting.append(found)

    assert broken == []
    assert costs.keys() == pages and len(pages) > 110
    assert len(seen) > len(pages)
    dear = [address for address, first in costs.items() if first > MOST_STATEMENTS]
    assert [address for address in dear if _cost_again(client, address) > MOST_STATEMENTS] == []


def _cost_again(client: Client, address: str) -> int:
    """Of an address that has just been asked for: the first also reads what the process remembers for a while."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured.captured_queries)


def test_figures_of_the_strategy_are_there_and_none_looks_real() -> None:
    shown = standings()
    assert len(shown) == 17
    assert [one.target.slug for one in shown if one.amount.value is None or not one.amount.demonstration] == []
    people = next(one for one in shown if one.target.slug == "engagement-forums")
    assert (people.amount.value, people.amount.carried) == (26, None)  # those who were at the forum gone by


def test_loading_again_changes_nothing() -> None:
    before = (Page.objects.count(), Revision.objects.count(), VillageImage.objects.count(), KpiEntry.objects.count())

    call_command("load_demonstration", verbosity=0)

    after = (Page.objects.count(), Revision.objects.count(), VillageImage.objects.count(), KpiEntry.objects.count())
    assert after == before


def test_the_report_on_searches_has_something_to_show_and_does_not_lie() -> None:
    shown = report(30)

    assert (len(shown.in_vain), len(shown.unopened)) == (7, 2)
    for row in shown.top:
        types = {"/directory/": {"organisation"}, "/stories/": {"story", "episode"}}.get(row.path, ())
        found = search(Query(text=row.text, types=frozenset(types), facets=())).total
        assert (found, row.found_nothing) == (row.last_total, 0 if found else row.asked), row.text


def test_what_is_to_be_invoiced_can_be_added_up() -> None:
    paid = SpaceBooking.objects.filter(pays=True, space__fee__isnull=False)
    assert paid.exists()
    assert not paid.filter(fee__isnull=True).exists()


def test_sessions_of_the_course_say_how_much_of_them_counts() -> None:
    course = EventPage.objects.get(slug="working-with-the-nhs")
    assert [session.cpd_minutes for session in course.sessions.all()] == [165, 165, 165, 165]


def test_index_holds_what_a_visitor_may_open_and_nothing_else() -> None:
    assert [part for part in drift() if not part.is_clean] == []
    assert IndexedDocument.objects.filter(type="organisation").count() == 72


def test_real_organisations_are_all_there_and_none_is_marked_as_invented() -> None:
    real = Page.objects.live().filter(organisationpage__isnull=False, organisationpage__demonstration=False)

    assert real.count() == 56


def test_pictures_say_what_they_show() -> None:
    assert VillageImage.objects.exists()
    assert not VillageImage.objects.filter(description="").exists()


def test_events_can_be_booked_and_people_have_done_so() -> None:
    shown = dict(BookingRules.objects.values_list("event__slug", "availability"))
    assert shown["behind-the-laboratory-door"] == Availability.WAITING
    assert Availability.FREE in shown.values()
    assert Booking.objects.waiting().filter(event__slug="behind-the-laboratory-door").count() == 7
    assert invariants_broken() == []


def test_the_report_of_attendance_has_something_to_say() -> None:
    came = dict(Presence.objects.values_list("event__slug").annotate(number=Count("pk")))
    attended = {
        one["slug"]: one["places"]["attended"]
        for one in read("events.yaml")["events"]
        if "attended" in one.get("places", {})
    }
    assert came == attended
    assert not Presence.objects.filter(person_key="").exists()
