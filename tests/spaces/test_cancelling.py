"""Until the hour that a space names a booking is cancelled for nothing; later it still counts, and that is said first."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from directory.choices import MemberRole
from home.models import HomePage
from spaces import actions
from spaces.actions.standing import Standing
from spaces.alternatives import alternatives
from spaces.choices import BookingStatus
from spaces.models import AllowanceAccount, Booking, BookingLetter, SpacePage
from spaces.queries.occupation import bookable
from spaces.queries.people import asker_of
from spaces.queries.statements import statement
from spaces.rules import Asker, Refusal, Wish
from tests.booking_forms import soup, typed, words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.spaces import AllowanceFactory, SpaceFactory, TenantTermsFactory
from tests.space_forms import ADA, NOW, address, at, given, own_page

A_DAY = 24 * 60


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room() -> SpacePage:
    """Free to cancel until a day before; twelve hours a month for tenants."""
    return SpaceFactory(title="Aire", cancel_minutes=A_DAY, allowance=AllowanceFactory())


@pytest.fixture
def me() -> User:
    organisation = TenantTermsFactory().organisation
    return OrganisationMemberFactory(organisation=organisation, role=MemberRole.ADMIN, user__name="Ada Broadbent").user


@pytest.fixture
def mine(room: SpacePage, me: User) -> Booking:
    """Two hours, from ten on Wednesday; booked on Monday."""
    return given(room, 10, 12, day=25, asker=asker_of(me), email=me.email)


@pytest.fixture
def manager() -> User:
    return UserFactory(is_superuser=True)


def left() -> int:
    return AllowanceAccount.objects.get().balance


BEFORE, AFTER = at(9.9), at(10)  # on Tuesday: a little more than a day, and a day


# ---- the rule -------------------------------------------------------------------------------------------------------
def test_in_time_the_allowance_comes_back(mine: Booking) -> None:
    with time_machine.travel(BEFORE, tick=False):
        actions.cancel(booking=mine.pk)

    assert left() == 12_000


def test_later_it_still_counts_and_the_room_is_free_for_others(room: SpacePage, mine: Booking) -> None:
    with time_machine.travel(AFTER, tick=False):
        assert actions.cancel(booking=mine.pk).status == BookingStatus.CANCELLED
        assert given(room, 10, 12, day=25)

    assert left() == 10_000
    assert mine.log.latest("pk").what == "cancelled late, it still counts"
    assert BookingLetter.objects.get(booking=mine, letter="cancelled").was["counts"] is True


def test_what_was_booked_by_mistake_is_undone_for_nothing(room: SpacePage, me: User) -> None:
    slip = given(room, 14, 15, day=23, asker=asker_of(me), email=me.email)
    other = given(room, 16, 17, day=23, asker=asker_of(me), email=me.email)

    with time_machine.travel(NOW + timedelta(minutes=14), tick=False):
        actions.cancel(booking=slip.pk)
    assert left() == 11_000
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        actions.cancel(booking=other.pk)
    assert left() == 11_000


def test_what_waits_for_our_answer_costs_nothing(me: User) -> None:
    hall = SpaceFactory(cancel_minutes=A_DAY, approval=True, allowance=AllowanceFactory())
    asked = given(hall, 10, 11, asker=asker_of(me), email=me.email)

    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        assert actions.cancel(booking=asked.pk).status == BookingStatus.CANCELLED
    assert left() == 12_000


def test_what_nobody_said_yes_to_costs_nothing_after_its_start_either(me: User) -> None:
    hall = SpaceFactory(cancel_minutes=A_DAY, approval=True, allowance=AllowanceFactory())
    asked = given(hall, 10, 11, asker=asker_of(me), email=me.email)

    with time_machine.travel(at(10.5), tick=False):
        actions.cancel(booking=asked.pk)
    assert left() == 12_000


# ---- no way around it -----------------------------------------------------------------------------------------------
def test_what_still_counts_is_moved_within_that_time_alone(room: SpacePage, me: User, mine: Booking) -> None:
    free = SpaceFactory(title="Without the rule")
    hall = SpaceFactory(title="Where we answer first", approval=True, cancel_minutes=A_DAY)
    with time_machine.travel(AFTER, tick=False):
        for more in ({"days": 7}, {"hours": 3}, {"space": free.pk}, {"space": hall.pk}):
            space, by = more.pop("space", None), timedelta(**more)
            with pytest.raises(Refusal) as caught:
                move(mine, me, by, space=space)
            assert caught.value.rule == "still-counts"
        assert move(mine, me, timedelta(hours=-1)).starts_at == at(9, 25)
        actions.cancel(booking=mine.pk)

    assert left() == 10_000


def test_made_shorter_too_late_it_counts_as_before(me: User, mine: Booking) -> None:
    with time_machine.travel(AFTER, tick=False):
        shorter = actions.change(booking=mine.pk, starts_at=at(10, 25), ends_at=at(11, 25), asker=asker_of(me))
        assert left() == 10_000
        actions.change(booking=mine.pk, starts_at=at(10, 25), ends_at=at(13, 25), asker=asker_of(me))

    assert shorter.ends_at == at(11, 25)
    assert left() == 9_000


def test_moved_late_into_the_next_month_it_counts_once(room: SpacePage, me: User) -> None:
    late = given(room, 15, 17, day=30, asker=asker_of(me), email=me.email)
    with time_machine.travel(at(12, 30), tick=False):
        starts_at = at(10, 30) + timedelta(days=1)
        ways: dict[str, Any] = {"booking": late.pk, "starts_at": starts_at, "asker": asker_of(me)}
        actions.change(ends_at=starts_at + timedelta(hours=2), **ways)
        assert list(AllowanceAccount.objects.order_by("month").values_list("balance", flat=True)) == [12_000, 10_000]
        actions.change(ends_at=starts_at + timedelta(hours=1), **ways)

    assert list(AllowanceAccount.objects.order_by("month").values_list("balance", flat=True)) == [12_000, 10_000]


def test_moved_late_and_made_shorter_the_rest_counts_where_it_did(room: SpacePage, me: User) -> None:
    late = given(room, 15, 17, day=30, asker=asker_of(me), email=me.email)
    with time_machine.travel(at(12, 30), tick=False):
        starts_at = at(10, 30) + timedelta(days=1)
        ends_at = starts_at + timedelta(hours=1)
        actions.change(booking=late.pk, starts_at=starts_at, ends_at=ends_at, asker=asker_of(me))

    assert list(AllowanceAccount.objects.order_by("month").values_list("balance", flat=True)) == [11_000, 11_000]


def test_what_still_counts_is_not_paid_from_another_allowance_as_well(me: User, mine: Booking) -> None:
    other = SpaceFactory(title="Bench", cancel_minutes=A_DAY, allowance=AllowanceFactory())
    with time_machine.travel(AFTER, tick=False), pytest.raises(Refusal) as caught:
        move(mine, me, timedelta(0), space=other.pk)

    assert caught.value.rule == "still-counts"
    assert "Bench counts towards another allowance" in str(caught.value)
    mine.refresh_from_db()
    assert mine.space != other and left() == 10_000


def test_what_still_counts_is_offered_only_where_it_counts(room: SpacePage, me: User, mine: Booking) -> None:
    rules: dict[str, Any] = {"cancel_minutes": A_DAY, "kind": room.kind, "capacity": room.capacity}
    other = SpaceFactory(title="Of another allowance", allowance=AllowanceFactory(), **rules)
    same = SpaceFactory(title="Of the same", allowance=room.allowance, **rules)
    asker, wish = asker_of(me), Wish(bookable().get(pk=room.pk), mine.starts_at, mine.ends_at)
    with time_machine.travel(AFTER, tick=False):
        found = alternatives(wish, asker, Refusal("taken", ""), AFTER, standing=Standing.of(mine, asker))

    spaces = {one.wish.space.pk for one in found}
    assert same.pk in spaces and other.pk not in spaces


def move(booking: Booking, user: User, by: timedelta, *, space: int | None = None) -> Booking:
    when = {"starts_at": booking.starts_at + by, "ends_at": booking.ends_at + by}
    return actions.change(booking=booking.pk, **when, space=space, asker=asker_of(user))


# ---- we waive it ----------------------------------------------------------------------------------------------------
def test_one_of_us_waives_it_with_the_cancelling_or_afterwards(
    room: SpacePage, me: User, mine: Booking, manager: User
) -> None:
    other = given(room, 8, 9, day=25, asker=asker_of(me), email=me.email)
    with time_machine.travel(AFTER, tick=False):
        with pytest.raises(PermissionDenied):
            actions.cancel(booking=mine.pk, by=me, waives=True)
        actions.cancel(booking=mine.pk, by=manager, waives=True)
        assert left() == 11_000
        actions.cancel(booking=other.pk)
        assert left() == 11_000
        with pytest.raises(PermissionDenied):
            actions.waive(booking=other.pk, by=me)
        for _ in range(2):
            actions.waive(booking=other.pk, by=manager)

    assert left() == 12_000
    assert [entry.what for entry in other.log.all()].count("given back all the same") == 1


def test_what_is_there_is_not_waived(mine: Booking, manager: User) -> None:
    with pytest.raises(Refusal):
        actions.waive(booking=mine.pk, by=manager)
    assert left() == 10_000


def test_at_the_desk_it_says_what_stays_taken_and_gives_it_back(
    client: Client, mine: Booking, manager: User, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(manager)
    url = reverse("spaces_desk_booking", args=[mine.pk])
    with time_machine.travel(AFTER, tick=False):
        assert "what it took of the allowance stays taken: 2 hours" in words(client.get(url))
        client.post(url, {"do": "cancel", "words": "They rang."})
        assert left() == 10_000
        assert "It still counts" in words(client.get(url))
        client.post(url, {"do": "waive"})
        assert left() == 12_000
        assert "stays taken" not in words(client.get(url))


def test_what_is_owed_is_made_free_of_charge_for_a_reason_and_charged_again(
    client: Client, room: SpacePage, me: User, manager: User, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    SpacePage.objects.filter(pk=room.pk).update(fee=40)
    mine = given(room, 14, 15, day=25, asker=asker_of(me), email=me.email, pays=True)
    desk, invoices = reverse("spaces_desk_booking", args=[mine.pk]), reverse("spaces_invoices")
    for way in (actions.waive, actions.charge_again):
        with pytest.raises(PermissionDenied):
            way(booking=mine.pk, by=me)
    client.force_login(manager)

    refused = client.post(desk, {"do": "free", "free-words": " "})
    assert refused.status_code == 422 and mine.reference in words(client.get(invoices))
    at_desk = words(client.post(desk, {"do": "free", "free-words": "The heating was off."}, follow=True))

    assert "Free of charge, instead of £40.00." in at_desk and "heating" in at_desk
    assert mine.reference not in words(client.get(invoices)) + client.get(invoices, {"as": "csv"}).content.decode()
    page = own_page(mine)
    assert "Free of charge" in words(client.get(page)) and "heating" not in words(client.get(page)), "it is for us"
    client.post(desk, {"do": "charge"}, follow=True)
    assert mine.reference in words(client.get(invoices))
    assert [entry.what for entry in mine.log.all()][1:] == ["made free of charge", "to be paid again"]


def test_what_was_made_free_of_charge_is_paid_once_whoever_has_it_makes_it_cost_more(
    room: SpacePage, me: User, manager: User
) -> None:
    SpacePage.objects.filter(pk=room.pk).update(fee=40)
    mine = given(room, 14, 15, day=25, asker=asker_of(me), email=me.email, pays=True)
    actions.waive(booking=mine.pk, by=manager, words="The heating was off.")
    for hours, is_free in ((1, True), (2, False)):
        when = {"starts_at": mine.starts_at + timedelta(hours=1), "ends_at": mine.ends_at + timedelta(hours=hours)}
        changed = actions.change(booking=mine.pk, **when, asker=asker_of(me))
        assert changed.waived == is_free
    assert not AllowanceAccount.objects.exists(), "nothing of it is taken from the allowance"


def test_the_statement_says_which_of_what_is_gone_still_counts(room: SpacePage, me: User, mine: Booking) -> None:
    in_time = given(room, 14, 15, day=25, asker=asker_of(me), email=me.email)
    actions.cancel(booking=in_time.pk)
    with time_machine.travel(AFTER, tick=False):
        actions.cancel(booking=mine.pk)

    assert mine.organisation
    lines = statement(mine.organisation, at(0).date().replace(day=1))[0].lines
    assert [line.words for line in lines if "Aire" in line.words] == [
        "Booked: Aire (cancelled; it still counts)",
        "Booked: Aire",
        "Given back: Aire",
    ]


# ---- said first -----------------------------------------------------------------------------------------------------
def test_the_page_to_check_says_until_when_it_is_free(client: Client, room: SpacePage) -> None:
    form = typed(client.get(address(room))) | ADA

    later = client.post(address(room), form | {"start": "2026-11-25T10:00", "end": "2026-11-25T11:00"})
    assert "Free until Tuesday 24 November 2026, 10:00. Later it still counts." in words(later).replace(" .", ".")
    soon = client.post(address(room), form | {"start": "2026-11-23T14:00", "end": "2026-11-23T15:00"})
    assert "counts even if you cancel" in words(soon)


def test_the_page_of_the_space_names_the_rule(client: Client, room: SpacePage) -> None:
    free = SpaceFactory()

    assert "Free until 1 day before it begins" in words(client.get(f"/spaces/{room.slug}/"))
    assert "Free until it begins" in words(client.get(f"/spaces/{free.slug}/"))


def test_whoever_cancels_late_is_told_what_it_costs_before_they_press(client: Client, mine: Booking) -> None:
    page = own_page(mine)
    with time_machine.travel(BEFORE, tick=False):
        in_time = client.get(page)
    assert "What it took of the allowance comes back: 2 hours" in words(in_time)

    with time_machine.travel(AFTER, tick=False):
        unsaid = client.post(page, {"do": "cancel"})  # from the page that was opened in time
        assert unsaid.status_code == 409
        assert "too late to cancel it for nothing" in words(unsaid)
        assert "What it took of the allowance stays taken: 2 hours" in words(unsaid)
        mine.refresh_from_db()
        assert mine.status == BookingStatus.CONFIRMED
        said = soup(unsaid).select_one("input[name=counts]")
        assert said
        client.post(page, {"do": "cancel", "counts": said["value"]})

    mine.refresh_from_db()
    assert mine.status == BookingStatus.CANCELLED
    assert left() == 10_000


def test_an_admin_is_told_in_the_list_of_all_bookings(client: Client, me: User, mine: Booking) -> None:
    client.force_login(me)
    assert mine.organisation
    url = reverse("tenant_bookings", args=[mine.organisation.slug])
    with time_machine.travel(AFTER, tick=False):
        client.post(url, {"cancel": str(mine.pk)})  # as the list said it in time
        mine.refresh_from_db()
        assert mine.status == BookingStatus.CONFIRMED
        page = client.get(url)
        assert "Too late to cancel for nothing" in words(page)
        button = soup(page).select_one("button[name=cancel]")
        assert button
        client.post(url, {"cancel": button["value"]})

    mine.refresh_from_db()
    assert mine.status == BookingStatus.CANCELLED


def test_moved_too_far_it_is_offered_only_what_it_may_be_moved_to(
    client: Client, room: SpacePage, me: User, mine: Booking
) -> None:
    with time_machine.travel(AFTER, tick=False):
        client.force_login(me)
        asked = {"do": "change", "start": "2026-12-02T10:00", "end": "2026-12-02T12:00", "people": "1"}
        response = client.post(reverse("my_space_booking", args=[mine.reference]), asked)

    assert response.status_code == 409
    assert "It begins in less than 1 day, so it still counts" in words(response)
    offered = [one["value"] for one in soup(response).select("form.v-row--apart input[name=start]")]
    assert all(value.startswith("2026-11-2") for value in offered)


def test_a_booking_without_an_organisation_is_cancelled_late_like_any_other() -> None:
    room = SpaceFactory(cancel_minutes=A_DAY)
    made = given(room, 10, 11, day=25, asker=Asker())

    with time_machine.travel(AFTER, tick=False):
        actions.cancel(booking=made.pk)

    assert made.log.latest("pk").what == "cancelled"
