"""Once a year: whoever speaks for an organisation is asked by a letter whether its profile is still true."""

import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.due import tick
from directory.actions import checks
from directory.choices import MemberRole
from directory.models import OrganisationPage, ProfileQuestion
from tests.booking_forms import words
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory, OrganisationPersonFactory

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=366)


@pytest.fixture
def company(home: object) -> OrganisationPage:
    return OrganisationFactory(
        title="Thoresby",
        slug="thoresby",
        summary="Reads blood spots.",
        checked_on=timezone.localdate() - LONG_AGO,
        people=[OrganisationPersonFactory.build(name="Ada Byron")],
    )


@pytest.fixture
def admin(company: OrganisationPage) -> User:
    return OrganisationMemberFactory(organisation=company, role=MemberRole.ADMIN).user


def link_in(letter: Any) -> str:
    found = re.search(r"/answer/profile/\S+", letter.body)
    assert found
    return found.group()


def seen_on(page: Any) -> str:
    return BeautifulSoup(page.content, "html.parser").select_one("input[name=seen]")["value"]


# ---- asking ----------------------------------------------------------------------------------------------------------
def test_admins_are_asked_once_a_year_and_members_are_not(company: OrganisationPage, admin: User) -> None:
    OrganisationMemberFactory(organisation=company)
    for _ in range(2):
        checks.ask_due()
    assert [letter.to for letter in mail.outbox] == [[admin.email]]

    ProfileQuestion.objects.update(asked_at=timezone.now() - LONG_AGO, expires_at=timezone.now() - timedelta(days=300))
    checks.forget_old_questions()
    checks.ask_due()
    assert [letter.to for letter in mail.outbox] == [[admin.email], [admin.email]]
    first, second = map(link_in, mail.outbox)
    assert "closed" in words(Client().get(first))
    assert "still right" in words(Client().get(second))


def test_the_tick_asks(company: OrganisationPage, admin: User) -> None:
    tick()
    assert "Is the profile of Thoresby still right?" in [letter.subject for letter in mail.outbox]


@pytest.mark.parametrize("days", [0, 364])
def test_who_confirmed_within_a_year_is_left_in_peace(company: OrganisationPage, admin: User, days: int) -> None:
    OrganisationPage.objects.update(checked_on=timezone.localdate() - timedelta(days=days))
    checks.ask_due()
    assert mail.outbox == []


def test_a_profile_that_is_not_public_is_not_asked_about(company: OrganisationPage, admin: User) -> None:
    company.unpublish()
    checks.ask_due()
    assert mail.outbox == []


def test_without_an_admin_the_first_contact_of_the_account_is_asked(company: OrganisationPage) -> None:
    account = make.AccountFactory(organisation=company)
    make.ContactFactory(account=account, email="second@example.org")
    make.ContactFactory(account=account, email="first@example.org", is_primary=True)
    make.ContactFactory(account=account, email="gone@example.org", left_on=timezone.localdate())
    checks.ask_due()
    assert [letter.to for letter in mail.outbox] == [["first@example.org"]]


def test_who_wants_no_letters_gets_none_and_nobody_is_written_down(company: OrganisationPage) -> None:
    make.ContactFactory(
        account=make.AccountFactory(organisation=company), email="peace@example.org", do_not_contact=True
    )
    checks.ask_due()
    assert mail.outbox == []
    assert not ProfileQuestion.objects.exists()


