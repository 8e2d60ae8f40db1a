"""Changes of bookings. Each locks the event's rules first, frees what has lapsed, serves the waiting list, then acts."""

from .arranging import Unchanged, arranging, copy_rules
from .asking import Request, ask
from .changing import cancel, change, decline, move, transfer
from .deciding import accept, approve, refuse
from .forgetting import erase
from .preparing import prepare
from .refusals import (
    AlreadyBooked,
    Full,
    NotNow,
    OnlyForSome,
    Refusal,
    TooMany,
    Unanswered,
)
from .settling import settle, settle_due

__all__ = [
    "AlreadyBooked",
    "Full",
    "NotNow",
    "OnlyForSome",
    "Refusal",
    "Request",
    "TooMany",
    "Unanswered",
    "Unchanged",
    "accept",
    "approve",
    "arranging",
    "ask",
    "cancel",
    "change",
    "copy_rules",
    "decline",
    "erase",
    "move",
    "prepare",
    "refuse",
    "settle",
    "settle_due",
    "transfer",
]
