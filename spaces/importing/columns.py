"""The columns of a file of spaces: what each is called, what may stand in it and how it is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from directory.importing.cells import (
    Unreadable,
    address_part,
    chosen,
    has_fields,
    limited,
    plain_text,
    texts,
    truth,
    whole_number,
)
from directory.importing.faults import did_you_mean
from directory.importing.values import Mapping, Value
from spaces.choices import Audience, PriceBand, SpaceKind, Takes
from spaces.models import AccessFeature, Allowance, Area, Floor, Gate, OpeningHours, SpacePage

from .rates import fee, rate

MOST_PEOPLE = 10_000
MOST_MINUTES = 366 * 24 * 60
SMALL = 32_767  # what a small whole number of the database holds
# What people write instead.
SYNONYMS = {
    "title": "name",
    "type": "kind",
    "people": "capacity",
    "seats": "capacity",
    "audience": "who",
    "open_to": "who",
    "access_features": "access",
    "opening_hours": "hours",
    "equipment": "kit",
}
RULES = (
    *("outside-hours", "bank-holiday", "too-short", "too-long", "too-soon", "too-far-ahead", "taken"),
    *("room-part-taken", "too-many-people", "tenants-only", "allowance-used", "prime-time", "induction-needed"),
    *("containment-needed", "training-needed", "lone-working", "needs-approval", "no-show"),
)


@dataclass(kw_only=True)
class Stated:
    """What one row says of one space. What it leaves out, or leaves empty, is not here and is never changed."""

    row: Mapping
    slug: str = ""
    name: str = ""
    plain: dict[str, Any] = field(default_factory=dict)  # fields of the page that are set as they are
    layouts: list[tuple[str, int]] = field(default_factory=list)
    area: Area | None = None
    lists: dict[str, list[Any]] = field(default_factory=dict)
    units: Value = None  # read when the slug is known
    gives_back: bool | None = None  # whether a space without check-in is given back
    notes: list[str] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.row.line


@dataclass
class Known:
    """What cells are looked up in; read once a file."""

    hours: dict[str, OpeningHours]
    access_features: dict[str, AccessFeature]
    gates: dict[str, Gate]
    allowances: dict[str, Allowance]
    floors: dict[str, Floor]
    areas: dict[str, Area]

    @classmethod
    def read(cls) -> "Known":
        return cls(
            _by_word(OpeningHours.objects.all()),
            _by_word(AccessFeature.objects.all()),
            _by_word(Gate.objects.all()),
            _by_word(Allowance.objects.all()),
            _by_word(Floor.objects.all()),
            {area.slug: area for area in Area.objects.all()},
        )


def _by_word(records: Iterable[Any]) -> dict[str, Any]:
    return {word.casefold(): record for record in records for word in (record.slug, record.name)}


Reader = Callable[[Value, Stated, Known], None]


@dataclass(frozen=True)
class Column:
    read: Reader
    hint: str


def _length_of(name: str) -> int:
    field: Any = SpacePage._meta.get_field(name)
    return int(field.max_length)


# ---- readers, one a column ------------------------------------------------------------------------------------------
def _slug(value: Value, stated: Stated, known: Known) -> None:
    stated.slug = address_part(value, _length_of("slug"))


def _name(value: Value, stated: Stated, known: Known) -> None:
    stated.name = limited(" ".join(plain_text(value).split()), _length_of("title"))
    stated.plain["title"] = stated.name


def _choice(name: str, choices: Any) -> Reader:
    def read(value: Value, stated: Stated, known: Known) -> None:
        stated.plain[name] = chosen(plain_text(value), choices)

    return read


def _number(name: str, least: int, most: int) -> Reader:
    def read(value: Value, stated: Stated, known: Known) -> None:
        stated.plain[name] = whole_number(plain_text(value), least, most)

    return read


def _truth(name: str) -> Reader:
    def read(value: Value, stated: Stated, known: Known) -> None:
        stated.plain[name] = truth(plain_text(value))

    return read


def _description(value: Value, stated: Stated, known: Known) -> None:
    stated.plain["description"] = limited(" ".join(plain_text(value).split()), 2_000)


def _kit(value: Value, stated: Stated, known: Known) -> None:
    stated.plain["kit"] = "\n".join(limited(line, 200) for line in texts(value))


def _containment(value: Value, stated: Stated, known: Known) -> None:
    text = limited(plain_text(value), _length_of("containment"))
    stated.plain["containment"] = "" if text == "none" else text


def _one(name: str, among: str, what: str) -> Reader:
    def read(value: Value, stated: Stated, known: Known) -> None:
        stated.plain[name] = _looked_up(plain_text(value), getattr(known, among), what)

    return read


def _several(name: str, what: str) -> Reader:
    def read(value: Value, stated: Stated, known: Known) -> None:
        stated.lists[name] = [_looked_up(word, getattr(known, name), what) for word in texts(value)]

    return read


def _area(value: Value, stated: Stated, known: Known) -> None:
    stated.area = _looked_up(plain_text(value), known.areas, "an area of a plan")


def _units(value: Value, stated: Stated, known: Known) -> None:
    stated.units = value


def _layouts(value: Value, stated: Stated, known: Known) -> None:
    """A mapping, or in a table “boardroom: 10; theatre: 16”."""
    if isinstance(value, Mapping):
        pairs = [(name, plain_text(people)) for name, people in value.items()]
    else:
        pairs = [(name.strip(), people.strip()) for name, _, people in (text.partition(":") for text in texts(value))]
    stated.layouts = [(limited(name, 40), whole_number(people, 1, MOST_PEOPLE)) for name, people in pairs]


def _who(value: Value, stated: Stated, known: Known) -> None:
    stated.plain["open_to"] = [chosen(word, Audience) for word in texts(value)]


def _price(value: Value, stated: Stated, known: Known) -> None:
    """Words, or band, words and rate."""
    if not isinstance(value, Mapping):
        stated.plain["price"] = limited(plain_text(value), _length_of("price"))
        return
    has_fields(value, "band", "words", "rate", needed="words")
    stated.plain["price"] = limited(plain_text(value["words"]), _length_of("price"))
    if value.get("band"):
        stated.plain["price_band"] = chosen(plain_text(value["band"]), PriceBand)
    if value.get("rate"):
        _fee(value["rate"], stated, known)


def _fee(value: Value, stated: Stated, known: Known) -> None:
    stated.plain |= fee(plain_text(value))


def _allowance(value: Value, stated: Stated, known: Known) -> None:
    """From which, and at what rate; in a table “room-hours: 1 an hour”."""
    if isinstance(value, Mapping):
        has_fields(value, "from", "rate", needed="from")
        slug, at = plain_text(value["from"]), plain_text(value.get("rate"))
    else:
        slug, _, at = (part.strip() for part in plain_text(value).partition(":"))
    stated.plain["allowance"] = _looked_up(slug, known.allowances, "an allowance")
    if at:
        stated.plain |= rate(at)


def _rules(value: Value, stated: Stated, known: Known) -> None:
    """Most rules hold for every space as far as its own fields say so; three have to be asked for."""
    found = texts(value)
    for word in found:
        if word not in RULES:
            raise Unreadable(f"“{word[:60]}” is not a rule. {did_you_mean(word, RULES)}")
    stated.plain["prime_time"] = "prime-time" in found
    stated.plain["lone_working"] = "lone-working" in found
    stated.gives_back = "no-show" in found


def _looked_up(word: str, among: dict[str, Any], what: str) -> Any:
    found = among.get(word.casefold())
    if found is None:
        slugs = dict.fromkeys(record.slug for record in among.values())
        raise Unreadable(f"“{word[:80]}” is not {what} that we know. {did_you_mean(word, slugs)}")
    return found


COLUMNS: dict[str, Column] = {
    "slug": Column(_slug, "the last part of the address; a slug that is there already names that space"),
    "name": Column(_name, "as it stands on the door"),
    "kind": Column(_choice("kind", SpaceKind), f"one of: {', '.join(SpaceKind.values)}"),
    "capacity": Column(_number("capacity", 1, MOST_PEOPLE), "people at most"),
    "units": Column(_units, "what a booking takes: a list of rooms, or how many pieces there are"),
    "takes": Column(_choice("takes", Takes), "all of its units, or any: as many as are asked for"),
    "floor": Column(_one("floor", "floors", "a floor"), "by slug or name"),
    "area": Column(_area, "of the plan, in which its units stand"),
    "layouts": Column(_layouts, "such as boardroom: 10; theatre: 16"),
    "description": Column(_description, "two or three sentences"),
    "kit": Column(_kit, "a list of what stands in it"),
    "access": Column(_several("access_features", "an access feature"), "a list of access features"),
    "containment": Column(_containment, "of a bench, such as level 2"),
    "hours": Column(_one("hours", "hours", "a list of hours"), "opening hours, by slug or name"),
    "slot_minutes": Column(_number("slot_minutes", 5, MOST_MINUTES), "bookings begin and end on this grid"),
    "min_minutes": Column(_number("min_minutes", 1, MOST_MINUTES), "the shortest booking"),
    "max_minutes": Column(_number("max_minutes", 1, MOST_MINUTES), "the longest booking"),
    "buffer_before": Column(_number("buffer_before", 0, SMALL), "minutes to set up"),
    "buffer_after": Column(_number("buffer_after", 0, SMALL), "minutes to clear"),
    "notice_minutes": Column(_number("notice_minutes", 0, MOST_MINUTES), "how long before"),
    "window_days": Column(_number("window_days", 0, SMALL), "how many days ahead it opens"),
    "cancel_minutes": Column(
        _number("cancel_minutes", 0, MOST_MINUTES), "how long before it is free to cancel; later it still counts"
    ),
    "who": Column(_who, f"a list of: {', '.join(Audience.values)}"),
    "approval": Column(_truth("approval"), "true when somebody has to say yes"),
    "price": Column(_price, "as people read it"),
    "fee": Column(_fee, "pounds, of whom no allowance covers, such as 24 an hour"),
    "price_band": Column(_choice("price_band", PriceBand), f"one of: {', '.join(PriceBand.values)}"),
    "allowance": Column(_allowance, "and its rate, such as room-hours: 1 an hour"),
    "gates": Column(_several("gates", "a gate"), "a list of what somebody needs first"),
    "rules": Column(_rules, "a list; prime-time, lone-working and no-show are switched on by it"),
    "demonstration": Column(_truth("demonstration"), "true when it is invented"),
}
