"""The states of what organisations and people send us, as tables. ``actions.steps.take_step`` is the one way along them."""

from django.db.models import Model

from core.states import Machine

from .choices import ChangeState, ClaimState
from .models import Claim, ProfileChange

CHANGE = Machine(
    "change of a profile",
    ChangeState,
    {
        ChangeState.WAITING: (ChangeState.RETURNED, ChangeState.APPROVED, ChangeState.WITHDRAWN),
        ChangeState.RETURNED: (ChangeState.WAITING, ChangeState.WITHDRAWN),
    },
    {
        ChangeState.APPROVED: "Propose what the profile should say instead: that is a new change.",
        ChangeState.WITHDRAWN: "Propose it anew: that is a new change.",
    },
)
CLAIM = Machine(
    "question to belong",  # taken back it is deleted: nothing is kept of it
    ClaimState,
    {ClaimState.WAITING: (ClaimState.APPROVED, ClaimState.REFUSED)},
    {
        ClaimState.APPROVED: "An admin of the organisation changes their role, or takes them out.",
        ClaimState.REFUSED: "They can ask again: that is a new question.",
    },
)
MACHINES: dict[type[Model], Machine] = {ProfileChange: CHANGE, Claim: CLAIM}
