"""Lists of the API: the filters of the pages, but what makes no sense is refused and named instead of left out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from core.api import ADDRESS, FLAG, NUMBER, TEXT, Parameter, Refused, Schema, perhaps, record, several

from .engine import search
from .exports import row_of
from .facets import facets_of, terms_of
from .query import (
    LARGEST_PAGE,
    LONGEST_TEXT,
    MOST_PAGES,
    MOST_VALUES,
    PAGE_SIZE,
    SORTS,
    Defaults,
    address_of,
    query_from,
    unsaid_order,
)
from .results import Hit

NAMED = 30  # accepted values that a refusal names

ENGINE: Schema = {
    **TEXT,
    "enum": ["sqlite", "postgresql", "elasticsearch"],
    "description": "What searched: a database of that name, or Elasticsearch.",
}
DEGRADED: Schema = {
    **FLAG,
    "description": "The usual engine did not answer, so the database did: nothing is missing, but the order may be less good.",
}

SOME_WORDS: dict[str, Schema] = {
    "any_word": {
        **FLAG,
        "description": "Few results have every word of q, so those that have some of them are here too.",
    },
    "with_every_word": {
        **NUMBER,
        "minimum": 0,
        "description": "How many of count have every word of q: all of them, unless any_word is true.",
    },
}


def parameters_of(types: Sequence[str], sorts: Sequence[str] = tuple(SORTS)) -> list[Parameter]:
    """What a list of these types may be asked. A filter that has no values yet refuses all, so it is not offered."""
    found = [Parameter("q", {**TEXT, "maxLength": LONGEST_TEXT}, "Words to search for.")]
    for name, facet in facets_of(types).items():
        if not (values := [term.value for term in terms_of(name).terms]):
            continue
        schema = {**several({**TEXT, "enum": values}), "maxItems": MOST_VALUES}
        found.append(Parameter(name, schema, f"{facet.label}: any of these values. May be repeated."))
    return [
        *found,
        Parameter("sort", {**TEXT, "enum": list(sorts)}, "The order."),
        Parameter("exact", {**TEXT, "enum": ["0", "1"]}, "1: take the words as they were typed."),
        Parameter("page", {**NUMBER, "minimum": 1, "maximum": MOST_PAGES, "default": 1}, "Which page."),
        Parameter(
            "page_size", {**NUMBER, "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}, "How many on a page."
        ),
    ]


def forgiving(parameters: Iterable[Parameter]) -> list[Parameter]:
    """The same where whatever makes no sense is left out: values that mean something are named, and any other is allowed."""
    return [replace(p, schema=_any_like(p.schema), description=_and_otherwise(p)) for p in parameters]


def _any_like(schema: Schema) -> Schema:
    if "items" in schema:
        return several(_any_like(schema["items"]))
    values = schema.get("enum") or [str(schema[name]) for name in ("default",) if name in schema]
    return {**TEXT, "examples": values} if values else TEXT


def _and_otherwise(parameter: Parameter) -> str:
    if "maximum" not in parameter.schema:
        return parameter.description
    least, most, otherwise = (parameter.schema[name] for name in ("minimum", "maximum", "default"))
    return f"{parameter.description} From {least} to {most}, or the nearest; what is no whole number counts as {otherwise}."


def list_of(item: Schema) -> Schema:
    return record(
        count=NUMBER,
        page=NUMBER,
        page_size=NUMBER,
        page_count=NUMBER,
        next=perhaps(ADDRESS),
        previous=perhaps(ADDRESS),
        did_you_mean=TEXT,
        **SOME_WORDS,
        engine=ENGINE,
        degraded=DEGRADED,
        results=several(item),
    )


def listed(
    request: HttpRequest,
    types: Sequence[str],
    link: Callable[[Hit], str],
    *,
    sort: str = "best",
    defaults: Defaults | None = None,
) -> dict[str, Any]:
    """A page of the list that ``request`` asks for; ``link`` is where more is said of a hit. Raises Refused."""
    check(request, types)
    query = replace(query_from(request.GET, types=types, defaults=defaults), facets=())
    if "sort" not in request.GET:
        query = replace(query, sort=unsaid_order(query.text, sort))
    results = search(query)
    if query.page > results.page_count:
        raise Refused("page", f"There is no page {query.page}: the last one is {results.page_count}.", 404)

    def page(number: int) -> str | None:
        if not 1 <= number <= min(results.page_count, MOST_PAGES):
            return None
        url = address_of(request.path, query, page=number, sort=sort)
        if query.page_size != PAGE_SIZE:
            url += f"{'&' if '?' in url else '?'}page_size={query.page_size}"
        return request.build_absolute_uri(url)

    return {
        "count": results.total,
        "page": results.page,
        "page_size": query.page_size,
        "page_count": results.page_count,
        "next": page(results.page + 1),
        "previous": page(results.page - 1),
        "did_you_mean": results.did_you_mean,
        "any_word": results.any_word,
        "with_every_word": results.with_every_word,
        "engine": results.engine,
        "degraded": results.degraded,
        "results": [
            {
                **row_of(hit),
                "url": request.build_absolute_uri(hit.url),
                "api_url": request.build_absolute_uri(link(hit)),
            }
            for hit in results.hits
        ],
    }


def check(request: HttpRequest, types: Sequence[str]) -> None:
    """Raise Refused for the first parameter that makes no sense."""
    known = facets_of(types)
    names = ["q", *known, "sort", "exact", "page", "page_size"]
    for name, values in request.GET.lists():
        if name not in names:
            raise Refused(name[:100], f"There is no such parameter. There are: {', '.join(names)}.")
        if name in known:
            _check_filter(name, values)
        elif len(values) > 1:
            raise Refused(name, f"{name} may be given once.")
    check_number(request, "page", MOST_PAGES)
    check_number(request, "page_size", LARGEST_PAGE)
    _check_choice(request, "sort", tuple(SORTS))
    _check_choice(request, "exact", ("0", "1"))
    if len(request.GET.get("q", "")) > LONGEST_TEXT:
        raise Refused("q", f"q has at most {LONGEST_TEXT} characters.")


def _check_filter(name: str, values: Sequence[str]) -> None:
    if len(values) > MOST_VALUES:
        raise Refused(name, f"{name} has at most {MOST_VALUES} values at once.")
    terms = terms_of(name)
    for value in values:
        if value.strip().casefold() not in terms.lookup:
            first = ", ".join(term.value for term in terms.terms[:NAMED])
            more = " and more" if len(terms.terms) > NAMED else ""
            raise Refused(name, f"“{value[:100]}” is no value of {name}. There are: {first}{more}.")


def check_number(request: HttpRequest, name: str, most: int) -> None:
    """Raise Refused where the parameter is given and no whole number from 1 to ``most``."""
    value = request.GET.get(name, "1")
    if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= most):
        raise Refused(name, f"{name} is a whole number from 1 to {most}.")


def _check_choice(request: HttpRequest, name: str, choices: Sequence[str]) -> None:
    if request.GET.get(name, choices[0]) not in choices:
        raise Refused(name, f"{name} is one of: {', '.join(choices)}.")


ROW: dict[str, Schema] = {
    "id": TEXT,
    "type": TEXT,
    "title": TEXT,
    "url": ADDRESS,
    "summary": TEXT,
    "demonstration": FLAG,
    "api_url": ADDRESS,
}

__all__ = [
    "DEGRADED",
    "ENGINE",
    "ROW",
    "SOME_WORDS",
    "check",
    "check_number",
    "forgiving",
    "list_of",
    "listed",
    "parameters_of",
]