def test_so_many_are_asked_a_day(home: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MOST_ASKED_A_DAY", 2)
    for _ in range(3):
        OrganisationMemberFactory(organisation=OrganisationFactory(checked_on=None), role=MemberRole.ADMIN)
    checks.ask_due()
    assert len(mail.outbox) == 2
    checks.ask_due()
    assert len(mail.outbox) == 3


# ---- answering -------------------------------------------------------------------------------------------------------
@pytest.fixture
def link(company: OrganisationPage, admin: User) -> str:
    checks.ask_due()
    return link_in(mail.outbox[0])


def test_the_page_says_what_is_public_and_looking_changes_nothing(link: str, company: OrganisationPage) -> None:
    page = Client().get(link)

    assert {"Reads blood spots.", "Ada Byron"} <= {
        said.strip() for said in BeautifulSoup(page.content, "html.parser").select_one(".v-facts").strings
    }
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    company.refresh_from_db()
    assert company.is_check_overdue


def test_one_press_confirms_it_in_public_and_twice_is_once(link: str, company: OrganisationPage, admin: User) -> None:
    browser = Client(enforce_csrf_checks=True)  # by link there is no token
    seen = seen_on(browser.get(link))
    for _ in range(2):
        assert "Thank you" in words(browser.post(link, {"seen": seen}, follow=True))

    company.refresh_from_db()
    assert (company.checked_on, company.checked_by) == (timezone.localdate(), admin)
    assert company.revisions.count() == 2  # the one before, and the one that is live
    profile = Client().get("/directory/thoresby/").content.decode()
    assert f'"lastReviewed": "{timezone.localdate().isoformat()}"' in profile.replace('":"', '": "')


def test_what_changed_while_they_read_is_read_again(link: str, company: OrganisationPage) -> None:
    browser = Client()
    seen = seen_on(browser.get(link))
    OrganisationPage.objects.update(summary="Something else.")

    page = browser.post(link, {"seen": seen})
    assert page.status_code == 409
    assert "Read it once more" in words(page)
    assert "Something else." in words(page)
    browser.post(link, {"seen": seen_on(page)})
    company.refresh_from_db()
    assert not company.is_check_overdue


def test_something_is_wrong_leads_to_the_form(link: str, company: OrganisationPage, admin: User) -> None:
    page = BeautifulSoup(Client().get(link).content, "html.parser")
    wrong = page.find("a", string="Something is wrong")["href"]
    browser = Client()
    assert browser.get(wrong)["Location"].startswith("/accounts/login/")
    browser.force_login(admin)
    assert "Change the profile of Thoresby" in words(browser.get(wrong))


def test_after_sixty_days_it_says_kindly_what_to_do_and_the_address_is_forgotten(
    link: str, company: OrganisationPage
) -> None:
    ProfileQuestion.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    for page in (Client().get(link), Client().post(link, {"seen": "x"})):
        assert "sign in, and confirm or correct" in words(page)
    tick()
    company.refresh_from_db()
    assert company.is_check_overdue
    assert ProfileQuestion.objects.get().email == ""
    assert "This link is over" in words(Client().get(link))
    assert len(mail.outbox) == 1  # that we asked is still known


def test_who_was_taken_out_confirms_nothing_by_the_old_link(link: str, company: OrganisationPage, admin: User) -> None:
    seen = seen_on(Client().get(link))
    company.members.all().delete()
    for page in (Client().get(link), Client().post(link, {"seen": seen})):
        assert "You no longer look after this profile" in words(page)
    company.refresh_from_db()
    assert company.is_check_overdue


def test_a_profile_that_was_taken_down_is_not_confirmed(link: str, company: OrganisationPage) -> None:
    company.unpublish()
    page = Client().get(link)
    assert "not public any more" in words(page)
    assert "Reads blood spots." not in words(page)


def test_a_link_that_was_cut_off_opens_nothing(link: str) -> None:
    assert Client().get(f"{link[:-3]}/").status_code == 404


def test_comms_see_what_nobody_confirmed_and_whether_we_asked(
    client: Client, settings: Any, company: OrganisationPage, admin: User
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    OrganisationFactory(title="Never", checked_on=None)
    OrganisationFactory(title="Fresh")
    checks.ask_due()
    client.force_login(UserFactory(group="Comms"))

    rows = [
        [cell.text.strip() for cell in row.select("td")]
        for row in BeautifulSoup(client.get("/cms/directory/from-organisations/").content, "html.parser").select(
            "table.listing tbody tr"
        )
    ]
    assert [(row[0], row[1] == "Never", row[2] == "Nobody to ask yet") for row in rows] == [
        ("Never", True, True),
        ("Thoresby", False, False),
    ]
