"""An event that has everything that a letter about it can say."""

from datetime import timedelta

from events.choices import PlaceKind
from events.models import EventPage
from tests.factories.bookings import bookable
from tests.factories.directory import PlaceFactory
from tests.factories.events import EventFactory, JoiningLinkFactory, london
from tests.factories.pages import publish

STARTS = london(2027, 3, 30, 9, 30)


def partners_event() -> EventPage:
    """Published, on site and online, with one place; its title has what has to be escaped."""
    building = PlaceFactory(name="Gilbert Scott building", address="Great George Street\nLeeds", postcode="LS1 3EX")
    found = EventFactory(
        title="Working with <NHS> partners & friends",
        slug="partners",
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=3),
        place_kind=PlaceKind.HYBRID,
        space="Pop-Up",
        building=building,
        access="Step-free from Great George Street.",
    )
    JoiningLinkFactory(event=found, address="https://meet.example/secret-room", words="The code is swordfish.")
    return bookable(1, event=publish(found))  # type: ignore[arg-type]
