"""What a company wants to reach while it is here: plans one after the other, each with its objectives."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tenancy import history
from tenancy.choices import ObjectiveState
from tenancy.models import Account, Objective, Plan, StateChange
from tenancy.policies import may_work

from .dealings import just_now
from .refusals import Unfit, refuse_unread, require


@transaction.atomic
def make_plan(*, account: Account, starts_on: date, ends_on: date, by: User, agreed_on: date | None = None) -> Plan:
    """Raises PermissionDenied and Unfit."""
    require(may_work(by))
    account = Account.objects.select_for_update().get(pk=account.pk)
    said: dict[str, Any] = {"account": account, "starts_on": starts_on, "ends_on": ends_on}
    if there := just_now(Plan, **said):
        return there
    _refuse_dates(account, starts_on, ends_on, agreed_on)
    with history.by(user=by):
        return Plan.objects.create(**said, agreed_on=agreed_on)


@transaction.atomic
def change_plan(
    *, plan: Plan, starts_on: date, ends_on: date, by: User, agreed_on: date | None = None, seen: str = ""
) -> None:
    """``seen``: of the form that was filled in. Raises PermissionDenied, Unfit and ChangedSince."""
    plan = _locked(plan, by)
    refuse_unread(plan, seen, starts_on=starts_on, ends_on=ends_on, agreed_on=agreed_on)
    _refuse_dates(plan.account, starts_on, ends_on, agreed_on, but=plan)
    with history.by(user=by):
        plan.starts_on, plan.ends_on, plan.agreed_on = starts_on, ends_on, agreed_on
        plan.save()


@transaction.atomic
def remove_plan(*, plan: Plan, by: User) -> None:
    """Raises PermissionDenied, and Unfit while something is in it."""
    plan = _locked(plan, by)
    if plan.objectives.exists():
        raise Unfit("It has objectives, so it is kept. Remove those first if it was made by mistake.")
    with history.by(user=by):
        plan.delete()


# ---- objectives -----------------------------------------------------------------------------------------------------
@transaction.atomic
def add_objective(
    *, plan: Plan, words: str, due_on: date, by: User, measure: str = "", target: Decimal | None = None
) -> Objective:
    """Raises PermissionDenied and Unfit."""
    plan = _locked(plan, by)
    _refuse_target(measure, target)
    said: dict[str, Any] = {"plan": plan, "words": words, "due_on": due_on}
    if there := just_now(Objective, **said):
        return there
    with history.by(user=by):
        return Objective.objects.create(**said, measure=measure, target=target)


@transaction.atomic
def change_objective(
    *,
    objective: Objective,
    words: str,
    due_on: date,
    by: User,
    measure: str = "",
    target: Decimal | None = None,
    seen: str = "",
) -> None:
    """``seen``: of the form that was filled in. Raises PermissionDenied, Unfit and ChangedSince."""
    require(may_work(by))
    objective = Objective.objects.select_for_update().get(pk=objective.pk)
    refuse_unread(objective, seen, words=words, due_on=due_on, measure=measure, target=target)
    _refuse_target(measure, target)
    with history.by(user=by):
        objective.words, objective.due_on, objective.measure, objective.target = words, due_on, measure, target
        objective.save(update_fields=["words", "due_on", "measure", "target"])


@transaction.atomic
def judge_objective(*, objective: Objective, state: str, by: User) -> None:
    """How it stands is an opinion, so any may follow any; who had which when is in the history. Raises PermissionDenied."""
    require(may_work(by))
    objective = Objective.objects.select_for_update().get(pk=objective.pk)
    before = objective.state
    if before != state:
        with history.by(user=by):
            objective.state = ObjectiveState(state)
            objective.save(update_fields=["state"])
            StateChange.objects.create(
                account_id=objective.plan.account_id,
                model=Objective._meta.label,
                object_pk=objective.pk,
                before=before,
                after=objective.state,
                by=by,
            )


@transaction.atomic
def remove_objective(*, objective: Objective, by: User) -> None:
    """One that was written down by mistake; what is given up is “dropped”. Raises PermissionDenied and Unfit."""
    require(may_work(by))
    objective = Objective.objects.select_for_update().get(pk=objective.pk)
    if objective.state != ObjectiveState.NOT_STARTED:
        words = (
            f"It is “{objective.get_state_display().lower()}”, so it is part of the story. Mark it as dropped instead."
        )
        raise Unfit(words)
    with history.by(user=by):
        objective.delete()


# ---- parts ----------------------------------------------------------------------------------------------------------
def _locked(plan: Plan, by: User) -> Plan:
    """As the database has it, with its account held: of two who change its plans one waits."""
    require(may_work(by))
    Account.objects.select_for_update().get(pk=plan.account_id)
    return Plan.objects.select_related("account").get(pk=plan.pk)


def _refuse_target(measure: str, target: Decimal | None) -> None:
    if target is not None and not measure.strip():
        raise Unfit("Say what is counted, such as: sites. A number alone can’t be reached.", field="measure")


def _refuse_dates(
    account: Account, starts_on: date, ends_on: date, agreed_on: date | None, *, but: Plan | None = None
) -> None:
    """Plans that covered one day before, as those of two accounts that became one, may do so still."""
    if ends_on <= starts_on:
        raise Unfit("A plan ends after it begins. Change one of the two days.", field="ends_on")
    if agreed_on is not None and agreed_on > timezone.localdate():
        raise Unfit("Leave this empty until it is agreed.", field="agreed_on")
    for other in account.plans.exclude(pk=but.pk if but else 0):
        before = but is not None and _overlap(other, but.starts_on, but.ends_on)
        if _overlap(other, starts_on, ends_on) and not before:
            raise Unfit(
                f"A plan from {other.starts_on:%-d %B %Y} until {other.ends_on:%-d %B %Y} covers some of these days, and one "
                "plan holds at a time. End that one earlier, or begin after it.",
                field="starts_on",
            )


def _overlap(other: Plan, starts_on: date, ends_on: date) -> bool:
    return other.starts_on <= ends_on and starts_on <= other.ends_on
