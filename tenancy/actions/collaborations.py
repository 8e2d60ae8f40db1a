"""Two who were introduced do something together: a record of its own, which holds nobody's name."""

from django.db import transaction

from accounts.models import User
from tenancy import history
from tenancy.choices import CollaborationState, IntroductionState
from tenancy.models import Collaboration, CollaborationParty, Introduction
from tenancy.policies import may_work, may_work_on
from tenancy.states import move

from .refusals import Unfit, require


@transaction.atomic
def open_collaboration(*, introduction: Introduction, title: str, kind: str, by: User) -> Collaboration:
    """Between the company, where it has a profile, and the partner. Raises PermissionDenied and Unfit."""
    require(may_work_on(by, introduction.request))
    if introduction.state != IntroductionState.INTRODUCED or introduction.partner is None:
        raise Unfit("Only those who were introduced work together.")
    if there := introduction.collaborations.filter(title=title, kind=kind).first():
        return there
    with history.by(user=by):
        made = Collaboration.objects.create(title=title, kind=kind, introduction=introduction)
        for organisation in (introduction.request.account.organisation, introduction.partner):
            if organisation is not None:
                CollaborationParty.objects.create(collaboration=made, organisation=organisation)
    return made


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
