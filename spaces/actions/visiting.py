"""Somebody at the front door notes that a guest came, or left."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from spaces.choices import HOLDING
from spaces.models import Visitor
from spaces.rules import Refusal

from .settling import note


@transaction.atomic
def arrived(*, visitor: int, by: User | None = None) -> Visitor:
    """Note that a guest came. Said twice, the first time stays; who had left is in again."""
    one = _found(visitor)
    if one.booking.status not in HOLDING:
        raise Refusal("ended", "The booking they come to has ended. Ask whoever made it.")
    if one.arrived_at is None or one.left_at is not None:
        one.arrived_at, one.left_at = one.arrived_at or timezone.now(), None
        one.save(update_fields=["arrived_at", "left_at"])
        note(one.booking, "a guest came", by)
    return one


@transaction.atomic
def left(*, visitor: int, by: User | None = None) -> Visitor:
    """Note that a guest left."""
    one = _found(visitor)
    if one.arrived_at is not None and one.left_at is None:
        one.left_at = timezone.now()
        one.save(update_fields=["left_at"])
        note(one.booking, "a guest left", by)
    return one


@transaction.atomic
def not_arrived(*, visitor: int, by: User | None = None) -> Visitor:
    """Take back what was noted by mistake."""
    one = _found(visitor)
    if one.arrived_at is not None:
        one.arrived_at = one.left_at = None
        one.save(update_fields=["arrived_at", "left_at"])
        note(one.booking, "a guest did not come after all", by)
    return one


def _found(visitor: int) -> Visitor:
    return Visitor.objects.select_for_update(of=("self",)).select_related("booking").get(pk=visitor)
