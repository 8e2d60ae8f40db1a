"""The pages on which two accounts become one: which, what it would do, done, and where the old address leads."""

from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tenancy import actions
from tenancy.merging import OF_ACCOUNT, OF_CONTACT
from tenancy.models import Account, AccountMerge
from tests.factories import tenancy as make
from tests.reading import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.mark.parametrize("name", ["tenancy.Note.account", "tenancy.Introduction.partner_contact"])
def test_what_nobody_listed_refuses_the_preview_by_its_name(
    sign_in: SignIn, manager: User, two: tuple[Account, Account], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    stays, other = two
    table = OF_ACCOUNT if name in OF_ACCOUNT else OF_CONTACT
    monkeypatch.delitem(table, name)  # type: ignore[arg-type]

    page = sign_in(manager).get(f"/staff/accounts/{stays.pk}/merge/?with={other.pk}")

    assert name in words(page)
    assert "Merge into" not in page.content.decode()
    with pytest.raises(actions.NotListed, match=name):
        actions.merge(account=stays, other=other, by=manager)
    other.refresh_from_db()
    assert other.state == "active"


# ---- the pages ------------------------------------------------------------------------------------------------------
def test_those_that_look_alike_are_suggested_with_why(
    sign_in: SignIn, manager: User, two: tuple[Account, Account]
) -> None:
    stays, _ = two
    make.AccountFactory(name="Something else")

    page = sign_in(manager).get(f"/staff/accounts/{stays.pk}/merge/")

    assert "A contact with the same address, addresses at the same domain, a name that reads alike" in words(page)
    assert "Something else" not in words(page)
    assert "Something else" in words(sign_in(manager).get(f"/staff/accounts/{stays.pk}/merge/?q=something"))


def test_a_merge_from_the_first_look_to_the_way_back(
    sign_in: SignIn, manager: User, two: tuple[Account, Account]
) -> None:
    stays, other = two
    client = sign_in(manager)
    url = f"/staff/accounts/{stays.pk}/merge/?with={other.pk}"
    page = client.get(url)
    assert "Ann Lee , there A. Lee" in words(page)
    assert "Filled from the other entry: role" in words(page)
    soup = BeautifulSoup(page.content, "html.parser")
    sent = {field["name"]: field["value"] for field in soup.select("input[checked], input[name=seen]")}
    assert sent["tier"] == "this"

    done = client.post(url, {**sent, "tier": "other"}, follow=True)

    assert done.redirect_chain == [(f"/staff/accounts/{stays.pk}/", 302)]
    assert "Orrest Valve Co. was merged into this account" in words(done)
    assert "Growth" in words(done)
    again = client.post(url, {**sent, "tier": "other"})
    assert again["Location"] == f"/staff/accounts/{stays.pk}/"

    back = client.post(f"/staff/merges/{AccountMerge.objects.get().pk}/", follow=True)
    assert back.redirect_chain == [(f"/staff/accounts/{other.pk}/", 302)]
    assert "is an account of its own again" in words(back)


@pytest.mark.parametrize("part", ["", "change/", "people/", "merge/", "requests/new/"])
def test_the_old_address_leads_to_the_one_that_stays(
    sign_in: SignIn, manager: User, two: tuple[Account, Account], part: str
) -> None:
    stays, other = two
    third = make.AccountFactory()
    actions.merge(account=stays, other=other, by=manager)
    actions.merge(account=third, other=stays, by=manager)

    answer = sign_in(manager).get(f"/staff/accounts/{other.pk}/{part}")

    assert (answer.status_code, answer["Location"]) == (302, f"/staff/accounts/{third.pk}/{part}")


def test_what_was_typed_on_the_page_of_a_merged_account_is_not_lost(
    sign_in: SignIn, manager: User, two: tuple[Account, Account]
) -> None:
    stays, other = two
    actions.merge(account=stays, other=other, by=manager)

    sign_in(manager).post(f"/staff/accounts/{other.pk}/", {"do": "note", "words": "Rang.", "visibility": "team"})

    assert stays.notes.filter(words="Rang.").exists()


def test_a_merged_account_is_not_in_the_list_and_is_found_by_its_name(
    sign_in: SignIn, manager: User, two: tuple[Account, Account]
) -> None:
    stays, other = two
    Account.objects.filter(pk=other.pk).update(name="Former Name", next_review_on=date(2020, 1, 1), manager=manager)
    actions.merge(account=stays, other=Account.objects.get(pk=other.pk), by=manager)

    client = sign_in(manager)
    assert "Former Name" not in words(client.get("/staff/accounts/"))
    assert "Former Name" not in words(client.get("/staff/"))
    assert "Merged into another" in words(client.get("/staff/accounts/?q=former+name"))


def test_looking_at_a_merge_costs_the_same_however_much_went(sign_in: SignIn, manager: User) -> None:
    client, counts = sign_in(manager), []
    for number in (1, 30):
        stays, other = make.AccountFactory(manager=manager), make.AccountFactory(organisation=None)
        make.NoteFactory.create_batch(number, account=other)
        with CaptureQueriesContext(connection) as preview:
            client.get(f"/staff/accounts/{stays.pk}/merge/?with={other.pk}")
        merge = actions.merge(account=stays, other=other, by=manager)
        with CaptureQueriesContext(connection) as done:
            client.get(f"/staff/merges/{merge.pk}/")
        counts.append((len(preview), len(done)))
    assert counts[0] == counts[1]
