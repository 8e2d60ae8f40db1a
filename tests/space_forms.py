"""The form of booking a space as a reader finds it, the page to check it and the press that books; on a Monday morning."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from directory.choices import Role
from spaces import actions, links
from spaces.models import Allocation, AllowanceEntry, Booking, SpacePage
from spaces.queries.people import asker_of
from spaces.rules import Asker, Refusal
from tests.booking_forms import soup, typed, words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday; London is on UTC
ADA = {
    "name": "Ada Broadbent",
    "email": "ada@example.org",
    "start": "2026-11-24T10:00",
    "end": "2026-11-24T11:00",
    "people": "4",
}


def at(hour: float, day: int = 24) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


def address(space: SpacePage) -> str:
    return f"/spaces/{space.slug}/book/"


def carried(response: Any) -> dict[str, str]:
    """What the page to check carries."""
    return {field["name"]: field["value"] for field in soup(response).select("main form input[type=hidden]")}


def book_by_form(client: Client, space: SpacePage, **more: str) -> Any:
    """From the form over the page to check, to the press that books."""
    checked = client.post(address(space), typed(client.get(address(space))) | ADA | more)
    assert checked.status_code == 200, words(checked)
    assert "Check, then" in words(checked), words(checked)
    return client.post(address(space), carried(checked) | {"do": "book"})


def given(space: SpacePage, begins: float, ends: float, *, day: int = 24, asker: Any = None, **said: Any) -> Booking:
    asked = {"name": "Somebody", "email": "somebody@example.org"} | said
    ways = {name: asked.pop(name) for name in ("waits", "by") if name in asked}
    request = actions.Request(starts_at=at(begins, day), ends_at=at(ends, day), **asked)
    return actions.book(space=space.pk, request=request, asker=asker or Asker(), **ways)


def book(space: SpacePage, begins: float, ends: float, **more: Any) -> Booking:
    """The same by Ada."""
    return given(space, begins, ends, **{"name": ADA["name"], "email": ADA["email"], **more})


def refused(space: SpacePage, begins: float, ends: float, **more: Any) -> Refusal:
    """Why Ada does not get it; nothing is written down of what she asked."""
    before = Booking.objects.count(), Allocation.objects.count(), AllowanceEntry.objects.count()
    with pytest.raises(Refusal) as caught:
        book(space, begins, ends, **more)
    assert (Booking.objects.count(), Allocation.objects.count(), AllowanceEntry.objects.count()) == before
    return caught.value


def tenant_of(organisation: Any = None, **member: Any) -> Asker:
    organisation = organisation or OrganisationFactory(role=Role.TENANT)
    return asker_of(OrganisationMemberFactory(organisation=organisation, **member).user)


def member_of(organisation: Any, **user: Any) -> Any:
    return OrganisationMemberFactory(organisation=organisation, user=UserFactory(**user)).user


def errors(response: Any) -> list[str]:
    return [link["href"] for link in soup(response).select(".nhsuk-error-summary a")]


def alternatives(response: Any) -> list[BeautifulSoup]:
    return soup(response).select("button[name=instead]")


def own_page(booking: Booking) -> str:
    return links.manage_path(booking)
