"""A marked word in every text of a private record that somebody types, and who may find it.

Addresses of mail stay as they are, since they say whose a record is, and are marks themselves: all but those of people who sign
in, who are known by them. What a ledger of figures holds can’t be rewritten.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models
from django.db.models import F

from accounts.models import User
from core import subject_access
from core.privacy import personal_data
from events.bookings.models import Attendee, Booking
from tenancy.models import Private
from tests.structure.house import apps_from_high_to_low

from .records import PUBLISHED, RECORDS
from .rows import MEMBERS, STAFF
from .village import Village

MARK = re.compile(r"zq\d{4}q")
ADDRESS = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
LONGEST = len("zq0000q")
NAMED_EVERYWHERE = {"accounts.User"}  # people are called by their names wherever they work with somebody
LEDGER = {"impact"}
# Some a record is found or opened by; the others are words of a program's own, though they stand in a field of text.
NOT_TYPED = {"reference", "digest", "code", "number", "model", "before", "after", "what", "status", "letter"}
# What was typed stands there as the address of a list: in other shape it would be read as a list of everything.
IN_AN_ADDRESS = {"search.SavedSearch.query_string", "tenancy.SavedView.query"}
# Words that are kept in a structure: what it was, with the mark in it.
STRUCTURES: dict[str, Callable[[Any, str], Any]] = {
    "tenancy.MatchSuggestion.reasons": lambda _, mark: [mark],
    "directory.ProfileChange.after": lambda was, mark: {**was, "summary": mark},
    "events.FeedbackSurvey.answers": lambda _, mark: [{"rating": 5, "again": True, "words": mark}],
}
# Keys and choices, and nothing that anybody wrote.
NO_WORDS = {
    *("tenancy.AccountMerge.moved", "tenancy.UpdatesSubscription.topics", "tenancy.NewsLetter.topics"),
    *("events.Booking.groups", "spaces.Booking.groups", "spaces.BookingLetter.was", "search.SavedSearch.told"),
}


class Place(NamedTuple):
    """Where a word or an address stands."""

    model: Any
    name: str
    key: Any

    @property
    def field(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    def __str__(self) -> str:
        return f"{self.field} {self.key}"


@dataclass(frozen=True)
class Allowed:
    """Words that some read at one address, though the record is not theirs to open."""

    field: str
    roles: frozenset[str]
    route: str
    why: str


ALLOWED = (
    Allowed(
        "spaces.Booking.name",
        STAFF,
        "staff/accounts/<int:pk>/",
        "Whoever works with accounts reads all of one, its people and where they were included (docs/tenancy.md, the "
        "timeline; the purpose stands in docs/privacy.md). What the booking was for, and its address, they don’t.",
    ),
)


@dataclass
class Canary:
    """``marks``: of which record each word is; ``addresses``: of which ones each address. Asked once for a role and a record."""

    people: dict[str, Any]
    reads: dict[str, frozenset[str]]  # of tables outside the tenancy: by a permission, or at a desk
    marks: dict[str, Place] = field(default_factory=dict)
    addresses: dict[str, list[Place]] = field(default_factory=dict)
    known: dict[tuple[str, Any, Any], bool] = field(default_factory=dict)
    used: set[Allowed] = field(default_factory=set)

    def plant(self) -> None:
        booked = list(Attendee.objects.filter(name=F("booking__name")).values_list("pk", "booking"))
        for model in private_models():
            fields = list(_typed(model))
            for row in model._default_manager.order_by("pk") if fields else ():
                said = {name: self._marked(row, name) for name in fields}
                model._default_manager.filter(pk=row.pk).update(**said)
        for attendee, booking in booked:  # whoever books and comes is known by that the names are one
            Attendee.objects.filter(pk=attendee).update(name=Booking.objects.get(pk=booking).name)
        self._find_addresses()

    def _marked(self, row: Any, name: str) -> Any:
        mark = f"zq{len(self.marks):04d}q"
        self.marks[mark] = place = Place(type(row), name, row.pk)
        if marked := STRUCTURES.get(place.field):
            return marked(getattr(row, name), mark)
        return f"q={mark}" if place.field in IN_AN_ADDRESS else mark

    def _find_addresses(self) -> None:
        signs_in = {
            *User.objects.values_list("email", flat=True),
            *EmailAddress.objects.values_list("email", flat=True),
        }
        for model in private_models():
            for one in _about_people(model):
                if isinstance(one, models.EmailField):
                    for key, address in model._default_manager.exclude(**{one.name: ""}).values_list("pk", one.name):
                        if address not in signs_in:
                            self.addresses.setdefault(address.lower(), []).append(Place(model, one.name, key))

    def found_in(self, text: str) -> set[str]:
        return {mark for mark in MARK.findall(text.lower()) if mark in self.marks}

    def addresses_in(self, text: str) -> set[str]:
        return {address.replace("%40", "@") for address in ADDRESS.findall(text.lower())} & self.addresses.keys()

    def strangers_to(self, role: str, text: str, route: str = "") -> set[str]:
        """Of the words and addresses in ``text`` those that are of a record which ``role`` may not read."""
        return {
            str(place)
            for place in self._in(text, lambda place: self.may_read(role, place.model, place.key))
            if not self._is_allowed(place.field, role, route)
        }

    def strangers_to_address(self, address: str, text: str) -> set[str]:
        """The same for whoever gets a letter: one of the matrix, or somebody who is known by their address alone."""
        for role, user in self.people.items():
            if user is not None and user.email == address:
                return self.strangers_to(role, text)
        person = subject_access.person_at(address)
        return {str(place) for place in self._in(text, lambda place: _is_of(person, place.model, place.key), address)}

    def _in(self, text: str, may_read: Callable[[Place], bool], own: str = "") -> Iterator[Place]:
        """What stands in ``text`` and whoever it is for may not read: an address, where it is of several records, of none."""
        for mark in self.found_in(text):
            if not may_read(self.marks[mark]):
                yield self.marks[mark]
        for address in self.addresses_in(text) - {own.lower()}:
            if not any(may_read(place) for place in self.addresses[address]):
                yield from self.addresses[address]

    def _is_allowed(self, said: str, role: str, route: str) -> bool:
        found = {one for one in ALLOWED if one.field == said and role in one.roles and one.route == route}
        self.used |= found
        return bool(found)

    def may_read(self, role: str, model: Any, key: Any) -> bool:
        asked = (role, model, key)
        if asked not in self.known:
            self.known[asked] = self._may_read(role, model, key)
        return self.known[asked]

    def _may_read(self, role: str, model: Any, key: Any) -> bool:
        user = self.people[role]
        if user is None:
            return False
        if issubclass(model, Private):
            return bool(model.objects.visible_to(user).filter(pk=key).exists())
        if role in self.reads.get(model._meta.label, ()) and (role not in MEMBERS or _is_of_theirs(user, model, key)):
            return True
        return _is_of(subject_access.person_of(user), model, key)


def _is_of_theirs(user: Any, model: Any, key: Any) -> bool:
    """Who reads records of a table because of their organisation reads no other’s."""
    if not any(one.name == "organisation" for one in model._meta.fields):
        return False
    return bool(model._default_manager.filter(pk=key, organisation__members__user=user).exists())


def _is_of(person: subject_access.Person, model: Any, key: Any) -> bool:
    ways = subject_access.given().get(model._meta.label, [])
    return any(model._default_manager.filter(way.which(person)).filter(pk=key).exists() for way in ways)


def plant_in(village: Village) -> None:
    reads: dict[str, frozenset[str]] = {}
    for record in RECORDS:
        reads[record.label] = reads.get(record.label, frozenset()) | record.reads
    village.canary = Canary(village.people, reads)
    village.canary.plant()
    for one in village.of.values():
        if isinstance(one, models.Model):
            one.refresh_from_db()


@cache
def private_models() -> tuple[Any, ...]:
    """What is behind the wall, and every table of ours in which a person is described."""
    about_people = {entry.model for entry in personal_data()} - PUBLISHED - NAMED_EVERYWHERE
    ours = set(apps_from_high_to_low()) - LEDGER
    return tuple(
        model
        for model in apps.get_models()
        if issubclass(model, Private) or (model._meta.label in about_people and model._meta.app_label in ours)
    )


def _about_people(model: Any) -> Iterator[Any]:
    """The fields of ``model`` that are private: in the tenancy all, elsewhere those that are about people."""
    about = {name for entry in personal_data() if entry.model == model._meta.label for name in entry.fields}
    for one in model._meta.concrete_fields:
        if issubclass(model, Private) or one.name in about or f"{model._meta.label}.{one.name}" in STRUCTURES:
            yield one


def _typed(model: Any) -> Iterator[str]:
    """Names of the fields of ``model`` that somebody writes words into."""
    for one in _about_people(model):
        if f"{model._meta.label}.{one.name}" in STRUCTURES:
            yield one.name
            continue
        is_text = isinstance(one, models.CharField | models.TextField)
        is_other = isinstance(one, models.EmailField | models.SlugField | models.URLField)
        if not is_text or is_other or one.choices or one.unique or one.name in NOT_TYPED:
            continue
        if (one.max_length or LONGEST) >= LONGEST:
            yield one.name


def structures() -> set[str]:
    """Private fields that hold more than a text."""
    return {
        f"{model._meta.label}.{one.name}"
        for model in private_models()
        for one in _about_people(model)
        if isinstance(one, models.JSONField)
    }
