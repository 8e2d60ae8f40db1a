"""The community team sees the day, answers, closes, notes who passed what and keeps allowances; nobody else does."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from directory.choices import Role
from home.models import HomePage
from spaces import actions
from spaces.choices import BookingKind, BookingStatus, Tier
from spaces.desk.urls import urlpatterns
from spaces.models import AllowanceAccount, Booking, BookingLogEntry, Credential, SpacePage, TenantTerms, Visitor
from spaces.models.allowance import thousandths
from spaces.queries.occupation import overlaps_broken
from spaces.queries.people import asker_of
from spaces.rules import Asker, Refusal
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.spaces import (
    AllowanceFactory,
    CombinedRoomFactory,
    CredentialFactory,
    DesksFactory,
    GateFactory,
    SpaceFactory,
    TenantTermsFactory,
)

NOW = datetime(2026, 11, 24, 9, 55, tzinfo=UTC)  # a Tuesday; London is on UTC
BOARD, WAITING = 12, 16  # SQL statements


@pytest.fixture(autouse=True)
def _all_is_well(home: HomePage, settings: Any) -> Iterator[None]:
    settings.STAFF_MFA_REQUIRED = False
    with time_machine.travel(NOW, tick=False):
        yield
        assert overlaps_broken() == []


@pytest.fixture
def team() -> User:
    return UserFactory(email="team@village.example", name="Nell", group="Community team")


@pytest.fixture
def desk(client: Client, team: User) -> Client:
    client.force_login(team)
    return client


def at(hour: float, day: int = 24) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


def book(space: SpacePage, begins: float, ends: float, name: str = "Ada Broadbent", **more: Any) -> Booking:
    ways = {key: more.pop(key) for key in ("waits", "by", "asker") if key in more}
    day = more.pop("day", 24)
    email = more.pop("email", f"{name.split()[0].lower()}@example.org")
    asked = actions.Request(name=name, email=email, starts_at=at(begins, day), ends_at=at(ends, day), **more)
    return actions.book(space=space.pk, request=asked, asker=ways.pop("asker", Asker()), **ways)


def page(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def words(response: Any) -> str:
    return " ".join(page(response).select_one("main").get_text(" ", strip=True).split())


def fields(response: Any, form: str = "main form") -> dict[str, str]:
    return {one["name"]: one.get("value", "") for one in page(response).select(f"{form} input[name]")}


# ---- who may --------------------------------------------------------------------------------------------------------
def every_address() -> dict[str, str]:
    room = book(SpaceFactory(), 10, 11)
    tenant = TenantTermsFactory().organisation
    keys = {"spaces_desk_booking": room.pk, "spaces_tenant": tenant.pk}
    names = [pattern.name for pattern in urlpatterns]
    return {name: reverse(name, args=[keys[name]] if name in keys else []) for name in names}


ALLOWED = {
    "Community team": {pattern.name for pattern in urlpatterns},
    "Account managers": {"spaces_tenants", "spaces_tenant"},
    "Comms": set(),
    "Editors": set(),
    "": set(),
}


@pytest.mark.parametrize("role", ALLOWED)
def test_each_part_is_for_those_whose_work_it_is(client: Client, role: str) -> None:
    addresses = every_address()
    client.force_login(UserFactory(group=role))

    let_in = {name for name, address in addresses.items() if client.get(address).status_code == 200}
    assert let_in == ALLOWED[role]
    refused = {client.post(addresses[name], {"do": "x"}).status_code for name in set(addresses) - let_in}
    assert refused <= {403, 405}


def test_nothing_of_it_is_kept_anywhere(desk: Client) -> None:
    for address in every_address().values():
        response = desk.get(address)
        assert "no-store" in response["Cache-Control"] and "noindex" in response["X-Robots-Tag"], address


def test_a_second_factor_is_asked_for(client: Client, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = True
    client.force_login(UserFactory(group="Community team"))

    assert client.get(reverse("spaces_day")).url == reverse("mfa_index")


# ---- the day --------------------------------------------------------------------------------------------------------
def test_the_day_says_who_is_where_with_whom_and_what_they_need(desk: Client) -> None:
    room, desks = SpaceFactory(title="Aire"), DesksFactory(title="Hot desks")
    guest = actions.Guest(name="Kit Ashworth", organisation_name="Leeds CRF", needs="A ramp")
    book(room, 10, 11, guests=(guest,))
    unit = desks.units.all()[0]
    book(desks, 9, 17, "Jo Metcalfe", unit=unit.pk)
    book(room, 10, 11, "Somebody Else", day=25)

    said = words(desk.get(reverse("spaces_day")))
    assert "Tuesday 24 November 2026" in said and "0 of 2 bookings here" in said
    for what in ("Aire", "Ada Broadbent", "Kit Ashworth", "Leeds CRF", "Needs: A ramp", "Jo Metcalfe", unit.label):
        assert what in said
    assert "Somebody Else" not in said
    assert "Somebody Else" in words(desk.get(reverse("spaces_day"), {"date": "2026-11-25"}))
    assert "Tuesday 24 November" in words(desk.get(reverse("spaces_day"), {"date": "2026-02-30"}))


def test_somebody_is_checked_in_at_the_front_door(desk: Client, team: User) -> None:
    booking = book(SpaceFactory(), 10, 11)

    response = desk.post(reverse("spaces_day"), {"do": f"in {booking.pk}"}, follow=True)
    assert "1 of 1 booking here" in words(response)
    assert BookingLogEntry.objects.filter(booking=booking, what="checked in", by=team).exists()

    later = book(SpaceFactory(), 14, 15)
    response = desk.post(reverse("spaces_day"), {"do": f"in {later.pk}"}, follow=True)
    assert "quarter of an hour before" in words(response)
    assert Booking.objects.get(pk=later.pk).checked_in_at is None
    for nonsense in ("in 999999", "in x", "fly", "arrived 999999", ""):
        assert desk.post(reverse("spaces_day"), {"do": nonsense}).status_code == 302


def test_guests_arrive_leave_and_are_put_right(desk: Client) -> None:
    booking = book(SpaceFactory(), 10, 11, guests=(actions.Guest(name="Kit"),))
    guest = booking.visitors.get()

    assert "1 of 1 guest arrived" in words(desk.post(reverse("spaces_day"), {"do": f"arrived {guest.pk}"}, follow=True))
    assert "Left at 9:55" in words(desk.post(reverse("spaces_day"), {"do": f"left {guest.pk}"}, follow=True))
    assert "0 of 1 guest arrived" in words(desk.post(reverse("spaces_day"), {"do": f"undo {guest.pk}"}, follow=True))
    actions.cancel(booking=booking.pk)
    desk.post(reverse("spaces_day"), {"do": f"arrived {guest.pk}"})
    assert Visitor.objects.get().arrived_at is None


def test_who_did_not_come_stands_out(desk: Client) -> None:
    room = SpaceFactory(release_minutes=15)
    book(room, 10, 11)

    with time_machine.travel(at(10.3), tick=False):
        actions.release_no_shows()
        assert "Nobody came: given back" in words(desk.get(reverse("spaces_day")))


@pytest.mark.parametrize("asked", ["broadbent", "ADA aire", "kit", ""])
def test_somebody_is_found_by_name_guest_or_reference(desk: Client, asked: str) -> None:
    tenant = OrganisationFactory(role=Role.TENANT, title="Aire Diagnostics")
    member = OrganisationMemberFactory(organisation=tenant, user__email="ada@example.org").user
    booking = book(SpaceFactory(), 10, 11, guests=(actions.Guest(name="Kit"),), asker=asker_of(member))
    book(SpaceFactory(), 10, 11, "Jo Metcalfe")
    other_day = book(SpaceFactory(), 10, 11, "Ada Broadbent Kit Aire", day=26)

    said = words(desk.get(reverse("spaces_day"), {"q": asked or booking.reference.lower()}))
    assert booking.reference in said and "Jo Metcalfe" not in said
    assert ("On other days" in said and other_day.reference in said) == bool(asked)


def test_the_day_costs_as_many_statements_for_many_as_for_one(desk: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(reverse("spaces_day")).status_code == 200
        return len(captured)

    rooms = SpaceFactory.create_batch(6)
    book(rooms[0], 10, 11, guests=(actions.Guest(name="Kit"),))
    one = cost()
    for number, room in enumerate(rooms[1:]):
        book(room, 10, 11, f"Person{number}", guests=(actions.Guest(name="Kit"), actions.Guest(name="Jo")))
    assert cost() == one <= BOARD


# ---- one booking, and for somebody ------------------------------------------------------------------------------------
def when(space: SpacePage, begins: str, ends: str, day: str = "2026-11-24", **more: Any) -> dict[str, Any]:
    return {"space": space.pk, "day": day, "begins": begins, "ends": ends, "number": 1, **more}


def test_a_booking_is_made_for_somebody_who_rang(desk: Client, team: User) -> None:
    room = SpaceFactory(open_to=["partners"], notice_minutes=3000)
    tenant = OrganisationFactory(role=Role.TENANT)
    member = OrganisationMemberFactory(organisation=tenant, user__email="ada@example.org").user
    data = fields(desk.get(reverse("spaces_book_for"))) | when(room, "11:00", "12:00")
    data |= {"name": "Ada", "email": "Ada@example.org", "people": 3, "confidentiality": "organisation"}

    for _ in range(2):  # sent twice, it is one booking
        assert desk.post(reverse("spaces_book_for"), data).status_code == 302
    booking = Booking.objects.get()
    assert (booking.user, booking.organisation, booking.made_by) == (member, tenant, team)
    assert booking.status == BookingStatus.CONFIRMED and booking.starts_at == at(11)
    told = desk.post(reverse("spaces_book_for"), data | {"words": "Board"})
    assert told.status_code == 422 and f"{booking.reference}. Different now: what it is for." in words(told)
    assert Booking.objects.count() == 1
    desk.post(reverse("spaces_book_for"), data | when(room, "14:00", "15:00"))
    assert Booking.objects.filter(starts_at=at(14)).exists(), "for another time it is another booking"


def test_what_is_taken_is_refused_with_what_is_free_and_keeps_what_was_typed(desk: Client) -> None:
    room = SpaceFactory(title="Aire")
    SpaceFactory(title="Calder")
    book(room, 11, 12)
    data = fields(desk.get(reverse("spaces_book_for"))) | when(room, "11:00", "12:00")
    data |= {"name": "Jo Metcalfe", "email": "jo@example.org", "people": 3, "confidentiality": "organisation"}

    response = desk.post(reverse("spaces_book_for"), data)
    assert response.status_code == 422
    assert "Somebody else has Aire" in words(response) and "Another space: Calder" in words(response)
    assert page(response).select_one("[name=name]")["value"] == "Jo Metcalfe"
    assert desk.post(reverse("spaces_book_for"), data | {"waits": "on"}).status_code == 302
    assert Booking.objects.waiting().count() == 1


def test_a_time_that_the_clocks_skip_is_refused_beside_its_field(desk: Client) -> None:
    data = fields(desk.get(reverse("spaces_book_for"))) | when(SpaceFactory(), "01:30", "03:00", "2027-03-28")

    response = desk.post(reverse("spaces_book_for"), data | {"name": "Jo", "email": "jo@example.org", "people": 1})
    assert "does not exist on that day" in words(response) and not Booking.objects.exists()


def test_a_booking_is_moved_and_cancelled_with_a_reason(desk: Client) -> None:
    aire, calder = SpaceFactory(title="Aire"), SpaceFactory(title="Calder")
    booking = book(aire, 10, 11)
    address = reverse("spaces_desk_booking", args=[booking.pk])
    moved = {f"move-{name}": value for name, value in when(calder, "14:00", "15:30").items()}

    assert desk.post(address, {"do": "move", **moved}).status_code == 302
    booking.refresh_from_db()
    assert (booking.space.title, booking.starts_at, booking.ends_at) == ("Calder", at(14), at(15.5))

    book(aire, 14, 15, "Jo")
    back = desk.post(address, {"do": "move", **moved, "move-space": aire.pk})
    assert back.status_code == 422 and "Somebody else has Aire" in words(back)

    assert desk.post(address, {"do": "cancel", "words": ""}).status_code == 422
    assert desk.post(address, {"do": "cancel", "words": "You rang."}).status_code == 302
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert "Cancel it" not in words(desk.get(address))


# ---- what waits for an answer -----------------------------------------------------------------------------------------
def test_what_waits_for_an_answer_says_how_long_it_is_held_and_what_is_in_the_way(desk: Client) -> None:
    lab = SpaceFactory(title="Bench", approval=True)
    booking = book(lab, 10, 11, day=30)
    lab.gates.set([GateFactory(name="Laboratory induction")])  # since then
    lab.save()
    book(lab, 10, 12, "Jo Metcalfe", day=30, waits=True, asker=Asker(is_staff=True))

    said = words(desk.get(reverse("spaces_approvals")))
    assert "Approvals 1" in said and "Lacks Laboratory induction" in said and "1 other waits for it" in said
    assert "2\xa0days left".replace("\xa0", " ") in said.replace("\xa0", " ")

    desk.post(reverse("spaces_approvals"), {"do": f"approve {booking.pk}"})
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert "Nothing waits" in words(desk.get(reverse("spaces_approvals")))


def test_a_no_needs_a_reason(desk: Client) -> None:
    booking = book(SpaceFactory(approval=True), 10, 11, day=30)

    response = desk.post(reverse("spaces_approvals"), {"do": f"decline {booking.pk}"})
    assert response.status_code == 422 and "Say why" in words(response)
    desk.post(
        reverse("spaces_approvals"), {"do": f"decline {booking.pk}", f"words-{booking.pk}": "The bench is broken."}
    )
    booking.refresh_from_db()
    assert booking.status == BookingStatus.DECLINED


def test_approvals_cost_as_many_statements_for_many_as_for_one(desk: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(reverse("spaces_approvals")).status_code == 200
        return len(captured)

    rooms = SpaceFactory.create_batch(5, approval=True, gates=[GateFactory()])
    staff = Asker(is_staff=True)
    book(rooms[0], 10, 11, day=30, asker=staff)
    one = cost()
    for room in rooms[1:]:
        book(room, 10, 11, day=30, asker=staff)
    assert cost() == one <= WAITING


# ---- closures -------------------------------------------------------------------------------------------------------
def closure(*spaces: SpacePage, day: str = "2026-11-24", last: str = "", **more: Any) -> str:
    asked = {"spaces": [one.pk for one in spaces], "day": day, "begins": "07:00", "last_day": last or day}
    asked |= {"ends": "22:00", "words": "The floor is laid.", **more}
    return f"{reverse('spaces_close')}?{urlencode(asked, doseq=True)}"


def button(response: Any, what: str) -> str:
    """The value of the button that says ``what``."""
    found = [one for one in page(response).select("main button[name=do]") if what in " ".join(one.text.split())]
    assert found, f"no button says {what}"
    return str(found[0]["value"])


def test_a_closure_lists_what_is_in_the_way_and_closes_when_it_is_settled(desk: Client) -> None:
    aire, calder = SpaceFactory(title="Aire"), SpaceFactory(title="Calder")
    first, second = book(aire, 11, 12), book(aire, 14, 15, "Jo Metcalfe")
    address = closure(aire)

    looked = desk.get(address)
    assert "2 bookings are in the way" in words(looked) and "Nothing is closed yet" in words(looked)
    assert not Booking.objects.filter(kind=BookingKind.CLOSURE).exists()

    looked = desk.post(address, {"do": button(looked, "Calder: Ada")}, follow=True)
    first.refresh_from_db()
    assert (first.space, first.starts_at) == (calder, at(11)) and "1 booking is in the way" in words(looked)

    looked = desk.post(address, {"do": button(looked, "Cancel and tell them: Jo")}, follow=True)
    second.refresh_from_db()
    assert second.status == BookingStatus.CANCELLED and "Nothing is in the way" in words(looked)

    data = {"do": "close", "key": fields(looked)["key"]}
    for _ in range(2):  # sent twice, it is closed once
        assert "The floor is laid." in words(desk.post(address, data, follow=True))
    closed = Booking.objects.get(kind=BookingKind.CLOSURE)
    with pytest.raises(Refusal):
        book(aire, 16, 17)

    assert "Aire is open again" in words(desk.post(reverse("spaces_closures"), {"reopen": closed.pk}, follow=True))
    assert book(aire, 16, 17)


def test_nothing_that_closes_too_is_offered(desk: Client) -> None:
    aire, calder = SpaceFactory(title="Aire"), SpaceFactory(title="Calder")
    CombinedRoomFactory(title="Both", rooms=[aire, calder])
    book(aire, 11, 12)

    buttons = [one.get_text(" ", strip=True) for one in page(desk.get(closure(aire, calder))).select("button[name=do]")]
    assert len(buttons) > 1, "another day is free"
    assert not any("Calder" in one or "Both" in one or "24 Nov" in one for one in buttons)


def test_one_desk_closes_and_the_rest_of_the_pool_stays_open(desk: Client) -> None:
    desks = DesksFactory(size=3)
    broken = desks.units.all()[0]
    booking = book(desks, 11, 12, unit=broken.pk)
    address = closure(desks, units=[broken.pk])

    looked = desk.post(address, {"do": button(desk.get(address), "Another desk, same time")}, follow=True)
    assert "Nothing is in the way" in words(looked)
    assert booking.allocations.get().unit_id != broken.pk
    desk.post(address, {"do": "close", "key": fields(looked)["key"]})
    assert Booking.objects.get(kind=BookingKind.CLOSURE).allocations.get().unit == broken
    book(desks, 11, 12, "Jo")
    with pytest.raises(Refusal):
        book(desks, 11, 12, "Kit")


def test_closing_what_somebody_booked_meanwhile_closes_nothing(desk: Client) -> None:
    aire, calder = SpaceFactory(), SpaceFactory()
    address = closure(aire, calder)
    looked = desk.get(address)
    book(calder, 11, 12)

    response = desk.post(address, {"do": "close", "key": fields(looked)["key"]}, follow=True)
    assert "1 booking is in the way" in words(response)
    assert not Booking.objects.filter(kind=BookingKind.CLOSURE).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"last": "2026-11-23"}, "has to end after it begins"),
        ({"words": ""}, "This field is required"),
        ({"spaces": []}, "This field is required"),
    ],
)
def test_a_closure_that_makes_no_sense_is_refused(desk: Client, wrong: dict[str, Any], said: str) -> None:
    assert said in words(desk.get(closure(SpaceFactory(), **wrong)))


# ---- inductions -------------------------------------------------------------------------------------------------------
def test_several_people_pass_at_once_and_can_book(desk: Client, team: User) -> None:
    gate = GateFactory(name="Building induction", valid_days=100)
    bench = SpaceFactory(gates=[gate])
    ada, jo = UserFactory(email="ada@example.org"), UserFactory(email="jo@example.org")
    data = {"gate": gate.pk, "emails": "Ada@example.org, jo@example.org\n", "given_on": "2026-11-24"}

    for _ in range(2):
        said = words(desk.post(reverse("spaces_credentials"), data, follow=True))
    assert "noted for 2 people, until 4 March 2027" in said
    assert Credential.objects.count() == 2 and {one.given_by for one in Credential.objects.all()} == {team}
    assert book(bench, 11, 12, asker=asker_of(jo), email=jo.email)

    one = Credential.objects.get(user=ada)
    desk.post(reverse("spaces_credentials"), {"take_back": one.pk})
    with pytest.raises(Refusal):
        book(bench, 14, 15, asker=asker_of(ada))


def test_nobody_passes_whose_address_is_unknown_or_who_lacks_what_comes_first(desk: Client) -> None:
    first = GateFactory(name="Building induction")
    gate = GateFactory(name="Laboratory induction")
    gate.needs.add(first)
    UserFactory(email="ada@example.org")
    data = {"gate": gate.pk, "emails": "ada@example.org\nnobody@example.org", "given_on": "2026-11-24"}

    response = desk.post(reverse("spaces_credentials"), data)
    assert response.status_code == 422 and "nobody@example.org has no account" in words(response)
    assert "ada@example.org" in page(response).select_one("textarea").get_text()
    response = desk.post(reverse("spaces_credentials"), data | {"emails": "ada@example.org"})
    assert "“Building induction” comes first" in words(response)
    assert "still to come" in words(desk.post(reverse("spaces_credentials"), data | {"given_on": "2026-11-25"}))
    assert not Credential.objects.exists()


def test_the_list_says_what_ends_soon_and_only_the_last_of_each(desk: Client) -> None:
    gate = GateFactory(name="Building induction")
    ada = UserFactory(name="Ada")
    CredentialFactory(gate=gate, user=ada, given_on=date(2025, 1, 1), expires_on=date(2025, 12, 31))
    CredentialFactory(gate=gate, user=ada, expires_on=date(2027, 11, 1))
    CredentialFactory(gate=gate, user=UserFactory(name="Jo"), expires_on=date(2026, 12, 1))
    CredentialFactory(gate=gate, user=UserFactory(name="Kit"), given_on=date(2025, 1, 1), expires_on=date(2026, 1, 1))

    def names(**asked: str) -> list[str]:
        rows = page(desk.get(reverse("spaces_credentials"), asked)).select("tbody th")
        return [row.get_text(" ", strip=True).split()[0] for row in rows]

    assert names() == ["Kit", "Jo", "Ada"]
    assert (names(state="soon"), names(state="over"), names(q="ada")) == (["Jo"], ["Kit"], ["Ada"])


# ---- tenants --------------------------------------------------------------------------------------------------------
def test_a_tenant_gets_terms_and_more_and_the_statement_says_why(desk: Client) -> None:
    hours = AllowanceFactory(name="Room hours", monthly={Tier.CORE: 12, Tier.GROWTH: 20})
    tenant = OrganisationFactory(role=Role.TENANT, title="Thoresby")
    address = reverse("spaces_tenant", args=[tenant.pk])
    assert "No terms yet" in words(desk.get(reverse("spaces_tenants")))

    desk.post(address, {"do": "tier", "tier": Tier.GROWTH})
    assert TenantTerms.objects.get(organisation=tenant).tier == Tier.GROWTH
    assert "20 of 20 hours" in words(desk.get(reverse("spaces_tenants")))

    more = {"do": "top-up", "allowance": hours.pk, "month": "2026-11", "amount": "2.5", "words": "A demo day."}
    said = words(desk.post(address, more, follow=True))
    assert "22.5 hours left" in said and "Added by us: A demo day." in said and "+2.5" in said
    assert desk.post(address, more | {"amount": "-1"}).status_code == 422
    assert AllowanceAccount.objects.get().balance == thousandths(22.5)


def test_who_keeps_allowances_sees_no_bookings(client: Client) -> None:
    client.force_login(UserFactory(group="Account managers"))

    parts = [one.get_text(strip=True) for one in page(client.get(reverse("spaces_tenants"))).select(".v-tabs a")]
    assert parts == ["Tenants"]
