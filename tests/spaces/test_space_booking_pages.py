"""A space is booked by a form, a page to check it and one press; nothing typed is lost, and its own page changes it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client

from core.forgery import EXPIRED
from directory.choices import Role
from home.models import HomePage
from spaces import actions, links
from spaces.choices import Audience, BookingStatus, Confidentiality
from spaces.models import AllowanceEntry, Booking, SpacePage, Visitor
from spaces.queries.people import asker_of
from spaces.timetable import Span
from tests.booking_forms import soup, typed, words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.spaces import AllowanceFactory, DesksFactory, SpaceFactory, TenantTermsFactory

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday; London is on UTC
ADA = {
    "name": "Ada Broadbent",
    "email": "ada@example.org",
    "start": "2026-11-24T10:00",
    "end": "2026-11-24T11:00",
    "people": "4",
}
BY_LINK = re.compile(r"^/spaces/booking/[^/]+/$")


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    cache.clear()  # counts of how often somebody asked
    with time_machine.travel(NOW, tick=False):
        yield


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
    request = actions.Request(starts_at=at(begins, day), ends_at=at(ends, day), **asked)
    ways = {"asker": asker} if asker else {}
    return actions.book(space=space.pk, request=request, **ways)


def member_of(organisation: Any, **user: Any) -> Any:
    return OrganisationMemberFactory(organisation=organisation, user=UserFactory(**user)).user


def errors(response: Any) -> list[str]:
    return [link["href"] for link in soup(response).select(".nhsuk-error-summary a")]


def alternatives(response: Any) -> list[BeautifulSoup]:
    return soup(response).select("button[name=instead]")


# ---- asking ---------------------------------------------------------------------------------------------------------
def test_anybody_books_a_space_that_is_open_to_everybody(client: Client) -> None:
    room = SpaceFactory(title="Aire")

    response = book_by_form(client, room, words="Interviews")

    assert response.status_code == 302
    assert BY_LINK.match(response["Location"])
    booking = Booking.objects.get()
    assert (booking.status, booking.starts_at, booking.ends_at) == (BookingStatus.CONFIRMED, at(10), at(11))
    assert (booking.name, booking.email, booking.people, booking.words) == (ADA["name"], ADA["email"], 4, "Interviews")
    page = client.get(response["Location"])
    assert "Aire is booked, Ada" in words(page)
    assert booking.reference in words(page)
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"


def test_the_form_is_filled_in_from_its_address(client: Client) -> None:
    room = SpaceFactory()

    found = typed(client.get(f"{address(room)}?start=2026-12-01T14:00&end=2026-12-01T15:30&people=5&words=Interviews"))

    assert (found["start"], found["end"]) == ("2026-12-01T14:00", "2026-12-01T15:30")
    assert (found["people"], found["words"]) == ("5", "Interviews")
    spoken = typed(client.get(f"{address(room)}?date=1+December+2026&from=2pm&until=15.30"))
    assert (spoken["start"], spoken["end"]) == ("2026-12-01T14:00", "2026-12-01T15:30")


@pytest.mark.parametrize("start", ["2026-11-24 10:00", "24/11/2026 10:00", "24 November 2026, 10am", "24 Nov 2026 10"])
def test_days_and_times_are_read_as_people_type_them(client: Client, start: str) -> None:
    book_by_form(client, SpaceFactory(), start=start)

    assert Booking.objects.get().starts_at == at(10)


def test_looking_and_checking_change_nothing(client: Client) -> None:
    room = SpaceFactory()

    client.get(f"{address(room)}?start=2026-11-24T10:00&end=2026-11-24T11:00&do=book")
    client.post(address(room), ADA)

    assert not Booking.objects.exists()


def test_the_same_form_sent_twice_is_one_booking(client: Client) -> None:
    room = SpaceFactory()
    sent = carried(client.post(address(room), typed(client.get(address(room))) | ADA)) | {"do": "book"}

    first, second = client.post(address(room), sent), client.post(address(room), sent)

    assert first["Location"] == second["Location"]
    assert Booking.objects.count() == 1


def test_gone_back_to_and_sent_for_another_time_it_is_another_booking(client: Client) -> None:
    room = SpaceFactory()
    form = typed(client.get(address(room))) | ADA

    client.post(address(room), form | {"do": "book"})
    client.post(address(room), form | {"start": "2026-11-24T14:00", "end": "2026-11-24T15:00", "do": "book"})

    assert [one.starts_at for one in Booking.objects.all()] == [at(10), at(14)]


def test_change_something_leads_back_with_everything_kept(client: Client) -> None:
    room = SpaceFactory()
    said = ADA | {"words": "Interviews", "guest_1_name": "Grace", "confidentiality": Confidentiality.BUSY}
    sent = carried(client.post(address(room), typed(client.get(address(room))) | said))

    back = typed(client.post(address(room), sent | {"do": "change"}))

    assert back.items() >= said.items()
    assert back["key"] == sent["key"]


def test_what_is_missing_is_named_and_the_rest_is_kept(client: Client) -> None:
    room = SpaceFactory()

    response = client.post(address(room), {"start": "tomorrow", "end": "2026-11-24T11:00", "words": "Interviews"})

    assert errors(response) == ["#id_start", "#id_people", "#id_name", "#id_email"]
    assert typed(response)["words"] == "Interviews"
    assert typed(response)["start"] == "tomorrow"


def test_a_time_that_the_clocks_skip_is_refused_in_words(client: Client) -> None:
    room = SpaceFactory(window_days=365)

    response = client.post(address(room), ADA | {"start": "2027-03-28T01:30", "end": "2027-03-28T03:00"})

    assert "clocks go forward" in words(response)


def test_a_form_that_is_not_ours_books_nothing_and_loses_nothing() -> None:
    client, room = Client(enforce_csrf_checks=True), SpaceFactory()

    response = client.post(address(room), ADA | {"do": "book"})

    assert response.status_code == 403
    assert EXPIRED.split(".", maxsplit=1)[0] in words(response)
    assert typed(response)["name"] == ADA["name"]
    assert not Booking.objects.exists()
    again = client.post(address(room), typed(response) | {"do": "book"})
    assert again.status_code == 302


def test_a_program_that_fills_in_everything_books_nothing(client: Client) -> None:
    response = client.post(address(SpaceFactory()), ADA | {"leave_empty": "x", "do": "book"})

    assert response.status_code == 302
    assert not Booking.objects.exists()


def test_one_network_can_send_the_form_only_so_often(client: Client, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 1
    room = SpaceFactory()

    client.post(address(room), ADA | {"do": "book"})
    response = client.post(address(room), ADA | {"start": "2026-11-24T14:00", "end": "2026-11-24T15:00", "do": "book"})

    assert response.status_code == 429
    assert Booking.objects.count() == 1
    assert typed(response)["name"] == ADA["name"]


def test_a_space_that_is_not_published_can_not_be_asked_for(client: Client) -> None:
    room = SpaceFactory()
    room.unpublish()

    assert client.get(address(room)).status_code == 404


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


def test_the_check_says_what_it_takes_of_the_allowance_and_what_is_left(client: Client) -> None:
    terms = TenantTermsFactory()
    client.force_login(member_of(terms.organisation))
    room = SpaceFactory(allowance=AllowanceFactory())

    response = client.post(address(room), typed(client.get(address(room))) | ADA)

    assert "1 hour of your organisation’s allowance. That leaves 11 hours in November." in words(response)
    assert not AllowanceEntry.objects.exists()


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


# ---- its own page ---------------------------------------------------------------------------------------------------
def own_page(booking: Booking) -> str:
    return links.manage_path(booking)


def test_opening_the_link_changes_nothing_and_a_false_link_opens_nothing(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11)
    before = Booking.objects.values().get()

    assert client.get(own_page(booking) + "?do=cancel").status_code == 200
    assert client.get(own_page(booking)[:-2] + "x/").status_code == 404
    assert Booking.objects.values().get() == before


def test_it_is_moved_and_made_longer(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11)

    response = client.post(
        own_page(booking), {"do": "change", "start": "2026-11-25T14:00", "end": "2026-11-25T16:00", "people": "6"}
    )

    assert response.status_code == 302
    booking.refresh_from_db()
    assert (booking.starts_at, booking.ends_at, booking.people) == (at(14, 25), at(16, 25), 6)
    assert "Changed" in words(client.get(response["Location"]))


def test_where_it_can_not_go_it_stays_and_is_told_what_would_work(client: Client) -> None:
    room = SpaceFactory()
    booking = given(room, 10, 11)
    given(room, 14, 15, email="other@example.org")

    response = client.post(
        own_page(booking), {"do": "change", "start": "2026-11-24T14:00", "end": "2026-11-24T15:00", "people": "1"}
    )

    assert response.status_code == 409
    assert errors(response) == ["#id_change_start"]
    booking.refresh_from_db()
    assert booking.starts_at == at(10)
    forms = [form for form in soup(response).select("form") if form.select_one("[name=space]")]
    assert len(forms) >= 3
    sent = {field["name"]: field["value"] for field in forms[0].select("input")} | {"do": "change"}
    assert client.post(own_page(booking), sent).status_code == 302


def test_it_is_cancelled_and_can_be_booked_again_as_it_was(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11, people=3, words="Interviews")

    page = client.get(client.post(own_page(booking), {"do": "cancel"})["Location"])

    assert "Cancelled" in words(page)
    again = soup(page).find("a", string="Book it again")
    assert again
    found = typed(client.get(again["href"]))
    assert (found["start"], found["people"], found["words"]) == ("2026-11-24T10:00", "3", "Interviews")


def test_it_is_ended_early_while_it_is_on(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11)
    assert "End it now" not in words(client.get(own_page(booking)))

    with time_machine.travel(at(10.25), tick=False):
        assert "End it now" in words(client.get(own_page(booking)))
        client.post(own_page(booking), {"do": "end"})

    booking.refresh_from_db()
    assert booking.ends_at == at(10.25) + timedelta(minutes=1)


def test_it_is_handed_on_and_the_link_ends(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11)
    link = own_page(booking)

    response = client.post(link, {"do": "hand-on", "name": "Grace", "email": "grace@example.org"})

    assert "Your link has ended" in words(client.get(response["Location"]))
    booking.refresh_from_db()
    assert (booking.name, booking.email) == ("Grace", "grace@example.org")


def test_guests_are_added_later(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11)

    client.post(own_page(booking), {"do": "invite", "guest_name": "Grace", "guest_needs": "A step-free way"})

    assert "A step-free way" in words(client.get(own_page(booking)))


def test_an_offer_is_taken_up(client: Client) -> None:
    room = SpaceFactory()
    first = given(room, 10, 11)
    request = actions.Request(name="Ada", email="ada@example.org", starts_at=at(10), ends_at=at(11))
    waiting = actions.book(space=room.pk, request=request, waits=True)
    actions.cancel(booking=first.pk)
    actions.serve_waiting(units=[unit.pk for unit in room.units.all()], span=waiting_span(waiting))
    assert "is free for you" in words(client.get(own_page(waiting)))

    client.post(own_page(waiting), {"do": "accept"})

    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.CONFIRMED


def waiting_span(booking: Booking) -> Any:
    return Span(booking.starts_at, booking.ends_at)


def test_they_check_in_from_a_quarter_of_an_hour_before(client: Client) -> None:
    booking = given(SpaceFactory(release_minutes=20), 10, 11)
    assert "button" not in str(soup(client.get(own_page(booking))).select(".v-done"))

    with time_machine.travel(at(9.75), tick=False):
        assert "Check in" in words(client.get(own_page(booking)), ".v-done")
        client.post(own_page(booking), {"do": "check-in"})

    booking.refresh_from_db()
    assert booking.checked_in_at == at(9.75)


def test_which_desk_it_is_is_told_on_the_day(client: Client) -> None:
    desks = DesksFactory(size=2)
    booking = given(desks, 10, 12)
    label = booking.allocations.get().unit.label
    assert label not in words(client.get(own_page(booking)))

    with time_machine.travel(at(7), tick=False):
        assert label in words(client.get(own_page(booking)))


def test_the_page_under_the_account_is_for_those_who_may_change_it(client: Client) -> None:
    organisation = OrganisationFactory(role=Role.TENANT)
    user = member_of(organisation)
    booking = given(SpaceFactory(), 10, 11, asker=asker_of(user), email=user.email, name="Ada")
    url = f"/my/spaces/{booking.reference}/"

    assert client.get(url)["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    client.force_login(user)
    assert client.post(url, {"do": "cancel"}).status_code == 302
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED


def test_under_the_account_a_form_that_is_not_ours_changes_nothing() -> None:
    client = Client(enforce_csrf_checks=True)
    user = member_of(OrganisationFactory(role=Role.TENANT))
    booking = given(SpaceFactory(), 10, 11, asker=asker_of(user), email=user.email, name="Ada")
    client.force_login(user)

    response = client.post(f"/my/spaces/{booking.reference}/", {"do": "cancel"})

    assert response.status_code == 403
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


def test_whoever_holds_a_link_learns_no_names_of_colleagues(client: Client) -> None:
    organisation = OrganisationFactory(role=Role.TENANT)
    user = member_of(organisation)
    member_of(organisation, name="Grace Hopper")
    booking = given(SpaceFactory(), 10, 11, asker=asker_of(user), email=user.email, name="Ada")

    assert "Grace Hopper" not in words(client.get(own_page(booking)))
    client.force_login(user)
    assert "Grace Hopper" in words(client.get(f"/my/spaces/{booking.reference}/"))


def test_a_guest_of_tenants_moves_by_link_what_was_booked_for_them(client: Client) -> None:
    user = member_of(OrganisationFactory(role=Role.TENANT))
    room = SpaceFactory(open_to=[Audience.TENANTS])
    booking = given(room, 10, 11, asker=asker_of(user), email="guest@example.org", name="Guest")
    assert booking.user is None

    client.post(
        own_page(booking), {"do": "change", "start": "2026-11-25T14:00", "end": "2026-11-25T15:00", "people": "1"}
    )

    booking.refresh_from_db()
    assert booking.starts_at == at(14, 25)


def test_a_booking_is_put_into_a_calendar_by_hand(client: Client) -> None:
    booking = given(SpaceFactory(title="Aire"), 10, 11, words="Interviews")

    link = soup(client.get(own_page(booking))).select_one("a[href$='/booking.ics']")
    assert link
    response = client.get(link["href"])

    assert response["Content-Type"].startswith("text/calendar")
    content = response.content.decode()
    assert "BEGIN:VEVENT" in content
    assert "Aire: Interviews" in content
    assert "METHOD" not in content
    assert client.get(link["href"].replace("/booking.ics", "x/booking.ics")).status_code == 404
