"""Who looks after an account beside its manager."""

from django.db import transaction

from accounts.models import User
from tenancy import history
from tenancy.grants import works_with_accounts
from tenancy.models import Account, TeamMember
from tenancy.policies import may_choose_team, may_work

from .refusals import Unfit, require


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
def remove_from_team(*, member: TeamMember, by: User) -> None:
    """What of the account is theirs to do stays theirs until somebody takes it. Raises PermissionDenied."""
    require(may_work(by))
    with history.by(user=by):
        member.delete()
