"""Who looks after an account beside its manager."""

from django.db import transaction

from accounts.models import User
from tenancy import history
from tenancy.grants import works_with_accounts
from tenancy.models import Account, TeamMember
from tenancy.policies import may_choose_team, may_work

from .absences import give_task
from .refusals import Unfit, require

NOT_THEIRS_TO_GIVE = (
    "Some of what they still have to do here is about restricted requests that you do not read. They are taken out by somebody "
    "who reads all of them: whoever manages the account, is in its team or leads. Ask one of them."
)


@transaction.atomic
def add_to_team(*, account: Account, user: User, by: User) -> TeamMember:
    """They read its restricted requests from then on. Twice is once. Raises PermissionDenied and Unfit."""
    require(may_work(by))
    if why_not := may_choose_team(by, account):
        raise Unfit(why_not, field="user")
    if not works_with_accounts(user):
        raise Unfit("Choose somebody who works with accounts: nobody else can open the record.", field="user")
    if user.pk == account.manager_id:
        raise Unfit(f"{user} manages this account, which is more.", field="user")
    with history.by(user=by):
        member, _ = TeamMember.objects.get_or_create(account=account, user=user)
    return member


@transaction.atomic
def remove_from_team(*, member: TeamMember, by: User, to: User | None = None) -> int:
    """What they still have to do for the account goes to ``to``, or to its manager; returns how many tasks.

    Who manages it as well keeps theirs. Raises PermissionDenied, and Unfit where nobody can take them or ``by`` does not read all.
    """
    require(may_work(by))
    account, moved = member.account, 0
    if member.user_id != account.manager_id:
        open_ones = account.tasks.open().filter(owner=member.user_id)
        theirs = list(open_ones.select_for_update().order_by("pk"))
        if len(theirs) > open_ones.visible_to(by).count():
            raise Unfit(NOT_THEIRS_TO_GIVE)
        to = to or account.manager
        for task in theirs:
            if to is None or to.pk == member.user_id:
                raise Unfit(f"Choose who does what {member.user} still has to do for this account.")
            give_task(task=task, to=to, by=by)
        moved = len(theirs)
    with history.by(user=by):
        member.delete()
    return moved
