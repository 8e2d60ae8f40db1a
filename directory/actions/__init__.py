"""Changes with a rule, each in one transaction; ``by`` is the person who makes them."""

from .checks import answer_question, confirm_profile, mark_checked
from .claims import accept_claim, ask_to_belong, refuse_claim, take_back_claim
from .logos import propose_logo, take_back_logo
from .profile_changes import approve, propose, send_back, withdraw
from .refusals import ChangedMeanwhile, Refusal
from .support_table import set_usual_stages

__all__ = [
    "ChangedMeanwhile",
    "Refusal",
    "accept_claim",
    "answer_question",
    "approve",
    "ask_to_belong",
    "confirm_profile",
    "mark_checked",
    "propose",
    "propose_logo",
    "refuse_claim",
    "send_back",
    "set_usual_stages",
    "take_back_claim",
    "take_back_logo",
    "withdraw",
]
