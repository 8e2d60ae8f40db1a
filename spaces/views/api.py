"""``/api/v1/spaces/``: what the pages of spaces say, for programs. Who has booked them is not among it."""

from typing import Any

from django.http import HttpRequest

from core.api import FLAG, NUMBER, TEXT, Operation, endpoint, perhaps, record, several
from directory.views.api import BASE, PAGE, SLUG, TERM, base, found, link, page_link
from search.open_lists import ROW, list_of, listed, parameters_of
from spaces.models import OpeningHours, SpacePage
from spaces.models.hours import Weekday
from spaces.queries import catalogue

SPACE = ("space",)
DAY_OPEN = record(weekday=TEXT, opens=TEXT, closes=TEXT)
UNIT = record(value=TEXT, label=TEXT, adjustable=FLAG)


@endpoint(
    Operation(
        "/api/v1/spaces/",
        "listSpaces",
        "Desks, rooms, benches, the hall and equipment that can be booked.",
        "spaces",
        list_of(record(**ROW, kind=TEXT, capacity=NUMBER, floor=TEXT)),
        lambda: parameters_of(SPACE),
        (400, 404),
    )
)
def spaces(request: HttpRequest) -> dict[str, Any]:
    return listed(request, SPACE, link)


@endpoint(
    Operation(
        "/api/v1/spaces/{slug}/",
        "getSpace",
        "A space: what is in it, who may book it, when and on what terms. Lengths of time are in minutes, hours in London's.",
        "spaces",
        record(
            **BASE,
            kind=TERM,
            building=perhaps(TERM),
            floor=perhaps(TERM),
            capacity=NUMBER,
            layouts=several(record(name=TEXT, people=NUMBER)),
            kit=several(TEXT),
            access=several(TERM),
            containment=TEXT,
            units=several(UNIT),
            takes=TERM,
            open_to=several(TEXT),
            approval=FLAG,
            gates=several(TERM),
            hours=several(DAY_OPEN),
            holiday_hours=perhaps(record(opens=TEXT, closes=TEXT)),
            slot_minutes=NUMBER,
            min_minutes=NUMBER,
            max_minutes=NUMBER,
            buffer_before=NUMBER,
            buffer_after=NUMBER,
            notice_minutes=NUMBER,
            window_days=NUMBER,
            cancel_minutes=NUMBER,
            release_minutes=perhaps(NUMBER),
            price_band=TERM,
            price=TEXT,
            allowance=perhaps(TERM),
            made_of=several(PAGE),
            part_of=several(PAGE),
        ),
        lambda: (SLUG,),
        (404,),
    )
)
def space(request: HttpRequest, slug: str) -> dict[str, Any]:
    page = found(SpacePage.objects.select_related(*SpacePage.served_with), slug)
    units = sorted(page.units.all(), key=lambda unit: (unit.row, unit.column, unit.pk))
    around = catalogue.around(page, units, catalogue.spaces_with_units())
    floor = page.floor
    return base(request, page, "space", summary=page.description, description="") | {
        "kind": {"value": page.kind, "label": str(page.get_kind_display())},
        "building": _term(floor.building) if floor else None,
        "floor": _term(floor) if floor else None,
        "capacity": page.capacity,
        "layouts": [{"name": layout.value["name"], "people": layout.value["people"]} for layout in page.layouts],
        "kit": page.kit_lines,
        "access": [_term(feature) for feature in page.access_features.all()],
        "containment": page.containment,
        "units": [{"value": unit.slug, "label": unit.label, "adjustable": unit.adjustable} for unit in units],
        "takes": {"value": page.takes, "label": str(page.get_takes_display())},
        "open_to": list(page.open_to),
        "approval": page.approval,
        "gates": [_term(gate) for gate in catalogue.gates_of(page)],
        **_hours(page.hours),
        "slot_minutes": page.slot_minutes,
        "min_minutes": page.min_minutes,
        "max_minutes": page.max_minutes,
        "buffer_before": page.buffer_before,
        "buffer_after": page.buffer_after,
        "notice_minutes": page.notice_minutes,
        "window_days": page.window_days,
        "cancel_minutes": page.cancel_minutes,
        "release_minutes": page.release_minutes,
        "price_band": {"value": page.price_band, "label": str(page.get_price_band_display())},
        "price": page.price_words,
        "allowance": _term(page.allowance) if page.allowance else None,
        "made_of": [page_link(request, other) for other in around.parts],
        "part_of": [page_link(request, other) for other in around.wholes],
    }


def _term(term: Any) -> dict[str, str]:
    return {"value": term.slug, "label": term.name}


def _hours(hours: OpeningHours) -> dict[str, Any]:
    days = [
        {"weekday": str(Weekday(day.weekday).label), "opens": f"{day.opens:%H:%M}", "closes": f"{day.closes:%H:%M}"}
        for day in hours.days.all()
    ]
    holiday = None
    if hours.holiday_opens and hours.holiday_closes:
        holiday = {"opens": f"{hours.holiday_opens:%H:%M}", "closes": f"{hours.holiday_closes:%H:%M}"}
    return {"hours": days, "holiday_hours": holiday}
