"""``/api/v1/openapi.json``: what the API answers, written from what its views say of themselves."""

from typing import Any

from django.conf import settings
from django.urls import get_resolver

from core.api import ERROR, Operation, Parameter, operations

ANSWERS = {400: "A parameter makes no sense; the rule says which.", 404: "Nothing that is public has this address."}
TAGS = {
    "search": "Everything at once",
    "organisations": "Who is in the directory",
    "programmes": "What helps companies along",
    "cohorts": "Companies that go through a programme together",
    "events": "What is on, and what was",
    "stories": "News, case studies and podcast episodes",
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
                str(status): {"description": words, "content": _json("Error")} for status, words in ANSWERS.items()
            },
            "headers": {"ETag": {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}}},
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
                "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
                "content": _json(operation.name),
            },
            "304": {"description": "You have it already."},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in operation.refuses},
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


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


__all__ = ["document"]
