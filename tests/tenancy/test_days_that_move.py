"""Where a stay’s first or last day moves, what is still to be done around it moves with it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tenancy import actions, history
from tenancy.checklists import STANDARD
from tenancy.choices import ChecklistKind
from tenancy.models import Account, ChecklistItem, Tenancy
from tests.factories import tenancy as make
from tests.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SignIn = Callable[[User], Client]
TODAY = date(2027, 3, 10)
LEAVING = [one.words for one in STANDARD[ChecklistKind.LEAVING]]


@pytest.fixture
def clock() -> Any:
    with time_machine.travel("2027-03-10T10:00:00+00:00", tick=False):
        yield


@pytest.fixture
def account(manager: User) -> Account:
    return make.AccountFactory(name="Orrest Valve", manager=manager)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def stay(account: Account, first: int = -100, last: int | None = None) -> Tenancy:
    ends_on = None if last is None else days(last)
    return make.TenancyFactory(account=account, starts_on=days(first), ends_on=ends_on)


def url_of(tenancy: Tenancy) -> str:
    return f"/staff/accounts/{tenancy.account_id}/tenancies/{tenancy.pk}/"


def listed(tenancy: Tenancy, kind: str, *due: int | None) -> list[ChecklistItem]:
    return [
        make.ChecklistItemFactory(tenancy=tenancy, kind=kind, due_on=None if day is None else days(day)) for day in due
    ]


def due(items: list[ChecklistItem]) -> list[int | None]:
    """In how many days, by what the database says."""
    found = [ChecklistItem.objects.get(pk=item.pk).due_on for item in items]
    return [None if day is None else (day - TODAY).days for day in found]


def test_what_is_still_to_be_done_moves_with_the_first_and_the_last_day(
    sign_in: SignIn, manager: User, account: Account
) -> None:
    found = stay(account, 10, 100)
    arriving, leaving = listed(found, "arriving", 3, 11, None), listed(found, "leaving", 90)
    done = make.ChecklistItemFactory(tenancy=found, kind="arriving", due_on=days(5), done_at=timezone.now())
    elsewhere = listed(stay(make.AccountFactory(), 10, 100), "arriving", 3)
    client, url = sign_in(manager), f"{url_of(found)}change/"
    page = words(client.get(url))
    assert "With it move 2 open things of moving in, by as many days; nothing becomes late by that." in page
    assert "With it moves 1 open thing of leaving" in page

    said = {"space": "A desk", "licence": "", "starts_on": days(24), "ends_on": days(93), "notice_days": 30}
    assert "3 things of its checklist moved with it." in words(client.post(url, said, follow=True))
    assert "moved with it" not in words(client.post(url, said, follow=True))  # sent twice, they move once

    assert (due(arriving), due(leaving)) == ([17, 25, None], [83])
    assert (due([done]), due(elsewhere)) == ([5], [3])
    assert manager in {entry.actor for entry in history.of(arriving[0])}  # all of one moment


def test_nothing_becomes_late_because_a_day_moved(manager: User, account: Account) -> None:
    found = stay(account, 10)
    items = listed(found, "arriving", 3, 11, -2)

    def begin(day: int) -> list[int | None]:
        actions.change_tenancy(tenancy=found, space="A desk", starts_on=days(day), by=manager)
        return due(items)

    assert begin(4) == [0, 5, -2]
    assert begin(9) == [5, 10, 3]


def test_what_was_not_counted_from_a_last_day_stays(manager: User, account: Account) -> None:
    found = stay(account)
    leaving = listed(found, "leaving", 50)
    assert (
        actions.change_tenancy(tenancy=found, space="A desk", starts_on=found.starts_on, ends_on=days(80), by=manager)
        == 0
    )
    assert actions.change_tenancy(tenancy=found, space="A desk", starts_on=found.starts_on, by=manager) == 0
    assert due(leaving) == [50]


def test_what_is_listed_of_leaving_moves_with_notice_and_with_an_earlier_end(
    sign_in: SignIn, manager: User, account: Account
) -> None:
    found = stay(account, -100, 200)
    leaving = listed(found, "leaving", 190, 200)
    client = sign_in(manager)
    assert words(client.get(url_of(found))).count("With it move 2 open things of leaving") == 2  # notice, and the end

    client.post(url_of(found), {"do": "notice", "given_on": TODAY, "last_day": days(60), "checklist": LEAVING[3:4]})
    assert due(leaving) == [50, 60]
    assert found.checklist.get(words=LEAVING[3]).due_on == days(60)  # counted from the new day already

    client.post(url_of(found), {"do": "end", "last_day": days(40)})
    assert due(leaving) == [30, 40]
