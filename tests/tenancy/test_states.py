"""Every state of every record: what may follow does, and everything else is refused with a reason that helps."""

from itertools import product
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from core.states import Machine
from directory import states as of_directory
from directory.actions import Refusal
from directory.actions.steps import take_step
from directory.choices import ChangeState, ClaimState
from directory.models import Claim, ProfileChange
from tenancy import states as of_tenancy
from tenancy.choices import (
    AccountState,
    Answer,
    CollaborationState,
    EnquiryState,
    IntroductionState,
    OutcomeState,
    RequestState,
    TaskState,
)
from tenancy.models import (
    Account,
    Collaboration,
    Enquiry,
    Introduction,
    Outcome,
    StateChange,
    SupportRequest,
    Task,
)
from tenancy.states import NotDrawn, move
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.directory import OrganisationFactory

# What was agreed, written a second time: a change of the table in the code is a change of mind here too.
DRAWN: dict[type[Model], dict[str, str]] = {
    Enquiry: {
        "new": "triaged answered converted closed duplicate",
        "triaged": "answered converted closed duplicate",
        "answered": "triaged converted closed",
        "converted": "triaged",
        "closed": "triaged",
        "duplicate": "triaged",
    },
    Account: {
        "prospect": "onboarding active closed merged",
        "onboarding": "active leaving prospect closed merged",
        "active": "at-risk leaving closed merged",
        "at-risk": "active leaving merged",
        "leaving": "active alumni merged",
        "alumni": "onboarding closed merged",
        "closed": "prospect merged",
        "merged": "prospect onboarding active at-risk leaving alumni closed",
    },
    SupportRequest: {
        "new": "triaged closed-unmet withdrawn",
        "triaged": "matched in-progress closed-unmet withdrawn",
        "matched": "triaged introduced closed-unmet withdrawn",
        "introduced": "matched in-progress closed-outcome closed-unmet withdrawn",
        "in-progress": "triaged matched introduced closed-outcome closed-unmet withdrawn",
        "closed-outcome": "in-progress",
        "closed-unmet": "",
        "withdrawn": "",
    },
    Introduction: {
        "asked": "agreed declined lapsed withdrawn",
        "agreed": "introduced declined lapsed withdrawn",
        "introduced": "withdrawn",
        "declined": "",
        "lapsed": "",
        "withdrawn": "",
    },
    Outcome: {
        "claimed": "confirmed disputed withdrawn",
        "confirmed": "claimed disputed",
        "disputed": "claimed withdrawn",
        "withdrawn": "claimed",
    },
    Collaboration: {
        "idea": "scoping stopped",
        "scoping": "idea agreed stopped",
        "agreed": "scoping live stopped",
        "live": "paused completed stopped",
        "paused": "live completed stopped",
        "completed": "",
        "stopped": "scoping",
    },
    Task: {"open": "done cancelled", "done": "open", "cancelled": "open"},
    ProfileChange: {
        "waiting": "returned approved withdrawn",
        "returned": "waiting withdrawn",
        "approved": "",
        "withdrawn": "",
    },
    Claim: {"waiting": "approved refused", "approved": "", "refused": ""},
}
STATES: dict[type[Model], Any] = {
    Enquiry: EnquiryState,
    Account: AccountState,
    SupportRequest: RequestState,
    Introduction: IntroductionState,
    Outcome: OutcomeState,
    Collaboration: CollaborationState,
    Task: TaskState,
    ProfileChange: ChangeState,
    Claim: ClaimState,
}
MACHINES: dict[type[Model], Machine] = {**of_tenancy.MACHINES, **of_directory.MACHINES}
STEPS = [
    (model, before, after) for model, states in STATES.items() for before, after in product(states.values, repeat=2)
]


def test_every_state_is_in_the_table() -> None:
    assert {model: set(states.values) for model, states in STATES.items()} == {
        model: set(drawn) for model, drawn in DRAWN.items()
    }
    assert set(STATES) == set(MACHINES)


