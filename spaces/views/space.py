"""``/spaces/<slug>/``: what it is and holds, on what terms it is booked, what it is a part of, and where it stands."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.visibility import if_public
from spaces.choices import PriceBand, SpaceKind
from spaces.happenings import coming
from spaces.models import SpacePage, Unit
from spaces.queries import catalogue
from spaces.queries.plans import planned_floors

from . import structured_data
from .drawings import Drawing, drawing_of, illustration_of
from .listing import KINDS
from .words import audience_words, hours_words, rules_of, size_of


def space(request: HttpRequest, page: SpacePage) -> HttpResponse:
    url = page.get_url(request) or ""
    spaces_url = url.removesuffix(f"{page.slug}/")
    kind = KINDS[SpaceKind(page.kind)]
    steps = [("Spaces", spaces_url), (kind, f"{spaces_url}?kind={page.kind}"), (page.title, "")]
    spaces = catalogue.spaces_with_units()
    units = _units(request, page, spaces)
    features, days = list(page.access_features.all()), list(page.hours.days.all())
    gates = catalogue.gates_of(page)
    found = coming(page if page.pk else None, gates)
    context = page.get_context(request) | {
        "steps": steps,
        "spaces_url": spaces_url,
        "book_url": f"{url}book/" if page.live and if_public(request, page) else "",
        "plan_url": f"{spaces_url}plan/#floor-{page.floor.slug}" if page.floor else f"{spaces_url}plan/",
        "illustration": illustration_of(page),
        "features": features,
        "layouts": [(layout.value["name"], layout.value["people"]) for layout in page.layouts],
        "adjustable": [unit.label for unit in units if unit.adjustable],
        "size": size_of(page, len(units)),
        "who": audience_words(page),
        "hours_words": hours_words(page.hours, days),
        "price": page.price_words or str(PriceBand(page.price_band).label),
        "rules": rules_of(page, days),
        "gates": [(gate, found.dates.get(gate.event, [])) for gate in gates],
        "around": catalogue.around(page, units, spaces),
        "drawing": _drawing(request, page, units, spaces),
        "happenings": found.here,
        "structured_data": structured_data.space(page, url, steps, features, days),
    }
    return TemplateResponse(request, page.get_template(request), context)


def _units(request: HttpRequest, page: SpacePage, spaces: list[SpacePage]) -> list[Unit]:
    """Its units in the order in which they stand; of a preview those that the editor has chosen."""
    is_preview = getattr(request, "is_preview", False)
    known = None if is_preview else next((space for space in spaces if space.pk == page.pk), None)
    return sorted((known or page).units.all(), key=lambda unit: (unit.row, unit.column, unit.pk))


def _drawing(request: HttpRequest, page: SpacePage, units: list[Unit], spaces: list[SpacePage]) -> Drawing | None:
    """Its floor, with the place where it is."""
    if page.floor is None:
        return None
    planned = planned_floors(spaces, [page.floor])[0]
    return drawing_of(planned, lambda other: other.get_url(request) or "", here={unit.pk for unit in units})
