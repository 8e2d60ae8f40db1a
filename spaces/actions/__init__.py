from .admitting import give_credentials, take_back_credential
from .allowances import carry_over, top_up
from .approving import approve, decline
from .booking import Guest, Request, book
from .calendars import end_calendar, renew_calendar
from .cancelling import cancel, charge_again, waive
from .changing import change, check_in, end_early, hand_on, invite, take_up
from .closing import Clashes, Held, close, hold_for_event, reopen, to_another_unit
from .forgetting import erase
from .series import Choice, Pattern, Planned, book_series, cancel_series, plan
from .settling import expire_due, release_no_shows, serve_all_waiting, serve_waiting
from .splitting import Part, book_split
from .tenants import set_tier
from .visiting import arrived, left, not_arrived

__all__ = [
    "Choice",
    "Clashes",
    "Guest",
    "Held",
    "Part",
    "Pattern",
    "Planned",
    "Request",
    "approve",
    "arrived",
    "book",
    "book_series",
    "book_split",
    "cancel",
    "cancel_series",
    "carry_over",
    "change",
    "charge_again",
    "check_in",
    "close",
    "decline",
    "end_calendar",
    "end_early",
    "erase",
    "expire_due",
    "give_credentials",
    "hand_on",
    "hold_for_event",
    "invite",
    "left",
    "not_arrived",
    "plan",
    "release_no_shows",
    "renew_calendar",
    "reopen",
    "serve_all_waiting",
    "serve_waiting",
    "set_tier",
    "take_back_credential",
    "take_up",
    "to_another_unit",
    "top_up",
    "waive",
]
