"""Filters of the list of accounts and of the board are kept under a name, by each for themselves."""

from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tenancy import actions
from tenancy.models import SavedView
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.reading import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
URL = "/staff/views/"


def keep(client: Client, name: str, query: str, of: str = "accounts", **more: str) -> Any:
    return client.post(URL, {"do": "keep", "of": of, "name": name, "query": query, **more})


def test_kept_opened_renamed_and_removed(sign_in: SignIn, manager: User) -> None:
    make.AccountFactory(name="Grows", tier="growth")
    make.AccountFactory(name="Sits", tier="core")
    client = sign_in(manager)
    assert "Keep this view" not in words(client.get("/staff/accounts/"))
    assert "Keep this view" in words(client.get("/staff/accounts/?tier=growth"))

    kept = keep(client, " Who  grows ", "tier=growth&q=&page=2&nonsense=1")

    assert kept["Location"] == "/staff/accounts/?tier=growth"
    page = client.get(kept["Location"])
    assert "Who grows" in words(page)
    assert "Keep this view" not in words(page)
    assert ("Grows" in words(page), "Sits" in words(page)) == (True, False)

    view = SavedView.objects.get()
    client.post(URL, {"do": "rename", "view": view.pk, "name": "Growing"})
    assert "Growing" in words(client.get(URL))
    client.post(URL, {"do": "remove", "view": view.pk})
    assert not SavedView.objects.exists()
    assert not LogEntry.objects.filter(changes__icontains="Growing").exists()


def test_the_board_of_requests_has_its_own(sign_in: SignIn, manager: User) -> None:
    client = sign_in(manager)

    kept = keep(client, "Late ones", "late=on&tier=growth", of="requests")

    assert kept["Location"] == "/staff/requests/?late=on"
    assert "Late ones" in words(client.get("/staff/requests/"))
    assert "Late ones" not in words(client.get("/staff/accounts/"))


def test_a_list_opens_with_the_one_that_was_chosen(sign_in: SignIn, manager: User) -> None:
    client = sign_in(manager)
    keep(client, "Growing", "tier=growth", is_default="yes")
    keep(client, "Prospects", "state=prospect", is_default="yes")

    assert client.get("/staff/accounts/")["Location"] == "/staff/accounts/?state=prospect"
    page = client.get("/staff/accounts/?state=prospect")
    clear = BeautifulSoup(page.content, "html.parser").select_one(".v-filterbar a")
    assert clear is not None
    assert client.get(str(clear["href"])).status_code == 200, "everything is still to be had"

    client.post(URL, {"do": "not-first", "view": SavedView.objects.get(is_default=True).pk})
    assert client.get("/staff/accounts/").status_code == 200


def test_sent_twice_it_is_one_and_the_same_name_is_replaced(sign_in: SignIn, manager: User) -> None:
    client = sign_in(manager)
    for query in ("tier=growth", "tier=growth", "tier=core"):
        keep(client, "Mine", query)
    keep(client, "MINE", "tier=strategic")

    view = SavedView.objects.get()
    assert (view.name, view.query) == ("MINE", "tier=strategic")


def test_what_does_not_fit_is_refused_in_words(sign_in: SignIn, manager: User) -> None:
    client = sign_in(manager)
    one, _ = make.SavedViewFactory(user=manager, name="One"), make.SavedViewFactory(user=manager, name="Two")

    assert "Give the view a name." in words(client.post(URL, {"do": "keep", "name": " ", "query": "q=a"}, follow=True))
    renamed = client.post(URL, {"do": "rename", "view": one.pk, "name": "two"}, follow=True)
    assert "You have a view “two” already." in words(renamed)


def test_nobody_sees_or_changes_those_of_somebody_else(sign_in: SignIn, manager: User, lead: User) -> None:
    theirs = make.SavedViewFactory(user=lead, name="Theirs", is_default=True)
    client = sign_in(manager)

    assert client.get("/staff/accounts/").status_code == 200, "nor does it open my list"
    assert "Theirs" not in words(client.get(URL))
    for do in ("rename", "first", "not-first", "remove"):
        assert client.post(URL, {"do": do, "view": theirs.pk, "name": "Mine"}).status_code == 404
    with pytest.raises(Exception, match="somebody else’s"):
        actions.remove_view(view=theirs, by=manager)
    assert SavedView.objects.get().name == "Theirs"


def test_somebody_without_accounts_keeps_none(sign_in: SignIn) -> None:
    assert keep(sign_in(UserFactory(group="Comms")), "Mine", "tier=core").status_code == 403


def test_the_database_holds_one_default_and_each_name_once(manager: User) -> None:
    make.SavedViewFactory(user=manager, name="One", is_default=True)
    make.SavedViewFactory(user=manager, of="requests", name="One", is_default=True)

    for fields in ({"name": "ONE"}, {"name": "Two", "is_default": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make.SavedViewFactory(user=manager, **fields)


def test_a_list_costs_the_same_with_many_views(sign_in: SignIn, manager: User) -> None:
    client, counts = sign_in(manager), []
    for number in (1, 20):
        while SavedView.objects.count() < number:
            make.SavedViewFactory(user=manager)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/staff/accounts/?q=a")
        counts.append(len(captured))
    assert counts[0] == counts[1]
