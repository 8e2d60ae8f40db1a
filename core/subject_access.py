"""All that is held about one person, to be handed to them or taken out: asked of every app, which knows its own tables.

An app says in its ``subject_access.py`` how rows of each table in its ``privacy.py`` lead to a person, or why none is
handed over; a test holds the two against each other. A row leads to somebody by the account that signs in or by an
address that is proven to be theirs, never by a name: names prove nobody. Full names that are known of somebody are for what
others wrote of them, in places that are theirs.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeAlias

from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from django.db.models import Model, Q
from django.dispatch import Signal
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from .privacy import personal_data

erased = Signal()  # by: in the same transaction, where it was not the person who did it
handed_over = Signal()  # by, person, number: before a bundle is given to somebody who is not the person
looked_up = Signal()  # by, person, number: before somebody is told where others wrote of a person
SECRET = {"code", "data", "digest", "key", "nonce", "number", "password", "secret"}  # they open something


@dataclass(frozen=True)
class Person:
    users: frozenset[int]
    addresses: frozenset[str]  # in lower case
    names: frozenset[str] = frozenset()  # full ones, once they were looked up
    records: frozenset[tuple[str, int]] = frozenset()  # rows that we know to be theirs without either, by label and key

    def owns(self, user: str = "user", address: str = "email") -> Q:
        """Rows of their account, and those of nobody's account that bear their address."""
        return Q(**{f"{user}__in": self.users}) | Q(**{user: None, f"{address}__in": self.addresses})

    def known(self, model: str) -> set[int]:
        """Keys of ``records`` in one table."""
        return {key for label, key in self.records if label == model}


Which: TypeAlias = Callable[[Person], Q]


@dataclass(frozen=True)
class Held:
    """Which rows of a table are a person's. ``fields``: those alone are about them; none: all but what opens something."""

    which: Which
    fields: tuple[str, ...]
    said_as: Mapping[str, Callable[[Any], Any]]  # where a value says more than is theirs


_held: dict[str, list[Held]] = {}
_not_given: dict[str, str] = {}
_erasures: list[tuple[bool, Callable[[Person], None]]] = []
_mentions: list[Callable[[Person], Iterable["Mention"]]] = []
_names: list[Callable[[Person], Iterable[str]]] = []

WORK = "Records that say which colleague did their work: they are about somebody else."


def give(
    model: str,
    which: Which,
    *,
    fields: tuple[str, ...] = (),
    said_as: Mapping[str, Callable[[Any], Any]] | None = None,
) -> None:
    _held.setdefault(model, []).append(Held(which, fields, said_as or {}))


def give_not(why: str, *names: str) -> None:
    """Tables of which nothing is handed over, with the reason that a person is told."""
    _not_given.update(dict.fromkeys(names, why))


def erasure(*, last: bool = False) -> Callable[[Callable[[Person], None]], Callable[[Person], None]]:
    """Have a function called with whoever is to be forgotten; ``last``: when every other has found its rows by them."""

    def registered(function: Callable[[Person], None]) -> Callable[[Person], None]:
        _erasures.append((last, function))
        return function

    return registered


def called(function: Callable[[Person], Iterable[str]]) -> Callable[[Person], Iterable[str]]:
    """Have a function say how somebody is called in its app's own rows of them."""
    _names.append(function)
    return function


def mentioned(function: Callable[[Person], Iterable["Mention"]]) -> Callable[[Person], Iterable["Mention"]]:
    """Have a function say where its app's records hold the name or an address of somebody, in the words of others."""
    _mentions.append(function)
    return function


def given() -> dict[str, list[Held]]:
    autodiscover_modules("subject_access")
    return _held


def not_given() -> dict[str, str]:
    autodiscover_modules("subject_access")
    return _not_given


# ---- who ------------------------------------------------------------------------------------------------------------
def person_of(user: Any) -> Person:
    """With the addresses that they have proven to be theirs."""
    proven = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return Person(frozenset({user.pk}), frozenset(address.lower() for address in proven))


def person_at(address: str) -> Person:
    """Whoever has ``address``: asked by us, who have made sure that it is theirs. With their account, if they have one."""
    address = address.strip().lower()
    proven = EmailAddress.objects.filter(email__iexact=address, verified=True)
    found = get_user_model()._default_manager.filter(Q(email=address) | Q(pk__in=proven.values("user")))
    people = [person_of(user) for user in found]
    return Person(
        frozenset().union(*(one.users for one in people)),
        frozenset({address}).union(*(one.addresses for one in people)),
    )


def with_names(person: Person, *, whole: bool = True) -> Person:
    """First names alone are anybody's, and some are words: where ``whole``, a name counts that has two parts."""
    autodiscover_modules("subject_access")
    found = {" ".join(name.split()) for function in _names for name in function(person)}
    return replace(person, names=person.names | {name for name in found if name and (" " in name or not whole)})


# ---- what is held ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Table:
    """What one table holds about somebody, and what for."""

    model: str
    title: str
    purposes: list[str]
    kept: list[str]
    rows: list[dict[str, Any]]
    keys: list[Any]

    def in_words(self) -> list[list[tuple[str, Any]]]:
        """The rows as people read them: each column by its name, what is empty left out."""
        fields = apps.get_model(self.model)._meta.get_field
        names = {name: str(getattr(fields(name), "verbose_name", name)) for row in self.rows for name in row}
        return [
            [(names[name], value) for name, value in row.items() if name != "id" and value not in (None, "", [], {})]
            for row in self.rows
        ]


