"""Plans of an account, each with its objectives and how far it is."""

from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from tenancy.choices import ObjectiveState
from tenancy.models import Account, Objective, Plan


def plans(account: Account, viewer: User) -> list[Any]:
    """The newest first. ``listed`` of each are its objectives, in two statements for all."""
    of_each = Prefetch("objectives", Objective.objects.visible_to(viewer).order_by("due_on", "pk"), to_attr="listed")
    found = Plan.objects.visible_to(viewer).filter(account=account).order_by("-starts_on", "-pk")
    every: list[Any] = list(found.prefetch_related(of_each))
    for plan in every:
        counted = [one for one in plan.listed if one.state != ObjectiveState.DROPPED]
        plan.number, plan.done = len(counted), sum(one.state == ObjectiveState.DONE for one in counted)
    return every
