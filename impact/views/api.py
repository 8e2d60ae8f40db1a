"""``/api/v1/impact/``: the targets of the strategy and what came of each, for programs."""

from typing import Any

from django.http import HttpRequest

from core.api import DAY, FLAG, NUMBER, TEXT, Operation, endpoint, perhaps, record, several
from impact.queries import Standing, standings
from search.exports import absolute

DECIMAL = {"type": "number"}
TARGET = record(
    slug=TEXT,
    url={"type": "string", "format": "uri"},
    what=TEXT,
    unit=TEXT,
    target=DECIMAL,
    starts_on=DAY,
    ends_on=DAY,
    published_in=TEXT,
    value=perhaps(DECIMAL),
    is_fewer_than_five=FLAG,
    as_of=perhaps(DAY),
    source=TEXT,
    path=perhaps(DECIMAL),
    counted_by=TEXT,
    rule=perhaps(record(slug=TEXT, version=NUMBER, words=TEXT)),
    demonstration=FLAG,
)


@endpoint(
    Operation(
        path="/api/v1/impact/",
        name="Impact",
        summary="The targets of the strategy and what each has come to",
        tag="impact",
        answer=record(count=NUMBER, results=several(TARGET)),
    )
)
def impact(request: HttpRequest) -> dict[str, Any]:
    results = [_told(one) for one in standings()]
    return {"count": len(results), "results": results}


def _told(one: Standing) -> dict[str, Any]:
    rule = one.rule
    return {
        "slug": one.target.slug,
        "url": absolute(f"/impact/{one.target.slug}/"),
        "what": one.target.what,
        "unit": one.target.unit,
        "target": float(one.target.value),
        "starts_on": one.target.starts_on.isoformat(),
        "ends_on": one.target.ends_on.isoformat(),
        "published_in": one.target.source,
        "value": None if one.value is None else float(one.value),
        "is_fewer_than_five": one.is_few,
        "as_of": None if one.value is None else one.as_of.isoformat(),
        "source": one.source,
        "path": None if one.path is None else round(float(one.path), 2),
        "counted_by": one.target.counted_by,
        "rule": {"slug": rule.slug, "version": rule.version, "words": rule.words} if rule else None,
        "demonstration": one.amount.demonstration,
    }
