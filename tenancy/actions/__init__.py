"""Every change of private records: keyword-only, in one transaction, with who does it written down."""

from tenancy.states import NotDrawn

from .accounts import add_contact, change_state, forget_contact, hand_over, record_consent
from .dealings import add_task, cancel_task, finish_task, log_interaction, note_reminded, reopen_task, write_note
from .enquiries import answer, assign, close, mark_duplicate, open_account, receive, sort
from .reading import log_export, log_reads, log_reads_of
from .refusals import LooksLikeOneWeKnow, Refusal, Unfit
from .requests import (
    ask_again,
    close_request,
    excuse,
    open_request,
    pause,
    resume,
    step,
    take,
    withdraw,
)

__all__ = [
    "LooksLikeOneWeKnow",
    "NotDrawn",
    "Refusal",
    "Unfit",
    "add_contact",
    "add_task",
    "answer",
    "ask_again",
    "assign",
    "cancel_task",
    "change_state",
    "close",
    "close_request",
    "excuse",
    "finish_task",
    "forget_contact",
    "hand_over",
    "log_export",
    "log_interaction",
    "log_reads",
    "log_reads_of",
    "mark_duplicate",
    "note_reminded",
    "open_account",
    "open_request",
    "pause",
    "receive",
    "record_consent",
    "reopen_task",
    "resume",
    "sort",
    "step",
    "take",
    "withdraw",
    "write_note",
]
