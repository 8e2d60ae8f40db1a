"""Who in the city meets which need at which stage.

Counts and matches come from the index, which holds only what an anonymous visitor may open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.choices import NEED_AT_STAGE, CohortStatus
from directory.models import Need, Stage
from search.engine import count_values, search
from search.query import LARGEST_PAGE, Query
from search.results import Hit, Results

STEPS = (1, 5, 8, 10, 14)  # the least number of partners for each of the five colours of the table
MOST_EVENTS, LOOKED_AT = 3, 40  # events in an answer, and how far ahead is looked for them
COMING = (CohortStatus.OPEN, CohortStatus.PLANNED)


@dataclass(frozen=True)
class Table:
    """Stages and needs as editors keep them: which need usually comes up when, what to have ready, where to begin."""

    stages: tuple[Stage, ...]
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class Cell:
    """One need at one stage: how many partners meet it, and whether it usually comes up there."""

    stage: Stage
    partners: int
    is_usual: bool

    @property
    def step(self) -> int:
        """Its colour, from 0 for nobody to 5."""
        return sum(self.partners >= least for least in STEPS)

    @property
    def is_gap(self) -> bool:
        return self.is_usual and not self.partners


@dataclass(frozen=True)
class Row:
    need: Need
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    rows: tuple[Row, ...]
    degraded: bool  # the usual engine did not answer


@dataclass(frozen=True)
class Match:
    """An organisation that meets a need, and why it stands where it stands."""

    hit: Hit
    words: str
    stage_numbers: tuple[int, ...]
    at_stage: bool
    distance: int  # stages between the one asked for and the nearest at which it helps
    suggested: int | None  # its place among the organisations that editors name first
    also: tuple[str, ...]  # other needs that it meets at the same stage

    @property
    def also_words(self) -> str:
        *first, last = self.also
        return f"{', '.join(first)} and {last}" if first else last


@dataclass(frozen=True)
class Answer:
    here: tuple[Match, ...]
    elsewhere: tuple[Match, ...]
    coming: tuple[Hit, ...]  # programmes, and cohorts that one can still join
    events: tuple[Hit, ...]  # the next at which it can be talked about
    degraded: bool  # the usual engine did not answer


def table() -> Table:
    """Everything that editors keep about needs and stages; five statements."""
    needs = Need.objects.prefetch_related("stages", "preparations", "suggestions")
    return Table(tuple(Stage.objects.all()), tuple(needs))


def grid(table: Table) -> Grid:
    """Partners for every need and stage, from one count. Invented organisations do not count: it is about the city."""
    counted = count_values(NEED_AT_STAGE, frozenset({"organisation"}))
    partners = counted.answer
    rows = []
    for need in table.needs:
        usual = {s.pk for s in need.stages.all()}
        cells = (Cell(s, partners.get(f"{need.slug}:{s.slug}", 0), s.pk in usual) for s in table.stages)
        rows.append(Row(need, tuple(cells)))
    return Grid(tuple(rows), counted.degraded)


def answer(need: Need, stage: Stage) -> Answer:
    """Everybody who meets ``need``, those who do so at ``stage`` first; and programmes that do."""
    query = Query(
        types=frozenset({"organisation", "programme", "cohort"}),
        filters={"need": frozenset({need.slug})},
        page_size=LARGEST_PAGE,
        facets=(),
    )
    results = search(query)
    hits = results.hits
    begin_with = [str(s.organisation_id) for s in need.suggestions.all()]
    found = [_match(hit, need, stage, begin_with) for hit in hits if hit.type == "organisation"]
    found.sort(key=_place)
    coming = [h for h in hits if h.type == "cohort" and h.card["status"] in COMING]
    coming += [h for h in hits if h.type == "programme"]
    here, elsewhere = tuple(m for m in found if m.at_stage), tuple(m for m in found if not m.at_stage)
    events = _next_events(need)
    return Answer(here, elsewhere, tuple(coming), _next_of_each(events), results.degraded or events.degraded)


def _next_events(need: Need) -> Results:
    filters = {"need": frozenset({need.slug}), "when": frozenset({"upcoming"})}
    query = Query(types=frozenset({"event"}), filters=filters, sort="soonest", page_size=LOOKED_AT, facets=())
    return search(query)


def _next_of_each(events: Results) -> tuple[Hit, ...]:
    by_title: dict[str, Hit] = {}  # of a series the next date is enough
    for hit in events.hits:
        by_title.setdefault(hit.title, hit)
    return tuple(by_title.values())[:MOST_EVENTS]


def _place(match: Match) -> tuple[Any, ...]:
    invented = bool(match.hit.card["demonstration"])
    suggested = 99 if match.suggested is None else match.suggested
    return match.distance, invented, suggested, -len(match.also), match.hit.title


def _match(hit: Hit, need: Need, stage: Stage, begin_with: Sequence[str]) -> Match:
    offers: Sequence[Mapping[str, Any]] = hit.card["offers"]
    mine = [o for o in offers if o["need"] == need.slug]
    numbers = tuple(sorted({number for o in mine for _, _, number in o["stages"]}))
    return Match(
        hit=hit,
        words=next((o["words"] for o in mine if o["words"]), ""),
        stage_numbers=numbers,
        at_stage=stage.number in numbers,
        distance=min((abs(n - stage.number) for n in numbers), default=99),
        suggested=begin_with.index(hit.key) if hit.key in begin_with else None,
        also=tuple(
            o["label"] for o in offers if o["need"] != need.slug and stage.slug in [slug for slug, *_ in o["stages"]]
        ),
    )
