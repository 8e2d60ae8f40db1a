"""Places and bookings, valid and minimal: ten places for everybody; bookings are made by asking, as readers do."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from directory.models import OrganisationMember
from directory.queries.bookers import ANYBODY, Booker
from events.bookings.actions import Request, ask
from events.bookings.models import Booking, BookingRules, Pool, Question
from events.models import EventPage

from .accounts import UserFactory
from .directory import OrganisationFactory
from .events import EventFactory


class PoolFactory(DjangoModelFactory):
    class Meta:
        model = Pool

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Places {n}")
    capacity = 10


class BookingRulesFactory(DjangoModelFactory):
    class Meta:
        model = BookingRules

    event = factory.SubFactory(EventFactory)


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    event = factory.SubFactory(EventFactory)
    words = factory.Sequence(lambda n: f"Question {n}?")


class OrganisationMemberFactory(DjangoModelFactory):
    class Meta:
        model = OrganisationMember

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)


def bookable(*pools: Any, event: EventPage | None = None, **rules: Any) -> EventPage:
    """An event that is booked with us. A pool is a number of places, or a dict of what is different about it."""
    event = event or EventFactory()
    BookingRulesFactory(event=event, **rules)
    for pool in pools or (10,):
        PoolFactory(event=event, **(pool if isinstance(pool, dict) else {"capacity": pool}))
    return event


def book(event: EventPage, email: str = "", *, booker: Booker = ANYBODY, waits: bool = False, **said: Any) -> Booking:
    """What asking for places leads to. Raises Refusal."""
    number = Booking.objects.count()
    said = {"name": f"Person {number}", "email": email or f"person-{number}@example.org", **said}
    return ask(event=event.pk, request=Request(**said), booker=booker, waits=waits)
