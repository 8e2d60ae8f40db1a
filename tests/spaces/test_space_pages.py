"""The list of spaces and the page of one: what readers find, what it costs, and where else spaces are named."""

import gzip
import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from wagtail.images.tests.utils import get_test_image_file

from core.models import VillageImage
from search.indexing import rebuild
from spaces.choices import PriceBand, SpaceKind
from tests.assertions import assert_public_page
from tests.described import ask
from tests.factories.directory import PlaceFactory
from tests.factories.pages import publish, restrict
from tests.factories.spaces import (
    WEEKDAYS,
    AccessFeatureFactory,
    AllowanceFactory,
    AreaFactory,
    CombinedRoomFactory,
    DesksFactory,
    FloorFactory,
    GateFactory,
    OpeningHoursFactory,
    SpaceFactory,
    SpaceIndexPageFactory,
    UnitFactory,
    open_from,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _index(home: object) -> None:
    SpaceIndexPageFactory(
        lead="A desk for the morning.", access="A powered door\nOne lift", note="All of it is invented."
    )


def listed(client: Client, **asked: object) -> dict[str, list[str]]:
    page = assert_public_page(client.get("/spaces/", asked))
    return {
        section.h2.get_text(strip=True): [heading.get_text(strip=True) for heading in section.select("h3")]
        for section in page.select("section:has(.v-spaces)")
    }


# ---- the list -------------------------------------------------------------------------------------------------------
def test_spaces_stand_by_kind_and_what_nobody_may_see_does_not(client: Client) -> None:
    DesksFactory(title="Gallery desks")
    SpaceFactory(title="Aire")
    SpaceFactory(title="Calder")
    SpaceFactory(title="Draft", live=False)
    restrict(SpaceFactory(title="Locked"))
    assert listed(client) == {"Meeting rooms": ["Aire", "Calder"], "Hot desks": ["Gallery desks"]}


def test_a_line_says_what_is_needed_to_choose(client: Client) -> None:
    SpaceFactory(
        title="Aire",
        capacity=10,
        floor=FloorFactory(name="Ground floor"),
        kit="65-inch screen\nwhiteboard",
        access_features=[
            AccessFeatureFactory(name="Hearing loop"),
            AccessFeatureFactory(name="Quiet, with soft light"),
        ],
        price="£24 an hour",
        open_to=["tenants", "partners"],
        approval=True,
        demonstration=True,
    )
    words = assert_public_page(client.get("/spaces/")).select_one(".v-space").get_text(" ", strip=True)
    for said in (
        *(
            "Aire",
            "For 10 people",
            "Ground floor",
            "65-inch screen, whiteboard",
            "Hearing loop; quiet, with soft light",
        ),
        *("£24 an hour", "Open to: Tenants and partners", "On approval", "Demonstration"),
    ):
        assert said in words


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({"kind": "hot-desks"}, ["Desks"]),
        ({"people": "9"}, ["Large"]),
        ({"who": "public"}, ["Large"]),
        ({"who": "partners"}, ["Large", "Small"]),
        ({"access": ["loop", "door"]}, ["Small"]),
        ({"q": "SCREEN large"}, ["Large"]),
        ({"kind": "castle", "people": "many", "who": "me", "access": "wings"}, ["Large", "Small", "Desks"]),
    ],
)
def test_filters_leave_what_fits(client: Client, asked: dict[str, object], left: list[str]) -> None:
    loop, door = AccessFeatureFactory(name="Loop"), AccessFeatureFactory(name="Door")
    SpaceFactory(title="Large", capacity=10, kit="Screen", access_features=[loop], open_to=["public"])
    SpaceFactory(title="Small", capacity=4, access_features=[loop, door], open_to=["partners"])
    DesksFactory(title="Desks", open_to=["tenants"])
    assert [title for titles in listed(client, **asked).values() for title in titles] == left


