"""Holds answers of the API against its own description."""

import json
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from search.openapi import document


def ask(client: Client, url: str, status: int = 200, **asked: Any) -> dict[str, Any]:
    """Ask ``url``; the answer has to be one that the description knows, in exactly the form that it gives."""
    response = client.get(url, asked)
    assert response.status_code == status, response.content[:500]
    return as_described(response, url)


def as_described(response: HttpResponse, url: str) -> dict[str, Any]:
    described = document()
    path = url.partition("?")[0]
    matching = [name for name in described["paths"] if re.fullmatch(re.sub(r"{\w+}", "[^/]+", name), path)]
    assert len(matching) == 1, f"{path} is described {len(matching)} times"
    answers = described["paths"][matching[0]]["get"]["responses"]
    assert str(response.status_code) in answers, f"{response.status_code} is not described"
    answer = answers[str(response.status_code)]
    if "$ref" in answer:
        answer = described["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    schema = {**answer["content"]["application/json"]["schema"], "components": described["components"]}
    data: dict[str, Any] = json.loads(response.content)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(data)
    return data
