"""What an organisation's page says about it, in as few statements as it takes: four, however much it has to say.

A published page is read from the database; a draft in a preview from the page itself. Both give the same answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from core.prepared import Prepared
from core.visibility import is_public, public
from directory.choices import IdentifierScheme, MembershipStatus, NameKind
from directory.models import (
    CohortMembership,
    CohortOutcome,
    NeedStatement,
    Offer,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationPage,
    OrganisationPerson,
    OrganisationRelation,
    Place,
    Sector,
    Seek,
    Theme,
    initials_of,
)
from search.about import about
from search.results import Hit

PART_OF, HAS_PART = "Part of", "Includes"
MEMBER_OF = "member-of"  # slug of the kind of relation that other systems know too
MOST_MENTIONS = 6
MOST_EVENTS, LOOKED_AT = 4, 40


# ---- what a page shows ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Statement:
    """A need that the organisation meets (an offer) or has (it seeks)."""

    need: str
    need_slug: str
    words: str
    stage_numbers: tuple[int, ...]


@dataclass(frozen=True)
class Relative:
    """Another organisation, and what it is to this one: “Part of, hosted by”."""

    labels: tuple[str, ...]
    title: str
    slug: str
    initials: str
    tone: str
    demonstration: bool
    kinds: frozenset[str] = frozenset()  # slugs of the kinds of relation, as they read from this organisation

    @property
    def label(self) -> str:
        return ", ".join(self.labels).capitalize()

    @property
    def is_parent(self) -> bool:
        return PART_OF in self.labels


@dataclass(frozen=True)
class Station:
    """A cohort that the organisation took part in, and what came of it."""

    cohort: str
    slug: str
    status: str
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Label:
    """A name, a number in a register, a person or a term: what it is called, and what else is to be known of it."""

    text: str
    note: str


@dataclass
class Profile:
    offers: list[Statement] = field(default_factory=list)
    seeks: list[Statement] = field(default_factory=list)
    names: list[Label] = field(default_factory=list)  # note: the kind of name
    identifiers: list[Label] = field(default_factory=list)  # note: the register
    people: list[Label] = field(default_factory=list)  # note: what they do
    sectors: list[Label] = field(default_factory=list)  # note: the slug, as for the next two
    themes: list[Label] = field(default_factory=list)
    places: list[Label] = field(default_factory=list)
    relatives: list[Relative] = field(default_factory=list)
    cohorts: list[Station] = field(default_factory=list)


def profile_of(organisation: OrganisationPage, *, draft: bool = False, today: date | None = None) -> Profile:
    """Everything that anybody may read about ``organisation``.

    What has expired is left out, and so is every other organisation or cohort that is not public. ``draft`` reads what
    belongs to the page from the page itself, as it stands in the editor.
    """
    profile = Profile()
    today = today or timezone.localdate()
    if draft:
        _read_draft(profile, organisation, today)
    else:
        _read_statements(profile, organisation.pk, today)
        _read_labels(profile, organisation.pk)
        profile.relatives = _by_organisation(RELATED.rows(organisation.pk, organisation.parent_organisation_id))
    profile.cohorts = _cohorts(organisation.pk)
    return profile


@dataclass(frozen=True)
class Mentions:
    """Where else it is named: stories, episodes and programmes; events to come, and events gone by."""

    told: list[Hit]
    coming: list[Hit]
    past: list[Hit]

    @property
    def events(self) -> list[Hit]:
        return [*self.coming, *self.past]


def mentions_of(organisation: OrganisationPage) -> Mentions:
    """What is about it, from the index, the nearest in time first; three statements."""
    this = {f"organisation:{organisation.slug}"}
    return Mentions(
        told=about(this, {"story", "episode", "programme"}, number=MOST_MENTIONS),
        coming=_once(about(this, {"event"}, number=LOOKED_AT, having=("when", "upcoming"), soonest_first=True)),
        past=_once(about(this, {"event"}, number=LOOKED_AT, having=("when", "past"))),
    )


def _once(events: list[Hit]) -> list[Hit]:
    """Of a series the nearest date is enough."""
    by_title: dict[str, Hit] = {}
    for hit in events:
        by_title.setdefault(hit.title, hit)
    return list(by_title.values())[:MOST_EVENTS]


# ---- from the database ----------------------------------------------------------------------------------------------
def _statements(pk: int) -> Any:
    """Offers and seeks, a row for each of their stages."""
    columns = ("sort_order", "pk", "need__name", "need__slug", "words", "expires_on", "stages__number")
    offers, seeks = (
        model.objects.filter(organisation=pk).order_by().values_list(Value(side, CharField()), *columns)
        for side, model in (("offers", Offer), ("seeks", Seek))
    )
    return offers.union(seeks, all=True)


STATEMENTS = Prepared(_statements)


def _read_statements(profile: Profile, pk: int, today: date) -> None:
    found: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for side, order, key, need, slug, words, expires_on, stage in STATEMENTS.rows(pk):
        if expires_on is None or expires_on >= today:
            found[side, order or 0, key, need, slug, words].append(stage or 0)
    for (side, _, _, need, slug, words), stages in sorted(found.items()):
        numbers = tuple(sorted(number for number in stages if number))
        getattr(profile, side).append(Statement(need, slug, words, numbers))


def _labels(pk: int) -> Any:
    """Names, numbers, people and terms."""

    def rows(part: str, found: QuerySet[Any], text: str, note: str) -> QuerySet[Any, Any]:
        return found.order_by().values_list(Value(part, CharField()), "sort_order", "pk", text, note)

    return rows("names", OrganisationName.objects.filter(organisation=pk), "name", "kind").union(
        rows("identifiers", OrganisationIdentifier.objects.filter(organisation=pk), "value", "scheme"),
        rows("people", OrganisationPerson.objects.filter(organisation=pk), "name", "role"),
        rows("sectors", Sector.objects.filter(organisations=pk), "name", "slug"),
        rows("themes", Theme.objects.filter(organisations=pk), "name", "slug"),
        rows("places", Place.objects.filter(organisations=pk), "name", "slug"),
        all=True,
    )


LABELS = Prepared(_labels)


def _read_labels(profile: Profile, pk: int) -> None:
    rows = ((part, order or 0, key, text, note) for part, order, key, text, note in LABELS.rows(pk))
    for part, _, _, text, note in sorted(rows, key=_as_listed):
        getattr(profile, part).append(_label(part, text, note))


def _as_listed(row: tuple[str, int, int, str, str]) -> tuple[Any, ...]:
    """Terms of equal rank go by name, as their lists do; the rest in the order in which it was entered."""
    part, order, key, text, _ = row
    return part, order, text if part in ("sectors", "themes", "places") else "", key


def _label(part: str, text: str, note: str) -> Label:
    if part == "names":
        return Label(text, str(NameKind(note).label))
    if part == "identifiers":
        return Label(text, str(IdentifierScheme(note).label))
    return Label(text, note)


OWN = 1  # relations that stand on the organisation's own page
OTHER = ("title", "slug", "abbreviation", "kind__tone", "demonstration")


def _related(pk: int | None, parent: int | None) -> Any:
    """The parent, the organisation's own relations, those of others to it, and its parts."""
    others = OrganisationPage.objects.order_by()
    relations = OrganisationRelation.objects.order_by()
    unnamed = Value("", CharField())
    return (
        public(others.filter(pk=parent))
        .values_list(Value(0), Value(0), Value(PART_OF, CharField()), unnamed, *OTHER)
        .union(
            relations.filter(is_public("to__"), organisation=pk).values_list(
                Value(OWN),
                "kind__sort_order",
                _text(F("kind__name")),
                _text(F("kind__slug")),
                *(f"to__{column}" for column in OTHER),
            ),
            relations.filter(is_public("organisation__"), to=pk).values_list(
                Value(2),
                "kind__sort_order",
                _text(F("kind__inverse_name")),
                unnamed,
                *(f"organisation__{column}" for column in OTHER),
            ),
            public(others.filter(parent_organisation=pk)).values_list(
                Value(3), Value(0), Value(HAS_PART, CharField()), unnamed, *OTHER
            ),
            all=True,
        )
    )


