"""The admin of a tenant sees all its bookings, its allowance and who belongs to it; nobody else does."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from directory.choices import MemberRole, Role
from directory.models import OrganisationPage
from home.models import HomePage
from spaces import actions
from spaces.choices import BookingStatus
from spaces.models import Booking, SpacePage
from spaces.models.allowance import thousandths
from spaces.queries.people import asker_of
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.spaces import AllowanceFactory, SpaceFactory, TenantTermsFactory
from tests.reading import words

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PARTS = ("tenant_bookings", "tenant_allowance", "tenant_members")


@pytest.fixture(autouse=True)
def _now(home: HomePage) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tenant() -> OrganisationPage:
    organisation = OrganisationFactory(role=Role.TENANT, title="Thoresby", slug="thoresby")
    TenantTermsFactory(organisation=organisation)
    return organisation


def member(organisation: OrganisationPage, name: str, role: MemberRole = MemberRole.MEMBER) -> User:
    email = f"{name.lower()}@example.org"
    user = UserFactory(name=name, email=email)
    OrganisationMemberFactory(organisation=organisation, user=user, role=role)
    return user


@pytest.fixture
def admin(client: Client, tenant: OrganisationPage) -> User:
    user = member(tenant, "Ada", MemberRole.ADMIN)
    client.force_login(user)
    return user


def book(space: SpacePage, user: User, begins: float, length: float = 1, day: int = 24) -> Booking:
    starts_at = datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=begins)
    asked = actions.Request(
        name=user.name, email=user.email, starts_at=starts_at, ends_at=starts_at + timedelta(hours=length)
    )
    return actions.book(space=space.pk, request=asked, asker=asker_of(user))


def at(part: str, organisation: OrganisationPage) -> str:
    return reverse(part, args=[organisation.slug])


@pytest.mark.parametrize("part", PARTS)
def test_only_its_admins_see_it(client: Client, tenant: OrganisationPage, part: str) -> None:
    assert client.get(at(part, tenant)).status_code == 302
    other = OrganisationFactory(role=Role.TENANT)
    for user, status in (
        (UserFactory(), 404),
        (member(tenant, "Jo"), 404),
        (member(other, "Kit", MemberRole.ADMIN), 404),
        (member(tenant, "Ada", MemberRole.ADMIN), 200),
    ):
        client.force_login(user)
        response = client.get(at(part, tenant))
        assert response.status_code == status, user.name
    assert "no-store" in response["Cache-Control"]


def test_the_short_address_leads_to_their_organisation(client: Client, admin: User, tenant: OrganisationPage) -> None:
    assert client.get(reverse("tenant")).url == at("tenant_bookings", tenant)
    assert f"All bookings of {tenant.title}" in words(client.get(reverse("my_space_bookings")))
    client.force_login(UserFactory())
    assert client.get(reverse("tenant")).status_code == 404


def test_all_bookings_of_the_tenant_are_there_and_no_others(
    client: Client, admin: User, tenant: OrganisationPage
) -> None:
    theirs = book(SpaceFactory(title="Aire"), member(tenant, "Jo"), 10)
    others = book(SpaceFactory(), member(OrganisationFactory(role=Role.TENANT), "Kit"), 10)

    response = client.get(at("tenant_bookings", tenant))
    said = words(response)
    assert theirs.reference in said and "Jo" in said and "Aire" in said
    link = BeautifulSoup(response.content, "html.parser").select_one("tbody th a")
    assert client.get(link["href"]).status_code == 200, "and can be opened"
    assert others.reference not in said and "Kit" not in said


def test_an_admin_cancels_for_a_colleague_and_nobody_elses(
    client: Client, admin: User, tenant: OrganisationPage
) -> None:
    theirs = book(SpaceFactory(), member(tenant, "Jo"), 10)
    others = book(SpaceFactory(), member(OrganisationFactory(role=Role.TENANT), "Kit"), 10)

    for one in (theirs, others):
        client.post(at("tenant_bookings", tenant), {"cancel": one.pk})
        one.refresh_from_db()
    assert (theirs.status, others.status) == (BookingStatus.CANCELLED, BookingStatus.CONFIRMED)
    assert theirs.log.filter(what="cancelled", by=admin).exists()
    assert client.post(at("tenant_bookings", tenant), {"cancel": "x"}).status_code == 302


def test_the_statement_adds_up_line_by_line(client: Client, admin: User, tenant: OrganisationPage) -> None:
    room = SpaceFactory(title="Aire", allowance=AllowanceFactory(name="Room hours"))
    actions.cancel(booking=book(room, admin, 10, 2).pk)
    book(room, admin, 13, 1.5)

    response = client.get(at("tenant_allowance", tenant))
    rows = BeautifulSoup(response.content, "html.parser").select("tbody tr")
    amounts = [tuple(cell.get_text() for cell in row.select("td.n")) for row in rows]
    assert amounts == [("+12", "12"), ("−2", "10"), ("+2", "12"), ("−1.5", "10.5")]
    assert "10.5 hours left" in words(response) and "used 1.5 hours" in words(response)


def test_what_was_carried_over_is_said(client: Client, admin: User, tenant: OrganisationPage) -> None:
    room = SpaceFactory(allowance=AllowanceFactory(carries_months=1))
    book(room, admin, 10, 2)

    with time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC), tick=False):
        actions.carry_over()
        said = words(client.get(at("tenant_allowance", tenant)))
        assert "Had 22 hours, of which 10 hours carried over" in said
        assert "used 2 hours" in words(client.get(at("tenant_allowance", tenant), {"month": "2026-11"}))


def test_the_file_adds_up_and_nothing_in_it_is_a_formula(client: Client, admin: User, tenant: OrganisationPage) -> None:
    allowance = AllowanceFactory(name="=1+1")
    keeper = UserFactory(group="Account managers")
    actions.top_up(
        organisation=tenant,
        allowance=allowance,
        month=date(2026, 11, 1),
        amount=thousandths(2),
        words="A day",
        by=keeper,
    )
    book(SpaceFactory(title="@Aire", allowance=allowance), admin, 10, 2)

    text = client.get(at("tenant_allowance", tenant), {"as": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert [(row["amount"], row["left"]) for row in rows] == [("12.0", "12.0"), ("2.0", "14.0"), ("-2.0", "12.0")]
    assert {row["allowance"] for row in rows} == {"'=1+1"}
    assert admin.email not in text


def test_members_are_listed_admins_first(client: Client, admin: User, tenant: OrganisationPage) -> None:
    member(tenant, "Jo")
    member(OrganisationFactory(), "Kit")

    rows = BeautifulSoup(client.get(at("tenant_members", tenant)).content, "html.parser").select("tbody tr")
    assert [row.th.get_text() for row in rows] == ["Ada", "Jo"]


def test_bookings_cost_as_many_statements_for_many_as_for_one(
    client: Client, admin: User, tenant: OrganisationPage
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(at("tenant_bookings", tenant)).status_code == 200
        return len(captured)

    room = SpaceFactory()
    book(room, admin, 8)
    one = cost()
    for hour in range(9, 15):
        book(room, admin, hour)
    assert cost() == one <= 15


def test_everything_is_reached_from_the_pages_of_spaces(client: Client, tenant: OrganisationPage, admin: User) -> None:
    SpaceFactory()
    theirs = [at("tenant_bookings", tenant), at("tenant_allowance", tenant)]
    for page, links in (
        ("/spaces/", ["/my/spaces/", *theirs]),
        ("/spaces/availability/", ["/my/spaces/", *theirs]),
        ("/my/spaces/", [*theirs, at("tenant_members", tenant)]),
        ("/my/", theirs[:1]),
        (at("tenant_members", tenant), ["/my/people/thoresby/"]),
    ):
        shown = BeautifulSoup(client.get(page).content, "html.parser").main
        assert shown
        for link in links:
            assert shown.select_one(f"a[href='{link}']"), f"{link} on {page}"
            assert client.get(link).status_code == 200


def test_whoever_is_no_admin_or_not_signed_in_sees_no_such_links(client: Client, tenant: OrganisationPage) -> None:
    SpaceFactory()
    for page in ("/spaces/", "/spaces/availability/"):
        assert "Your bookings" not in words(client.get(page))
    client.force_login(member(tenant, "Ben"))
    for page in ("/spaces/", "/spaces/availability/"):
        seen = words(client.get(page))
        assert "Your bookings" in seen
        assert "All bookings of" not in seen
