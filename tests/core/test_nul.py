"""A NUL byte, which nobody types, is refused in words wherever it is sent: PostgreSQL keeps none, and no page breaks over it."""

from typing import Any

import pytest
from django.db import DataError, transaction
from django.test import Client

from tests.matrix.addresses import FOR_SOMEBODY
from tests.matrix.open_to_all import OPEN_TO_ALL
from tests.matrix.village import VISITOR, build

pytestmark = pytest.mark.django_db
READ_WITHOUT_A_FORM = dict.fromkeys(("q", "reason", "words", "name", "part"), "a\x00b")


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


def with_nul(said: Any) -> dict[str, Any]:
    sent = {name: f"{value}\x00" if isinstance(value, str) and name != "do" else value for name, value in said.items()}
    return {**READ_WITHOUT_A_FORM, **sent}


@pytest.mark.postgres
def test_no_address_breaks_over_a_nul(settings: Any) -> None:
    """Every address of the matrix, opened and sent to by somebody who gets in there."""
    settings.STAFF_MFA_REQUIRED = False
    village = build()
    broken, told = set(), 0
    for row in (*FOR_SOMEBODY, *OPEN_TO_ALL):
        client = village.client(sorted(row.who_changes or row.opens or {VISITOR})[0])
        said = row.send(village) if row.send else None
        for sends in (False, True) if said is not None else (False,):
            with transaction.atomic():
                if sends:
                    answer = client.post(row.path(village), with_nul(said), query_params=row.query(village))
                else:
                    answer = client.get(row.path(village), {**READ_WITHOUT_A_FORM, **row.query(village)})
                b"".join(answer)  # type: ignore[arg-type]  # read to its end, a file is closed
                transaction.set_rollback(True)
            told += answer.status_code == 400
            if answer.status_code == 500:
                broken.add(f"{row} {'sent to' if sends else 'opened'}")
    assert broken == set()
    assert told > 3
