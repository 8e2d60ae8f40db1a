"""What somebody can expect before they ask: which places are kept for whom until when, and whether one is theirs now.

How many are free is not said: that is for nobody but those who manage bookings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.queries.bookers import Booker

from .actions import Refusal
from .actions.asking import refuse_unless_open, why_not
from .allocation import Wish, allocate, is_open_to
from .choices import Group, PoolKind
from .models import Booking, BookingRules, Pool
from .queries import taken_by, wish_of


@dataclass(frozen=True)
class Kept:
    """Places that not everybody gets."""

    whom: str
    until: datetime | None
    is_mine: bool


@dataclass(frozen=True)
class Outlook:
    refusal: Refusal | None  # of one place, now
    kept: tuple[Kept, ...]
    has_access_places: bool
    most_for_one_organisation: int | None

    @property
    def kept_for_me(self) -> bool:
        return any(one.is_mine for one in self.kept)


def outlook(rules: BookingRules, pools: Sequence[Pool], booker: Booker, now: datetime) -> Outlook:
    """For ``booker``, who asks for one place."""
    asked = Booking(event=rules.event, organisation=booker.organisation, groups=sorted(booker.groups))
    is_limited = any(pool.per_organisation for pool in pools)
    return Outlook(
        refusal=_refusal(asked, rules, pools, now, taken_by(asked) if is_limited else {}),
        kept=tuple(_kept(pool, booker) for pool in pools if pool.groups and not _is_released(pool, now)),
        has_access_places=any(pool.kind == PoolKind.ACCESS and not _is_released(pool, now) for pool in pools),
        most_for_one_organisation=most_for_one_organisation(pools, booker, now),
    )


def most_for_one_organisation(pools: Sequence[Pool], booker: Booker, now: datetime) -> int | None:
    """How many places ``booker`` and their colleagues can have; None where some of what is open to them knows no limit."""
    mine = [pool for pool in pools if is_open_to(pool, Wish(groups=booker.groups), now)]
    limits = [pool.per_organisation for pool in mine if pool.per_organisation is not None]
    return max(limits) if limits and len(limits) == len(mine) else None


def is_free(pools: Sequence[Pool], attendance: str, booker: Booker, now: datetime) -> bool:
    """Whether ``booker`` would get a place in the hall, or one online."""
    return allocate(pools, Wish(attendance=attendance, groups=booker.groups), now, {}) is not None


def _refusal(
    asked: Booking, rules: BookingRules, pools: Sequence[Pool], now: datetime, had: dict[int, int]
) -> Refusal | None:
    try:
        refuse_unless_open(rules, now)
    except Refusal as refusal:
        return refusal
    if allocate(pools, wish_of(asked, 1), now, had) is not None:
        return None
    return why_not(asked, 1, rules, list(pools), now)


def _is_released(pool: Pool, now: datetime) -> bool:
    return pool.releases_at is not None and pool.releases_at <= now


def _kept(pool: Pool, booker: Booker) -> Kept:
    names = [str(Group(group).label).lower() for group in pool.groups]
    return Kept(" and ".join(names), pool.releases_at, not booker.groups.isdisjoint(pool.groups))