def test_each_option_says_how_many_it_would_leave(client: Client) -> None:
    loop, _ = AccessFeatureFactory(name="Loop"), AccessFeatureFactory(name="Door")
    SpaceFactory(capacity=10, access_features=[loop])
    SpaceFactory(capacity=4)
    DesksFactory(size=12)
    page = assert_public_page(client.get("/spaces/", {"people": "9"}))
    kinds = [option.get_text(strip=True) for option in page.select("#kind option")]
    assert kinds[:2] == ["Any space", "Meeting rooms (1)"]
    assert "Hot desks (1)" in kinds
    assert [label.get_text(" ", strip=True) for label in page.select(".v-needs label")] == ["Door 0", "Loop 1"]


def test_an_empty_list_says_which_filter_to_drop(client: Client) -> None:
    SpaceFactory(title="Small", capacity=4, kit="screen")
    SpaceFactory(title="Large", capacity=40)
    page = assert_public_page(client.get("/spaces/", {"people": "9", "q": "screen", "kind": "meeting-room"}))
    assert [way.get_text(" ", strip=True) for way in page.select(".v-empty li")] == [
        "Without “Words: screen” 1 space",
        "Without “People: 9” 1 space",
        "All spaces 2 spaces",
    ]
    assert page.select_one(".v-empty li a")["href"] == "/spaces/?kind=meeting-room&people=9"
    assert page.find("meta", attrs={"name": "robots", "content": "noindex"})


def test_chips_take_one_filter_away(client: Client) -> None:
    SpaceFactory(capacity=12)
    page = assert_public_page(client.get("/spaces/", {"people": "9", "kind": "meeting-room"}))
    assert [chip["href"] for chip in page.select(".v-chip")] == ["/spaces/?people=9", "/spaces/?kind=meeting-room"]


def test_what_is_no_number_is_said_and_kept(client: Client) -> None:
    SpaceFactory()
    page = assert_public_page(client.get("/spaces/", {"people": "a few"}))
    assert page.select_one("#people")["value"] == "a few"
    assert "“a few” is not a number of people" in page.select_one(".v-tools").get_text()


def test_the_list_leads_to_what_is_free_and_to_the_plan(client: Client) -> None:
    page = assert_public_page(client.get("/spaces/"))
    assert {"/spaces/availability/", "/spaces/plan/"} <= {link["href"] for link in page.select(".v-head a")}
    assert "A powered door" in page.get_text() and "All of it is invented." in page.get_text()
    assert "No space can be booked yet" in page.get_text()


def picture() -> VillageImage:
    return VillageImage.objects.create(title="A room", description="A room.", file=get_test_image_file(size=(960, 640)))


def test_the_list_costs_the_same_for_one_space_and_for_sixty(statements: Callable[[str], int]) -> None:
    cover, floor, loop = picture(), FloorFactory(), AccessFeatureFactory()
    SpaceFactory(cover=cover, floor=floor, access_features=[loop])
    assert statements("/spaces/") == 8
    for _ in range(59):
        SpaceFactory(cover=cover, floor=floor, access_features=[loop])
    assert statements("/spaces/") == 8


def test_sixty_spaces_are_a_small_page(client: Client) -> None:
    features = [AccessFeatureFactory(name=f"Something that somebody needs {n}") for n in range(6)]
    for number in range(60):
        SpaceFactory(
            kit=f"{number}-inch screen\nwhiteboard\nkettle", access_features=features, price=f"£{number} an hour"
        )
    assert len(gzip.compress(client.get("/spaces/").content)) < 20_000


