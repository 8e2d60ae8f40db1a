"""Booking spaces in tests: who asks, and a room in a building with an address."""

from datetime import datetime, timedelta
from typing import Any

from spaces import actions
from spaces.models import Booking, SpacePage
from spaces.rules import Asker
from spaces.timetable import blocked
from tests.factories.directory import PlaceFactory
from tests.factories.pages import publish
from tests.factories.spaces import FloorFactory, SpaceFactory
from tests.letters import ADA

ANYONE = Asker()


def room(factory: Any = SpaceFactory, **fields: Any) -> SpacePage:
    """Published, on the first floor of the Old Medical School."""
    building = PlaceFactory(name="Old Medical School", address="Thoresby Place\nLeeds", postcode="LS2 9NL")
    floor = FloorFactory(building=building, name="First floor")
    return publish(factory(**{"floor": floor, "window_days": 365, **fields}))  # type: ignore[return-value]


def book(
    space: SpacePage, begins: datetime, email: str = ADA, *, hours: float = 1, asker: Asker = ANYONE, **more: Any
) -> Booking:
    ways = {name: more.pop(name) for name in ("waits", "by") if name in more}
    request = actions.Request(
        name=more.pop("name", "Ada Lovelace"),
        email=email,
        starts_at=begins,
        ends_at=begins + timedelta(hours=hours),
        **more,
    )
    return actions.book(space=space.pk, request=request, asker=asker, **ways)


def move(booking: Booking, to: datetime, **more: Any) -> Booking:
    """An hour from then on, by whoever has it."""
    return actions.change(booking=booking.pk, starts_at=to, ends_at=to + timedelta(hours=1), asker=ANYONE, **more)


def serve(space: SpacePage, booking: Booking) -> None:
    """Offer what ``booking`` gave back: the transaction of a test never commits, so that nobody does it by themselves."""
    units = list(space.units.values_list("pk", flat=True))
    actions.serve_waiting(units=units, span=blocked(space, booking.starts_at, booking.ends_at))