@pytest.mark.parametrize(("model", "before", "after"), STEPS, ids=lambda it: getattr(it, "__name__", it))
def test_only_what_is_drawn_is_possible(model: type[Model], before: str, after: str) -> None:
    words = MACHINES[model].refusal(before, after)
    if after in DRAWN[model][before].split():
        assert words == ""
    else:
        states = STATES[model]
        assert states(before).label in words
        follows = DRAWN[model][before].split()
        if before != after and follows:
            assert all(states(state).label in words for state in follows)  # what would work
        elif before != after:
            assert len(words.split(". ")) > 1  # what to do instead


@pytest.mark.django_db
def test_a_step_is_written_down_with_who_and_why() -> None:
    request, somebody = make.SupportRequestFactory(), make.manager()

    move(request, RequestState.WITHDRAWN, by=somebody, why="Nobody has room.", closed_at=timezone.now())

    written = StateChange.objects.get()
    assert (written.before, written.after, written.by, written.reason) == (
        *("new", "withdrawn", somebody),
        "Nobody has room.",
    )
    assert (written.account, written.model, written.object_pk) == (
        request.account,
        "tenancy.SupportRequest",
        request.pk,
    )


@pytest.mark.django_db
def test_a_refused_step_leaves_everything_as_it_was() -> None:
    request = make.SupportRequestFactory()

    with pytest.raises(NotDrawn, match="Sorted"):
        move(request, RequestState.INTRODUCED, by=make.manager())

    request.refresh_from_db()
    assert (request.state, StateChange.objects.count()) == ("new", 0)


@pytest.mark.django_db
def test_what_somebody_else_moved_meanwhile_counts() -> None:
    """The state in hand may be old: what the database says is asked."""
    request = make.SupportRequestFactory()
    old = SupportRequest.objects.get(pk=request.pk)
    move(request, RequestState.TRIAGED, by=make.manager())

    with pytest.raises(NotDrawn, match="already"):
        move(old, RequestState.TRIAGED, by=make.manager())


@pytest.mark.django_db
def test_a_step_can_carry_what_belongs_to_it() -> None:
    introduction = make.IntroductionFactory(tenant_answer=Answer.GIVEN, tenant_answered_at=timezone.now())

    move(
        introduction,
        IntroductionState.AGREED,
        by=None,
        partner_answer=Answer.GIVEN,
        partner_answered_at=timezone.now(),
    )

    introduction.refresh_from_db()
    assert (introduction.state, introduction.partner_answer) == ("agreed", "given")
    assert StateChange.objects.get().account == introduction.request.account


# ---- what is sent to the directory ----------------------------------------------------------------------------------
def row(model: type[Model], state: str) -> Any:
    decided = {} if state == "waiting" else {"decided_at": timezone.now(), "reason": "So it is."}
    if model is Claim:
        said = {"user": UserFactory(), "role": "member" if state == "approved" else ""}
    else:
        said = {"after": {"summary": "Reads blood spots."}}
    return model._default_manager.create(organisation=OrganisationFactory(), state=state, **said, **decided)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "before", "after"),
    [step for step in STEPS if step[0] in of_directory.MACHINES],
    ids=lambda it: getattr(it, "__name__", it),
)
def test_a_step_in_the_directory_is_saved_only_where_it_is_drawn(
    model: Any, before: str, after: str, home: Any
) -> None:
    """The state in hand says otherwise: what the database says is asked."""
    record = row(model, before)
    record.state = "waiting" if after != "waiting" else "returned"
    fields = {"decided_at": None} if after == "waiting" else {"decided_at": timezone.now(), "reason": "So it is."}
    fields |= {"role": "member"} if (model, after) == (Claim, "approved") else {}

    if after in DRAWN[model][before].split():
        take_step(record, after, **fields)
    else:
        with pytest.raises(Refusal, match=STATES[model](before).label):
            take_step(record, after, **fields)
        after = before

    record.refresh_from_db()
    assert record.state == after
