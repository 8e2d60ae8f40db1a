"""``/readyz`` says when search does not answer."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from search import engine
from search.embedded.engine import EmbeddedEngine
from search.engines import EngineUnavailable


class Lost(EmbeddedEngine):
    def find(self, *args: Any, **kwargs: Any) -> Any:
        raise EngineUnavailable("no such table: search_indexeddocument")


@pytest.mark.django_db
def test_lost_index_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_embedded", Lost())

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["search"]["ready"] is False
    assert "search_indexeddocument" not in answer.content.decode()


@pytest.mark.django_db
def test_the_engine_that_a_visitor_gets_is_named(client: Client) -> None:
    search = client.get("/readyz").json()["checks"]["search"]

    assert search["engine"] == client.get("/api/v1/search?q=x").json()["engine"] == connection.vendor
    assert search["degraded"] is False