RELATED = Prepared(_related, int, int)


def _by_organisation(rows: Iterable[tuple[Any, ...]]) -> list[Relative]:
    """One line for each organisation, though it may be several things to this one, or both pages may say so."""
    labels: dict[str, list[str]] = defaultdict(list)
    kinds: dict[str, set[str]] = defaultdict(set)
    others: dict[str, tuple[Any, ...]] = {}
    for _, _, label, kind, title, slug, *rest in sorted(rows):
        others.setdefault(slug, (title, *rest))
        kinds[slug].add(kind)
        if label not in labels[slug]:
            labels[slug].append(label)
    return [
        Relative(
            tuple(labels[slug]),
            title,
            slug,
            initials_of(title, abbreviation),
            tone,
            bool(demonstration),
            frozenset(kinds[slug] - {""}),
        )
        for slug, (title, abbreviation, tone, demonstration) in others.items()
    ]


def _took_part(pk: int | None) -> Any:
    """Memberships of cohorts, and outcomes there."""
    cohort = ("cohort__starts_on", "cohort__title", "cohort__slug")
    nothing = Value("", CharField())
    memberships = CohortMembership.objects.filter(is_public("cohort__"), organisation=pk).order_by()
    outcomes = CohortOutcome.objects.filter(is_public("cohort__"), organisation=pk).order_by()
    return (
        memberships.exclude(status=MembershipStatus.WITHDRAWN)
        .values_list(*cohort, _text(F("status")), nothing)
        .union(outcomes.values_list(*cohort, nothing, _text(F("words"))), all=True)
    )