# ---- a space --------------------------------------------------------------------------------------------------------
def test_a_page_tells_the_rules_in_plain_words(client: Client) -> None:
    first = GateFactory(name="Laboratory induction", words="Two hours on the second floor.", valid_days=365)
    second = GateFactory(name="Containment level 2")
    second.needs.add(first)
    SpaceFactory(
        title="Bench",
        slug="bench",
        kind=SpaceKind.LAB_BENCH,
        capacity=2,
        containment="level 2",
        kit="safety cabinet",
        hours=OpeningHoursFactory(days=open_from("08:00", "20:00", WEEKDAYS), holiday_opens=None, holiday_closes=None),
        min_minutes=120,
        max_minutes=480,
        slot_minutes=60,
        buffer_before=30,
        buffer_after=60,
        notice_minutes=1440,
        window_days=56,
        open_to=["tenants"],
        approval=True,
        gates=[second],
        lone_working=True,
        prime_time=True,
        release_minutes=20,
        cancel_minutes=1440,
        price_band=PriceBand.FROM_ALLOWANCE,
        price="Two half-days for each four hours.",
        allowance=AllowanceFactory(name="Bench half-days", unit="half-day", units="half-days"),
        charge=2,
        charge_minutes=240,
        charge_begun=True,
    )
    page = assert_public_page(client.get("/spaces/bench/"))
    rules = {
        row.dt.get_text(strip=True): row.dd.get_text(" ", strip=True)
        for row in page.select("[aria-labelledby=rules] div:has(> dt)")
    }
    assert rules == {
        "Who may book": "Tenants",
        "Open": "Monday to Friday 8:00 to 20:00; closed on bank holidays",
        "How long": "From 2 hours to 8 hours, in steps of 1 hour, so that everybody gets a turn",
        "Book ahead": "Up to 56 days ahead, and at least 1 day before, so that it can be made ready",
        "People": "At most 2, because more would not be safe",
        "Set up and clear": "30 minutes before and 1 hour after each booking are kept free",
        "Approval": "A person reads each request and answers; the time is held for you meanwhile",
        "Busiest hours": "At most three such rooms for one tenant between 10:00 and 15:00 on one day, so that others find one too",
        "Safety": "Before 9:00 and after 17:30 a trained colleague has to be booked at the same time: nobody works alone",
        "Check in": "Within 20 minutes of the start; otherwise it is given to somebody else",
        "Cancelling": "Free until 1 day before it begins, so that somebody else can have it; later it still counts",
        "Allowance": "2 of a tenant’s bench half-days for every 4 hours begun",
    }
    gates = [gate.get_text(" ", strip=True) for gate in page.select("[aria-labelledby=gates] li")]
    assert gates[0] == "Laboratory induction Two hours on the second floor. Counts for 365 days."
    assert gates[1].startswith("Containment level 2")
    assert page.select_one("#book a.v-btn")["href"] == "/spaces/bench/book/"
    assert "containment level 2" in page.select_one(".v-kit").get_text()


def test_desks_say_which_can_be_raised_and_what_half_a_day_costs(client: Client) -> None:
    units = [UnitFactory(label="G1", adjustable=True), UnitFactory(label="G2")]
    allowance = AllowanceFactory(name="Desk days")
    charged = {"charge": "0.5", "charge_minutes": 300, "charge_begun": True, "charge_most": 1}
    DesksFactory(slug="desks", units=units, allowance=allowance, **charged)
    words = assert_public_page(client.get("/spaces/desks/")).get_text(" ", strip=True)
    assert "2 desks" in words
    assert "1 desk that can be raised: G1" in words
    assert "0.5 of a tenant’s desk days for every 5 hours begun, at most 1" in words


def test_rooms_that_combine_name_each_other(client: Client) -> None:
    west, middle, east = (SpaceFactory(title=title) for title in ("West", "Middle", "East"))
    left = CombinedRoomFactory(title="Left", slug="left", rooms=[west, middle])
    CombinedRoomFactory(title="Right", rooms=[middle, east])
    CombinedRoomFactory(title="Whole", rooms=[west, middle, east])

    def around(path: str) -> dict[str, list[str]]:
        page = assert_public_page(client.get(path))
        rows = page.select("[aria-labelledby=around] div:has(> dt)")
        return {row.dt.get_text(): [link.get_text() for link in row.select("a")] for row in rows}

    assert around(west.url) == {"Part of": ["Left", "Whole"]}
    assert around(left.url) == {"Made of": ["West", "Middle"], "Part of": ["Whole"], "Shares a part with": ["Right"]}
    assert around(DesksFactory().url) == {}


def test_a_page_shows_where_it_is(client: Client) -> None:
    area = AreaFactory(label="Aire")
    aire = SpaceFactory(title="Aire", floor=area.floor, units=[UnitFactory(area=area)])
    SpaceFactory(title="Calder", units=[UnitFactory(area=AreaFactory(floor=area.floor, label="Calder", x=30))])
    page = assert_public_page(client.get(aire.url))
    assert len(page.select(".v-plan .here")) == 1
    assert page.select_one(f'#book a[href="/spaces/plan/#floor-{area.floor.slug}"]')


