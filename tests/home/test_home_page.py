from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from home.models import HomePage
from home.queries import featured_organisations, needs_with_counts
from tests.assertions import assert_public_page
from tests.factories.directory import (
    DirectoryIndexPageFactory,
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    StageFactory,
)
from tests.factories.home import ContentPageFactory, PictureFactory, StoryFactory, StoryIndexPageFactory
from tests.factories.pages import restrict

pytestmark = pytest.mark.django_db


def test_home_page_shows_its_parts(client: Client, home: HomePage) -> None:
    DirectoryIndexPageFactory()
    ContentPageFactory(title="Contact", slug="contact")
    home.kicker, home.lead, home.search_tries = "Opens from 2027", "Search them all.", "wet lab\npatient data"
    home.doors = [
        ("door", {"icon": "growth", "title": "An investor", "words": "Companies by stage.", "address": "/directory/"})
    ]
    home.figures = [("figure", {"figure": "£160m", "what": "Investment Zone", "dated": "2025"})]
    home.save()

    page = assert_public_page(client.get("/"))

    assert page.h1.get_text() == home.heading
    assert page.select_one(".v-hero .v-kicker").get_text() == "Opens from 2027"
    assert [(a.get_text(), a["href"]) for a in page.select(".v-try a")] == [
        ("wet lab", "/directory/?q=wet%20lab"),
        ("patient data", "/directory/?q=patient%20data"),
    ]
    assert page.select_one(".v-door")["href"] == "/directory/"
    assert page.select_one(".v-fig").get_text(" ", strip=True) == "Investment Zone £160m 2025"


def test_door_that_leads_nowhere_is_not_shown(client: Client, home: HomePage) -> None:
    home.doors = [
        ("door", {"icon": "door", "title": "A visitor", "words": "What is on.", "address": "/events/"}),
        ("door", {"icon": "meet", "title": "A company", "words": "Say what you need.", "address": "/cms/"}),
    ]
    home.save()

    page = assert_public_page(client.get("/"))

    assert [door.b.get_text() for door in page.select(".v-door")] == ["A company"]


def test_needs_are_counted_as_visitors_would_find_them(home: HomePage) -> None:
    stage, seed, wet = StageFactory(), NeedFactory(name="Seed investment"), NeedFactory(name="Wet lab")

    def offer(need: object, **fields: object) -> object:
        return OfferFactory.build(need=need, stages=[stage], **fields)

    OrganisationFactory(offers=[offer(seed), offer(seed, words="Twice, and still one organisation.")])
    OrganisationFactory(offers=[offer(seed, expires_on=timezone.localdate() - timedelta(days=1))])
    OrganisationFactory(offers=[offer(seed)], live=False)
    restrict(OrganisationFactory(offers=[offer(seed)]))

    assert [(need.name, need.organisations) for need in needs_with_counts()] == [("Seed investment", 1), ("Wet lab", 0)]
    assert wet.slug == "wet-lab"


def test_featured_organisations_are_real_and_change_with_the_day(home: HomePage) -> None:
    real = [OrganisationFactory() for _ in range(12)]
    OrganisationFactory(demonstration=True)
    first, again, next_day = (featured_organisations(date(2027, 5, day)) for day in (1, 1, 2))

    assert len(first) == len(set(first)) == 6
    assert first == again
    assert first != next_day
    assert set(first) <= set(real)


def test_organisations_in_the_heading_are_counted_without_the_invented(client: Client, home: HomePage) -> None:
    OrganisationFactory(title="Nexus")
    OrganisationFactory(demonstration=True)

    page = assert_public_page(client.get("/"))

    assert page.select_one("#here").get_text() == "Some of the 1 who are here"
    assert [h3.get_text() for h3 in page.select(".v-person h3")] == ["Nexus"]


@time_machine.travel("2027-05-20 12:00", tick=False)
def test_latest_three_stories_are_shown_with_their_dates(client: Client, home: HomePage) -> None:
    for day in range(1, 5):
        StoryFactory(title=f"Of {day} May", published_on=date(2027, 5, day))
    StoryFactory(title="A draft", live=False)

    page = assert_public_page(client.get("/"))

    assert [card.h3.get_text() for card in page.select(".v-card")] == ["Of 4 May", "Of 3 May", "Of 2 May"]
    assert page.select_one(".v-card time").get_text() == "4 May 2027"


@pytest.mark.parametrize("number", [1, 12])
def test_home_page_costs_the_same_queries_however_much_there_is(
    home: HomePage, number: int, statements: Callable[[str], int]
) -> None:
    StoryIndexPageFactory()
    need, stage, picture = NeedFactory(), StageFactory(), PictureFactory()
    for _ in range(number):
        organisation = OrganisationFactory(offers=[OfferFactory.build(need=need, stages=[stage])])
        StoryFactory(cover=picture, organisations=[organisation])
    home.doors = [("door", {"icon": "door", "title": "A visitor", "words": "What is on.", "address": "/stories/"})]
    home.save()

    assert statements("/") == 9
