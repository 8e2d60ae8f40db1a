"""What an app hands to search: a document for each record, and a source that says where records come from.

An app's ``documents.py`` subclasses ``DocumentSource`` and decorates it with ``@register``; it is found at start-up.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q, QuerySet

if TYPE_CHECKING:
    from .exports import Form
    from .query import Query
    from .results import Hit, Reason

NOT_STATED = "not-stated"
ModelClass: TypeAlias = type[Model]


@dataclass(frozen=True, kw_only=True)
class Document:
    """One thing that can be found. ``type`` and ``key`` name it; ``url`` is where a reader goes."""

    type: str
    key: str
    title: str
    url: str
    summary: str = ""
    names: tuple[str, ...] = ()  # abbreviation, aliases, former names: as good as the title
    identifiers: tuple[str, ...] = ()  # numbers in registers: matched whole
    keywords: tuple[str, ...] = ()  # labels of terms, names of related things
    body: str = ""  # plain text
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: tuple[str, ...] = ()  # what it is about, as "type:slug"; a filter that is never shown
    card: Mapping[str, Any] = field(default_factory=dict)  # JSON for the result's card
    boost: float = 1.0  # below 1 it sinks
    sort_date: date | None = None
    fresh_until: datetime | None = None  # when it has to be looked at again though nobody changed anything


@dataclass(frozen=True)
class Term:
    """A value of a facet: ``value`` stands in addresses, ``label`` is read; ``aliases`` are accepted too."""

    value: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facet:
    """A filter. ``terms`` returns all its values in the order in which they are shown."""

    name: str
    label: str
    terms: Callable[[], Sequence[Term]]
    not_stated: bool = False  # whether records without a value get one of their own


class DocumentSource(ABC):
    """One kind of thing that can be found."""

    type: ClassVar[str]
    label: ClassVar[str]
    label_plural: ClassVar[str]
    model: ClassVar[ModelClass]
    listed_at: ClassVar[str] = ""  # the page that lists all of this kind, alone or with others that name it too
    facets: ClassVar[tuple[Facet, ...]] = ()
    hidden_facets: ClassVar[tuple[str, ...]] = ()  # counted and filtered by views, never shown as a filter
    term_models: ClassVar[tuple[ModelClass, ...]] = ()  # a change of one of these changes what facets are called

    forms: ClassVar[
        Mapping[str, "Form"]
    ] = {}  # in which a list of nothing else can be taken along, by name in addresses

    @abstractmethod
    def queryset(self) -> QuerySet[Any]:
        """Everything that an anonymous visitor may open, with what ``document`` needs already fetched."""

    @abstractmethod
    def document(self, obj: Any) -> Document:
        """The document of one record, without further queries."""

    def keys(self, *conditions: Q, **fields: Any) -> QuerySet[Any, Any]:
        """Keys of the records of which this holds, for ``affected_by``."""
        return self.model._default_manager.filter(*conditions, **fields).values_list("pk", flat=True)

    def affected_by(self, instance: Model) -> Iterable[Any]:
        """Keys of records whose documents show something of ``instance``, which was saved or deleted."""
        return ()

    def reasons(self, hit: "Hit", query: "Query") -> Sequence["Reason"]:
        """Why ``hit`` fits, beyond its words; shown on its card."""
        return ()

    def columns(self, hit: "Hit") -> Mapping[str, Any]:
        """What a table of results says of ``hit``, beyond title and summary: text, or a list of texts, by column."""
        return {}


_sources: dict[str, DocumentSource] = {}
_excluded: set[type[Model]] = set()


S = TypeVar("S", bound=type[DocumentSource])


def register(source: S) -> S:
    """Make a source known. Raises ImproperlyConfigured when its type is taken."""
    if (known := _sources.get(source.type)) and type(known).__qualname__ != source.__qualname__:
        raise ImproperlyConfigured(f"Two document sources are called “{source.type}”. Give one another name.")
    _sources[source.type] = source()
    return source


def exclude_from_search(model: type[Model]) -> None:
    """Say that pages of this type are left out on purpose."""
    _excluded.add(model)


def is_excluded(model: type[Model]) -> bool:
    return model in _excluded


def sources(types: Iterable[str] = ()) -> list[DocumentSource]:
    """The sources of these types, or all of them, in the order in which they were registered."""
    wanted = frozenset(types)
    return [s for s in _sources.values() if not wanted or s.type in wanted]


def source_of(type_: str) -> DocumentSource | None:
    return _sources.get(type_)


def source_for(model: type[Model]) -> DocumentSource | None:
    """The source that makes documents of records of this class."""
    return next((source for source in _sources.values() if issubclass(model, source.model)), None)
