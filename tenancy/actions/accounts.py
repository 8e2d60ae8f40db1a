"""An account changes hands or state; its people are added, and agree to something."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from directory.models import OrganisationPage
from tenancy import history
from tenancy.choices import AccountState, Tier
from tenancy.grants import works_with_accounts
from tenancy.models import Account, ConsentEvent, Contact
from tenancy.policies import may_hand_over, may_work
from tenancy.states import move

from .contacts import make_way
from .refusals import Unfit, once, refuse_unread, require


@transaction.atomic
def change_account(
    *,
    account: Account,
    tier: str,
    next_review_on: date | None,
    manager: User,
    organisation: OrganisationPage | None,
    state: str,
    by: User,
    reason: str = "",
    seen: str = "",
) -> None:
    """What we set ourselves about an account: all of it or, where something is refused, nothing. A profile is never taken away.

    ``seen``: of the form that was filled in. Raises PermissionDenied, NotDrawn, Unfit and ChangedSince.
    """
    require(may_work(by))
    now = Account.objects.select_for_update().get(pk=account.pk)
    said: dict[str, Any] = {"tier": tier, "next_review_on": next_review_on, "state": state}
    refuse_unread(now, seen, manager=manager, organisation=organisation, **said)
    if state != now.state:
        change_state(account=now, to=state, by=by, reason=reason)
    if organisation is not None and organisation.pk != now.organisation_id:
        give_profile(account=now, organisation=organisation, by=by)
    if manager.pk != now.manager_id:
        hand_over(account=now, to=manager, by=by)
    classify(account=now, tier=tier, next_review_on=next_review_on, by=by)


@transaction.atomic
def hand_over(*, account: Account, to: User, by: User, tasks: bool = True) -> int:
    """Have ``to`` look after ``account``; with its open tasks and requests, so that nothing is left with nobody.

    Returns how many of those changed hands. Raises PermissionDenied, and Unfit where ``by`` may not read all of its requests.
    """
    require(may_work(by))
    if why_not := may_hand_over(by, account):
        raise Unfit(why_not, field="manager")
    if not works_with_accounts(to):
        raise Unfit("Choose an account manager: nobody else can open the record.", field="manager")
    before, moved = account.manager_id, 0
    with history.by(user=by):
        account.manager = to
        account.save(update_fields=["manager"])
        left_behind: list[Any] = [*account.tasks.open(), *account.requests.open()] if tasks else []
        for record in left_behind:
            if record.owner_id in (before, None):
                record.owner = to
                record.save(update_fields=["owner"])
                moved += 1
    return moved


@transaction.atomic
def give_profile(*, account: Account, organisation: OrganisationPage, by: User) -> None:
    """Say which organisation of the directory ``account`` is: the people of that see the account then.

    Raises PermissionDenied, and Unfit where it is another account’s or ``by`` may not read all of this one’s requests.
    """
    require(may_work(by))
    if why_not := may_hand_over(by, account):
        raise Unfit(why_not, field="organisation")
    if other := Account.objects.filter(organisation=organisation).exclude(pk=account.pk).first():
        words = f"This is the public profile of the account “{other.name}”. Merge the two, or choose another profile."
        raise Unfit(words, field="organisation")
    with history.by(user=by), once(field="organisation"):
        account.organisation = organisation
        account.save(update_fields=["organisation"])


@transaction.atomic
def classify(*, account: Account, tier: str, next_review_on: date | None, by: User) -> None:
    """How much we do for a company, and when we next look at it as a whole. Raises PermissionDenied."""
    require(may_work(by))
    with history.by(user=by):
        account.tier, account.next_review_on = Tier(tier), next_review_on
        account.save(update_fields=["tier", "next_review_on"])


@transaction.atomic
def change_state(*, account: Account, to: str, by: User, reason: str = "") -> None:
    """Raises PermissionDenied, NotDrawn, and Unfit while a request is open that nobody would look after."""
    require(may_work(by))
    if AccountState.MERGED in (to, account.state):
        raise Unfit("An account is merged, and taken back, on the page for that.", field="state")
    closes = to == AccountState.CLOSED
    if closes and (waiting := account.requests.open().count()):
        raise Unfit(f"{waiting} of its requests are open. Close or withdraw them first.", field="state")
    move(account, to, by=by, why=reason, closed_at=timezone.now() if closes else None)


@transaction.atomic
def add_contact(
    *,
    account: Account,
    name: str,
    source: str,
    by: User,
    email: str = "",
    role: str = "",
    telephone: str = "",
    prefers: str = "",
    is_primary: bool = False,
    noticed_on: date | None = None,
) -> Contact:
    """Raises PermissionDenied, and Unfit where the address is known already."""
    require(may_work(by))
    email = email.strip().lower()
    if email and account.contacts.current().filter(email=email).exists():
        raise Unfit("Somebody of this account has this address already. Change that entry instead.", field="email")
    with history.by(user=by), once():
        if is_primary:
            make_way(account)
        return Contact.objects.create(
            account=account,
            name=name,
            email=email,
            role=role,
            telephone=telephone,
            prefers=prefers,
            is_primary=is_primary,
            source=source,
            noticed_on=noticed_on,
        )


def record_consent(
    *, contact: Contact, purpose: str, given: bool, wording: str, channel: str, by: User
) -> ConsentEvent:
    """Write down what somebody agreed to, or took back, when we spoke with them. Raises PermissionDenied."""
    require(may_work(by))
    return ConsentEvent.objects.create(
        contact=contact, purpose=purpose, given=given, wording=wording, channel=channel, by=by
    )
