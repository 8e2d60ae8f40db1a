"""What the code at a door opens: now and next as far as others may see it, check in, take it now, report a fault."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from wagtail.models import Site

from core.models import SiteSettings
from directory.choices import Role
from home.models import HomePage
from spaces import actions
from spaces.choices import Audience, Confidentiality
from spaces.models import Booking, SpacePage
from spaces.queries.people import asker_of
from tests.booking_forms import soup, typed, words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.spaces import DesksFactory, SpaceFactory

NOW = datetime(2026, 11, 24, 9, 50, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def at(hour: float) -> datetime:
    return datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=hour)


def door(space: SpacePage) -> str:
    return f"/spaces/{space.slug}/here/"


def given(space: SpacePage, begins: float, ends: float, user: Any = None, **said: Any) -> Booking:
    asked = {"name": "Grace Hopper", "email": user.email if user else "grace@example.org"} | said
    request = actions.Request(starts_at=at(begins), ends_at=at(ends), **asked)
    ways = {"asker": asker_of(user)} if user else {}
    return actions.book(space=space.pk, request=request, **ways)


@pytest.mark.parametrize(
    ("confidentiality", "seen", "hidden"),
    [
        (Confidentiality.OPEN, "Board meeting – Acme", "Grace"),
        (Confidentiality.ORGANISATION, "Acme", "Board meeting"),
        (Confidentiality.BUSY, "Booked", "Acme"),
    ],
)
def test_others_see_as_much_of_a_booking_as_it_allows(
    client: Client, confidentiality: Confidentiality, seen: str, hidden: str
) -> None:
    room = SpaceFactory()
    user = OrganisationMemberFactory(organisation=OrganisationFactory(title="Acme", role=Role.TENANT)).user
    given(room, 9, 11, user, words="Board meeting", confidentiality=confidentiality)
    given(room, 14, 15)

    page = words(client.get(door(room)))

    assert f"Now {seen} Until 11:00" in page
    assert hidden not in page
    assert "14:00 to 15:00: Booked" in page
    assert "Grace" not in page


def test_whoever_looks_gets_no_cookie(client: Client) -> None:
    response = client.get(door(SpaceFactory()))

    assert not client.cookies
    assert "no-store" in response["Cache-Control"]
    assert "Free" in words(response)


def test_desks_tell_how_many_are_free(client: Client) -> None:
    desks = DesksFactory(size=3)
    given(desks, 9, 11)

    assert "2 of 3 free" in words(client.get(door(desks)))


def test_whoever_signed_in_checks_in_with_one_press(client: Client) -> None:
    room = SpaceFactory(release_minutes=20)
    user = OrganisationMemberFactory().user
    booking = given(room, 10, 11, user)
    client.force_login(user)
    page = client.get(door(room))
    assert "Check in: 10:00 to 11:00" in words(page)

    response = client.post(door(room), {"do": "check-in", "booking": booking.reference})

    booking.refresh_from_db()
    assert booking.checked_in_at == NOW
    assert "You are checked in" in words(client.get(response["Location"]))


def test_nobody_checks_in_for_a_stranger(client: Client) -> None:
    room = SpaceFactory()
    booking = given(room, 10, 11, OrganisationMemberFactory().user)
    client.force_login(UserFactory())

    client.post(door(room), {"do": "check-in", "booking": booking.reference})
    client.post(door(room), {"do": "reference", "reference": booking.reference, "email": "guess@example.org"})

    booking.refresh_from_db()
    assert booking.checked_in_at is None


def test_reference_and_address_check_in_whoever_has_no_account(client: Client) -> None:
    room = SpaceFactory()
    booking = given(room, 10, 11)

    wrong = client.post(door(room), {"do": "reference", "reference": booking.reference, "email": "x@example.org"})
    assert wrong.status_code == 409
    assert "has this reference and this address" in words(wrong)
    client.post(
        door(room), {"do": "reference", "reference": f" {booking.reference.lower()} ", "email": "Grace@example.org"}
    )

    booking.refresh_from_db()
    assert booking.checked_in_at == NOW


def test_a_form_of_somebody_who_signed_in_has_to_be_ours() -> None:
    client = Client(enforce_csrf_checks=True)
    user = OrganisationMemberFactory().user
    booking = given(room := SpaceFactory(), 10, 11, user)
    client.force_login(user)

    assert client.post(door(room), {"do": "check-in", "booking": booking.reference}).status_code == 403
    booking.refresh_from_db()
    assert booking.checked_in_at is None


def test_a_free_space_is_offered_to_those_who_may_book_it(client: Client) -> None:
    room = SpaceFactory(open_to=[Audience.TENANTS])
    given_ = OrganisationMemberFactory(organisation=OrganisationFactory(role=Role.TENANT)).user
    assert "Book it now" not in words(client.get(door(room)))
    client.force_login(given_)

    page = client.get(door(room))

    links = [link for link in soup(page).select(".v-slots a") if "Until" in link.get_text()]
    assert [link.get_text() for link in links] == ["Until 10:00", "Until 10:30", "Until 11:30"]
    found = typed(client.get(links[1]["href"]))
    assert (found["start"], found["end"]) == ("2026-11-24T09:30", "2026-11-24T10:30")
    booked = client.post(links[1]["href"].partition("?")[0], found | {"do": "book"})
    assert booked.status_code == 302


def test_a_fault_goes_to_the_team_and_is_kept_nowhere(client: Client) -> None:
    room = SpaceFactory(title="Aire")
    settings, _ = SiteSettings.objects.get_or_create(site=Site.objects.get(is_default_site=True))
    settings.contact_email = "team@example.org"
    settings.save()
    assert client.post(door(room), {"do": "fault"}).status_code == 200
    assert not mail.outbox

    response = client.post(door(room), {"do": "fault", "words": "The screen is <dark>", "reply_to": "ada@example.org"})

    (letter,) = mail.outbox
    assert letter.to == ["team@example.org"]
    assert letter.subject == "Fault reported: Aire"
    assert "The screen is <dark>" in letter.body
    assert letter.extra_headers["Reply-To"] == "ada@example.org"
    assert "Our team has your report" in words(client.get(response["Location"]))


def test_the_sheet_for_the_door_carries_the_address_as_a_code(client: Client) -> None:
    room = SpaceFactory(title="Aire")
    url = f"{door(room)}sheet/"
    assert client.get(url).status_code == 403
    client.force_login(UserFactory(is_superuser=True))

    page = client.get(url)

    assert soup(page).select_one("svg.v-qr")
    assert door(room).rstrip("/") in words(page, ".v-doorsheet")
