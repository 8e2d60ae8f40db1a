"""What follows from the records of the door, in whatever order the phones sent them.

They are told again in the order of their times. The first check-in counts, and the last sign-out; an undo wipes what was
before it and nothing that came after; a correction by staff replaces what was before it. So two phones that checked in the
same person give one attendance at the earlier time, and of an undo and a check-in the later one holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .choices import What

ORDER = list(What)  # of what happened at the same moment


class Record(Protocol):
    """As ``DoorRecord`` is."""

    what: str
    at: datetime
    came_at: datetime | None
    left_at: datetime | None
    device: str


@dataclass(frozen=True)
class Stay:
    came_at: datetime
    left_at: datetime | None = None
    others: tuple[datetime, ...] = ()  # when they were checked in on another device too

    @property
    def is_in(self) -> bool:
        return self.left_at is None


def stay_of(records: Iterable[Record]) -> Stay | None:
    """When somebody came and left, by all that was recorded about them; None when they are not there."""
    came_at: datetime | None = None
    left_at: datetime | None = None
    checked_in: dict[str, datetime] = {}  # by device
    for record in sorted(records, key=lambda one: (one.at, ORDER.index(What(one.what)), one.device)):
        if record.what == What.IN:
            came_at, left_at = came_at or record.at, None
            checked_in.setdefault(record.device, record.at)
        elif record.what == What.OUT:
            left_at = record.at if came_at else None
        else:
            came_at, left_at = (record.came_at, record.left_at) if record.what == What.CORRECTED else (None, None)
            checked_in = {}
    if came_at is None:
        return None
    return Stay(came_at, left_at, tuple(sorted(checked_in.values()))[1:])
