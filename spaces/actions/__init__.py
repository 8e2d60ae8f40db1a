from .allowances import carry_over, top_up
from .approving import approve, decline
from .booking import Guest, Request, book
from .calendars import end_calendar, renew_calendar
from .changing import cancel, change, check_in, end_early, hand_on, invite, take_up
from .closing import Clashes, Held, close, hold_for_event, reopen
from .forgetting import erase
from .series import Choice, Pattern, Planned, book_series, cancel_series, plan
from .settling import expire_due, release_no_shows, serve_all_waiting, serve_waiting

__all__ = [
    "Choice",
    "Clashes",
    "Guest",
    "Held",
    "Pattern",
    "Planned",
    "Request",
    "approve",
    "book",
    "book_series",
    "cancel",
    "cancel_series",
    "carry_over",
    "change",
    "check_in",
    "close",
    "decline",
    "end_calendar",
    "end_early",
    "erase",
    "expire_due",
    "hand_on",
    "hold_for_event",
    "invite",
    "plan",
    "release_no_shows",
    "renew_calendar",
    "reopen",
    "serve_all_waiting",
    "serve_waiting",
    "take_up",
    "top_up",
]
