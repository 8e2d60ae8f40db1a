"""Changes of bookings. Each locks the event's rules first, frees what has lapsed, serves the waiting list, then acts."""

from .asking import Request, ask
from .changing import cancel, change, decline, move, transfer
from .deciding import accept, approve, refuse
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
    "accept",
    "approve",
    "ask",
    "cancel",
    "change",
    "decline",
    "move",
    "refuse",
    "settle",
    "settle_due",
    "transfer",
]
