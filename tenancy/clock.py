"""Working days in England, in which we promise to answer."""

from datetime import date, timedelta

from events.recurrence import bank_holidays

from .choices import Urgency

ENQUIRY_ANSWERED_WITHIN = 3  # working days
REQUEST_ANSWERED_WITHIN = {Urgency.HIGH: 2, Urgency.NORMAL: 4, Urgency.LOW: 8}
LONGEST_PAUSE_OF_OFFICES = 5  # days without work in a row, over Easter and Christmas


def working_days_after(day: date, number: int) -> date:
    """The ``number``-th working day after ``day``."""
    weeks = number // 5 + 2
    ahead = [day + timedelta(days=offset) for offset in range(1, 7 * weeks + LONGEST_PAUSE_OF_OFFICES + 1)]
    closed = bank_holidays(ahead)
    return [one for one in ahead if one.weekday() < 5 and one not in closed][number - 1]


def working_days_between(first: date, last: date) -> int:
    """How many working days come after ``first``, up to and with ``last``."""
    days = [first + timedelta(days=offset) for offset in range(1, (last - first).days + 1)]
    closed = bank_holidays(days)
    return sum(day.weekday() < 5 and day not in closed for day in days)


def enquiry_due(day: date) -> date:
    return working_days_after(day, ENQUIRY_ANSWERED_WITHIN)


def request_due(day: date, urgency: str) -> date:
    return working_days_after(day, REQUEST_ANSWERED_WITHIN[Urgency(urgency)])
