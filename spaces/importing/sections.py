"""What stands in a file beside its spaces: hours, access features, gates, allowances, floors.

Editors own these lists: what is missing is added, also the event of a gate that names none; what is there is left as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any

from directory.importing.cells import (
    Unreadable,
    address_part,
    chosen,
    limited,
    plain_text,
    reading,
    texts,
    whole_number,
)
from directory.importing.faults import Fault, did_you_mean
from directory.importing.values import Items, Mapping, Value
from directory.models import Place
from spaces.choices import AreaKind, Tier
from spaces.models import (
    AccessFeature,
    Allowance,
    AllowanceTier,
    Area,
    Floor,
    Gate,
    OpeningDay,
    OpeningHours,
    SpaceIndexPage,
)
from spaces.models.hours import Weekday
from spaces.models.place import WHOLE

Read = Callable[[Value], Any]
Span = tuple[time, time]
Records = dict[str, list[dict[str, Any]]]

# Said for people who write such files: which rules there are and what the price bands are is part of the software.
LEFT_ALONE = ("rules", "price_bands")
MONTHS = {"none": 0, "one month": 1, "two months": 2, "three months": 3}


@dataclass(frozen=True)
class Section:
    fields: dict[str, Read]
    needed: tuple[str, ...] = ("slug", "name")


# ---- readers of fields ----------------------------------------------------------------------------------------------
def _text(length: int) -> Read:
    return lambda value: limited(plain_text(value), length)


def _slug(value: Value) -> str:
    return address_part(value, 60)


def _number(least: int, most: int) -> Read:
    return lambda value: whole_number(plain_text(value), least, most)


def _span(value: Value) -> Span:
    """“08:00-18:30”."""
    text = plain_text(value)
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise Unreadable(f"“{text[:40]}” are no hours. Write them as 08:00-18:30.") from None
    if closes <= opens:
        raise Unreadable(f"“{text[:40]}” would close before it opens.")
    return opens, closes


def _days(value: Value) -> dict[int, Span]:
    if not isinstance(value, Mapping):
        raise Unreadable("name the days and their hours, such as {monday: “08:00-18:30”}.")
    names = {day.label.casefold(): day.value for day in Weekday}
    found = {}
    for name, hours in value.items():
        if name.casefold() not in names:
            raise Unreadable(f"“{name[:40]}” is not a day. {did_you_mean(name, names)}")
        if plain_text(hours) != "closed":
            found[names[name.casefold()]] = _span(hours)
    return found


def _holidays(value: Value) -> Span | None:
    return None if plain_text(value) == "closed" else _span(value)


def _monthly(value: Value) -> dict[str, Decimal]:
    if not isinstance(value, Mapping):
        raise Unreadable(f"name each tier and its amount. Tiers: {', '.join(Tier.values)}.")
    found = {}
    for tier, amount in value.items():
        text = plain_text(amount)
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal(-1)
        if not 0 <= number < 10_000:
            raise Unreadable(f"“{text[:40]}” is not an amount for a month.")
        found[chosen(tier, Tier)] = number
    return found


def _carried(value: Value) -> int:
    text = plain_text(value)
    if text not in MONTHS:
        raise Unreadable(f"“{text[:40]}” is not how much is carried over. {did_you_mean(text, MONTHS)}")
    return MONTHS[text]


def _areas(value: Value) -> list[dict[str, Any]]:
    if not isinstance(value, Items):
        raise Unreadable("a list of areas is expected here.")
    found: list[dict[str, Any]] = []
    for place, entry in enumerate(value):
        if not isinstance(entry, Mapping):
            refusal = Unreadable(f"an area names its fields: {', '.join(AREA.fields)}.")
            refusal.line = value.line_of(place)
            raise refusal
        with reading(entry):
            record, faults = _entry(entry, AREA, "")
            if faults:
                raise Unreadable(f"{faults[0].column.removeprefix(', ')}: {faults[0].words}")
            if record["x"] + record["w"] > WHOLE or record["y"] + record["h"] > WHOLE:
                raise Unreadable(f"“{record['slug']}” does not lie on the plan, which ends at {WHOLE}.")
            known = {area["slug"] for area in found}
            if record["slug"] in known:
                raise Unreadable(f"“{record['slug']}” stands there twice.")
            if record.get("parent") and record["parent"] not in known:
                raise Unreadable(f"“{record['parent']}” is no area above it. {did_you_mean(record['parent'], known)}")
        found.append(record)
    return found


AREA = Section(
    {
        "slug": _slug,
        "label": _text(60),
        "kind": lambda value: chosen(plain_text(value), AreaKind),
        "parent": _slug,
        "x": _number(0, WHOLE),
        "y": _number(0, WHOLE),
        "w": _number(1, WHOLE),
        "h": _number(1, WHOLE),
    },
    ("slug", "label", "kind", "x", "y", "w", "h"),
)
SECTIONS: dict[str, Section] = {
    "hours": Section({"slug": _slug, "name": _text(160), "days": _days, "bank_holidays": _holidays}),
    "access_features": Section({"slug": _slug, "name": _text(160)}),
    "gates": Section(
        {
            "slug": _slug,
            "name": _text(160),
            "words": _text(300),
            "valid_days": _number(1, 3650),
            "needs": texts,
            "event": _slug,  # at which it is passed; no part of this file, and may come later
        }
    ),
    "allowances": Section(
        {
            "slug": _slug,
            "name": _text(160),
            "unit": _text(20),
            "units": _text(20),
            "monthly": _monthly,
            "carry_over": _carried,
        },
        ("slug", "name", "unit"),
    ),
    "floors": Section({"slug": _slug, "name": _text(80), "level": _number(0, 60), "areas": _areas}),
}
BUILDING = Section(
    {
        "slug": _slug,
        "demonstration": plain_text,
        "note": _text(1000),
        "time_zone": plain_text,
        "access": texts,
    },
    ("slug",),
)


# ---- reading --------------------------------------------------------------------------------------------------------
def read_sections(tree: Mapping) -> tuple[Records, list[Fault]]:
    """Return the entries of each list in ``tree``, and all that is wrong with them."""
    known = ("spaces", "building", *SECTIONS, *LEFT_ALONE)
    records: Records = {}
    faults = [
        Fault(tree.line_of(key), f"there is no such list. {did_you_mean(key, known)}", key[:60])
        for key in tree
        if key not in known
    ]
    if isinstance(tree.get("building"), Mapping):
        building, wrong = _entry(tree["building"], BUILDING, "building")  # type: ignore[arg-type]
        records["building"] = [building]
        faults += wrong
    for name, section in SECTIONS.items():
        if name in tree:
            records[name], wrong = _list(tree, name, section)
            faults += wrong
    return records, faults or _faults_together(tree, records)


def _list(tree: Mapping, name: str, section: Section) -> tuple[list[dict[str, Any]], list[Fault]]:
    entries = tree[name]
    if not isinstance(entries, Items):
        return [], [Fault(tree.line_of(name), "a list is expected here.", name)]
    records, faults, lines = [], [], dict[str, int]()
    for place, entry in enumerate(entries):
        line = entries.line_of(place)
        if not isinstance(entry, Mapping):
            faults.append(Fault(line, f"an entry must name its fields: {', '.join(section.fields)}.", name))
            continue
        record, wrong = _entry(entry, section, name)
        slug = record.get("slug", "")
        if slug and slug in lines:
            wrong.append(Fault(line, f"“{slug}” stands on line {lines[slug]} already.", name))
        lines.setdefault(slug, line)
        faults += wrong
        records.append(record | {"line": line})
    return records, faults


def _entry(entry: Mapping, section: Section, name: str) -> tuple[dict[str, Any], list[Fault]]:
    record: dict[str, Any] = {}
    faults = []
    for key, value in entry.items():
        column = f"{name}, {key[:60]}"
        if key not in section.fields:
            words = f"there is no such field. {did_you_mean(key, section.fields)}"
            faults.append(Fault(entry.line_of(key), words, column))
        elif value not in (None, ""):
            try:
                record[key] = section.fields[key](value)
            except ValueError as error:
                faults.append(Fault(getattr(error, "line", 0) or entry.line_of(key), str(error), column))
    complained = {fault.column for fault in faults}
    for key in section.needed:
        if key not in record and f"{name}, {key}" not in complained:
            faults.append(Fault(entry.line, f"“{key}” is missing.", f"{name}, {key}"))
    return record, faults


def _faults_together(tree: Mapping, records: Records) -> list[Fault]:
    """What is right in each entry, and wrong among all of them."""
    faults = []
    gates = {record["slug"] for record in records.get("gates", [])} | set(Gate.objects.values_list("slug", flat=True))
    for record in records.get("gates", []):
        for slug in record.get("needs", []):
            if slug not in gates:
                words = f"“{slug}” is not a gate. {did_you_mean(slug, gates)}"
                faults.append(Fault(record["line"], words, "gates, needs"))
    places = set(Place.objects.values_list("slug", flat=True))
    for building in records.get("building", []):
        if building["slug"] not in places:
            words = f"“{building['slug']}” is no place that we know. {did_you_mean(building['slug'], places)}"
            faults.append(Fault(tree.line_of("building"), words, "building, slug"))
    if records.get("floors") and not records.get("building"):
        faults.append(Fault(tree.line_of("floors"), "name the “building” that has these floors.", "floors"))
    return faults or _faults_of_areas(records)


def _faults_of_areas(records: Records) -> list[Fault]:
    """An area's slug is its own on all floors."""
    faults, seen = [], dict(Area.objects.values_list("slug", "floor__slug"))
    for floor in records.get("floors", []):
        for area in floor.get("areas", []):
            if seen.setdefault(area["slug"], floor["slug"]) != floor["slug"]:
                words = f"“{area['slug']}” is an area of another floor already. Give it a slug of its own."
                faults.append(Fault(floor["line"], words, "floors, areas"))
    return faults


