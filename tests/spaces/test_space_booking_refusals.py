"""What can not be booked is said at the field, with what would work; and what whoever signed in is asked and offered."""

from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client

from directory.choices import Role
from events.actions import repeat
from events.choices import Frequency
from home.models import HomePage
from spaces import actions
from spaces.choices import Audience, BookingStatus
from spaces.models import AllowanceEntry, Booking, Visitor
from tests.booking_forms import soup, typed, words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory, bookable
from tests.factories.directory import OrganisationFactory
from tests.factories.events import EventFactory
from tests.factories.spaces import (
    AllowanceFactory,
    CredentialFactory,
    DesksFactory,
    GateFactory,
    SpaceFactory,
    TenantTermsFactory,
)
from tests.space_forms import ADA, NOW, address, alternatives, at, book_by_form, carried, errors, given, member_of


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    cache.clear()  # counts of how often somebody asked
    with time_machine.travel(NOW, tick=False):
        yield


# ---- refusals -------------------------------------------------------------------------------------------------------
def test_what_is_taken_is_refused_at_the_field_with_three_ways_out(client: Client) -> None:
    room, other = SpaceFactory(title="Aire"), SpaceFactory(title="Calder")
    given(room, 10, 11)

    response = client.post(address(room), ADA | {"words": "Interviews"})

    assert response.status_code == 409
    assert errors(response) == ["#id_start"]
    assert typed(response)["words"] == "Interviews"
    found = alternatives(response)
    assert len(found) >= 3
    assert any(one.get("formaction") == address(other) for one in found)
    assert Booking.objects.count() == 1


def test_an_alternative_is_taken_with_one_press_and_keeps_what_was_typed(client: Client) -> None:
    room, other = SpaceFactory(title="Aire"), SpaceFactory(title="Calder")
    given(room, 10, 11)
    refused = client.post(address(room), typed(client.get(address(room))) | ADA | {"words": "Interviews"})

    for one in alternatives(refused):
        checked = client.post(one.get("formaction", address(room)), typed(refused) | {"instead": one["value"]})
        assert "Check, then" in words(checked)
        assert "Interviews" in words(checked)
    elsewhere = next(one for one in alternatives(refused) if one.get("formaction") == address(other))
    sent = carried(client.post(address(other), typed(refused) | {"instead": elsewhere["value"]}))
    assert client.post(address(other), sent | {"do": "book"}).status_code == 302
    assert other.bookings.get().words == "Interviews"


def test_somebody_was_quicker_between_the_check_and_the_press(client: Client) -> None:
    room = SpaceFactory()
    sent = carried(client.post(address(room), typed(client.get(address(room))) | ADA))
    given(room, 10, 11)

    response = client.post(address(room), sent | {"do": "book"})

    assert response.status_code == 409
    assert len(alternatives(response)) >= 2
    assert typed(response)["name"] == ADA["name"]


def test_whoever_wants_that_very_time_goes_on_the_waiting_list(client: Client) -> None:
    room = SpaceFactory()
    given(room, 10, 11)
    refused = client.post(address(room), typed(client.get(address(room))) | ADA)
    assert soup(refused).select_one("button[name=do][value=wait]")

    response = client.post(address(room), typed(refused) | {"do": "wait"})

    page = client.get(response["Location"])
    assert "You are on the waiting list, Ada" in words(page)
    assert "You are next" in words(page)
    assert Booking.objects.get(email=ADA["email"]).status == BookingStatus.WAITING


def test_a_space_for_tenants_asks_others_to_sign_in_and_keeps_what_they_typed(client: Client) -> None:
    room = SpaceFactory(open_to=[Audience.TENANTS])

    response = client.post(address(room), ADA | {"words": "Interviews"})

    assert response.status_code == 409
    assert "sign in first" in words(response)
    assert typed(response)["words"] == "Interviews"
    link = soup(response).select_one("main a[href^='/accounts/login/']")
    assert link
    assert "start%3D2026-11-24T10%253A00" in link["href"]
    assert not soup(response).select_one("button[name=do][value=wait]")


# ---- signed in ------------------------------------------------------------------------------------------------------
def test_whoever_signed_in_is_not_asked_who_they_are(client: Client) -> None:
    organisation = OrganisationFactory(role=Role.TENANT)
    user = member_of(organisation, name="Ada Broadbent")
    client.force_login(user)
    room = SpaceFactory(open_to=[Audience.TENANTS])
    form = typed(client.get(address(room)))
    assert {"name", "email"}.isdisjoint(form)

    response = client.post(address(room), form | {"start": ADA["start"], "end": ADA["end"], "do": "book"})

    booking = Booking.objects.get()
    assert response["Location"] == f"/my/spaces/{booking.reference}/"
    assert (booking.user, booking.organisation, booking.name) == (user, organisation, "Ada Broadbent")
    assert room.title in words(client.get("/my/spaces/"))


