"""``/spaces/plan/``: every floor as a drawing, and the same as a list beside it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.structured_data import breadcrumb_list, graph, web_page
from spaces.choices import AreaKind
from spaces.models import SpaceIndexPage, SpacePage
from spaces.queries.catalogue import spaces_with_units
from spaces.queries.plans import PlannedFloor, planned_floors

from .drawings import Drawing, drawing_of
from .listing import access_lines
from .words import size_of

TITLE = "Floor plan"
FACILITIES = (AreaKind.RECEPTION, AreaKind.LIFT, AreaKind.STAIRS, AreaKind.TOILETS, AreaKind.COMMUNAL)


@dataclass(frozen=True)
class Entry:
    """A space in the list beside a drawing."""

    title: str
    url: str
    kind: str
    size: str
    units: str = ""


@dataclass(frozen=True)
class FloorShown:
    planned: PlannedFloor
    drawing: Drawing
    entries: list[Entry]
    facilities: list[str]


def plan(request: HttpRequest, page: SpaceIndexPage) -> HttpResponse:
    floors = [_shown(request, planned) for planned in planned_floors(spaces_with_units())]
    steps = [(page.title, page.get_url(request) or ""), (TITLE, "")]
    context = page.get_context(request) | {
        "heading": TITLE,
        "steps": steps,
        "floors": floors,
        "buildings": list(dict.fromkeys(floor.planned.floor.building.name for floor in floors)),
        "access_lines": access_lines(page),
        "structured_data": graph(web_page(request.path, TITLE), breadcrumb_list(request.path, steps)),
    }
    return TemplateResponse(request, "spaces/plan.html", context)


def _shown(request: HttpRequest, planned: PlannedFloor) -> FloorShown:
    def address(space: SpacePage) -> str:
        return space.get_url(request) or ""

    entries = [
        Entry(
            space.title,
            address(space),
            str(space.get_kind_display()),
            size_of(space, len(space.units.all())),
            _units(space),
        )
        for space in planned.spaces
    ]
    facilities = [area.area.label for area in planned.areas if area.area.kind in FACILITIES]
    return FloorShown(planned, drawing_of(planned, address), entries, facilities)


def _units(space: SpacePage) -> str:
    """“G1 to G12; G1, G2, G12 are height-adjustable”."""
    if not space.is_pool:
        return ""
    units = sorted(space.units.all(), key=lambda unit: (unit.row, unit.column, unit.pk))
    if not units:
        return ""
    words = f"{units[0].label} to {units[-1].label}" if len(units) > 1 else units[0].label
    if adjustable := [unit.label for unit in units if unit.adjustable]:
        words += f"; height-adjustable: {', '.join(adjustable)}"
    return words
