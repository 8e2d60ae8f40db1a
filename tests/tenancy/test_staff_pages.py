"""The staff area, as those who work in it see it; and as everybody else does not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tenancy.models import Note, Task
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.directory import NeedFactory
from tests.reading import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def addresses() -> list[str]:
    request = make.SupportRequestFactory()
    account, enquiry = request.account, make.EnquiryFactory()
    return [
        "/staff/",
        "/staff/accounts/",
        "/staff/accounts/import/",
        "/staff/views/",
        f"/staff/accounts/{account.pk}/",
        f"/staff/accounts/{account.pk}/change/",
        f"/staff/accounts/{account.pk}/people/",
        f"/staff/accounts/{account.pk}/requests/new/",
        f"/staff/accounts/{account.pk}/merge/",
        f"/staff/accounts/{account.pk}/merge/?with={make.AccountFactory().pk}",
        f"/staff/merges/{make.AccountMergeFactory(account=account).pk}/",
        "/staff/enquiries/",
        f"/staff/enquiries/{enquiry.pk}/",
        "/staff/requests/",
        f"/staff/requests/{request.pk}/",
    ]


# ---- the door -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("group", ["Account managers", "Leadership"])
def test_those_who_work_with_accounts_get_in(sign_in: SignIn, group: str) -> None:
    client = sign_in(UserFactory(group=group))

    for address in addresses():
        response = client.get(address)
        assert response.status_code == 200, address
        assert "no-store" in response["Cache-Control"], address
        assert response["Referrer-Policy"] == "same-origin"
        assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize("who", ["Comms", "Editors", "Tenant admins", "Tenant members", "", "superuser"])
def test_nobody_else_does(sign_in: SignIn, who: str) -> None:
    client = sign_in(UserFactory(is_superuser=True) if who == "superuser" else UserFactory(group=who))
    client.raise_request_exception = False

    for address in addresses():
        assert client.get(address).status_code == 403, address
        assert client.post(address, {"do": "note", "words": "?"}).status_code == 403, address
    assert not Note.objects.exists()


@pytest.mark.parametrize("group", ["Account managers", "Leadership"])
def test_a_second_factor_is_asked(client: Client, home: object, settings: Any, group: str) -> None:
    settings.STAFF_MFA_REQUIRED = True
    client.force_login(UserFactory(group=group))

    response = client.get("/staff/")

    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")


# ---- my day ---------------------------------------------------------------------------------------------------------
def test_my_day_holds_what_is_mine_and_nothing_of_others(sign_in: SignIn, manager: User) -> None:
    account = make.AccountFactory(name="Wharfelight", manager=manager, opened_at=timezone.now() - timedelta(days=200))
    today = timezone.localdate()
    make.TaskFactory(account=account, words="Overdue task", due_on=today - timedelta(days=1))
    make.TaskFactory(account=account, words="Task of next month", due_on=today + timedelta(days=30))
    make.TaskFactory(words="Somebody else’s task")
    make.EnquiryFactory(organisation_name="Tarnhow", assigned_to=manager)
    make.EnquiryFactory(organisation_name="Nobody’s", assigned_to=None)
    make.EnquiryFactory(organisation_name="Elsewhere", assigned_to=make.manager())
    make.SupportRequestFactory(account=account, need=NeedFactory(name="Unanswered need"))
    make.SupportRequestFactory(
        account=account, need=NeedFactory(name="Answered need"), state="triaged", answered_at=timezone.now()
    )
    make.CheckBackFactory(introduction__request__account=account, due_on=today, introduction__partner__title="Marlpit")
    make.AccountFactory(name="Heard from lately", manager=manager, last_contact_at=timezone.now())

    said = words(sign_in(manager).get("/staff/"))

    for there in ("Overdue task", "Late", "Tarnhow", "Nobody’s", "Unanswered need", "Wharfelight and Marlpit"):
        assert there in said, there
    for not_there in ("Task of next month", "Somebody else’s", "Elsewhere", "Answered need", "Heard from lately"):
        assert not_there not in said.replace("Unanswered need", ""), not_there
    silent = said.partition("Not heard from for 90 days")[2]
    assert "Wharfelight Never" in silent


def test_a_task_is_ticked_off_where_it_stands(sign_in: SignIn, manager: User) -> None:
    task = make.TaskFactory(owner=manager)
    account = f"/staff/accounts/{task.account_id}/"

    response = sign_in(manager).post(f"/staff/tasks/{task.pk}/", {"do": "done", "next": account}, follow=True)

    assert response.redirect_chain == [(account, 302)]
    assert "Done. “Ring them back.”" in words(response)
    assert Task.objects.get().state == "done"


@pytest.mark.parametrize("elsewhere", ["https://example.org/staff/", "//example.org/staff/", "/cms/", "javascript:1"])
def test_ticking_off_leads_nowhere_else(sign_in: SignIn, manager: User, elsewhere: str) -> None:
    task = make.TaskFactory(owner=manager)

    response = sign_in(manager).post(f"/staff/tasks/{task.pk}/", {"do": "done", "next": elsewhere})

    assert response["Location"] == "/staff/"


# ---- accounts -------------------------------------------------------------------------------------------------------
def test_the_list_is_narrowed_by_what_stands_in_the_address(sign_in: SignIn, manager: User) -> None:
    mine = make.AccountFactory(name="Mine", manager=manager, tier="strategic", last_contact_at=timezone.now())
    make.AccountFactory(name="Another", state="at-risk", last_contact_at=timezone.now() - timedelta(days=91))
    make.AccountFactory(name="Gone", state="closed", closed_at=timezone.now())
    make.SupportRequestFactory(account=mine, need=NeedFactory(slug="advice"))
    client = sign_in(manager)

    def listed(query: str) -> set[str]:
        page = BeautifulSoup(client.get(f"/staff/accounts/{query}").content, "html.parser")
        return {row.get_text(strip=True) for row in page.select("tbody th")}

    assert listed("") == {"Mine", "Another"}
    assert listed(f"?manager={manager.pk}") == listed("?tier=strategic") == listed("?need=advice") == {"Mine"}
    assert listed("?state=at-risk") == listed("?silent=on") == {"Another"}
    assert listed("?state=closed") == {"Gone"}
    assert listed("?manager=x&tier=y") == {"Mine", "Another"}  # an address that was changed by hand narrows nothing


@pytest.mark.parametrize(
    "asked", ["wharfe", "NADIA", "nadia@firm", "scanner lift", "lift wharfelight", "cupboard", "regulatory"]
)
def test_an_account_is_found_by_name_person_and_what_was_written(sign_in: SignIn, manager: User, asked: str) -> None:
    account = make.AccountFactory(name="Wharfelight")
    make.ContactFactory(
        account=account, name="Nadia Rahmani", email="nadia@firm.example", role="Head of regulatory affairs"
    )
    make.InteractionFactory(account=account, words="The scanner did not fit the goods lift.")
    make.NoteFactory(account=account, words="The cupboard runs warm.")
    make.InteractionFactory(account__name="Ladderbridge", words="The lift was fine.")

    said = words(sign_in(manager).get("/staff/accounts/", {"q": asked}))

    assert "Wharfelight" in said
    assert "1 account" in said


def test_what_stands_in_a_note_that_one_may_not_read_finds_nothing(sign_in: SignIn, manager: User) -> None:
    make.NoteFactory(account__name="Wharfelight", words="A sale is planned.", visibility="restricted", by=make.lead())

    said = words(sign_in(manager).get("/staff/accounts/?q=sale"))

    assert "0 accounts" in said
    assert "try fewer words" in said


def test_the_header_of_the_site_leads_those_who_may_to_their_day(sign_in: SignIn, manager: User) -> None:
    assert 'href="/staff/"' in sign_in(manager).get("/directory/nothing/").content.decode()
    for user in (UserFactory(group="Comms"), UserFactory(is_superuser=True)):
        assert 'href="/staff/"' not in sign_in(user).get("/directory/nothing/").content.decode()


# ---- what no form of ours sends -------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["abc", "", "²", "-1", "9" * 30, "9" * 5000, "\0"])
@pytest.mark.parametrize(
    ("address", "said", "field"),
    [
        ("/staff/requests/{request}/partners/", {"do": "dismiss", "reason": "No"}, "suggestion"),
        ("/staff/outcomes/{outcome}/", {"do": "ask"}, "contact"),
        ("/staff/enquiries/{enquiry}/", {"do": "duplicate"}, "of"),
        ("/staff/views/", {"do": "remove"}, "view"),
    ],
)
def test_what_is_no_key_is_nothing_that_we_have(
    sign_in: SignIn, manager: User, address: str, said: dict[str, str], field: str, key: str
) -> None:
    request = make.SupportRequestFactory()
    outcome = make.OutcomeFactory(account=request.account, request=request)
    made = {"request": request.pk, "outcome": outcome.pk, "enquiry": make.EnquiryFactory().pk}

    assert sign_in(manager).post(address.format(**made), {**said, field: key}).status_code == 404


def test_an_enquiry_that_is_handed_to_nobody_goes_to_whoever_does_it(sign_in: SignIn, manager: User) -> None:
    enquiry = make.EnquiryFactory()

    client = sign_in(manager)
    assert client.post(f"/staff/enquiries/{enquiry.pk}/", {"do": "assign", "to": "abc"}).status_code == 302

    enquiry.refresh_from_db()
    assert enquiry.assigned_to == manager
