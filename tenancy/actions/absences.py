"""Somebody is away, and what is due of theirs falls to a colleague; for good, or as long as they are."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tenancy import history
from tenancy.grants import works_with_accounts
from tenancy.models import Absence, SupportRequest, Task
from tenancy.policies import may_say_away, may_work

from .refusals import Unfit, require


@transaction.atomic
def go_away(*, user: User, starts_on: date, ends_on: date, by: User, deputy: User | None = None) -> Absence:
    """Have ``deputy``, or without one everybody, see what is due of ``user`` on these days. Raises PermissionDenied and Unfit."""
    require(may_say_away(by, user))
    if not works_with_accounts(user):
        raise Unfit("Choose somebody who works with accounts.", field="user")
    if ends_on < starts_on:
        raise Unfit("The last day comes before the first. Turn them round.", field="ends_on")
    if ends_on < timezone.localdate():
        raise Unfit("These days are over. Choose a last day that is still to come.", field="ends_on")
    if deputy is not None and (deputy.pk == user.pk or not works_with_accounts(deputy)):
        raise Unfit("Choose a colleague who works with accounts, or nobody: then everybody sees it.", field="deputy")
    User.objects.select_for_update().get(pk=user.pk)  # two at once would both find no other
    for other in Absence.objects.filter(user=user, starts_on__lte=ends_on, ends_on__gte=starts_on):
        if (other.starts_on, other.ends_on, other.deputy_id) == (starts_on, ends_on, deputy and deputy.pk):
            return other  # the same form, sent twice
        raise Unfit("They are away on some of these days already. Take that off the list first.", field="starts_on")
    with history.by(user=by):
        return Absence.objects.create(user=user, starts_on=starts_on, ends_on=ends_on, deputy=deputy)


@transaction.atomic
def come_back(*, absence: Absence, by: User) -> None:
    """It is over, or does not take place; with its history, which nobody has to account for. Raises PermissionDenied."""
    require(may_say_away(by, absence.user))
    history.erase(absence)


@transaction.atomic
def give_task(*, task: Task, to: User, by: User) -> None:
    """From now on ``to`` does it, and is reminded of it. Raises PermissionDenied and Unfit."""
    require(may_work(by))
    now = Task.objects.select_for_update().get(pk=task.pk)
    if now.owner_id == to.pk:
        return
    if now.done_at is not None:
        raise Unfit("This is over. Open it again, and hand it over then.")
    fit_owner(now, to, field="to")
    with history.by(user=by):
        now.owner, now.reminded_at = to, None
        now.save(update_fields=["owner", "reminded_at"])


def fit_owner(task: Task, to: User, *, field: str) -> None:
    """Whoever does it works here, and reads the request that it is about. Raises Unfit."""
    if not works_with_accounts(to):
        raise Unfit("Choose somebody who works with accounts.", field=field)
    if task.request_id and not SupportRequest.objects.visible_to(to).filter(pk=task.request_id).exists():
        words = f"{to} does not read the restricted request that this is about. Choose its manager, or somebody of the team."
        raise Unfit(words, field=field)
