"""Floors as plans show them: areas, the units that stand in each, and the spaces that are booked there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from spaces.models import Area, Floor, SpacePage, Unit


@dataclass(frozen=True)
class PlannedArea:
    """``spaces``: those all of whose units stand here."""

    area: Area
    units: list[Unit] = field(default_factory=list)
    spaces: list[SpacePage] = field(default_factory=list)
    has_parts: bool = False  # other areas lie inside it


@dataclass(frozen=True)
class PlannedFloor:
    floor: Floor
    areas: list[PlannedArea]
    spaces: list[SpacePage]

    @property
    def anchor(self) -> str:
        return f"floor-{self.floor.slug}"


def all_floors() -> list[Floor]:
    return list(Floor.objects.select_related("building").order_by("building", "level"))


def planned_floors(spaces: Iterable[SpacePage], floors: Sequence[Floor] | None = None) -> list[PlannedFloor]:
    """Every floor, the lowest first, or ``floors``. ``spaces`` come with their units; two statements are added to theirs."""
    if floors is None:
        floors = all_floors()
    areas = list(Area.objects.filter(floor__in=floors))
    floor_of = {area.pk: area.floor_id for area in areas}
    units_in: dict[int, dict[int, Unit]] = defaultdict(dict)
    spaces_in: dict[int, list[SpacePage]] = defaultdict(list)
    spaces_on: dict[int, list[SpacePage]] = defaultdict(list)
    for space in spaces:
        units = [unit for unit in space.units.all() if unit.area_id in floor_of]
        for unit in units:
            units_in[unit.area_id][unit.pk] = unit
        stands_in = {unit.area_id for unit in units}
        for floor in {floor_of[area] for area in stands_in} or {space.floor_id}:
            spaces_on[floor].append(space)
        if len(stands_in) == 1:
            spaces_in[stands_in.pop()].append(space)
    parents = {area.parent_id for area in areas}
    areas_on: dict[int, list[PlannedArea]] = defaultdict(list)
    for area in areas:
        units = sorted(units_in[area.pk].values(), key=lambda unit: (unit.row, unit.column, unit.pk))
        areas_on[area.floor_id].append(PlannedArea(area, units, spaces_in[area.pk], area.pk in parents))
    return [PlannedFloor(floor, areas_on[floor.pk], spaces_on[floor.pk]) for floor in floors]
