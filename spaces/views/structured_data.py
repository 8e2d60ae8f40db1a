"""Spaces as schema.org describes places, for search engines and whoever else reads pages by program."""

from collections.abc import Sequence

from core.structured_data import Node, absolute, breadcrumb_list, graph, stated, web_page
from spaces.choices import SpaceKind
from spaces.models import AccessFeature, OpeningDay, SpacePage
from spaces.models.hours import Weekday

ROOMS = (SpaceKind.MEETING_ROOM, SpaceKind.COMBINED_ROOM)


def space(
    page: SpacePage,
    path: str,
    steps: Sequence[tuple[str, str]],
    features: Sequence[AccessFeature],
    days: Sequence[OpeningDay],
) -> Node:
    about = absolute(f"{path}#about")
    building = page.floor.building if page.floor else None
    place = stated(
        type_="MeetingRoom" if page.kind in ROOMS else "Place",
        id_=about,
        name=page.title,
        description=page.description,
        url=absolute(path),
        maximumAttendeeCapacity=page.capacity,
        floorLevel=page.floor.name if page.kind in ROOMS and page.floor else "",
        publicAccess=page.is_open_to_everybody,
        amenityFeature=[
            stated(type_="LocationFeatureSpecification", name=name, value=True)
            for name in (*page.kit_lines, *(feature.name for feature in features))
        ],
        openingHoursSpecification=_hours(days),
        containedInPlace=stated(
            type_="Place",
            name=building.name,
            address=", ".join(part for part in (building.address, building.postcode) if part),
        )
        if building
        else None,
    )
    return graph(
        web_page(path, page.title, about=about, modified_at=page.last_published_at),
        place,
        breadcrumb_list(path, steps),
    )


def _hours(days: Sequence[OpeningDay]) -> list[Node]:
    return [
        stated(
            type_="OpeningHoursSpecification",
            dayOfWeek=str(Weekday(day.weekday).label),
            opens=f"{day.opens:%H:%M}",
            closes=f"{day.closes:%H:%M}",
        )
        for day in days
    ]
