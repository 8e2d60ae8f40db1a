"""Which pools give their places to whom: asked under the lock, and by the page that explains it.

A group comes together or not at all; its places may come from several pools. Pools that are kept for somebody's own group
are used first, so that what is open to everybody stays so for longest; those held back for access needs last, or first for
whoever asked for one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .choices import PoolKind
from .models import Pool


@dataclass(frozen=True)
class Wish:
    """How many places, for whom."""

    size: int = 1
    attendance: str = ""
    groups: frozenset[str] = field(default_factory=frozenset)
    organisation: str = ""  # the same for everybody of one organisation; empty where it is not known
    wants_access_place: bool = False


def is_open_to(pool: Pool, wish: Wish, now: datetime) -> bool:
    """Whether the rule of ``pool`` lets ``wish`` in, whatever is free."""
    if wish.attendance and pool.attendance and pool.attendance != wish.attendance:
        return False
    if pool.releases_at is not None and pool.releases_at <= now:
        return True
    if pool.kind == PoolKind.ACCESS:
        return wish.wants_access_place
    return not pool.groups or not wish.groups.isdisjoint(pool.groups)


def allocate(pools: Iterable[Pool], wish: Wish, now: datetime, taken_by: Mapping[int, int]) -> list[Pool] | None:
    """A pool for each place of ``wish``; None where they can't all be had.

    ``taken_by``: how many places of each pool the organisation of ``wish`` has already.
    """
    found: list[Pool] = []
    for pool in _in_order(pools, wish):
        if is_open_to(pool, wish, now):
            found += [pool] * max(0, min(_room(pool, wish, taken_by), wish.size - len(found)))
        if len(found) == wish.size:
            return found
    return None


def _room(pool: Pool, wish: Wish, taken_by: Mapping[int, int]) -> int:
    if pool.per_organisation is None:
        return pool.free
    if not wish.organisation:
        return min(pool.free, pool.per_organisation)
    return min(pool.free, pool.per_organisation - taken_by.get(pool.pk, 0))


def _in_order(pools: Iterable[Pool], wish: Wish) -> Sequence[Pool]:
    held_back = 0 if wish.wants_access_place else 3

    def rank(pool: Pool) -> tuple[int, int, int]:
        own = 1 if pool.groups else 2
        return held_back if pool.kind == PoolKind.ACCESS else own, pool.sort_order, pool.pk

    return sorted(pools, key=rank)
