"""What people have booked, passed or spent is deleted by nobody in the CMS: its page says what to do instead."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import models
from django.test import Client
from django.urls import reverse

from directory.choices import Role
from directory.models import Place
from home.models import HomePage
from spaces.models import Allowance, AllowanceAccount, Gate, OpeningHours, SpacePage, Unit
from tests.booking_forms import words
from tests.factories.accounts import UserFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.spaces import (
    AllowanceFactory,
    CredentialFactory,
    FloorFactory,
    GateFactory,
    OpeningHoursFactory,
    SpaceFactory,
    UnitFactory,
)
from tests.space_bookings import book

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cms(client: Client, settings: Any) -> Client:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(UserFactory(is_superuser=True))
    return client


# ---- pages ----------------------------------------------------------------------------------------------------------
def test_a_space_that_was_booked_stays_and_so_does_what_it_stands_below(cms: Client) -> None:
    room = SpaceFactory(title="Aire")
    book(room, TEN)

    for page in (room, room.get_parent()):
        answer = cms.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
        assert answer.status_code == 200
        assert "“Aire” can’t be deleted" in words(answer) and "Unpublish it instead" in words(answer)
        assert SpacePage.objects.filter(pk=room.pk).exists()


def test_several_pages_are_deleted_together_or_not_at_all(cms: Client) -> None:
    room, unused = SpaceFactory(title="Aire"), SpaceFactory()
    book(room, TEN)

    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    answer = cms.post(f"{address}?id={room.pk}&id={unused.pk}", follow=True)

    assert answer.status_code == 200 and "Nothing was deleted. “Aire” can’t be deleted" in words(answer)
    assert SpacePage.objects.count() == 2


def test_a_space_that_nobody_booked_is_deleted(cms: Client) -> None:
    room = SpaceFactory()
    cms.post(reverse("wagtailadmin_pages:delete", args=[room.pk]))
    assert not SpacePage.objects.exists()


# ---- lists ----------------------------------------------------------------------------------------------------------
def used_unit() -> Unit:
    room = SpaceFactory()
    book(room, TEN)
    room.units.set([])  # also where no space offers it any more
    room.save()
    return Unit.objects.get()


def passed_gate() -> Gate:
    gate: Gate = CredentialFactory(user=UserFactory()).gate
    return gate


def counted_allowance() -> Allowance:
    account = AllowanceAccount.objects.create(
        organisation=OrganisationFactory(role=Role.TENANT), allowance=AllowanceFactory(), month=date(2026, 11, 1)
    )
    return account.allowance


def kept_hours() -> OpeningHours:
    return SpaceFactory().hours


def planned_building() -> Place:
    return FloorFactory().building


USED = [
    (used_unit, "Take it off its spaces instead"),
    (passed_gate, "Take it off the spaces that ask for it instead"),
    (counted_allowance, "Take it off the spaces that count towards it instead"),
    (kept_hours, "Give them other hours first"),
    (planned_building, "Delete its floors first"),
]


@pytest.mark.parametrize(("make", "instead"), USED)
def test_a_list_keeps_what_people_have_used(cms: Client, make: Callable[[], models.Model], instead: str) -> None:
    used = make()
    model = type(used)
    viewset = model.snippet_viewset  # type: ignore[attr-defined]
    bulk = reverse("wagtail_bulk_action", args=[model._meta.app_label, model._meta.model_name, "delete"])

    for address in (reverse(viewset.get_url_name("delete"), args=[used.pk]), f"{bulk}?id={used.pk}"):
        for ask in (cms.get, cms.post):
            answer = ask(address, follow=True)
            assert answer.status_code == 200
            assert f"“{used}” can’t be deleted" in words(answer) and instead in words(answer)
            assert model._default_manager.filter(pk=used.pk).exists()


@pytest.mark.parametrize("make", [UnitFactory, GateFactory, AllowanceFactory, OpeningHoursFactory])
def test_what_nobody_has_used_leaves_its_list(cms: Client, make: Any) -> None:
    unused = make()
    model = type(unused)
    cms.post(reverse(model.snippet_viewset.get_url_name("delete"), args=[unused.pk]))
    assert not model._default_manager.filter(pk=unused.pk).exists()