# ---- writing --------------------------------------------------------------------------------------------------------
def add_missing(records: Records, index: SpaceIndexPage, by: Any) -> None:
    for place, record in enumerate(records.get("hours", [])):
        if _is_new(OpeningHours, record):
            _hours(record, place)
    for place, record in enumerate(records.get("access_features", [])):
        if _is_new(AccessFeature, record):
            AccessFeature.objects.create(slug=record["slug"], name=record["name"], sort_order=place)
    new_gates = [record for record in records.get("gates", []) if _is_new(Gate, record)]
    for place, record in enumerate(new_gates):
        fields = {name: record[name] for name in ("slug", "name", "words", "valid_days", "event") if name in record}
        Gate.objects.create(**fields, sort_order=place)
    for record in new_gates:
        Gate.objects.get(slug=record["slug"]).needs.set(Gate.objects.filter(slug__in=record.get("needs", [])))
    _complete_gates(records.get("gates", []))
    for place, record in enumerate(records.get("allowances", [])):
        if _is_new(Allowance, record):
            _allowance(record, place)
    for building in records.get("building", []):
        _about_the_building(building, index, by)
        for record in records.get("floors", []):
            _floor(record, Place.objects.get(slug=building["slug"]))


def _is_new(model: Any, record: dict[str, Any]) -> bool:
    known = model._default_manager
    return not (known.filter(slug=record["slug"]).exists() or known.filter(name__iexact=record["name"]).exists())