TOOK_PART = Prepared(_took_part)


def _cohorts(pk: int | None) -> list[Station]:
    statuses: dict[tuple[str, str], str] = {}
    came_of_it: dict[str, list[str]] = defaultdict(list)
    for _, title, slug, status, words in sorted(TOOK_PART.rows(pk), key=_newest_first):
        if status:
            statuses[title, slug] = str(MembershipStatus(status).label)
        if words:
            came_of_it[slug].append(words)
    return [Station(title, slug, status, tuple(came_of_it[slug])) for (title, slug), status in statuses.items()]


def _newest_first(row: Sequence[Any]) -> tuple[Any, ...]:
    starts_on, title, _, _, words = row
    return -(starts_on or date.min).toordinal(), title, words


def _text(expression: F) -> Cast:
    """For unions: PostgreSQL wants the same type in each part."""
    return Cast(expression, CharField())


# ---- from a draft ---------------------------------------------------------------------------------------------------
def _read_draft(profile: Profile, page: OrganisationPage, today: date) -> None:
    def statement(entry: NeedStatement) -> Statement:
        numbers = tuple(sorted(stage.number for stage in _listed(entry.stages)))
        return Statement(entry.need.name, entry.need.slug, entry.words, numbers)

    profile.offers = [statement(o) for o in page.offers.all() if o.is_current]
    profile.seeks = [statement(s) for s in page.seeks.all() if s.is_current]
    profile.names = [_label("names", n.name, n.kind) for n in page.names.all()]
    profile.identifiers = [_label("identifiers", i.value, i.scheme) for i in page.identifiers.all()]
    profile.people = [Label(p.name, p.role) for p in page.people.all()]
    for part in ("sectors", "themes", "places"):
        terms = sorted(_listed(getattr(page, part)), key=lambda term: (term.sort_order, term.name))
        setattr(profile, part, [Label(term.name, term.slug) for term in terms])
    allowed = set(public(OrganisationPage.objects.all()).values_list("pk", flat=True))
    own = [
        (
            OWN,
            r.kind.sort_order,
            r.kind.name,
            r.kind.slug,
            r.to.title,
            r.to.slug,
            r.to.abbreviation,
            r.to.kind.tone,
            r.to.demonstration,
        )
        for r in page.relations.all()
        if r.to_id in allowed
    ]
    stored = [row for row in RELATED.rows(page.pk, page.parent_organisation_id) if row[0] != OWN]
    profile.relatives = _by_organisation([*stored, *own])


def _listed(manager: Any) -> list[Any]:
    return list(manager.all())


__all__ = ["Label", "Mentions", "Profile", "Relative", "Statement", "Station", "mentions_of", "profile_of"]
