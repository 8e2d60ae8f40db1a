"""The logo of an organisation: proposed beside what else it proposes, and decided with it."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from directory.choices import ChangeState
from directory.logos import PROPOSED, Drawn, value_of
from directory.models import OrganisationPage, ProfileChange, ProposedLogo
from directory.policies import may_propose
from directory.signals import change_sent

from .profile_changes import NOT_PUBLIC, withdraw
from .refusals import Refusal, require
from .steps import take_step


@transaction.atomic
def propose_logo(*, organisation: OrganisationPage, logo: Drawn, by: User) -> ProfileChange:
    """Send ``logo`` to whoever decides, in place of one that was sent before. Sent twice it is once.

    Raises PermissionDenied and Refusal.
    """
    require(may_propose(by, organisation))
    public = OrganisationPage.objects.select_for_update().get(pk=organisation.pk)
    if not public.live:
        raise Refusal(NOT_PUBLIC)
    change = _open(public)
    there = ProposedLogo.objects.filter(change=change).first() if change else None
    is_news = change is None or change.state == ChangeState.RETURNED
    if change and there and not is_news and bytes(there.content) == logo.content:
        return change
    if change and is_news:
        take_step(change, ChangeState.WAITING, decided_at=None, decided_by=None)
    change = change or ProfileChange.objects.create(organisation=public, version=0)
    if there:
        there.delete()
    made = ProposedLogo.objects.create(change=change, content=logo.content, width=logo.width, height=logo.height)
    change.before["logo"], change.after["logo"] = value_of(public), f"{PROPOSED}{made.pk}"
    _send_again(change, by)
    if is_news:
        change_sent.send(ProfileChange, change=change)
    return change


@transaction.atomic
def take_back_logo(*, organisation: OrganisationPage, by: User) -> None:
    """What else is proposed stays; with nothing else the change is withdrawn. Raises PermissionDenied."""
    require(may_propose(by, organisation))
    public = OrganisationPage.objects.select_for_update().get(pk=organisation.pk)
    change = _open(public)
    if change is None or "logo" not in change.after:
        return
    if set(change.after) == {"logo"}:
        withdraw(change=change, by=by)
        return
    ProposedLogo.objects.filter(change=change).delete()
    del change.before["logo"], change.after["logo"]
    _send_again(change, by)


def _open(organisation: OrganisationPage) -> ProfileChange | None:
    found: ProfileChange | None = (
        ProfileChange.objects.select_for_update(of=("self",)).open().filter(organisation=organisation).first()
    )
    return found


def _send_again(change: ProfileChange, by: User) -> None:
    """Another version: whoever looks at the one before decides about this one."""
    change.by, change.version, change.sent_at = by, change.version + 1, timezone.now()
    change.save(update_fields=["before", "after", "by", "version", "sent_at"])
