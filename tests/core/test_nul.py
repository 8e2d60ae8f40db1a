"""A NUL byte, which nobody types, is refused in words wherever it is sent: PostgreSQL keeps none, and no page breaks over it."""

from typing import Any

import pytest
from django.db import DataError
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/nothing%00here/", "/directory/a%00b/", "/events/a%00b/book/", "/my/profile/a%00b/"])
def test_an_address_with_a_nul_leads_nowhere(client: Client, home: object, path: str) -> None:
    client.raise_request_exception = False
    assert client.get(path).status_code in (302, 400, 404)


@pytest.mark.parametrize(
    "words", ["PostgreSQL text fields cannot contain NUL (0x00) bytes", "unsupported Unicode escape sequence"]
)
def test_what_the_database_says_of_it_is_a_refusal(client: Client, home: object, monkeypatch: Any, words: str) -> None:
    def refuses(*args: Any, **kwargs: Any) -> None:
        raise DataError(words)

    monkeypatch.setattr("tenancy.front_door.views.EnquiryForm", refuses)
    client.raise_request_exception = False

    answer = client.get("/contact/")

    assert answer.status_code == 400
    assert "could not read that request" in answer.content.decode()
