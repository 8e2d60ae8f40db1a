"""A NUL byte, which nobody types, is refused in words wherever it is sent: PostgreSQL keeps none, and no page breaks over it."""

from typing import Any

import pytest
from django.db import DataError, transaction
from django.test import Client

from tests.matrix.addresses import FOR_SOMEBODY
from tests.matrix.open_to_all import OPEN_TO_ALL
from tests.matrix.rows import Row
from tests.matrix.village import VISITOR, build

pytestmark = pytest.mark.django_db
READ_WITHOUT_A_FORM = {"q": "a\x00b", "reason": "a\x00b", "words": "a\x00b", "name": "a\x00b", "part": "a\x00b"}


def with_nul(said: Any) -> dict[str, Any]:
    sent = {name: f"{value}\x00" if isinstance(value, str) and name != "do" else value for name, value in said.items()}
    return {**READ_WITHOUT_A_FORM, **sent}


def sender(row: Row) -> str:
    return sorted(row.who_changes or row.opens)[0] if row.opens else VISITOR


@pytest.mark.postgres
def test_no_address_breaks_over_a_nul(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    village = build()
    broken, told = {}, 0
    for row in (*FOR_SOMEBODY, *OPEN_TO_ALL):
        client = village.client(sender(row))
        for sends in (False, True):
            if sends and not row.send:
                continue
            with transaction.atomic():
                if sends and row.send:
                    answer = client.post(
                        row.path(village), with_nul(row.send(village)), query_params=row.query(village)
                    )
                else:
                    answer = client.get(row.path(village), {**READ_WITHOUT_A_FORM, **row.query(village)})
                transaction.set_rollback(True)
            told += answer.status_code == 400
            if answer.status_code == 500:
                broken[f"{row} {'sent to' if sends else 'opened'}"] = answer.status_code
    assert broken == {}
    assert told > 3


@pytest.mark.parametrize("path", ["/nothing%00here/", "/directory/a%00b/", "/events/a%00b/book/", "/my/profile/a%00b/"])
def test_an_address_with_a_nul_leads_nowhere(client: Client, home: object, path: str) -> None:
    client.raise_request_exception = False
    assert client.get(path).status_code in (302, 400, 404)


def test_what_the_database_says_of_it_is_a_refusal(client: Client, home: object, monkeypatch: Any) -> None:
    def refuses(*args: Any, **kwargs: Any) -> None:
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")

    monkeypatch.setattr("tenancy.front_door.views.EnquiryForm", refuses)
    client.raise_request_exception = False

    answer = client.get("/contact/")

    assert answer.status_code == 400
    assert "could not read that request" in answer.content.decode()
