"""The states that records can be in, as tables: from each, what may follow. What is not drawn is refused, in words.

``move`` is the one way from state to state: it asks the table, saves and writes down who did it.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.states import Machine, NotDrawn

from . import history
from .choices import (
    AccountState,
    CollaborationState,
    EnquiryState,
    IntroductionState,
    OutcomeState,
    RequestState,
    TaskState,
)
from .models import Account, Collaboration, Enquiry, Introduction, Outcome, Private, StateChange, SupportRequest, Task

# ---- the tables -----------------------------------------------------------------------------------------------------
_enquiry, _account, _request, _task = EnquiryState, AccountState, RequestState, TaskState
_introduction, _outcome, _together = IntroductionState, OutcomeState, CollaborationState

ENQUIRY = Machine(
    "enquiry",
    EnquiryState,
    {
        _enquiry.NEW: (_enquiry.TRIAGED, _enquiry.ANSWERED, _enquiry.CONVERTED, _enquiry.CLOSED, _enquiry.DUPLICATE),
        _enquiry.TRIAGED: (_enquiry.ANSWERED, _enquiry.CONVERTED, _enquiry.CLOSED, _enquiry.DUPLICATE),
        _enquiry.ANSWERED: (_enquiry.TRIAGED, _enquiry.CONVERTED, _enquiry.CLOSED),
        _enquiry.CONVERTED: (_enquiry.TRIAGED,),  # the account was opened by mistake
        _enquiry.CLOSED: (_enquiry.TRIAGED,),
        _enquiry.DUPLICATE: (_enquiry.TRIAGED,),
    },
)
ACCOUNT = Machine(
    "account",
    AccountState,
    {
        _account.PROSPECT: (_account.ONBOARDING, _account.ACTIVE, _account.CLOSED, _account.MERGED),
        _account.ONBOARDING: (
            *(_account.ACTIVE, _account.LEAVING, _account.PROSPECT, _account.CLOSED, _account.MERGED),
        ),
        _account.ACTIVE: (_account.AT_RISK, _account.LEAVING, _account.CLOSED, _account.MERGED),
        _account.AT_RISK: (_account.ACTIVE, _account.LEAVING, _account.MERGED),
        _account.LEAVING: (_account.ACTIVE, _account.ALUMNI, _account.MERGED),
        _account.ALUMNI: (_account.ONBOARDING, _account.CLOSED, _account.MERGED),
        _account.CLOSED: (_account.PROSPECT, _account.MERGED),
        # Back to what it was when the merge is undone; by nothing else, see actions.merging.
        _account.MERGED: tuple(state for state in AccountState if state != AccountState.MERGED),
    },
)
REQUEST = Machine(
    "request",
    RequestState,
    {
        _request.NEW: (_request.TRIAGED, _request.CLOSED_UNMET, _request.WITHDRAWN),
        _request.TRIAGED: (_request.MATCHED, _request.IN_PROGRESS, _request.CLOSED_UNMET, _request.WITHDRAWN),
        _request.MATCHED: (_request.TRIAGED, _request.INTRODUCED, _request.CLOSED_UNMET, _request.WITHDRAWN),
        _request.INTRODUCED: (
            *(_request.MATCHED, _request.IN_PROGRESS),
            *(_request.CLOSED_OUTCOME, _request.CLOSED_UNMET, _request.WITHDRAWN),
        ),
        _request.IN_PROGRESS: (
            *(_request.TRIAGED, _request.MATCHED, _request.INTRODUCED),
            *(_request.CLOSED_OUTCOME, _request.CLOSED_UNMET, _request.WITHDRAWN),
        ),
        _request.CLOSED_OUTCOME: (_request.IN_PROGRESS,),  # closed by mistake; more help is another spell
    },
    {
        _request.CLOSED_UNMET: "Ask again: that is a new request, which says which one it follows.",
        _request.WITHDRAWN: "Ask again: that is a new request, which says which one it follows.",
    },
)
INTRODUCTION = Machine(
    "introduction",
    IntroductionState,
    {
        _introduction.ASKED: (
            *(_introduction.AGREED, _introduction.DECLINED, _introduction.LAPSED, _introduction.WITHDRAWN),
        ),
        _introduction.AGREED: (
            *(_introduction.INTRODUCED, _introduction.DECLINED, _introduction.LAPSED, _introduction.WITHDRAWN),
        ),
        _introduction.INTRODUCED: (_introduction.WITHDRAWN,),
    },
    {
        _introduction.DECLINED: "Choose another partner, or ask this one anew.",
        _introduction.LAPSED: "Ask anew, or choose another partner.",
        _introduction.WITHDRAWN: "Ask anew, if both still want it.",
    },
)
OUTCOME = Machine(
    "outcome",
    OutcomeState,
    {
        _outcome.CLAIMED: (_outcome.CONFIRMED, _outcome.DISPUTED, _outcome.WITHDRAWN),
        _outcome.CONFIRMED: (_outcome.CLAIMED, _outcome.DISPUTED),
        _outcome.DISPUTED: (_outcome.CLAIMED, _outcome.WITHDRAWN),
        _outcome.WITHDRAWN: (_outcome.CLAIMED,),  # taken back by mistake
    },
)
COLLABORATION = Machine(
    "collaboration",
    CollaborationState,
    {
        _together.IDEA: (_together.SCOPING, _together.STOPPED),
        _together.SCOPING: (_together.IDEA, _together.AGREED, _together.STOPPED),
        _together.AGREED: (_together.SCOPING, _together.LIVE, _together.STOPPED),
        _together.LIVE: (_together.PAUSED, _together.COMPLETED, _together.STOPPED),
        _together.PAUSED: (_together.LIVE, _together.COMPLETED, _together.STOPPED),
        _together.STOPPED: (_together.SCOPING,),
    },
    {_together.COMPLETED: "What comes after it is a collaboration of its own."},
)
TASK = Machine(
    "task",
    TaskState,
    {_task.OPEN: (_task.DONE, _task.CANCELLED), _task.DONE: (_task.OPEN,), _task.CANCELLED: (_task.OPEN,)},
)
MACHINES: dict[type[Private], Machine] = {
    Enquiry: ENQUIRY,
    Account: ACCOUNT,
    SupportRequest: REQUEST,
    Introduction: INTRODUCTION,
    Outcome: OUTCOME,
    Collaboration: COLLABORATION,
    Task: TASK,
}


# ---- the step -------------------------------------------------------------------------------------------------------
@transaction.atomic
def move(record: Any, to: str, *, by: User | None, why: str = "", **fields: Any) -> None:
    """Bring ``record`` to the state ``to`` with ``fields`` that belong to it, under a lock. Raises NotDrawn.

    ``by`` is None where a link or a date did it. The record in hand is brought up to date.
    """
    machine = MACHINES[type(record)]
    before = type(record).objects.select_for_update().values_list("state", flat=True).get(pk=record.pk)
    if words := machine.refusal(before, to):
        raise NotDrawn(words)
    record.state = to
    for name, value in fields.items():
        setattr(record, name, value)
    with history.by(user=by):
        record.save(update_fields=["state", *fields])
        StateChange.objects.create(
            account_id=account_of(record),
            model=record._meta.label,
            object_pk=record.pk,
            before=before,
            after=to,
            reason=why[:300],
            by=by,
            at=timezone.now(),
        )


def account_of(record: Any) -> int | None:
    """The key of the account that a record belongs to, where it has one."""
    if isinstance(record, Account):
        return record.pk
    if isinstance(record, Introduction):
        return record.request.account_id
    if isinstance(record, Collaboration):
        return record.introduction.request.account_id if record.introduction else None
    return record.account_id  # type: ignore[no-any-return]