def _complete_gates(records: list[dict[str, Any]]) -> None:
    """Gates that were there before events could be named; what a gate asks for is ours to say, and is never added to."""
    events = {record["slug"]: record["event"] for record in records if "event" in record}
    for gate in Gate.objects.filter(slug__in=events, event=""):
        gate.event = events[gate.slug]
        gate.save(update_fields=["event"])


def _hours(record: dict[str, Any], place: int) -> None:
    opens, closes = record.get("bank_holidays") or (None, None)
    days = [
        OpeningDay(weekday=day, opens=span[0], closes=span[1]) for day, span in sorted(record.get("days", {}).items())
    ]
    hours = OpeningHours(
        slug=record["slug"],
        name=record["name"],
        sort_order=place,
        holiday_opens=opens,
        holiday_closes=closes,
    )
    hours.days.set(days)
    hours.save()


def _allowance(record: dict[str, Any], place: int) -> None:
    tiers = [AllowanceTier(tier=tier, monthly=amount) for tier, amount in record.get("monthly", {}).items()]
    allowance = Allowance(
        slug=record["slug"],
        name=record["name"],
        sort_order=place,
        unit=record["unit"],
        units=record.get("units") or f"{record['unit']}s",
        carries_months=record.get("carry_over", 0),
    )
    allowance.tiers.set(tiers)
    allowance.save()


def _floor(record: dict[str, Any], building: Place) -> None:
    floor, _ = Floor.objects.get_or_create(
        building=building, slug=record["slug"], defaults={"name": record["name"], "level": record.get("level", 0)}
    )
    there = {area.slug: area for area in floor.areas.all()}
    for place, area in enumerate(record.get("areas", [])):
        if area["slug"] not in there:
            there[area["slug"]] = Area.objects.create(
                floor=floor,
                parent=there.get(area.get("parent", "")),
                slug=area["slug"],
                label=area["label"],
                kind=area["kind"],
                x=area["x"],
                y=area["y"],
                width=area["w"],
                height=area["h"],
                sort_order=place,
            )


def _about_the_building(building: dict[str, Any], index: SpaceIndexPage, by: Any) -> None:
    """How to get in and what has to be said of the plan, on the page of spaces: where nobody has written it yet."""
    said = {"access": "\n".join(building.get("access", [])), "note": building.get("note", "")}
    page = SpaceIndexPage.objects.get(pk=index.pk)
    missing = {name: words for name, words in said.items() if words and not getattr(page, name)}
    if missing and not page.has_unpublished_changes:
        for name, words in missing.items():
            setattr(page, name, words)
        revision = page.save_revision(user=by, clean=False)
        if page.live:
            revision.publish(user=by)