def test_a_colleague_is_chosen_by_name(client: Client) -> None:
    organisation = OrganisationFactory(role=Role.TENANT)
    me, colleague = member_of(organisation), member_of(organisation, name="Grace Hopper")
    stranger = UserFactory(name="Somebody else")
    client.force_login(me)
    room = SpaceFactory()
    page = client.get(address(room))
    assert "Grace Hopper" in words(page)
    assert stranger.name not in words(page)

    client.post(address(room), typed(page) | ADA | {"whom": str(colleague.pk), "do": "book"})

    booking = Booking.objects.get()
    assert (booking.user, booking.made_by, booking.name) == (colleague, me, "Grace Hopper")
    refused = client.post(address(room), typed(page) | ADA | {"whom": str(stranger.pk), "do": "book"})
    assert errors(refused) == ["#id_whom"]


def test_the_check_asks_of_whoever_comes_what_the_space_asks_people_to_have_passed(client: Client) -> None:
    organisation = OrganisationFactory(role=Role.TENANT)
    trained, untrained = member_of(organisation), member_of(organisation)
    gate = GateFactory(name="Bench induction")
    CredentialFactory(user=trained, gate=gate)
    bench = SpaceFactory(gates=[gate])

    def checked(by: Any, whom: Any) -> Any:
        client.force_login(by)
        said = {"whom": str(whom.pk)} if whom != by else {}
        return client.post(address(bench), typed(client.get(address(bench))) | ADA | said)

    assert "Check, then" in words(checked(untrained, trained))
    assert "Check, then" in words(checked(trained, trained))
    refused = checked(trained, untrained)
    assert refused.status_code == 409
    assert "Whoever comes needs it" in words(refused)


def test_the_check_says_what_it_takes_of_the_allowance_and_what_is_left(client: Client) -> None:
    terms = TenantTermsFactory()
    client.force_login(member_of(terms.organisation))
    room = SpaceFactory(allowance=AllowanceFactory())

    response = client.post(address(room), typed(client.get(address(room))) | ADA)

    assert "1 hour of your organisation’s allowance. That leaves 11 hours in November." in words(response)
    assert not AllowanceEntry.objects.exists()


def test_who_belongs_to_two_tenants_says_which_of_them_pays(client: Client) -> None:
    first, second = TenantTermsFactory().organisation, TenantTermsFactory().organisation
    me, colleague = member_of(first), member_of(second, name="Grace Hopper")
    for also in (second, OrganisationFactory(role=Role.PARTNER)):
        OrganisationMemberFactory(organisation=also, user=me)
    client.force_login(me)
    room = SpaceFactory(open_to=[Audience.TENANTS], allowance=AllowanceFactory())
    page = client.get(address(room))
    form = typed(page) | ADA
    options = [option["value"] for option in soup(page).select("select[name=payer] option")]
    assert options == [str(first.pk), str(second.pk)]  # the partner may not book it
    assert form["payer"] == str(first.pk)
    label = soup(page).select_one("label[for=id_payer]")
    assert label and label.get_text(strip=True) == "For which of your organisations", "not optional: one of them pays"

    wrong = client.post(address(room), form | {"whom": str(colleague.pk), "do": "book"})
    assert errors(wrong) == ["#id_whom"]
    assert f"Grace Hopper does not belong to {first.title}" in words(wrong)
    strange = client.post(address(room), form | {"payer": str(OrganisationFactory().pk), "do": "book"})
    assert errors(strange) == ["#id_payer"]
    assert not Booking.objects.exists()

    checked = client.post(address(room), form | {"payer": str(second.pk), "whom": str(colleague.pk)})
    assert second.title in words(checked)
    client.post(address(room), carried(checked) | {"do": "book"})
    booking = Booking.objects.get()
    assert (booking.organisation.pk, booking.user) == (second.pk, colleague)
    assert AllowanceEntry.objects.filter(booking=booking).get().account.organisation.pk == second.pk
    assert f"payer={second.pk}" in str(client.get(f"/my/spaces/{cancelled(booking)}/").content)


def test_gone_back_to_and_sent_for_another_payer_or_desk_it_is_told_and_booked_only_if_they_say_so(
    client: Client,
) -> None:
    first, second = TenantTermsFactory().organisation, TenantTermsFactory().organisation
    me = member_of(first)
    OrganisationMemberFactory(organisation=second, user=me)
    client.force_login(me)
    desks = DesksFactory(size=3, open_to=[Audience.TENANTS])
    form = typed(client.get(address(desks))) | ADA
    url = client.post(address(desks), form | {"do": "book"})["Location"]
    assert client.post(address(desks), form)["Location"] == url  # the same: what it booked

    other = form | {"payer": str(second.pk), "unit": str(desks.units.all()[2].pk)}
    for step in ("", "book"):
        told = client.post(address(desks), other | {"do": step})
        assert told.status_code == 409 and errors(told) == ["#id_payer"]
        assert "Different now: for which organisation, which one you chose." in words(told)
        assert soup(told).select_one(f"main a[href='{url}']") and not alternatives(told)
    assert Booking.objects.get().organisation == first

    checked = client.post(address(desks), typed(told) | {"do": "anew"})
    assert "Check, then" in words(checked) and second.title in words(checked)
    client.post(address(desks), carried(checked) | {"do": "book"})
    assert [one.organisation for one in Booking.objects.order_by("pk")] == [first, second]


