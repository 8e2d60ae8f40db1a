"""A question to take elsewhere: in words, as the address of its list, and asked of everything instead of one list.

A list holds some types and has filters of its own; everywhere else the types are one more filter, ``type``.
"""

from dataclasses import dataclass, replace
from html import escape
from urllib.parse import parse_qs

from django.conf import settings
from django.urls import reverse

from .documents import sources
from .exports import absolute
from .facets import TYPE, facets_of, terms_of
from .query import Query, address_of

EMBED_HEIGHT = 640


@dataclass(frozen=True)
class Asked:
    """One filter in words: ``Need: Seed investors or Grants``."""

    name: str
    label: str
    values: tuple[str, ...]


def of_everything(query: Query) -> Query:
    """The same question for a page that asks about everything."""
    types = query.types & query.filters.get(TYPE, query.types) or query.types
    filters = {**query.filters, TYPE: types} if types else query.filters
    return replace(query, types=frozenset(), filters=filters, page=1)


def query_string_of(query: Query) -> str:
    """What is asked, without order and page, always written alike."""
    return address_of("", replace(of_everything(query), sort="best")).removeprefix("?")


def query_of(query_string: str) -> Query:
    """What ``query_string_of`` wrote. A value that is gone since stays, and nothing has it: left out, everything would fit."""
    values = parse_qs(query_string)
    text, exact = values.pop("q", [""])[0], bool(values.pop("exact", None))
    return Query(text=text, exact=exact, filters={name: frozenset(v) for name, v in values.items()})


def list_address(query: Query) -> str:
    """Where a reader finds what is asked of everything: on the list of its types, if they have one, else by searching."""
    types = query.filters.get(TYPE, frozenset())
    for path in dict.fromkeys(source.listed_at for source in sources(types) if source.listed_at):
        if types == {source.type for source in sources() if source.listed_at == path}:
            return address_of(path, replace(query, filters={n: v for n, v in query.filters.items() if n != TYPE}))
    return address_of(reverse("search"), query)


# ---- in words -------------------------------------------------------------------------------------------------------
def kinds_of(query: Query) -> str:
    """“Stories and podcast episodes”."""
    chosen = of_everything(query).filters.get(TYPE, ())
    labels = [source.label_plural for source in sources() if source.type in chosen]
    if not labels:
        return "Everything"
    *first, last = [label if not place else label.lower() for place, label in enumerate(labels)]
    return f"{', '.join(first)} and {last}" if first else last


def filters_of(query: Query) -> list[Asked]:
    """Every filter but the type, in the order in which pages show them."""
    known = [name for name in facets_of() if name != TYPE]
    asked = []
    for name in (*known, *sorted(set(query.filters) - {*known, TYPE})):  # a filter that is gone since is still named
        if not (values := query.filters.get(name)):
            continue
        terms = terms_of(name).terms if name in known else ()
        labels = [term.label for term in terms if term.value in values]
        gone = sorted(values - {term.value for term in terms})
        asked.append(Asked(name, facets_of()[name].label if name in known else name, (*labels, *gone)))
    return asked


def title_of(query: Query) -> str:
    """The whole question in a line: “Organisations for “pathology” (Need: Seed investors)”."""
    words = f" for “{query.text}”" if query.text else ""
    filters = "; ".join(f"{one.label}: {' or '.join(one.values)}" for one in filters_of(query))
    return f"{kinds_of(query)}{words}" + (f" ({filters})" if filters else "")


# ---- elsewhere ------------------------------------------------------------------------------------------------------
def alert_address(query: Query) -> str:
    return address_of(reverse("alert_new"), replace(of_everything(query), sort="best"))


def embed_address(query: Query) -> str:
    return absolute(address_of(reverse("embed"), of_everything(query)))


def embed_code(query: Query) -> str:
    """What a partner puts into a page of theirs: text to us, not markup."""
    address, title = escape(embed_address(query)), escape(f"{title_of(query)} – {settings.WAGTAIL_SITE_NAME}")
    size = f'width="100%" height="{EMBED_HEIGHT}" loading="lazy" style="border: 0"'
    return f'<iframe src="{address}" title="{title}" {size}></iframe>'
