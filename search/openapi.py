"""``/api/v1/openapi.json``: what the API answers, written from what its views say of themselves."""

from typing import Any

from django.conf import settings
from django.urls import get_resolver

from core.api import ERROR, NUMBER, TEXT, Operation, Parameter, Schema, operations

ANSWERS = {
    400: "A parameter makes no sense; the rule says which.",
    404: "Nothing that is public has this address.",
    429: "More requests in a minute than one address may make.",
}
HEADERS: dict[str, tuple[str, Schema]] = {
    "ETag": ("Send it back as If-None-Match.", TEXT),
    "RateLimit-Policy": ("Name of the quota, requests (q) and seconds (w).", TEXT),
    "RateLimit": ("Name of the quota, requests that are left (r) and seconds until it begins anew (t).", TEXT),
    "Retry-After": ("Seconds until you may ask again.", {**NUMBER, "minimum": 1}),
}
CARRIED = {400: (), 404: (), 429: ("Retry-After", "RateLimit-Policy", "RateLimit")}  # by each refusal
TAGS = {
    "search": "Everything at once",
    "organisations": "Who is in the directory",
    "programmes": "What helps companies along",
    "cohorts": "Companies that go through a programme together",
    "events": "What is on, and what was",
    "spaces": "What can be booked, and on what terms",
    "impact": "What came of the targets of the strategy",
    "stories": "News, case studies and podcast episodes",
    "open-referral": "Support services in the form of Open Referral UK 3.0",
}


def document() -> dict[str, Any]:
    """The description in OpenAPI 3.1. The values of filters are those that editors have entered by now."""
    _ = get_resolver().url_patterns  # views say what they answer when they are loaded
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.WAGTAIL_SITE_NAME,
            "version": "1",
            "description": "Everything that an anonymous visitor may open, read only. Free to use with its source named.",
        },
        "servers": [{"url": settings.BASE_URL}],
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "paths": {path: {"get": _operation(operations[path])} for path in sorted(operations)},
        "components": {
            "schemas": {**{o.name: o.answer for o in operations.values()}, "Error": ERROR},
            "responses": {
                str(status): {"description": words, "headers": _headers(*CARRIED[status]), "content": _json("Error")}
                for status, words in ANSWERS.items()
            },
            "headers": {
                name: {"description": words, "required": True, "schema": schema}
                for name, (words, schema) in HEADERS.items()
            },
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [_parameter(parameter) for parameter in operation.parameters()],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": _headers("ETag", "RateLimit-Policy"),
                "content": _json(operation.name),
            },
            "304": {"description": "You have it already."},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in (*operation.refuses, 429)},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.description,
        "schema": parameter.schema,
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


__all__ = ["document"]
