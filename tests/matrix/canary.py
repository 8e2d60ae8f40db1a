"""A marked word in every text of a private record that somebody types, and who may find it.

Addresses of mail stay as they are, since they say whose a record is; so does what a ledger of figures holds, which
can’t be rewritten, and what is kept as a structure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F

from core import subject_access
from core.privacy import personal_data
from events.bookings.models import Attendee, Booking
from tenancy.models import Private
from tests.structure.house import apps_from_high_to_low

from .records import PUBLISHED, RECORDS
from .rows import MEMBERS, STAFF
from .village import Village

MARK = re.compile(r"zq\d{4}q")
LONGEST = len("zq0000q")
NAMED_EVERYWHERE = {"accounts.User"}  # people are called by their names wherever they work with somebody
LEDGER = {"impact"}
# Some a record is found or opened by; the others are words of a program's own, though they stand in a field of text.
NOT_TYPED = {"reference", "digest", "code", "number", "model", "before", "after", "what", "status", "letter"}
# What was typed stands there as the address of a list: in other shape it would be read as a list of everything.
IN_AN_ADDRESS = {"search.SavedSearch.query_string", "tenancy.SavedView.query"}


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
    """``marks``: of which record each word is. Asked once for a role and a record."""

    people: dict[str, Any]
    reads: dict[str, frozenset[str]]  # of tables outside the tenancy: by a permission, or at a desk
    marks: dict[str, tuple[Any, str, Any]] = field(default_factory=dict)
    known: dict[tuple[str, Any, Any], bool] = field(default_factory=dict)
    used: set[Allowed] = field(default_factory=set)

    def plant(self) -> None:
        booked = list(Attendee.objects.filter(name=F("booking__name")).values_list("pk", "booking"))
        for model in private_models():
            fields = list(_typed(model))
            for row in model._default_manager.order_by("pk") if fields else ():
                said = {name: self._marked(model, name, row.pk) for name in fields}
                model._default_manager.filter(pk=row.pk).update(**said)
        for attendee, booking in booked:  # whoever books and comes is known by that the names are one
            Attendee.objects.filter(pk=attendee).update(name=Booking.objects.get(pk=booking).name)

    def _marked(self, model: Any, name: str, key: Any) -> str:
        mark = f"zq{len(self.marks):04d}q"
        self.marks[mark] = (model, name, key)
        return f"q={mark}" if f"{model._meta.label}.{name}" in IN_AN_ADDRESS else mark

    def found_in(self, text: str) -> set[str]:
        return {mark for mark in MARK.findall(text.lower()) if mark in self.marks}

    def strangers_to(self, role: str, text: str, route: str = "") -> set[str]:
        """Of the words in ``text`` those that are of a record which ``role`` may not read."""
        strangers = set()
        for mark in self.found_in(text):
            model, name, key = self.marks[mark]
            said = f"{model._meta.label}.{name}"
            if not self.may_read(role, model, key) and not self._is_allowed(said, role, route):
                strangers.add(f"{said} {key}")
        return strangers

    def strangers_to_address(self, address: str, text: str) -> set[str]:
        """The same for whoever gets a letter: one of the matrix, or somebody who is known by their address alone."""
        for role, user in self.people.items():
            if user is not None and user.email == address:
                return self.strangers_to(role, text)
        person = subject_access.person_at(address)
        found = [self.marks[mark] for mark in self.found_in(text)]
        return {f"{model._meta.label}.{name} {key}" for model, name, key in found if not _is_of(person, model, key)}

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


def _typed(model: Any) -> Iterator[str]:
    """Names of the fields of ``model`` that somebody writes words into; outside the tenancy those that are about people."""
    about = {name for entry in personal_data() if entry.model == model._meta.label for name in entry.fields}
    for one in model._meta.concrete_fields:
        is_text = isinstance(one, models.CharField | models.TextField)
        is_other = isinstance(one, models.EmailField | models.SlugField | models.URLField)
        if not is_text or is_other or one.choices or one.unique or one.name in NOT_TYPED:
            continue
        if (one.max_length or LONGEST) >= LONGEST and (issubclass(model, Private) or one.name in about):
            yield one.name
