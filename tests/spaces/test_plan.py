"""Floors as drawings: everything in them has a name, a place and, where it is asked, a state in words."""

from collections.abc import Callable

import pytest
from django.test import Client

from spaces.choices import AreaKind, SpaceKind
from spaces.queries.catalogue import spaces_with_units
from spaces.queries.plans import planned_floors
from spaces.views.drawings import HEIGHT, WIDTH, Drawing, Shape, drawing_of, wrapped
from tests.assertions import assert_public_page
from tests.factories.directory import PlaceFactory
from tests.factories.pages import restrict
from tests.factories.spaces import (
    AreaFactory,
    CombinedRoomFactory,
    DesksFactory,
    FloorFactory,
    SpaceFactory,
    SpaceIndexPageFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _index(home: object) -> None:
    SpaceIndexPageFactory(access="One lift", note="All of it is invented.")


def drawn(free: dict[int, bool] | None = None) -> Drawing:
    planned = planned_floors(spaces_with_units())
    return drawing_of(planned[0], lambda space: f"/{space.slug}/", free=free)


def texts(shape: Shape) -> list[str]:
    return [line.text for line in shape.lines]


def floor_with_a_room_and_desks() -> tuple[list[int], int]:
    """The keys of its desks, and of its room."""
    floor = FloorFactory(name="Ground floor")
    pool = AreaFactory(floor=floor, kind=AreaKind.HOT_DESKS, label="Desks G1-G4", width=40, height=40)
    room = AreaFactory(floor=floor, label="Aire", x=40)
    AreaFactory(floor=floor, kind=AreaKind.LIFT, label="Lift", x=90, width=10)
    desks = [
        UnitFactory(label=f"G{n + 1}", area=pool, row=n // 2 + 1, column=n % 2 + 1, adjustable=n == 0) for n in range(4)
    ]
    DesksFactory(slug="desks", title="Window desks", units=desks)
    aire = UnitFactory(area=room)
    SpaceFactory(slug="aire", title="Aire", capacity=10, units=[aire])
    return [desk.pk for desk in desks], aire.pk


def test_a_floor_is_drawn_from_what_editors_keep() -> None:
    floor_with_a_room_and_desks()
    desks, room, lift = drawn().shapes
    assert (texts(room), room.url) == (["Aire", "For 10 people"], "/aire/")
    assert (texts(desks), desks.url) == (["Desks G1-G4"], "/desks/")
    assert [(square.label, square.is_adjustable, square.is_taken) for square in desks.squares] == [
        *[("G1", True, False), ("G2", False, False)],
        *[("G3", False, False), ("G4", False, False)],
    ]
    assert (texts(lift), lift.url) == (["Lift"], "")
    g1, g2, g3, _ = desks.squares
    assert g1.y == g2.y < g3.y
    assert g1.right < g2.x
    for square in desks.squares:
        assert desks.x < square.x and square.right < desks.x + desks.width
        assert desks.y < square.y and square.bottom < desks.y + desks.height


def test_what_is_free_is_said_in_words_and_not_by_colour_alone() -> None:
    desk_keys, aire = floor_with_a_room_and_desks()
    free = dict.fromkeys(desk_keys, True) | {desk_keys[1]: False, aire: False}
    drawing = drawn(free)
    desks, room, _ = drawing.shapes
    assert texts(room) == ["Aire", "For 10 people", "Taken"]
    assert texts(desks) == ["Desks G1-G4, 3 of 4 free"]
    assert [square.is_taken for square in desks.squares] == [False, True, False, False]
    assert (room.css, desks.css) == ("r busy", "r part")
    assert drawing.words == "To book: Window desks, 3 of 4 free; Aire, taken. Also on this floor: Lift."
    assert texts(drawn({aire: True}).shapes[1])[-1] == "Free"
    assert texts(drawn({aire: True}).shapes[0]) == ["Desks G1-G4"]  # nobody asked about the desks


def test_several_spaces_in_one_area_are_a_link_each() -> None:
    area = AreaFactory(kind=AreaKind.EQUIPMENT, label="Instruments", width=14, height=54)
    lens, shelves = UnitFactory(area=area), UnitFactory.create_batch(2, area=area)
    SpaceFactory(slug="lens", title="Fluorescence microscope", kind=SpaceKind.EQUIPMENT, units=[lens])
    DesksFactory(slug="shelf", title="Shelf", kind=SpaceKind.EQUIPMENT, units=shelves)
    shape = drawn({lens.pk: True, shelves[0].pk: True, shelves[1].pk: False}).shapes[0]
    assert shape.url == ""
    assert [(line.text, line.url) for line in shape.lines] == [
        *[("Fluorescence", "/lens/"), ("microscope", "/lens/"), ("Free", "")],
        *[("Shelf", "/shelf/"), ("1 of 2 free", "")],
    ]


def test_the_name_of_an_area_stands_below_what_lies_in_it() -> None:
    laboratory = AreaFactory(kind=AreaKind.LABORATORY, label="Open laboratory", width=40, height=54)
    bench = AreaFactory(floor=laboratory.floor, parent=laboratory, label="Bench 1", x=3, y=5, width=16, height=40)
    SpaceFactory(title="Bench 1", units=[UnitFactory(area=bench)])
    outer, inner = drawn().shapes
    assert outer.lines[0].y > inner.y + inner.height


def test_everything_lies_on_the_drawing() -> None:
    AreaFactory(x=80, y=80, width=20, height=20)
    shape = drawn().shapes[0]
    assert shape.x + shape.width < WIDTH
    assert shape.y + shape.height < HEIGHT


def test_long_names_break_between_words() -> None:
    assert wrapped("Toilets and changing place", 120, (13, 7.1)) == ["Toilets and", "changing place"]
    assert wrapped("Antidisestablishmentarianism", 20, (13, 7.1)) == ["Antidisestablishmentarianism"]


# ---- the page -------------------------------------------------------------------------------------------------------
def test_the_plan_is_a_drawing_with_the_same_as_a_list_beside_it(client: Client) -> None:
    floor_with_a_room_and_desks()
    restrict(SpaceFactory(title="Locked", units=[UnitFactory(area=AreaFactory(x=60))]))
    page = assert_public_page(client.get("/spaces/plan/"))
    svg = page.select_one("svg.v-plan")
    assert svg.find("title").get_text() == "Plan of the ground floor"
    assert "Aire" in svg.find("desc").get_text()
    assert svg.select_one('a[href="/spaces/aire/"] text').get_text() == "Aire"
    floor = page.select_one("section:has(svg.v-plan)")
    assert [link["href"] for link in floor.select(".v-lines a")] == ["/spaces/desks/", "/spaces/aire/"]
    assert "G1 to G4; height-adjustable: G1" in floor.get_text(" ")
    assert "Lift" in [item.get_text() for item in floor.select("li")]
    assert "Locked" not in page.get_text()
    assert "One lift" in page.get_text() and "All of it is invented." in page.get_text()


def test_floors_stand_from_the_lowest_up_and_combined_rooms_stand_on_theirs(client: Client) -> None:
    school = PlaceFactory(name="Old Medical School")
    first, ground = (
        FloorFactory(building=school, name="First", level=1),
        FloorFactory(building=school, name="G", level=0),
    )
    rooms = [SpaceFactory(units=[UnitFactory(area=AreaFactory(floor=first))]) for _ in range(2)]
    CombinedRoomFactory(title="Both", rooms=rooms)
    page = assert_public_page(client.get("/spaces/plan/"))
    assert [heading.get_text() for heading in page.select("section:has(svg.v-plan) h2")] == ["G", "First"]
    assert "Both" in page.select_one(f"section[aria-labelledby=floor-{first.slug}]").get_text()
    assert "Both" not in page.select_one(f"section[aria-labelledby=floor-{ground.slug}]").get_text()


def test_without_floors_the_page_says_so(client: Client) -> None:
    assert "There is no plan yet" in assert_public_page(client.get("/spaces/plan/")).get_text()


def test_the_plan_costs_the_same_for_one_space_and_for_sixty(statements: Callable[[str], int]) -> None:
    floor = FloorFactory()
    SpaceFactory(floor=floor, units=[UnitFactory(area=AreaFactory(floor=floor))])
    assert statements("/spaces/plan/") == 9
    for _ in range(59):
        SpaceFactory(floor=floor, units=[UnitFactory(area=AreaFactory(floor=floor))])
    assert statements("/spaces/plan/") == 9
