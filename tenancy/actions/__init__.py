"""Every change of private records: keyword-only, in one transaction, with who does it written down."""

from tenancy.states import NotDrawn

from .accounts import add_contact, change_state, classify, give_profile, hand_over, record_consent
from .check_backs import answer_check_back
from .collaborations import open_collaboration, step_collaboration
from .dealings import add_task, cancel_task, finish_task, log_interaction, note_reminded, reopen_task, write_note
from .enquiries import answer, assign, close, mark_duplicate, open_account, receive, sort
from .erasing import forget_person, try_to_forget, who_is
from .introductions import Over, answer_introduction, answer_signed_in, introduce, propose, take_back
from .matching import dismiss, find_partners, put_back
from .merging import ChangedSince, NotListed, merge, refuse_what_is_not_listed, undo_merge, why_not_undone
from .news import go_on_with_news, remove_news, send_news, stop_news, take_news_turn, try_news, write_news
from .outcomes import answer_confirmation, ask_to_confirm, claim, claim_again, revoke, unconfirm
from .people import (
    accept_invitation,
    change_role,
    claim_organisation,
    forget_expired,
    invite,
    leave,
    remove,
    take_back_invitation,
)
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
from .updates import TooLate, ask_for_updates, change_updates, confirm_updates, end_updates
from .views import keep_view, open_with, remove_view, rename_view

__all__ = [
    "ChangedSince",
    "LooksLikeOneWeKnow",
    "NotDrawn",
    "NotListed",
    "Over",
    "Refusal",
    "TooLate",
    "Unfit",
    "accept_invitation",
    "add_contact",
    "add_task",
    "answer",
    "answer_check_back",
    "answer_confirmation",
    "answer_introduction",
    "answer_signed_in",
    "ask_again",
    "ask_for_updates",
    "ask_to_confirm",
    "assign",
    "cancel_task",
    "change_role",
    "change_state",
    "change_updates",
    "claim",
    "claim_again",
    "claim_organisation",
    "classify",
    "close",
    "close_request",
    "confirm_updates",
    "dismiss",
    "end_updates",
    "excuse",
    "find_partners",
    "finish_task",
    "forget_expired",
    "forget_person",
    "give_profile",
    "go_on_with_news",
    "hand_over",
    "introduce",
    "invite",
    "keep_view",
    "leave",
    "log_export",
    "log_interaction",
    "log_reads",
    "log_reads_of",
    "mark_duplicate",
    "merge",
    "note_reminded",
    "open_account",
    "open_collaboration",
    "open_request",
    "open_with",
    "pause",
    "propose",
    "put_back",
    "receive",
    "record_consent",
    "refuse_what_is_not_listed",
    "remove",
    "remove_news",
    "remove_view",
    "rename_view",
    "reopen_task",
    "resume",
    "revoke",
    "send_news",
    "sort",
    "step",
    "step_collaboration",
    "stop_news",
    "take",
    "take_back",
    "take_back_invitation",
    "take_news_turn",
    "try_news",
    "try_to_forget",
    "unconfirm",
    "undo_merge",
    "who_is",
    "why_not_undone",
    "withdraw",
    "write_news",
    "write_note",
]
