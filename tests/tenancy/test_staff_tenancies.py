"""A tenancy: begun, changed, with notice given and taken back, ended; and what is to be done around it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tenancy import actions, history
from tenancy.checklists import STANDARD
from tenancy.choices import ChecklistKind
from tenancy.models import Account, ChecklistItem, StateChange, Tenancy
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory
from tests.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SignIn = Callable[[User], Client]
TODAY = date(2027, 3, 10)
ARRIVING = [one.words for one in STANDARD[ChecklistKind.ARRIVING]]
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


def stay(account: Account, first: int = -100, last: int | None = None, **more: Any) -> Tenancy:
    ends_on = None if last is None else days(last)
    return make.TenancyFactory(account=account, starts_on=days(first), ends_on=ends_on, **more)


def url_of(tenancy: Tenancy) -> str:
    return f"/staff/accounts/{tenancy.account_id}/tenancies/{tenancy.pk}/"


def undone(kind: str, tenancy: Tenancy) -> list[str]:
    return list(tenancy.checklist.filter(kind=kind, done_at=None).values_list("words", flat=True))


# ---- the stay -------------------------------------------------------------------------------------------------------
def test_a_tenancy_begins_with_what_is_ticked_of_the_standard_list(
    sign_in: SignIn, manager: User, account: Account
) -> None:
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/"
    assert "Start a tenancy" in words(client.get(url))
    page = BeautifulSoup(client.get(f"{url}tenancies/new/").content, "html.parser")
    assert [box["value"] for box in page.select("[name=checklist][checked]")] == ARRIVING

    said = {
        "space": "Two benches",
        "licence": "One-year terms",
        "starts_on": "2027-04-01",
        "ends_on": "2028-03-31",
        "notice_days": 60,
        "words": "With a freezer.",
        "checklist": ARRIVING[1:],
    }
    for _twice in range(2):  # a double submit makes one
        assert "Two benches" in words(client.post(f"{url}tenancies/new/", said, follow=True))

    made = Tenancy.objects.get()
    assert (made.account, made.licence, made.notice_days, made.words) == (
        account,
        "One-year terms",
        60,
        "With a freezer.",
    )
    assert (made.starts_on, made.ends_on) == (date(2027, 4, 1), date(2028, 3, 31))
    assert undone("arriving", made) == ARRIVING[1:]
    keys = made.checklist.get(words="Keys and passes handed over")
    assert (keys.due_on, keys.owner) == (date(2027, 4, 1), manager)
    assert history.of(made).get().actor == manager
    assert "Two benches" in words(client.get(url))


def test_nothing_of_a_list_is_late_the_moment_it_is_written_down(manager: User, account: Account) -> None:
    made = actions.start_tenancy(
        account=account, space="A desk", starts_on=days(-50), by=manager, checklist=STANDARD[ChecklistKind.ARRIVING]
    )
    assert {item.due_on for item in made.checklist.all()} == {TODAY}


@pytest.mark.parametrize(("first", "last"), [(-10, 20), (0, None), (50, 60), (100, 200), (-300, None)])
def test_tenancies_of_one_account_do_not_overlap(manager: User, account: Account, first: int, last: int | None) -> None:
    stay(account, 0, 100, space="The den")
    ends_on = None if last is None else days(last)
    with pytest.raises(actions.Unfit, match="“The den” from 10 March 2027 until 18 June 2027") as refused:
        actions.start_tenancy(account=account, space="A desk", starts_on=days(first), ends_on=ends_on, by=manager)
    assert refused.value.field == "starts_on"


@pytest.mark.parametrize(("first", "last"), [(-10, -1), (101, None)])
def test_one_tenancy_follows_another(manager: User, account: Account, first: int, last: int | None) -> None:
    stay(account, 0, 100)
    stay(make.AccountFactory(), first, last)  # of somebody else
    ends_on = None if last is None else days(last)
    actions.start_tenancy(account=account, space="A desk", starts_on=days(first), ends_on=ends_on, by=manager)
    assert account.tenancies.count() == 2


def test_a_refused_tenancy_keeps_what_was_typed(sign_in: SignIn, manager: User, account: Account) -> None:
    stay(account)
    said = {"space": "Two benches", "starts_on": "2027-04-01", "notice_days": 30, "checklist": ARRIVING[:1]}

    response = sign_in(manager).post(f"/staff/accounts/{account.pk}/tenancies/new/", said)

    page = BeautifulSoup(response.content, "html.parser")
    assert "one tenancy follows another" in page.select_one(".nhsuk-error-summary").get_text()  # type: ignore[union-attr]
    assert page.select_one("[name=space]")["value"] == "Two benches"  # type: ignore[index]
    assert [box["value"] for box in page.select("[name=checklist][checked]")] == ARRIVING[:1]
    assert Tenancy.objects.count() == 1


def test_a_tenancy_is_changed(sign_in: SignIn, manager: User, account: Account) -> None:
    found, other = stay(account, -100, 10), stay(account, 20, 40)
    client, url = sign_in(manager), f"{url_of(found)}change/"
    said = {"space": "The den", "licence": "", "starts_on": days(-100), "ends_on": days(19), "notice_days": 14}

    assert "Saved." in words(client.post(url, said, follow=True))
    found.refresh_from_db()
    assert (found.space, found.ends_on, found.notice_days) == ("The den", days(19), 14)

    assert "one tenancy follows another" in words(client.post(url, {**said, "ends_on": days(20)}))
    assert "The last day comes before the first" in words(client.post(url, {**said, "ends_on": days(-101)}))
    found.refresh_from_db()
    assert found.ends_on == days(19) != other.starts_on


def test_stays_of_two_accounts_that_became_one_can_still_be_described(manager: User, account: Account) -> None:
    first, second = stay(account), stay(account, -50)
    actions.change_tenancy(tenancy=second, space="The den", starts_on=days(-50), by=manager)
    actions.change_tenancy(tenancy=first, space="A desk", starts_on=days(-100), ends_on=days(-51), by=manager)
    second.refresh_from_db()
    with pytest.raises(actions.Unfit, match="follows another"):
        actions.change_tenancy(tenancy=second, space="The den", starts_on=days(-60), by=manager)


# ---- notice and end -------------------------------------------------------------------------------------------------
def test_notice_proposes_the_last_day_and_lists_what_is_done_when_they_leave(
    sign_in: SignIn, manager: User, account: Account
) -> None:
    found = stay(account, notice_days=30)
    client = sign_in(manager)
    assert "for notice given today, 9 April 2027" in words(client.get(url_of(found)))

    said = {"do": "notice", "given_on": "2027-03-08", "checklist": LEAVING[:4]}
    for _twice in range(2):
        assert "The last day is 7 April 2027." in words(client.post(url_of(found), said, follow=True))

    found.refresh_from_db()
    assert (found.notice_given_on, found.ends_on) == (date(2027, 3, 8), date(2027, 4, 7))
    assert undone("leaving", found) == LEAVING[:4]
    assert found.checklist.get(words="Space cleared and looked over").due_on == date(2027, 4, 7)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"given_on": days(1)}, "once it was given"),
        ({"given_on": days(0), "last_day": days(-1)}, "comes after the notice"),
        ({"given_on": days(0), "last_day": days(201)}, "It ends on 26 September 2027 already"),
    ],
)
def test_notice_that_does_not_fit_is_refused(manager: User, account: Account, said: dict[str, Any], why: str) -> None:
    found = stay(account, -100, 200)
    with pytest.raises(actions.Unfit, match=why):
        actions.give_notice(tenancy=found, by=manager, **said)
    found.refresh_from_db()
    assert (found.notice_given_on, found.ends_on) == (None, days(200))


def test_notice_never_makes_a_stay_longer(manager: User, account: Account) -> None:
    soon = stay(account, -100, 10, notice_days=30)
    assert actions.give_notice(tenancy=soon, given_on=TODAY, by=manager) == days(10)
    later = stay(account, 50, notice_days=30)
    assert actions.give_notice(tenancy=later, given_on=TODAY, by=manager) == days(50)


def test_notice_is_given_once(manager: User, account: Account) -> None:
    found = stay(account)
    actions.give_notice(tenancy=found, given_on=days(-3), by=manager)
    with pytest.raises(actions.Unfit, match="Notice was given on 7 March 2027"):
        actions.give_notice(tenancy=found, given_on=TODAY, by=manager)
    with pytest.raises(actions.Unfit, match="it has a last day"):
        actions.change_tenancy(tenancy=found, space="A desk", starts_on=found.starts_on, by=manager)


def test_notice_is_taken_back(sign_in: SignIn, manager: User, account: Account) -> None:
    found = stay(account, -100, 200)
    actions.give_notice(tenancy=found, given_on=TODAY, by=manager, checklist=STANDARD[ChecklistKind.LEAVING])
    done = found.checklist.first()
    assert done is not None
    actions.tick_item(item=done, by=manager)

    sign_in(manager).post(url_of(found), {"do": "stay", "ends_on": days(200)})

    found.refresh_from_db()
    assert (found.notice_given_on, found.ends_on) == (None, days(200))
    assert list(found.checklist.all()) == [done]  # what was done stays


def test_a_tenancy_ends_without_notice(sign_in: SignIn, manager: User, account: Account) -> None:
    found = stay(account)
    client = sign_in(manager)

    said = words(client.post(url_of(found), {"do": "end", "last_day": days(-1), "checklist": LEAVING}, follow=True))

    found.refresh_from_db()
    assert (found.ends_on, found.notice_given_on, found.is_over) == (days(-1), None, True)
    assert "It is over." in said
    assert undone("leaving", found) == LEAVING
    with pytest.raises(actions.Unfit, match="It ends on 9 March 2027 already"):
        actions.end_tenancy(tenancy=found, last_day=TODAY, by=manager)
    with pytest.raises(actions.Unfit, match="If they never came"):
        actions.end_tenancy(tenancy=found, last_day=days(-101), by=manager)


def test_what_was_written_down_by_mistake_is_removed_and_what_happened_is_not(
    sign_in: SignIn, manager: User, account: Account
) -> None:
    found = make.ChecklistItemFactory(tenancy=stay(account), done_at=timezone.now()).tenancy
    client = sign_in(manager)

    assert "End it instead" in words(client.post(url_of(found), {"do": "remove"}, follow=True))
    actions.untick_item(item=found.checklist.get(), by=manager)
    client.post(url_of(found), {"do": "remove"})

    assert not Tenancy.objects.exists()
    assert not ChecklistItem.objects.exists()


# ---- its checklist --------------------------------------------------------------------------------------------------
def test_things_are_added_changed_ticked_opened_again_and_taken_off(
    sign_in: SignIn, manager: User, account: Account
) -> None:
    found, other = stay(account), make.manager(name="Ada Bell")
    client = sign_in(manager)
    said = {"do": "item", "kind": "arriving", "words": "Bench cleaned", "due_on": days(5), "owner": other.pk}
    for _twice in range(2):
        client.post(url_of(found), said)
    item = ChecklistItem.objects.get()
    assert (item.due_on, item.owner, item.kind) == (days(5), other, "arriving")
    url = f"/staff/checklist/{item.pk}/"

    client.post(url, {"words": "Benches cleaned", "due_on": "", "owner": ""})
    item.refresh_from_db()
    assert (item.words, item.due_on, item.owner) == ("Benches cleaned", None, None)

    assert client.post(url, {"do": "done", "next": url_of(found)})["Location"] == url_of(found)
    item.refresh_from_db()
    assert (item.done_at, item.done_by) == (timezone.now(), manager)
    shown = words(client.get(url_of(found)))
    assert "1 of 1 done" in shown
    assert "Done 10 March 2027, 10:00, Sam" in shown

    assert "Open it again first" in words(client.post(url, {"do": "remove"}, follow=True))
    client.post(url, {"do": "reopen", "next": "https://elsewhere.example/"})
    item.refresh_from_db()
    assert (item.done_at, item.done_by) == (None, None)
    client.post(url, {"do": "remove"})
    assert not ChecklistItem.objects.exists()


def test_who_ticked_first_has_done_it(manager: User, lead: User) -> None:
    item = make.ChecklistItemFactory()
    actions.tick_item(item=item, by=manager)
    actions.tick_item(item=item, by=lead)
    item.refresh_from_db()
    assert item.done_by == manager


def test_whoever_does_it_can_open_the_record(manager: User, account: Account) -> None:
    found = stay(account)
    member = OrganisationMemberFactory(organisation=account.organisation).user
    with pytest.raises(actions.Unfit, match="works with accounts"):
        actions.add_item(tenancy=found, kind="arriving", words="Ring", owner=member, by=manager)
    for refused in (
        lambda: actions.start_tenancy(account=account, space="A desk", starts_on=TODAY, by=member),
        lambda: actions.change_tenancy(tenancy=found, space="A desk", starts_on=TODAY, by=member),
        lambda: actions.give_notice(tenancy=found, given_on=TODAY, by=member),
        lambda: actions.take_back_notice(tenancy=found, ends_on=None, by=member),
        lambda: actions.end_tenancy(tenancy=found, last_day=TODAY, by=member),
        lambda: actions.remove_tenancy(tenancy=found, by=member),
        lambda: actions.tick_item(item=make.ChecklistItemFactory(), by=member),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_what_is_late_of_a_checklist_stands_in_the_day_of_whoever_does_it(
    sign_in: SignIn, manager: User, account: Account
) -> None:
    found = stay(account)

    def item(said: str, due: int, **more: Any) -> ChecklistItem:
        return make.ChecklistItemFactory(**{"tenancy": found, "words": said, "due_on": days(due), **more})

    item("Mine", -1, owner=manager)
    item("Nobody’s of my account", -1)
    item("Today’s", 0, owner=manager)
    item("Done", -1, owner=manager, done_at=timezone.now())
    item("Somebody else’s", -1, owner=make.manager())
    item("Nobody’s elsewhere", -1, tenancy=make.TenancyFactory())
    client = sign_in(manager)

    response = client.get("/staff/")
    assert [one.words for one in response.context["day"].checklist] == ["Mine", "Nobody’s of my account"]
    assert not response.context["day"].is_clear
    assert "Moving in and out, late" in words(response)

    for one in response.context["day"].checklist:
        assert client.post(f"/staff/checklist/{one.pk}/", {"do": "done", "next": "/staff/"})["Location"] == "/staff/"
    assert client.get("/staff/").context["day"].checklist == []


# ---- the state that it suggests -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "what", "suggested"),
    [
        ("prospect", {}, "onboarding"),
        ("alumni", {}, "onboarding"),
        ("alumni", {"ends_on": days(-1)}, ""),
        ("onboarding", {}, ""),
        ("onboarding", {"arriving": False}, ""),
        ("onboarding", {"arriving": True}, "active"),
        ("active", {"arriving": True}, ""),
        ("active", {"notice_given_on": days(-1)}, "leaving"),
        ("at-risk", {"notice_given_on": days(-1)}, "leaving"),
        ("leaving", {"ends_on": days(-1), "leaving": False}, ""),
        ("leaving", {"ends_on": days(1), "leaving": True}, ""),
        ("leaving", {"ends_on": days(-1), "leaving": True}, "alumni"),
        ("closed", {"arriving": True}, ""),
    ],
)
def test_a_state_is_suggested_and_somebody_decides_it(
    sign_in: SignIn, manager: User, state: str, what: dict[str, Any], suggested: str
) -> None:
    closed_at = timezone.now() if state == "closed" else None
    account = make.AccountFactory(manager=manager, state=state, closed_at=closed_at)
    listed = {kind: what.pop(kind) for kind in ("arriving", "leaving") if kind in what}
    found = make.TenancyFactory(account=account, starts_on=days(-100), **what)
    for kind, is_done in listed.items():
        make.ChecklistItemFactory(tenancy=found, kind=kind, done_at=timezone.now() if is_done else None)
        make.ChecklistItemFactory(tenancy=found, kind=kind, done_at=timezone.now())
    client = sign_in(manager)

    for url in (f"/staff/accounts/{account.pk}/", url_of(found)):
        one = client.get(url).context["suggested"]
        assert (one.state if one else "") == suggested
    account.refresh_from_db()
    assert account.state == state  # nothing moves by itself

    client.post(url_of(found), {"do": "state", "to": suggested or "active"})
    account.refresh_from_db()
    assert account.state == (suggested or state)
    if suggested:
        assert StateChange.objects.get().by == manager


# ---- which one is shown ---------------------------------------------------------------------------------------------
def test_an_account_shows_the_tenancy_of_today(sign_in: SignIn, manager: User, account: Account) -> None:
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/"
    for first, last, shown in ((-300, -200, "last"), (100, 200, "later"), (50, 60, "next"), (-100, 40, "now")):
        stay(account, first, last, space=f"The {shown} one")
        assert client.get(url).context["tenancy"].space == f"The {shown} one"
    assert "3 other tenancies" in words(client.get(url))


def test_a_tenancy_is_found_under_its_own_account_alone(sign_in: SignIn, manager: User, account: Account) -> None:
    found, client = make.TenancyFactory(), sign_in(manager)
    for url in (
        f"/staff/accounts/{account.pk}/tenancies/{found.pk}/",
        f"/staff/accounts/{account.pk}/tenancies/{found.pk}/change/",
    ):
        assert client.get(url).status_code == 404
