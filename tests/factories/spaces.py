"""Spaces, valid and minimal: a room for eight, open every day, that everybody may book at once.

What a test is about it states; nothing here is closed, has a notice or costs an allowance unless it is said.
"""

from collections.abc import Iterable
from datetime import time, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.models import Page

from spaces.choices import AreaKind, Audience, SpaceKind, Takes, Tier
from spaces.models import (
    AccessFeature,
    Allowance,
    AllowanceTier,
    Area,
    Credential,
    Floor,
    Gate,
    OpeningDay,
    OpeningHours,
    SpaceIndexPage,
    SpacePage,
    TenantTerms,
    Unit,
)

from .directory import OrganisationFactory, PlaceFactory, SingletonPageFactory, TermFactory
from .pages import PageFactory

EVERY_DAY = range(7)
WEEKDAYS = range(5)


def open_from(opens: str, closes: str, days: Iterable[int] = EVERY_DAY) -> list[OpeningDay]:
    """``OpeningHoursFactory(days=open_from("08:00", "18:30", WEEKDAYS))``."""
    return [OpeningDay(weekday=day, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)) for day in days]


# ---- lists ----------------------------------------------------------------------------------------------------------
class AccessFeatureFactory(TermFactory):
    class Meta:
        model = AccessFeature

    name = factory.Sequence(lambda n: f"Access feature {n}")


class GateFactory(TermFactory):
    class Meta:
        model = Gate

    name = factory.Sequence(lambda n: f"Induction {n}")
    words = "Two hours on the second floor."


class OpeningHoursFactory(TermFactory):
    """From 7:00 to 22:00 on every day, bank holidays too. ``days=open_from(...)`` for others."""

    class Meta:
        model = OpeningHours

    name = factory.Sequence(lambda n: f"Hours {n}")
    days = factory.LazyFunction(lambda: open_from("07:00", "22:00"))
    holiday_opens = time(7)
    holiday_closes = time(22)


class AllowanceFactory(TermFactory):
    """Room hours: 12 a month for tenants of the tier “core”. ``monthly={}`` for other amounts."""

    class Meta:
        model = Allowance

    class Params:
        monthly = factory.LazyFunction(lambda: {Tier.CORE: 12})

    name = factory.Sequence(lambda n: f"Room hours {n}")
    unit, units = "hour", "hours"
    tiers = factory.LazyAttribute(
        lambda allowance: [AllowanceTier(tier=tier, monthly=most) for tier, most in allowance.monthly.items()]
    )


# ---- where it is ----------------------------------------------------------------------------------------------------
class FloorFactory(DjangoModelFactory):
    class Meta:
        model = Floor

    building = factory.SubFactory(PlaceFactory)
    slug = factory.Sequence(lambda n: f"floor-{n}")
    name = factory.Sequence(lambda n: f"Floor {n}")
    level = factory.Sequence(lambda n: n)


class AreaFactory(DjangoModelFactory):
    class Meta:
        model = Area

    floor = factory.SubFactory(FloorFactory)
    slug = factory.Sequence(lambda n: f"area-{n}")
    label = factory.Sequence(lambda n: f"Area {n}")
    kind = AreaKind.MEETING_ROOM
    x, y, width, height = 0, 0, 20, 20


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    slug = factory.Sequence(lambda n: f"unit-{n}")
    label = factory.Sequence(lambda n: f"Unit {n}")


# ---- what is booked -------------------------------------------------------------------------------------------------
class SpaceIndexPageFactory(SingletonPageFactory):
    class Meta:
        model = SpaceIndexPage

    title = "Spaces"
    slug = "spaces"


class SpaceFactory(PageFactory):
    """A meeting room over one unit of its own. ``units``, ``gates`` and ``access_features`` are taken as lists."""

    class Meta:
        model = SpacePage

    title = factory.Sequence(lambda n: f"Room {n}")
    kind = SpaceKind.MEETING_ROOM
    description = "A room with one table."
    capacity = 8
    hours = factory.SubFactory(OpeningHoursFactory)
    units = factory.LazyFunction(lambda: [UnitFactory()])
    window_days = 90
    open_to = factory.LazyFunction(lambda: list(Audience.values))

    @classmethod
    def default_parent(cls) -> Page:
        return SpaceIndexPageFactory()


class DesksFactory(SpaceFactory):
    """A pool of which a booking takes as many as it asks for. ``size=4``: of four."""

    class Params:
        size = 3

    title = factory.Sequence(lambda n: f"Desks {n}")
    kind = SpaceKind.HOT_DESKS
    takes = Takes.ANY
    units = factory.LazyAttribute(lambda desks: UnitFactory.create_batch(desks.size))
    capacity = factory.LazyAttribute(lambda desks: len(desks.units))
    max_minutes = 780


class CombinedRoomFactory(SpaceFactory):
    """Rooms that are booked together: ``rooms=[aire, calder]``."""

    class Params:
        rooms = ()

    title = factory.Sequence(lambda n: f"Combined room {n}")
    kind = SpaceKind.COMBINED_ROOM
    units = factory.LazyAttribute(lambda combined: [unit for room in combined.rooms for unit in room.units.all()])
    capacity = factory.LazyAttribute(lambda combined: sum(room.capacity for room in combined.rooms))


# ---- who books it ---------------------------------------------------------------------------------------------------
class TenantTermsFactory(DjangoModelFactory):
    class Meta:
        model = TenantTerms

    organisation = factory.SubFactory(OrganisationFactory, role="tenant")


class CredentialFactory(DjangoModelFactory):
    """``user`` is always given."""

    class Meta:
        model = Credential

    gate = factory.SubFactory(GateFactory)
    given_on = factory.LazyFunction(timezone.localdate)
    expires_on = factory.LazyAttribute(lambda one: one.given_on + timedelta(days=one.gate.valid_days))