def bundle(person: Person) -> list[Table]:
    """Everything, by table; tables that hold nothing about them are left out."""
    entries = personal_data()
    found = []
    for label, ways in sorted(given().items()):
        model = apps.get_model(label)
        if rows := _rows(model, ways, person):
            about = [entry for entry in entries if entry.model == label]
            purposes, kept = _once(entry.purpose for entry in about), _once(entry.retention for entry in about)
            found.append(Table(label, title_of(model), purposes, kept, list(rows.values()), list(rows)))
    return found


def title_of(model: type[Model]) -> str:
    """How a table is called where people read it."""
    if model._meta.label == "auditlog.LogEntry":
        return "changes in the history"
    title = re.sub(r"([^aeiou])ys$", r"\1ies", str(model._meta.verbose_name_plural))
    return re.sub(r"(ch|sh)s$", r"\1es", title)


def as_data(person: Person) -> dict[str, Any]:
    """The same for a file."""
    return {
        "made_at": timezone.now().isoformat(),
        "addresses": sorted(person.addresses),
        "held": {
            table.model: {"purposes": table.purposes, "kept": table.kept, "records": table.rows}
            for table in bundle(person)
        },
        "not_included": not_given(),
    }


def _once(words: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _rows(model: type[Model], ways: list[Held], person: Person) -> dict[Any, dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    for way in ways:
        keys = model._default_manager.filter(way.which(person)).values("pk")
        for row in model._default_manager.filter(pk__in=keys).order_by("pk"):
            found.setdefault(row.pk, {}).update(_said(row, way, person))
    return found


def _said(row: Model, way: Held, person: Person) -> dict[str, Any]:
    names = way.fields or [field.name for field in row._meta.concrete_fields if field.name not in SECRET]
    values = {name: _value(row, row._meta.get_field(name), person) for name in names}
    return {name: way.said_as[name](value) if name in way.said_as else value for name, value in values.items()}


def _value(row: Model, field: Any, person: Person) -> Any:
    if field.related_model is get_user_model():
        key = getattr(row, field.attname)
        return None if key is None else "you" if key in person.users else "somebody else"
    if field.is_relation:
        other = getattr(row, field.name)
        return None if other is None else str(other)
    value = field.value_from_object(row)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


# ---- what others wrote of them --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Mention:
    """A record that may be about somebody: never its words, which may be about others too. ``page``: where it is read."""

    title: str
    key: int
    on: str
    page: str
    note: str = ""


def to_review(person: Person) -> list[Mention]:
    """For a person to look at who answers ``person``: a full name or an address stands there. Nothing of it is in a bundle."""
    person = with_names(person)
    return [one for function in _mentions for one in function(person)]


# ---- erasing --------------------------------------------------------------------------------------------------------
@transaction.atomic
def erase(person: Person) -> None:
    """Take everything about somebody out, for good. Raises what an app refuses; then nothing has been done."""
    person = with_names(replace(person, names=frozenset()))  # before the rows are gone that say them
    for _, function in sorted(_erasures, key=lambda one: one[0]):
        function(person)


def where_said(*words: str) -> list[tuple[str, str, int]]:
    """Table, column and number of rows that still say one of ``words``, whoever wrote them: for a person to look at."""
    found = []
    quote = connection.ops.quote_name
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        for field in model._meta.local_concrete_fields:
            if not isinstance(field, models.CharField | models.TextField | models.JSONField) or not field.column:
                continue
            column = f"LOWER(CAST({quote(field.column)} AS TEXT)) LIKE %s"
            asked = f"SELECT COUNT(*) FROM {quote(model._meta.db_table)} WHERE {' OR '.join([column] * len(words))}"  # noqa: S608 -- names of our own tables
            with connection.cursor() as cursor:
                cursor.execute(asked, [f"%{word.lower()}%" for word in words])
                if number := cursor.fetchone()[0]:
                    found.append((model._meta.db_table, field.column, number))
    return found


# ---- the CMS, and what packages keep --------------------------------------------------------------------------------
def _of_user(person: Person) -> Q:
    return Q(user__in=person.users)


give(
    "core.SiteSettings",
    lambda person: Q(contact_email__in=person.addresses),
    fields=("contact_name", "contact_role", "contact_email", "contact_telephone"),
)
give("wagtailcore.Comment", _of_user)
give("wagtailcore.CommentReply", _of_user)
give("wagtailcore.PageSubscription", _of_user)
give("wagtailcore.APIToken", _of_user, fields=("user",))
give("wagtailusers.UserProfile", _of_user)
give("wagtailadmin.EditingSession", _of_user)
give_not("Previews of pages that are being written: kept for a day.", "wagtailadmin.FormState")
give_not(
    WORK,
    *("core.VillageImage", "wagtailimages.Image", "wagtaildocs.Document", "wagtailmedia.Media"),
    *("wagtailcore.UploadedFile", "wagtailcore.Page", "wagtailcore.Revision", "wagtailcore.WorkflowState"),
    *("wagtailcore.TaskState", "wagtailcore.PageLogEntry", "wagtailcore.ModelLogEntry"),
)


@erasure(last=True)
def forget_tasks(person: Person) -> None:
    """What a task was given, and the trace of a letter that was refused, may hold an address."""
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 -- a model, not ready when this is imported

    for result in DBTaskResult.objects.all():
        said = f"{result.args_kwargs} {result.traceback} {result.return_value}".lower()
        is_named = result.finished_at is not None and any(name.lower() in said for name in person.names)
        if is_named or any(address in said for address in person.addresses):
            result.delete()
