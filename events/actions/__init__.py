"""Changes with a rule, each in one transaction; ``by`` is the person who makes them."""

from .copying import copy_to
from .rooms import copy_rooms, give_back_rooms, hold_rooms
from .series import Applied, announce, apply_to_series, repeat
from .telling import keep_joining_link, tell_calendars

__all__ = [
    "Applied",
    "announce",
    "apply_to_series",
    "copy_rooms",
    "copy_to",
    "give_back_rooms",
    "hold_rooms",
    "keep_joining_link",
    "repeat",
    "tell_calendars",
]
