"""Accounts by any word of what is known of them: found across all their records, shown with those that have the words.

Every record is asked for through ``visible_to``: what somebody may not read is not found by them, not counted, and moves nothing
up or down. Each word may stand in another record of the account, so that a name and what was said to them find it together.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import and_, itemgetter, or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, TextField, Value, When, Window
from django.db.models.functions import Cast, Coalesce, Concat, RowNumber

from accounts.models import User
from directory.models import OrganisationName
from tenancy.choices import AccountState, Confidentiality, Visibility
from tenancy.models import (
    Account,
    Collaboration,
    Contact,
    Enquiry,
    Interaction,
    Introduction,
    Note,
    Objective,
    Outcome,
    SupportRequest,
    Task,
)
from tenancy.words import COLUMNS, Word, having, pieces, there, words_of

BETWEEN = " · "  # columns of one record
SHOWN = 3  # records of one account


@dataclass(frozen=True)
class Kind:
    """``account`` leads to the key of its account, below nothing where it has none; ``weight`` is how much a word says there."""

    model: Any
    noun: str
    weight: int
    at: str
    account: Any = "account_id"
    opens: str = "pk"  # the key of what its page is about
    unread: Q | None = None  # such as are read where the read is written down, never in passing
    only: Q = field(default_factory=Q)

    @property
    def name(self) -> str:
        return str(self.model.__name__)

    @property
    def owner(self) -> Any:
        return F(self.account) if isinstance(self.account, str) else self.account

    def readable_by(self, viewer: User) -> QuerySet[Any]:
        rows: QuerySet[Any]
        if self.model is OrganisationName:  # public, but that there is an account is not
            accounts = Account.objects.visible_to(viewer).values("organisation")
            rows = OrganisationName.objects.filter(organisation__in=accounts)
        else:
            rows = self.model.objects.visible_to(viewer).filter(self.only)
        return rows.order_by()

    def of(self, keys: Sequence[int]) -> Q:
        """Those of the accounts with these keys, of which an enquiry that has none bears its own, below nothing."""
        if self.model is Account:
            return Q(pk__in=keys)
        if self.model is Enquiry:
            return Q(account__in=keys) | Q(account=None, pk__in=[-key for key in keys])
        return Q(**{f"{self.account}__in": keys})

    def has(self, *words: Word, any_of: bool = False, among: QuerySet[Any] | None = None) -> Q:
        if self.model in COLUMNS:
            return Q(pk__in=having(self.model, *words, any_of=any_of, among=among))
        return reduce(or_ if any_of else and_, (Q(name__icontains=word.said) for word in words))


def _restricted(path: str) -> Q:
    return Q(**{f"{path}confidentiality": Confidentiality.RESTRICTED})


OF_NO_ACCOUNT = Coalesce("account_id", Value(0) - F("pk"), output_field=BigIntegerField())
OF_INTRODUCTION = "introduction__request__"
KINDS = {
    kind.name: kind
    for kind in (
        Kind(Account, "Account", 16, "opened_at", Coalesce("merged_into_id", "pk")),
        Kind(OrganisationName, "Other name", 12, "organisation__account__opened_at", "organisation__account__pk"),
        # A second entry of somebody, which waits for a merge to be taken back, is the same person.
        Kind(Contact, "Person", 8, "created_at", only=~Q(account__state=AccountState.MERGED)),
        Kind(SupportRequest, "Request", 4, "opened_at", unread=_restricted("")),
        Kind(
            Introduction,
            *("Introduction", 4, "asked_at", "request__account_id", "request_id"),
            unread=_restricted("request__"),
        ),
        Kind(
            Collaboration,
            *("Collaboration", 4, "created_at", f"{OF_INTRODUCTION}account_id", "introduction__request_id"),
            unread=_restricted(OF_INTRODUCTION),
        ),
        Kind(Outcome, "Outcome", 4, "recorded_at", opens="request_id", unread=_restricted("request__")),
        Kind(Objective, "Objective", 3, "plan__account__opened_at", "plan__account_id"),
        Kind(Task, "Task", 2, "created_at", unread=_restricted("request__")),
        Kind(Enquiry, "Enquiry", 2, "received_at", OF_NO_ACCOUNT),
        Kind(Interaction, "Conversation", 1, "at"),
        Kind(Note, "Note", 1, "at", unread=Q(visibility=Visibility.RESTRICTED)),
    )
}


@dataclass
class Found:
    """A record that has some of the words. ``pieces`` is empty where it has to be opened to be read."""

    kind: Kind
    pk: int
    at: datetime
    opens: int
    pieces: list[tuple[str, bool]]
    url: str = ""  # filled in by the page


@dataclass
class Group:
    """An account with what was found of it; or an enquiry that belongs to none."""

    account: Account | None
    records: list[Found] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Result:
    """``order`` holds a key for each account, the best first. ``each`` says of every word how many have it.

    ``kinds``: those of which some record has a word, whoever may read it. Nobody is told.
    """

    words: tuple[Word, ...]
    order: list[int]
    each: list[tuple[str, int]]
    kinds: list[Kind] = field(default_factory=list, compare=False)


def find(viewer: User, text: str) -> Result:
    """Which accounts have every word of ``text``: a statement a word, and three besides.

    Of what says as much, first whom we heard from last.
    """
    words = words_of(text)
    if not words:
        return Result((), [], [])
    merged = _merged(viewer)
    holders = [_kinds(one) for one in there(*words)]
    by_word = [_weighed(viewer, (word,), kinds, merged) for word, kinds in zip(words, holders, strict=True)]
    of_all = [kind for kind in holders[0] if all(kind in kinds for kinds in holders)]
    every = set(by_word[0]).intersection(*by_word[1:])
    together = _weighed(viewer, words, of_all, merged) if len(words) > 1 and every else {}
    scores = {key: together.get(key, 0) for key in every}
    for one in by_word:
        for key in every:
            scores[key] += one[key]
    order = sorted(_latest_first(viewer, every), key=scores.__getitem__, reverse=True)
    each = [(word.said, len(one)) for word, one in zip(words, by_word, strict=True)]
    return Result(words, order, each, [kind for kind in KINDS.values() if any(kind in kinds for kinds in holders)])


def groups(
    viewer: User, keys: Sequence[int], words: tuple[Word, ...], kinds: Sequence[Kind] = tuple(KINDS.values())
) -> list[Group]:
    """What stands behind ``keys`` of a ``Result``, in their order: three statements, however much it is.

    ``kinds``: those of the ``Result``; others hold nothing of it.
    """
    if not keys:
        return []
    accounts = Account.objects.visible_to(viewer).select_related("manager").in_bulk([key for key in keys if key > 0])
    known = {key: Group(accounts.get(key)) for key in keys if key < 0 or key in accounts}
    merged = _merged(viewer)
    rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    together: dict[int, dict[str, int]] = defaultdict(dict)
    for name, key, pk, at, opens, text, number, of_them in _records(viewer, words, [*known, *merged], kinds):
        stays = merged.get(key, key)
        if stays in known:
            rows[stays].append((number, KINDS[name].weight, at, pk, KINDS[name], opens, text))
            together[stays][name] = max(of_them, together[stays].get(name, 0))
    for key, found in rows.items():
        found.sort(key=lambda row: row[:4], reverse=True)
        known[key].records = [
            Found(kind, pk, at, opens or 0, pieces(_tidy(text), words) if text else [])
            for _, _, at, pk, kind, opens, text in found[:SHOWN]
        ]
        known[key].more = sum(together[key].values()) - len(known[key].records)
    return list(known.values())


def accounts_having(viewer: User, word: Word) -> Q:
    """For a list of accounts: those of which some record has ``word``, or whose name has it anywhere inside."""
    found = Q(name__icontains=word.said)
    for kind in KINDS.values():
        found |= Q(pk__in=_rows(kind, viewer, (word,)).values("belongs"))
    return found


# ---- parts ----------------------------------------------------------------------------------------------------------
def _rows(kind: Kind, viewer: User, words: tuple[Word, ...]) -> QuerySet[Any]:
    """The records of this kind that have all ``words``, with the account that each belongs to."""
    rows = kind.readable_by(viewer).filter(kind.has(*words))
    rows = rows.annotate(belongs=kind.owner)
    return rows.filter(belongs__isnull=False)  # type: ignore[no-any-return]


def _kinds(having_it: Collection[Any]) -> list[Kind]:
    """Those whose table has a word; names elsewhere are few, and asked in any case."""
    return [kind for kind in KINDS.values() if kind.model in having_it or kind.model not in COLUMNS]


def _weighed(viewer: User, words: tuple[Word, ...], kinds: Sequence[Kind], merged: dict[int, int]) -> dict[int, int]:
    """For each account that has all ``words`` in one record: how much that says. One statement."""
    parts = [
        _rows(kind, viewer, words).annotate(weight_=Value(kind.weight)).values_list("belongs", "weight_").distinct()
        for kind in kinds
    ]
    found: dict[int, int] = dict(sorted(_as_they_are(_together(parts)), key=itemgetter(1)))  # of each the most
    for key in merged.keys() & found.keys():
        weight, stays = found.pop(key), merged[key]
        found[stays] = max(weight, found.get(stays, 0))
    return found


def _together(parts: Sequence[QuerySet[Any]]) -> QuerySet[Any]:
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


def _as_they_are(rows: QuerySet[Any]) -> list[Any]:
    """Numbers of the database, by the thousand: there is nothing that Django would have to make of each."""
    try:
        sql, said = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        found: list[Any] = cursor.fetchall()
    return found


def _latest_first(viewer: User, keys: set[int]) -> list[int]:
    """Enquiries without an account come after accounts."""
    accounts = Account.objects.visible_to(viewer).order_by(F("last_contact_at").desc(nulls_last=True), "-pk")
    known = [key for (key,) in _as_they_are(accounts.values_list("pk")) if key in keys]
    return [*known, *sorted(key for key in keys if key < 0)]


def _records(viewer: User, words: tuple[Word, ...], keys: Sequence[int], kinds: Sequence[Kind]) -> Any:
    """Of each kind and account a few that have any of ``words``, such as have all first, and how many there are. One statement."""
    parts = []
    for kind in kinds:
        belonging = kind.readable_by(viewer).filter(kind.of(keys))
        few = belonging.values("pk")
        has_all = When(kind.has(*words, among=few), then=Value(1)) if len(words) > 1 else None
        text: Any = _text(COLUMNS.get(kind.model, ("name",)))
        if kind.unread is not None:
            text = Case(When(kind.unread, then=Value("")), default=text, output_field=TextField())
        rows = belonging.filter(kind.has(*words, any_of=True, among=few)).annotate(
            belongs=Cast(F("pk") if kind.model is Account else kind.owner, BigIntegerField()),
            number_=Case(has_all, default=Value(0)) if has_all else Value(0),
        )
        best = Window(
            RowNumber(), partition_by="belongs", order_by=[F("number_").desc(), F(kind.at).desc(), F("pk").desc()]
        )
        rows = rows.annotate(
            name_=Value(kind.name, output_field=TextField()),
            pk_=F("pk"),
            at_=F(kind.at),
            opens_=Coalesce(F(kind.opens), Value(0)),
            text_=text,
            of_them_=Window(Count("pk"), partition_by="belongs"),
            place=best,
        )
        rows = rows.filter(place__lte=SHOWN)
        parts.append(rows.values_list("name_", "belongs", "pk_", "at_", "opens_", "text_", "number_", "of_them_"))
    return _together(parts)


def _tidy(text: str) -> str:
    """Without what stands between columns that are empty."""
    return BETWEEN.join(part for part in text.split(BETWEEN) if part.strip())


def _text(columns: tuple[str, ...]) -> Any:
    if len(columns) == 1:
        return Cast(columns[0], TextField())
    apart = [part for name in columns for part in (Value(BETWEEN), F(name))]
    return Concat(*apart[1:], output_field=TextField())


def _merged(viewer: User) -> dict[int, int]:
    """Accounts that went into another, each with the one that stays."""
    gone = Account.objects.visible_to(viewer).filter(state=AccountState.MERGED)
    into = dict(gone.values_list("pk", "merged_into_id"))

    def stays(key: int) -> int:
        return stays(into[key]) if key in into else key

    return {key: stays(key) for key in into}
