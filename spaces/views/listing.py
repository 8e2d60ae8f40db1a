"""``/spaces/``: what can be booked, by kind; filters in the address, each option with the number it would leave."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from core.page_cache import remembered
from search.listing import Chip, DropLink
from spaces.choices import Audience, PriceBand, SpaceKind
from spaces.models import AccessFeature, SpaceIndexPage, SpacePage
from spaces.queries import catalogue
from spaces.queries.people import administered_by

from .drawings import illustration_of
from .words import audience_words, lower_first, size_of

KINDS = {
    SpaceKind.MEETING_ROOM: "Meeting rooms",
    SpaceKind.COMBINED_ROOM: "Rooms put together",
    SpaceKind.EVENT_SPACE: "Event spaces",
    SpaceKind.HOT_DESKS: "Hot desks",
    SpaceKind.LAB_BENCH: "Laboratory benches",
    SpaceKind.EQUIPMENT: "Equipment",
}
WHO = {
    Audience.TENANTS: "Tenants",
    Audience.PARTNERS: "Partners",
    Audience.COHORT_MEMBERS: "Companies of a cohort",
    Audience.PUBLIC: "Everybody",
}
LONGEST_TEXT = 100
MOST_PEOPLE = 9_999


@dataclass(frozen=True)
class Asked:
    """What an address asks for; what makes no sense in it is left out."""

    text: str = ""
    kind: str = ""
    people: int | None = None
    who: str = ""
    access: frozenset[str] = frozenset()

    @classmethod
    def read(cls, data: QueryDict, features: Iterable[AccessFeature]) -> "Asked":
        people = data.get("people", "").strip()
        is_number = people.isascii() and people.isdigit() and 0 < int(people[:9]) <= MOST_PEOPLE
        kind, who = data.get("kind", ""), data.get("who", "")
        return cls(
            text=" ".join(data.get("q", "").split())[:LONGEST_TEXT],
            kind=kind if kind in SpaceKind.values else "",
            people=int(people[:9]) if is_number else None,
            who=who if who in Audience.values else "",
            access=frozenset(data.getlist("access")) & {feature.slug for feature in features},
        )

    def fits(self, space: SpacePage) -> bool:
        return (
            (not self.kind or space.kind == self.kind)
            and (self.people is None or space.capacity >= self.people)
            and (not self.who or space.is_open_to_everybody or self.who in space.open_to)
            and self.access <= {feature.slug for feature in space.access_features.all()}
            and all(word in _words_of(space) for word in self.text.casefold().split())
        )

    def address(self, path: str) -> str:
        pairs = [("q", self.text), ("kind", self.kind), ("people", self.people), ("who", self.who)]
        said = [(name, str(value)) for name, value in pairs if value]
        said += [("access", slug) for slug in sorted(self.access)]
        return f"{path}?{urlencode(said)}" if said else path


def _words_of(space: SpacePage) -> str:
    return " ".join((space.title, space.description, space.kit, str(space.get_kind_display()))).casefold()


@dataclass(frozen=True)
class Option:
    """A value of a filter, and how many spaces it would leave beside the other filters."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Row:
    page: SpacePage

    @property
    def who(self) -> str:
        return audience_words(self.page)

    @property
    def kit(self) -> str:
        kit = ", ".join(self.page.kit_lines)
        return kit[:1].upper() + kit[1:]

    @property
    def size(self) -> str:
        return size_of(self.page, self.page.capacity)

    @property
    def illustration(self) -> str:
        return illustration_of(self.page)

    @property
    def access(self) -> str:
        """Semicolons part them: a name may have a comma."""
        words = "; ".join(lower_first(feature.name) for feature in self.page.access_features.all())
        return words[:1].upper() + words[1:]

    @property
    def price(self) -> str:
        return self.page.price_words or str(PriceBand(self.page.price_band).label)


@dataclass(frozen=True)
class Group:
    kind: str
    label: str
    rows: list[Row]


@dataclass(frozen=True)
class Found:
    """The list that an address asks for, and the ways out of it. Named as ``search.listing`` does: one template shows the chips."""

    asked: Asked
    spaces: list[SpacePage]
    features: list[AccessFeature]
    path: str

    @cached_property
    def fitting(self) -> list[SpacePage]:
        return [space for space in self.spaces if self.asked.fits(space)]

    @property
    def is_filtered(self) -> bool:
        return self.asked != Asked()

    @property
    def groups(self) -> list[Group]:
        shown = catalogue.with_covers(self.fitting)
        groups = [Group(kind, label, [Row(s) for s in shown if s.kind == kind]) for kind, label in KINDS.items()]
        return [group for group in groups if group.rows]

    # ---- filters ----------------------------------------------------------------------------------------------------
    def _count(self, asked: Asked) -> int:
        return sum(asked.fits(space) for space in self.spaces)

    @property
    def kinds(self) -> list[Option]:
        return [
            Option(kind, label, self._count(replace(self.asked, kind=kind)), kind == self.asked.kind)
            for kind, label in KINDS.items()
        ]

    @property
    def audiences(self) -> list[Option]:
        return [
            Option(who, label, self._count(replace(self.asked, who=who)), who == self.asked.who)
            for who, label in WHO.items()
        ]

    @property
    def access(self) -> list[Option]:
        options = []
        for feature in self.features:
            asked = replace(self.asked, access=self.asked.access | {feature.slug})
            options.append(Option(feature.slug, feature.name, self._count(asked), feature.slug in self.asked.access))
        return options

    # ---- chips and ways out -----------------------------------------------------------------------------------------
    @cached_property
    def _without(self) -> list[tuple[str, str, Asked]]:
        """Each filter in force: its name, its value in words, and what is asked without it."""
        asked, found = self.asked, []
        if asked.text:
            found.append(("Words", asked.text, replace(asked, text="")))
        if asked.kind:
            found.append(("What", KINDS[SpaceKind(asked.kind)], replace(asked, kind="")))
        if asked.people:
            found.append(("People", str(asked.people), replace(asked, people=None)))
        if asked.who:
            found.append(("Open to", WHO[Audience(asked.who)], replace(asked, who="")))
        for feature in self.features:
            if feature.slug in asked.access:
                found.append(("Access", feature.name, replace(asked, access=asked.access - {feature.slug})))
        return found

    @property
    def chips(self) -> list[Chip]:
        return [Chip(name, name, value, asked.address(self.path)) for name, value, asked in self._without]

    @property
    def clear_url(self) -> str:
        return self.path

    @property
    def ways_out(self) -> list[DropLink]:
        """Which filter to drop, where that finds something, the one that finds most first."""
        links = [
            DropLink(value, name, self._count(asked), asked.address(self.path)) for name, value, asked in self._without
        ]
        return sorted((link for link in links if link.count), key=lambda link: -link.count)


def access_lines(page: SpaceIndexPage) -> list[str]:
    return [line.strip() for line in page.access.splitlines() if line.strip()]


def space_list(request: HttpRequest, page: SpaceIndexPage) -> HttpResponse:
    features = remembered(request, "access-features", lambda: list(AccessFeature.objects.all()))
    found = Found(Asked.read(request.GET, features), catalogue.public_spaces(), features, request.path)
    context = page.get_context(request) | {
        "found": found,
        "administers": partial(administered_by, request.user),
        "groups": found.groups,
        "typed_people": request.GET.get("people", "")[:9],
        "access_lines": access_lines(page),
        "availability_url": f"{request.path}availability/",
        "plan_url": f"{request.path}plan/",
    }
    return TemplateResponse(request, page.get_template(request), context)
