"""The units that rows name: rooms, rows of desks, pieces of a kind. A unit that two rows name is one, and is made once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import slugify

from directory.importing.cells import Unreadable, address_part, has_fields, limited, plain_text, texts, whole_number
from directory.importing.values import Mapping, Value
from spaces.models import Area, Unit

MOST = 500  # pieces of one kind
KEYS = ("prefix", "count", "columns", "rows", "adjustable")
LENGTH = 60  # characters of a slug, and of a label


@dataclass(frozen=True)
class UnitSpec:
    """A unit as a row names it. One that is counted off is the row's own; one named in a list may be another's."""

    slug: str
    label: str = ""
    row: int = 0
    column: int = 0
    adjustable: bool = False
    is_own: bool = False


def units_of(value: Value, slug: str, name: str) -> list[UnitSpec]:
    """Return what a cell of the space ``slug`` means: names of units, how many there are, or how they are counted off.

    Raises Unreadable.
    """
    if isinstance(value, Mapping):
        return _counted(value)
    words = texts(value)
    if len(words) == 1 and words[0].isdecimal():
        number = whole_number(words[0], 1, MOST)
        if number == 1:
            return [UnitSpec(slug, name)]
        return [
            UnitSpec(f"{slug[:55]}-{n}", f"{name[:55]} {n}", column=n, row=1, is_own=True) for n in range(1, number + 1)
        ]
    return [_named(word, slug, name) for word in words]


def _named(word: str, slug: str, name: str) -> UnitSpec:
    """By its slug, or as it stands on the door."""
    part = address_part(slugify(word) or word, LENGTH)
    if part == slug:
        return UnitSpec(part, name)
    return UnitSpec(part, limited(word, LENGTH) if word != part else "")


def _counted(value: Mapping) -> list[UnitSpec]:
    has_fields(value, *KEYS, needed="count")
    prefix = limited(plain_text(value.get("prefix")), 40)
    number = whole_number(plain_text(value["count"]), 1, MOST)
    columns = whole_number(plain_text(value.get("columns")) or str(number), 1, MOST)
    if value.get("rows") and columns * whole_number(plain_text(value["rows"]), 1, MOST) < number:
        raise Unreadable(f"{number} do not stand in {plain_text(value['rows'])} rows of {columns}.")
    if not prefix or not slugify(f"{prefix}1"):
        raise Unreadable("“prefix” is missing: what stands before the number, such as G for G1, G2, G3.")
    labels = [_label(prefix, n) for n in range(1, number + 1)]
    adjustable = {word.casefold() for word in texts(value.get("adjustable"))}
    if unknown := adjustable - {label.casefold() for label in labels}:
        raise Unreadable(f"“{min(unknown)}” is none of {labels[0]} to {labels[-1]}.")
    return [
        UnitSpec(
            slug=slugify(f"{prefix}{place + 1}"),
            label=label,
            row=place // columns + 1,
            column=place % columns + 1,
            adjustable=label.casefold() in adjustable,
            is_own=True,
        )
        for place, label in enumerate(labels)
    ]


def _label(prefix: str, number: int) -> str:
    """G1, but “Kit 1” where a hyphen parts word and number."""
    return f"{prefix[:-1].capitalize()} {number}" if prefix.endswith("-") else f"{prefix}{number}"


def add_missing(wanted: Iterable[tuple[UnitSpec, Area | None]]) -> dict[str, Unit]:
    """Make the units that are not there, each in the area of the row that has it alone; return all of them by slug."""
    areas: dict[str, Area] = {}
    specs: dict[str, UnitSpec] = {}
    for spec, area in wanted:
        if area and spec.slug not in areas:
            areas[spec.slug] = area
        if spec.slug not in specs or (spec.label and not specs[spec.slug].label):
            specs[spec.slug] = spec
    there = {unit.slug: unit for unit in Unit.objects.filter(slug__in=specs)}
    missing = [
        Unit(
            slug=spec.slug,
            label=spec.label[:LENGTH] or spec.slug.replace("-", " ").capitalize(),
            area=areas.get(spec.slug),
            row=spec.row,
            column=spec.column,
            adjustable=spec.adjustable,
        )
        for spec in specs.values()
        if spec.slug not in there
    ]
    Unit.objects.bulk_create(missing)
    return there | {unit.slug: unit for unit in missing}
