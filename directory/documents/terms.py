"""Facets of the directory: every controlled list as the values of a filter."""

from collections.abc import Callable, Sequence

from directory.choices import CohortStatus, ProgrammeStatus, Role
from directory.models import Kind, Need, Place, Sector, Stage, Term, Theme
from search.documents import Facet
from search.documents import Term as Value


def _listed(model: type[Term]) -> Callable[[], Sequence[Value]]:
    def values() -> Sequence[Value]:
        return [Value(t.slug, getattr(t, "short_name", "") or t.name, (t.name,)) for t in model._default_manager.all()]

    return values


def _stages() -> Sequence[Value]:
    return [
        Value(s.slug, f"{s.number} {s.short_name or s.name}", (str(s.number), s.name, s.short_name or s.name))
        for s in Stage.objects.all()
    ]


def _roles() -> Sequence[Value]:
    return [Value(value, str(label)) for value, label in Role.choices]


def _statuses() -> Sequence[Value]:
    labels = dict(CohortStatus.choices) | dict(ProgrammeStatus.choices)
    return [Value(value, str(label)) for value, label in labels.items()]


NEED = Facet("need", "Need", _listed(Need), not_stated=True)
STAGE = Facet("stage", "Stage", _stages, not_stated=True)
KIND = Facet("kind", "Kind", _listed(Kind))
ROLE = Facet("role", "Role", _roles)
THEME = Facet("theme", "Theme", _listed(Theme), not_stated=True)
SECTOR = Facet("sector", "Sector", _listed(Sector), not_stated=True)
PLACE = Facet("place", "Place", _listed(Place), not_stated=True)
STATUS = Facet("status", "Status", _statuses)
