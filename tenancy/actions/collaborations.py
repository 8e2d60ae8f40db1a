"""Two who were introduced do something together: a record of its own, which holds nobody's name."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from tenancy import history
from tenancy.choices import CollaborationState, IntroductionState
from tenancy.models import Collaboration, CollaborationParty, Introduction
from tenancy.policies import may_work, may_work_on
from tenancy.states import move

from .refusals import Unfit, refuse_unread, require


@transaction.atomic
def open_collaboration(
    *,
    introduction: Introduction,
    title: str,
    kind: str,
    by: User,
    real_world_data: bool = False,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Collaboration:
    """Between the company, where it has a profile, and the partner. Raises PermissionDenied and Unfit."""
    require(may_work_on(by, introduction.request))
    if introduction.state != IntroductionState.INTRODUCED or introduction.partner is None:
        raise Unfit("Only those who were introduced work together.")
    _fit(starts_on, ends_on)
    if there := introduction.collaborations.filter(title=title, kind=kind).first():
        return there
    with history.by(user=by):
        made = Collaboration.objects.create(
            title=title,
            kind=kind,
            introduction=introduction,
            real_world_data=real_world_data,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        for organisation in (introduction.request.account.organisation, introduction.partner):
            if organisation is not None:
                CollaborationParty.objects.create(collaboration=made, organisation=organisation)
    return made


@transaction.atomic
def change_collaboration(*, collaboration: Collaboration, by: User, seen: str = "", **said: Any) -> None:
    """What it is, and when. ``seen``: of the form that was filled in. Raises PermissionDenied, Unfit and ChangedSince."""
    require(may_work(by))
    if collaboration.introduction is not None:
        require(may_work_on(by, collaboration.introduction.request))
    now = Collaboration.objects.select_for_update().get(pk=collaboration.pk)
    refuse_unread(now, seen, **said)
    _fit(said["starts_on"], said["ends_on"])
    for name, value in said.items():
        setattr(now, name, value)
    with history.by(user=by):
        now.save(update_fields=list(said))


def _fit(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise Unfit("It ends before it begins. Turn the dates round.", field="ends_on")


def step_collaboration(*, collaboration: Collaboration, to: str, by: User, reason: str = "") -> None:
    """Raises PermissionDenied, NotDrawn, and Unfit where it stops and nobody says why."""
    require(may_work(by))
    if collaboration.introduction is not None:
        require(may_work_on(by, collaboration.introduction.request))
    if to == CollaborationState.STOPPED:
        if not reason.strip():
            raise Unfit("Say why it stopped: the next one may learn from it.", field="reason")
        move(collaboration, to, by=by, why=reason, reason=reason[:300])
        return
    move(collaboration, to, by=by, why=reason)
