"""The columns of a file of events: what each is called, what may stand in it and how it is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from core.relative_dates import LONDON, resolve_moment
from directory.importing.cells import Unreadable, address_part, chosen, limited, plain_text, texts, truth
from directory.importing.faults import did_you_mean
from directory.importing.values import Mapping, Value
from directory.importing.vocabulary import Vocabulary
from directory.models import OrganisationPage
from events.choices import EventKind, EventStatus
from events.models import Audience, EventPage

MOST_PLACES = 100_000
# What people write instead.
SYNONYMS = {
    "name": "title",
    "start": "starts_at",
    "end": "ends_at",
    "starts": "starts_at",
    "ends": "ends_at",
    "type": "kind",
    "room": "space",
    "capacity": "places",
    "audience": "audiences",
    "url": "booking_url",
}


@dataclass(kw_only=True)
class Stated:
    """What one row says of one event. What it leaves out, or leaves empty, is not here and is never changed."""

    row: Mapping
    slug: str = ""
    plain: dict[str, Any] = field(default_factory=dict)  # fields of the page that are set as they are
    description: str = ""
    online: bool | None = None
    lists: dict[str, list[Any]] = field(default_factory=dict)
    hosts: list[OrganisationPage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.row.line


@dataclass
class Known:
    """What cells are looked up in; read once a file."""

    vocabulary: Vocabulary
    audiences: dict[str, Audience]
    organisations: dict[str, OrganisationPage]

    @classmethod
    def read(cls) -> "Known":
        audiences = {word: a for a in Audience.objects.all() for word in (a.slug, a.name.casefold())}
        organisations = {page.slug: page for page in OrganisationPage.objects.all()}
        return cls(Vocabulary.read(), audiences, organisations)


Reader = Callable[[Value, Stated, Known], None]


@dataclass(frozen=True)
class Column:
    read: Reader
    hint: str


def _length_of(name: str) -> int:
    field: Any = EventPage._meta.get_field(name)
    return int(field.max_length)


# ---- readers, one a column ------------------------------------------------------------------------------------------
def _slug(value: Value, stated: Stated, known: Known) -> None:
    stated.slug = address_part(value, _length_of("slug"))


def _line(name: str) -> Reader:
    """A field of one line, whatever breaks it holds."""

    def read(value: Value, stated: Stated, known: Known) -> None:
        stated.plain[name] = limited(" ".join(plain_text(value).split()), _length_of(name))

    return read


def _text(name: str) -> Reader:
    def read(value: Value, stated: Stated, known: Known) -> None:
        stated.plain[name] = limited(plain_text(value), 5_000)

    return read


def _description(value: Value, stated: Stated, known: Known) -> None:
    stated.description = limited(plain_text(value), 20_000)


def _moment(name: str) -> Reader:
    def read(value: Value, stated: Stated, known: Known) -> None:
        text = plain_text(value)
        if not set(text) & set("T "):
            raise Unreadable(f"“{text[:40]}” has no time. Write it as 2027-05-20T17:30, in London time.")
        moment = resolve_moment(text, timezone.localdate())
        if words := _skipped(text, moment):
            stated.notes.append(f"line {stated.row.line_of(name)}: {words}")
        stated.plain[name] = moment

    return read


def _skipped(written: str, moment: datetime) -> str:
    """What became of a time that London's clocks skip."""
    wall = datetime.fromisoformat(written)
    read = moment.astimezone(LONDON)
    if wall.tzinfo or wall.time() == read.time():
        return ""
    return f"{wall:%H:%M} does not exist in the night in which the clocks go forward; it was read as {read:%H:%M}."


def _kind(value: Value, stated: Stated, known: Known) -> None:
    stated.plain["kind"] = chosen(plain_text(value), EventKind)


def _status(value: Value, stated: Stated, known: Known) -> None:
    stated.plain["status"] = chosen(plain_text(value), EventStatus)


def _places(value: Value, stated: Stated, known: Known) -> None:
    text = plain_text(value)
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 0 < int(text) <= MOST_PLACES):
        raise Unreadable(f"“{text[:40]}” is not a number of places. Write a whole number from 1 to {MOST_PLACES:,}.")
    stated.plain["places"] = int(text)


def _online(value: Value, stated: Stated, known: Known) -> None:
    stated.online = truth(plain_text(value))


def _building(value: Value, stated: Stated, known: Known) -> None:
    stated.plain["building"] = known.vocabulary.find("place", plain_text(value))


def _terms(column: str, list_name: str) -> Reader:
    def read(value: Value, stated: Stated, known: Known) -> None:
        stated.lists[column] = [known.vocabulary.find(list_name, word) for word in texts(value)]

    return read


def _audiences(value: Value, stated: Stated, known: Known) -> None:
    stated.lists["audiences"] = [_looked_up(word, known.audiences, "an audience we know") for word in texts(value)]


def _hosts(value: Value, stated: Stated, known: Known) -> None:
    stated.hosts = [_looked_up(word, known.organisations, "in the directory") for word in texts(value)]


def _looked_up(word: str, among: dict[str, Any], what: str) -> Any:
    found = among.get(word.casefold())
    if found is None:
        raise Unreadable(f"“{word[:80]}” is not {what}. {did_you_mean(word, _slugs(among.values()))}")
    return found


def _slugs(records: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(record.slug for record in records))


def _booking_url(value: Value, stated: Stated, known: Known) -> None:
    text = plain_text(value)
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError as error:
        words = f"“{text[:80]}” is not a web address. Write it whole, such as https://example.org/."
        raise Unreadable(words) from error
    stated.plain["booking_url"] = limited(text, _length_of("booking_url"))


def _demonstration(value: Value, stated: Stated, known: Known) -> None:
    stated.plain["demonstration"] = truth(plain_text(value))


COLUMNS: dict[str, Column] = {
    "slug": Column(_slug, "the last part of the address; a slug that is there already names that event"),
    "title": Column(_line("title"), "what it is called"),
    "summary": Column(_line("summary"), "one or two sentences"),
    "description": Column(_description, "a line break begins a paragraph"),
    "starts_at": Column(_moment("starts_at"), "such as 2027-05-20T17:30, London time unless it says otherwise"),
    "ends_at": Column(_moment("ends_at"), "the same"),
    "kind": Column(_kind, f"one of: {', '.join(EventKind.values)}"),
    "places": Column(_places, "for how many people"),
    "space": Column(_line("space"), "the room, as on its door"),
    "building": Column(_building, "a place of the list of places"),
    "address": Column(_text("address"), "where it is no place of the list"),
    "online": Column(_online, "true or false; true with a space or address is both"),
    "access": Column(_text("access"), "what somebody needs to know to come"),
    "price": Column(_line("price"), "empty: no charge"),
    "status": Column(_status, "scheduled, postponed or cancelled; the latter two need a notice"),
    "notice": Column(_line("notice"), "shown at the top"),
    "booking_url": Column(_booking_url, "where it is booked, if not with us"),
    "audiences": Column(_audiences, "a list"),
    "themes": Column(_terms("themes", "theme"), "a list"),
    "needs": Column(_terms("needs", "need"), "a list of needs that it helps with"),
    "hosts": Column(_hosts, "a list of organisations, by slug"),
    "demonstration": Column(_demonstration, "true when it is invented"),
}
