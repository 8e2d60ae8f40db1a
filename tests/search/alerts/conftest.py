"""A reader who asks to be told, and a clock that can be set."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from search.alerts import actions
from search.alerts.choices import Frequency
from search.alerts.models import SavedSearch
from search.indexing import rebuild
from search.query import Query

ADA = "ada@example.org"
LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 30, 7, tzinfo=LONDON)


def link_in(message: EmailMultiAlternatives, page: str) -> str:
    """The path of the only link of its kind in a letter; text and HTML agree on it."""
    found = set(re.findall(rf"/search/alerts/{page}/[^\s\"<]+", str(message.body)))
    html = next(str(a.content) for a in message.alternatives)
    assert len(found) == 1 and found <= set(re.findall(rf"/search/alerts/{page}/[^\s\"<]+", html))
    return found.pop()


@pytest.fixture
def anybody() -> Client:
    """A mail program, or a browser without any cookie, in front of the checks of production."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def saved(db: None) -> Callable[..., SavedSearch]:
    """``saved("pathology", colour={"red"})``: a confirmed search of Ada's."""

    def save(
        text: str = "", *, email: str = ADA, frequency: Frequency = Frequency.DAILY, **filters: set[str]
    ) -> SavedSearch:
        query = Query(text=text, filters={name: frozenset(values) for name, values in filters.items()})
        found = actions.ask(email=email, query=query, frequency=frequency)
        assert found
        actions.confirm(saved=found)
        return found

    return save


@dataclass
class Clock:
    """Before the letters of a Thursday go out."""

    traveller: Any

    def tick(self, *, days: float = 1) -> None:
        """Later, bring the index up to date and do what is due."""
        self.traveller.shift(timedelta(days=days))
        rebuild()
        call_command("tick")

    def tick_at(self, moment: datetime) -> None:
        self.traveller.move_to(moment)
        call_command("tick")


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(datetime(2026, 11, 26, 6, 30, tzinfo=LONDON), tick=False) as traveller:
        assert timezone.localtime().hour == 6
        yield Clock(traveller)
