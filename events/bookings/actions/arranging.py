"""How an event is booked is set up, changed, or taken over from another event."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from core.recurrence import moved_by
from events.bookings.models import BookingRules, Pool, Question
from events.bookings.queries import availability
from events.models import EventPage
from search.receivers import look_again

from .settling import locked, settle_locked

Row = TypeVar("Row", BookingRules, Pool, Question)


class Unchanged(Exception):
    """Raised inside ``arranging`` by whoever found something wrong: nothing is kept."""


@contextmanager
def arranging(*, event: EventPage) -> Iterator[BookingRules]:
    """Hold the lock of ``event`` while its rules, pools and questions are judged and saved, then serve who waits.

    What is judged inside stays true until it is saved: nobody books meanwhile. An event without rules gets them.
    """
    try:
        with transaction.atomic():
            BookingRules.objects.get_or_create(event=event)
            rules = locked(event.pk)
            yield rules
            rules = locked(event.pk)
            settle_locked(rules, timezone.now())
            look_again(rules.event)  # when booking opens, and what is asked, stands on the page
    except Unchanged:
        return


@transaction.atomic
def copy_rules(*, source: EventPage, target: EventPage, days: int = 0) -> None:
    """Book ``target`` as ``source`` is booked, every date so many days later. Who comes, and what they said, stays there."""
    rules = BookingRules.objects.filter(event=source).first()
    if rules is None or BookingRules.objects.filter(event=target).exists():
        return
    pools = [_copied(pool, target, days, "releases_at") for pool in Pool.objects.filter(event=source)]
    for pool in pools:
        pool.taken = 0
    Pool.objects.bulk_create(pools)
    Question.objects.bulk_create(_copied(question, target, days) for question in Question.objects.filter(event=source))
    rules = _copied(rules, target, days, "opens_at", "closes_at")
    rules.availability = availability(rules, pools, timezone.now())
    rules.save(force_insert=True)


def _copied(row: Row, target: EventPage, days: int, *moments: str) -> Row:
    row.pk, row.event = None, target
    row._state.adding = True
    for name in moments:
        if moment := getattr(row, name):
            setattr(row, name, moved_by(moment, days))
    return row
