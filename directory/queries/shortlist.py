"""The organisations that a visitor compares: as many as the address names, in three statements or four."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.utils import timezone

from core.visibility import public
from directory.models import Offer, OrganisationPage, Place, Theme

from .profiles import Label, Statement

MOST = 12
LONGEST = 255  # characters of a slug or a name


@dataclass
class Entry:
    """An organisation on the list, with what it is compared by."""

    organisation: OrganisationPage
    offers: list[Statement] = field(default_factory=list)
    places: list[Label] = field(default_factory=list)  # note: the slug, as for the next one
    themes: list[Label] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """A need, and for each organisation on the list the offer that meets it, or None."""

    need: str
    need_slug: str
    cells: tuple[tuple[OrganisationPage, Statement | None], ...]


@dataclass
class Shortlist:
    entries: list[Entry] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # as they were asked for; what is hidden is as unknown as the rest
    left_over: int = 0  # how many more were asked for than are shown

    @property
    def slugs(self) -> list[str]:
        return [entry.organisation.slug for entry in self.entries]

    @property
    def is_full(self) -> bool:
        return len(self.entries) >= MOST

    @property
    def rows(self) -> list[Row]:
        """Every need that one of them meets; first those that most of them meet."""
        names: dict[str, str] = {}
        found: dict[str, dict[int, Statement]] = defaultdict(dict)
        for entry in self.entries:
            for offer in entry.offers:
                names.setdefault(offer.need_slug, offer.need)
                found[offer.need_slug][entry.organisation.pk] = _both(
                    found[offer.need_slug].get(entry.organisation.pk), offer
                )
        order = sorted(names, key=lambda slug: -len(found[slug]))
        organisations = [entry.organisation for entry in self.entries]
        return [Row(names[slug], slug, tuple((o, found[slug].get(o.pk)) for o in organisations)) for slug in order]


def shortlist(asked: Iterable[str], today: date | None = None) -> Shortlist:
    """The organisations that ``asked`` names, in its order: each by its slug, or as its title or abbreviation is written.

    Only those that anybody may open; every other is ``unknown``, whether there is one or not.
    """
    names = list(dict.fromkeys(name for one in asked if (name := _clean(one))))
    found = _find(names[:MOST])
    entries = {page.pk: Entry(page) for name in names[:MOST] if (page := found.get(name))}
    _read_offers(entries, today or timezone.localdate())
    _read_labels(entries)
    unknown = [name for name in names[:MOST] if name not in found]
    return Shortlist(list(entries.values()), unknown, len(names[MOST:]))


def _clean(name: str) -> str:
    return " ".join(name.replace("\x00", "").split())[:LONGEST]


def _find(names: list[str]) -> dict[str, OrganisationPage]:
    """By slug; only what no slug is, by what it may be called: titles are not indexed."""
    found = {page.slug: page for page in _those(Q(slug__in=names))} if names else {}
    rest = [name for name in names if name not in found]
    if not rest:
        return found
    pages = list(_those(reduce(or_, (Q(title__iexact=name) | Q(abbreviation__iexact=name) for name in rest))))
    for name in rest:
        for spelling in ("title", "abbreviation"):
            meant = [page for page in pages if getattr(page, spelling).casefold() == name.casefold()]
            if meant:
                found.setdefault(name, meant[0])
    return found


def _those(condition: Q) -> QuerySet[OrganisationPage]:
    pages: QuerySet[OrganisationPage] = public(OrganisationPage.objects.filter(condition))
    return pages.select_related("kind").order_by("pk")


def _read_offers(entries: dict[int, Entry], today: date) -> None:
    if not entries:
        return
    offers = (
        Offer.objects.filter(Q(expires_on=None) | Q(expires_on__gte=today), organisation__in=list(entries))
        .order_by("sort_order", "pk", "stages__number")
        .values_list("organisation", "pk", "need__name", "need__slug", "words", "stages__number")
    )
    numbers: dict[tuple[int, int, str, str, str], list[int]] = defaultdict(list)
    for organisation, pk, need, slug, words, number in offers:
        numbers[organisation, pk, need, slug, words] += [number] if number else []
    for (organisation, _, need, slug, words), stages in numbers.items():
        entries[organisation].offers.append(Statement(need, slug, words, tuple(stages)))


def _read_labels(entries: dict[int, Entry]) -> None:
    if not entries:
        return

    def labels(part: str, model: type[Place] | type[Theme]) -> Any:
        found = model.objects.filter(organisations__in=list(entries)).order_by()
        return found.values_list(Value(part, CharField()), "sort_order", "name", "slug", "organisations")

    for part, _, name, slug, organisation in sorted(labels("places", Place).union(labels("themes", Theme), all=True)):
        getattr(entries[organisation], part).append(Label(name, slug))


def _both(one: Statement | None, other: Statement) -> Statement:
    """Two offers to meet the same need are one in the table."""
    if one is None:
        return other
    stages = tuple(sorted({*one.stage_numbers, *other.stage_numbers}))
    return Statement(one.need, one.need_slug, one.words or other.words, stages)
