"""What a company wants to reach: plans one after the other, objectives and how they stand; and who helps it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from tenancy import actions, history
from tenancy.choices import ObjectiveState
from tenancy.models import Account, Objective, Plan, TeamMember
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory
from tests.reading import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def account(manager: User) -> Account:
    return make.AccountFactory(name="Orrest Valve", manager=manager)


def days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def url_of(plan: Plan) -> str:
    return f"/staff/accounts/{plan.account_id}/plans/{plan.pk}/"


def test_a_plan_is_made_and_filled_and_its_progress_is_shown(sign_in: SignIn, manager: User, account: Account) -> None:
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/"
    assert "Make a plan" in words(client.get(url))
    for _twice in range(2):
        said = {"starts_on": days(-1), "ends_on": days(300), "agreed_on": days(-1)}
        assert "None yet. Write down the first" in words(client.post(f"{url}plans/new/", said, follow=True))
    plan = Plan.objects.get()
    assert (plan.account, plan.starts_on, plan.ends_on, plan.agreed_on) == (account, days(-1), days(300), days(-1))
    assert history.of(plan).get().actor == manager
    assert "It has no objectives yet" in words(client.get(url))

    for said in ({"words": "Three sites", "measure": "sites", "target": "3"}, {"words": "A patent"}):
        for _twice in range(2):
            client.post(url_of(plan), {"do": "objective", "due_on": days(60), **said})
    sites, patent = Objective.objects.order_by("pk")
    assert (sites.measure, sites.target, sites.state) == ("sites", Decimal(3), "not-started")
    client.post(f"/staff/objectives/{sites.pk}/", {"do": "state", "state": "done"})
    make.ObjectiveFactory(plan=plan, state="dropped")

    shown = words(client.get(url))
    assert "1 of 2 done" in shown  # what was dropped is not counted
    assert "3 sites" in shown
    assert "1 of 2 done" in words(client.get(url_of(plan)))
    assert patent.words in shown


@pytest.mark.parametrize(("first", "last"), [(-10, 0), (50, 60), (100, 200), (-1, 101)])
def test_one_plan_covers_a_day(manager: User, account: Account, first: int, last: int) -> None:
    make.PlanFactory(account=account, starts_on=days(0), ends_on=days(100))
    make.PlanFactory(starts_on=days(-10), ends_on=days(200))  # of somebody else
    with pytest.raises(actions.Unfit, match="one plan holds at a time"):
        actions.make_plan(account=account, starts_on=days(first), ends_on=days(last), by=manager)
    actions.make_plan(account=account, starts_on=days(101), ends_on=days(200), by=manager)


def test_a_plan_is_changed_and_two_of_accounts_that_became_one_stay(
    sign_in: SignIn, manager: User, account: Account
) -> None:
    plan = make.PlanFactory(account=account, starts_on=days(0), ends_on=days(100))
    make.PlanFactory(account=account, starts_on=days(50), ends_on=days(150))
    make.PlanFactory(account=account, starts_on=days(200), ends_on=days(300))
    client = sign_in(manager)

    def post(first: int, last: int, agreed: int = 0) -> str:
        said = {"do": "dates", "starts_on": days(first), "ends_on": days(last), "agreed_on": days(agreed)}
        return words(client.post(url_of(plan), said, follow=True))

    assert "Saved." in post(10, 110)
    plan.refresh_from_db()
    assert (plan.starts_on, plan.ends_on, plan.agreed_on) == (days(10), days(110), days(0))
    assert "one plan holds at a time" in post(10, 200)
    assert "A plan ends after it begins" in post(10, 10)
    assert "Leave this empty until it is agreed" in post(10, 110, 1)


def test_the_plan_of_today_is_shown_and_the_next_is_offered_after_the_last(
    sign_in: SignIn, manager: User, account: Account
) -> None:
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/"
    for first, last in ((-300, -200), (100, 200), (-10, 50)):
        plan = make.PlanFactory(account=account, starts_on=days(first), ends_on=days(last))
        assert client.get(url).context["plan"] == plan
    page = BeautifulSoup(client.get(f"{url}plans/new/").content, "html.parser")
    assert page.select_one("[name=starts_on]")["value"] == days(201).isoformat()  # type: ignore[index]


def test_an_objective_is_changed(sign_in: SignIn, manager: User) -> None:
    objective = make.ObjectiveFactory(state="at-risk")
    client, url = sign_in(manager), f"/staff/objectives/{objective.pk}/"
    said = {"words": "Four sites", "due_on": days(9), "target": "4", "measure": ""}

    assert "Say what is counted" in words(client.post(url, said))
    assert "Saved." in words(client.post(url, {**said, "measure": "sites"}, follow=True))

    objective.refresh_from_db()
    assert (objective.words, objective.target, objective.measure, objective.state) == (
        "Four sites",
        4,
        "sites",
        "at-risk",
    )


def test_how_an_objective_stands_is_an_opinion_that_may_turn_any_way(manager: User) -> None:
    objective = make.ObjectiveFactory()
    for before in ObjectiveState:
        for after in ObjectiveState:
            for state in (before, after):
                actions.judge_objective(objective=objective, state=state, by=manager)
            objective.refresh_from_db()
            assert objective.state == after
    entry = history.of(objective).first()
    assert entry is not None
    assert (entry.actor, set(entry.changes_dict)) == (manager, {"state"})


def test_a_state_that_there_is_not_changes_nothing(sign_in: SignIn, manager: User) -> None:
    objective = make.ObjectiveFactory()
    sign_in(manager).post(f"/staff/objectives/{objective.pk}/", {"do": "state", "state": "splendid"})
    objective.refresh_from_db()
    assert objective.state == "not-started"


def test_what_has_a_story_is_not_removed(sign_in: SignIn, manager: User) -> None:
    objective = make.ObjectiveFactory(state="dropped")
    plan, client = objective.plan, sign_in(manager)

    assert "Mark it as dropped instead" in words(
        client.post(f"/staff/objectives/{objective.pk}/", {"do": "remove"}, follow=True)
    )
    assert "Remove those first" in words(client.post(url_of(plan), {"do": "remove"}, follow=True))

    actions.judge_objective(objective=objective, state="not-started", by=manager)
    client.post(f"/staff/objectives/{objective.pk}/", {"do": "remove"})
    client.post(url_of(plan), {"do": "remove"})
    assert not Objective.objects.exists()
    assert not Plan.objects.exists()


def test_plans_are_changed_by_who_works_with_accounts_alone(account: Account) -> None:
    objective = make.ObjectiveFactory(plan__account=account)
    member = OrganisationMemberFactory(organisation=account.organisation).user
    for refused in (
        lambda: actions.make_plan(account=account, starts_on=days(500), ends_on=days(600), by=member),
        lambda: actions.change_plan(plan=objective.plan, starts_on=days(0), ends_on=days(1), by=member),
        lambda: actions.remove_plan(plan=objective.plan, by=member),
        lambda: actions.add_objective(plan=objective.plan, words="More", due_on=days(1), by=member),
        lambda: actions.change_objective(objective=objective, words="More", due_on=days(1), by=member),
        lambda: actions.judge_objective(objective=objective, state="done", by=member),
        lambda: actions.remove_objective(objective=objective, by=member),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_a_plan_is_found_under_its_own_account_alone(sign_in: SignIn, manager: User, account: Account) -> None:
    plan = make.PlanFactory()
    assert sign_in(manager).get(f"/staff/accounts/{account.pk}/plans/{plan.pk}/").status_code == 404


# ---- the team -------------------------------------------------------------------------------------------------------
def test_a_colleague_joins_the_team_and_leaves_it(sign_in: SignIn, manager: User, account: Account) -> None:
    colleague = make.manager(name="Ada Bell")
    outsider = OrganisationMemberFactory(organisation=account.organisation).user
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/team/"
    page = BeautifulSoup(client.get(url).content, "html.parser")
    offered = {option["value"] for option in page.select("[name=user] option")}
    assert str(colleague.pk) in offered
    assert offered.isdisjoint({str(manager.pk), str(outsider.pk)})

    assert "Ada Bell is in the team." in words(client.post(url, {"do": "add", "user": colleague.pk}, follow=True))
    member = TeamMember.objects.get()
    assert history.of(member).get().actor == manager
    assert "with Ada Bell" in words(client.get(f"/staff/accounts/{account.pk}/"))
    actions.add_to_team(account=account, user=colleague, by=manager)  # twice is once

    client.post(url, {"do": "remove", "member": member.pk})
    assert not TeamMember.objects.exists()
    assert client.post(url, {"do": "remove", "member": member.pk}).status_code == 404


def test_who_leaves_the_team_hands_their_open_tasks_over(sign_in: SignIn, manager: User, account: Account) -> None:
    ada, ben = make.manager(name="Ada Bell"), make.manager(name="Ben Ode")
    member = make.TeamMemberFactory(account=account, user=ada)
    owed = [make.TaskFactory(account=account, owner=ada, reminded_at=timezone.now()) for _ in range(2)]
    done = make.TaskFactory(account=account, owner=ada, state="done", done_at=timezone.now())
    elsewhere = make.TaskFactory(account=make.AccountFactory(manager=manager), owner=ada)
    bens = make.TaskFactory(account=account, owner=ben)
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/team/"

    page = client.get(url)
    assert "2 open tasks here go to" in words(page)
    soup = BeautifulSoup(page.content, "html.parser")
    offered = {option["value"] for option in soup.select("[name=to] option")}
    assert offered == {"", str(manager.pk), str(ben.pk)}
    assert soup.select_one("[name=to] [selected]")["value"] == str(manager.pk)  # type: ignore[index]

    refused = {"do": "remove", "member": member.pk, "to": ""}
    assert "Choose somebody who works with accounts" in words(client.post(url, refused, follow=True))
    assert TeamMember.objects.exists()
    said = words(client.post(url, {**refused, "to": ben.pk}, follow=True))

    assert "Ada Bell is not in the team any more. 2 open tasks went to Ben Ode." in said
    assert not TeamMember.objects.exists()
    for task in owed:
        task.refresh_from_db()
        assert (task.owner, task.reminded_at) == (ben, None)  # who has it now is reminded of it
        assert history.of(task).first().actor == manager
    for task, owner in ((done, ada), (elsewhere, ada), (bens, ben)):
        task.refresh_from_db()
        assert task.owner == owner


def test_without_a_word_tasks_of_the_team_go_to_the_manager(manager: User, account: Account) -> None:
    member = make.TeamMemberFactory(account=account)
    task = make.TaskFactory(account=account, owner=member.user)

    assert actions.remove_from_team(member=member, by=manager) == 1

    task.refresh_from_db()
    assert task.owner == manager


def test_nobody_leaves_a_team_with_tasks_that_nobody_takes(manager: User) -> None:
    member = make.TeamMemberFactory(account__manager=None)
    request = make.SupportRequestFactory(account=member.account, confidentiality="restricted", owner=manager)
    task = make.TaskFactory(account=member.account, owner=member.user, request=request)
    for to, by, why in (
        (None, manager, "Choose who does what"),
        (member.user, manager, "Choose who does what"),
        (make.manager(), manager, "does not read the restricted request"),
        (manager, make.manager(), "that you do not read"),
    ):
        with pytest.raises(actions.Unfit, match=why):
            actions.remove_from_team(member=member, to=to, by=by)
    task.refresh_from_db()
    assert (task.owner, TeamMember.objects.count()) == (member.user, 1)


def test_who_manages_the_account_by_now_keeps_their_tasks(sign_in: SignIn, manager: User, account: Account) -> None:
    member = make.TeamMemberFactory(account=account, user=manager)
    task = make.TaskFactory(account=account, owner=manager)
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/team/"
    assert "open task" not in words(client.get(url))

    client.post(url, {"do": "remove", "member": member.pk})

    task.refresh_from_db()
    assert (task.owner, TeamMember.objects.count()) == (manager, 0)


def test_the_page_of_a_team_costs_the_same_however_many_hand_over(
    sign_in: SignIn, manager: User, account: Account
) -> None:
    client, url, asked = sign_in(manager), f"/staff/accounts/{account.pk}/team/", []
    for number in (1, 6):
        for _ in range(number):
            make.TaskFactory(account=account, owner=make.TeamMemberFactory(account=account).user)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        asked.append(len(captured.captured_queries))
    assert asked[0] == asked[1] <= 12


def test_who_can_not_open_the_record_does_not_join(manager: User, account: Account) -> None:
    outsider = OrganisationMemberFactory(organisation=account.organisation).user
    with pytest.raises(actions.Unfit, match="works with accounts"):
        actions.add_to_team(account=account, user=outsider, by=manager)
    with pytest.raises(actions.Unfit, match="manages this account"):
        actions.add_to_team(account=account, user=manager, by=manager)
    with pytest.raises(PermissionDenied):
        actions.add_to_team(account=account, user=manager, by=outsider)


def test_nobody_opens_restricted_requests_by_joining_the_team(sign_in: SignIn, manager: User, account: Account) -> None:
    request = make.SupportRequestFactory(account=account, confidentiality="restricted")
    stranger = make.manager()
    client, url = sign_in(stranger), f"/staff/accounts/{account.pk}/team/"

    assert "Ask one of them" in words(client.post(url, {"do": "add", "user": stranger.pk}))
    assert not TeamMember.objects.exists()
    assert client.get(f"/staff/requests/{request.pk}/").status_code == 404

    actions.add_to_team(account=account, user=stranger, by=manager)
    assert client.get(f"/staff/requests/{request.pk}/").status_code == 200


@pytest.mark.parametrize("until", ["9999-12-31", "0001-01-01"])
def test_a_far_day_is_refused_in_words(sign_in: SignIn, manager: User, account: Account, until: str) -> None:
    url = f"/staff/accounts/{account.pk}/"
    client = sign_in(manager)

    plan = client.post(f"{url}plans/new/", {"starts_on": "2026-01-01", "ends_on": until})
    stay = client.post(f"{url}tenancies/new/", {"space": "Two desks", "starts_on": until, "notice_days": "30"})

    for response in (plan, stay):
        assert "between 1 January 1990 and 31 December 2099" in words(response)
    assert not account.plans.exists() and not account.tenancies.exists()