def test_programs_read_it_as_a_room_in_a_building(client: Client) -> None:
    floor = FloorFactory(building=PlaceFactory(name="Old Medical School", address="Thoresby Place", postcode="LS2 9NL"))
    room = SpaceFactory(title="Aire", floor=floor, capacity=10, kit="screen", open_to=["tenants"])
    page = assert_public_page(client.get(room.url))
    graph = json.loads(page.find("script", type="application/ld+json").string)["@graph"]
    said = next(node for node in graph if node["@type"] == "MeetingRoom")
    assert (said["name"], said["maximumAttendeeCapacity"]) == ("Aire", 10)
    assert said["containedInPlace"]["address"] == "Thoresby Place, LS2 9NL"
    assert len(said["openingHoursSpecification"]) == 7
    assert [node["item"] for node in graph[-1]["itemListElement"][:2]] == [
        f"{settings.BASE_URL}/spaces/",
        f"{settings.BASE_URL}/spaces/?kind=meeting-room",
    ]


def test_a_page_costs_the_same_however_much_belongs_to_it(statements: Callable[[str], int]) -> None:
    floor = FloorFactory()

    def room() -> object:
        return SpaceFactory(floor=floor, cover=picture(), units=[UnitFactory(area=AreaFactory(floor=floor))])

    first = SpaceFactory(
        slug="first",
        floor=floor,
        cover=picture(),
        allowance=AllowanceFactory(),
        access_features=[AccessFeatureFactory()],
        gates=[GateFactory(event="induction")],
        units=[UnitFactory(area=AreaFactory(floor=floor))],
    )
    assert statements("/spaces/first/") == 12
    rooms = [room() for _ in range(59)]
    CombinedRoomFactory(rooms=[first, *rooms[:5]], floor=floor)
    assert statements("/spaces/first/") == 12


# ---- elsewhere ------------------------------------------------------------------------------------------------------
def test_spaces_are_linked_from_every_page_and_stand_on_the_map(client: Client) -> None:
    publish(SpaceFactory(title="Aire", slug="aire"))
    page = assert_public_page(client.get("/"))
    assert page.select_one('nav[aria-label="Main"] a[href="/spaces/"]')
    assert page.select_one('footer a[href="/spaces/"]')
    assert b"/spaces/aire/</loc>" in client.get("/sitemap.xml").content


def test_search_finds_a_space_by_its_kit_and_says_where_it_is(client: Client) -> None:
    SpaceFactory(title="Aire", kit="Whiteboard", floor=FloorFactory(name="Ground floor"), capacity=10)
    SpaceFactory(title="Draft", kit="Whiteboard", live=False)
    rebuild()
    page = assert_public_page(client.get("/search/", {"q": "whiteboard"}))
    assert [heading.get_text(strip=True) for heading in page.select(".v-result h3")] == ["Aire"]
    assert (
        "For 10" in page.select_one(".v-result").get_text()
        and "Ground floor" in page.select_one(".v-result").get_text()
    )
    assert page.select_one(".v-result .v-tile--place")


def test_the_api_lists_spaces_and_tells_one(client: Client) -> None:
    west, east = SpaceFactory(title="West", slug="west", capacity=60), SpaceFactory(title="East")
    whole = CombinedRoomFactory(title="Whole", slug="whole", rooms=[west, east], gates=[GateFactory(name="Induction")])
    SpaceFactory(title="Draft", slug="draft", live=False)
    rebuild()
    rows = ask(client, "/api/v1/spaces/")["results"]
    assert {(row["title"], row["kind"]) for row in rows} == {
        *{("West", "Meeting room"), ("East", "Meeting room")},
        ("Whole", "Combined room"),
    }
    data = ask(client, "/api/v1/spaces/whole/")
    assert [page["title"] for page in data["made_of"]] == ["West", "East"]
    assert [gate["label"] for gate in data["gates"]] == ["Induction"]
    assert (data["takes"]["value"], len(data["units"]), len(data["hours"])) == ("all", 2, 7)
    assert data["url"].endswith(whole.url)
    assert [page["title"] for page in ask(client, "/api/v1/spaces/west/")["part_of"]] == ["Whole"]
    ask(client, "/api/v1/spaces/draft/", status=404)