def test_who_belongs_to_one_organisation_that_may_book_it_is_not_asked_which(client: Client) -> None:
    tenant = OrganisationFactory(role=Role.TENANT)
    me = member_of(OrganisationFactory(role=Role.PARTNER))
    OrganisationMemberFactory(organisation=tenant, user=me)
    client.force_login(me)
    room = SpaceFactory(open_to=[Audience.TENANTS])
    form = typed(client.get(address(room)))
    assert "payer" not in form

    client.post(address(room), form | ADA | {"do": "book"})
    assert Booking.objects.get().organisation.pk == tenant.pk


def cancelled(booking: Booking) -> str:
    return actions.cancel(booking=booking.pk).reference


def test_an_invoice_is_offered_once_the_allowance_does_not_reach(client: Client) -> None:
    terms = TenantTermsFactory()
    client.force_login(member_of(terms.organisation))
    room = SpaceFactory(allowance=AllowanceFactory(monthly={"core": 0}))
    form = typed(client.get(address(room))) | ADA
    assert not soup(client.get(address(room))).select_one("[name=pays]")

    refused = client.post(address(room), form)
    assert errors(refused) == ["#id_pays"]
    checked = client.post(address(room), form | {"pays": "on"})
    assert "By invoice" in words(checked)
    client.post(address(room), carried(checked) | {"do": "book"})

    assert Booking.objects.get().pays


def test_whoever_has_no_allowance_for_it_is_told_in_pounds_what_it_costs(client: Client) -> None:
    room = SpaceFactory(price="£24 an hour for others.", fee=24, allowance=AllowanceFactory())

    checked = client.post(address(room), typed(client.get(address(room))) | ADA)
    booked = client.post(address(room), carried(checked) | {"do": "book"})

    for page in (checked, client.get(booked["Location"])):
        assert "Cost £24.00 by invoice. £24 an hour for others." in words(page)
    assert client.post(address(room), carried(checked) | {"do": "book"})["Location"] == booked["Location"]


def test_desks_are_asked_for_by_number_or_by_choice(client: Client) -> None:
    desks = DesksFactory(size=3, title="Gallery desks")
    page = client.get(address(desks))
    assert "people" not in typed(page)

    book_by_form(client, desks, number="2")
    assert Booking.objects.get().number == 2
    taken = set(Booking.objects.get().allocations.values_list("unit", flat=True))
    free = next(unit for unit in desks.units.all() if unit.pk not in taken)
    book_by_form(client, desks, number="1", unit=str(free.pk), email="grace@example.org")

    chosen = Booking.objects.get(email="grace@example.org").allocations.get()
    assert (chosen.unit_id, chosen.pinned) == (free.pk, True)


def test_guests_are_named_with_the_booking(client: Client) -> None:
    book_by_form(client, SpaceFactory(), guest_1_name="Grace", guest_1_from="Navy", guest_3_name="Alan")

    assert list(Visitor.objects.values_list("name", "organisation_name")) == [("Grace", "Navy"), ("Alan", "")]
    alone = client.post(address(SpaceFactory()), ADA | {"guest_2_email": "x@example.org"})
    assert errors(alone) == ["#id_guest_2_name"]


# ---- what has to be passed first --------------------------------------------------------------------------------------
def test_whoever_lacks_an_induction_is_offered_its_next_dates(client: Client) -> None:
    gate = GateFactory(name="Laboratory induction", event="lab-induction")
    bench = SpaceFactory(slug="bench", gates=[gate])

    def pages() -> list[BeautifulSoup]:
        refused = client.post(address(bench), ADA | {"words": "Cells"})
        assert refused.status_code == 409 and typed(refused)["words"] == "Cells"
        return [soup(refused), soup(client.get(bench.url))]

    for page in pages():
        assert "No date is planned at this moment" in page.get_text() and page.select_one("main a[href='/contact/']")
    made = EventFactory(slug="lab-induction", title="Induction", starts_at=at(14, 30), ends_at=at(16, 30))
    repeat(event=bookable(event=made, availability="few"), frequency=Frequency.WEEKLY, every=1, times=5)

    for page in pages():
        offered = page.select("ul.v-small a[href*=lab-induction]")
        assert len(offered) == 3 and offered[0]["href"] == "/events/lab-induction/book/"
        said = offered[0].parent.get_text(" ", strip=True)
        assert said == "Book Induction, Monday 30 November 2026, 14:00 Last places"
