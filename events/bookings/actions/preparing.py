"""What somebody needs to take part is prepared."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from events.bookings.models import AccessNeed
from events.bookings.policies import may_see_needs


@transaction.atomic
def prepare(*, need: AccessNeed, done: bool, by: User) -> None:
    """Note that ``need`` is seen to, or is not yet after all. Once more changes nothing. Raises PermissionDenied."""
    if not may_see_needs(by):
        raise PermissionDenied("Only those who prepare what people need see it.")
    need = AccessNeed.objects.select_for_update(of=("self",)).get(pk=need.pk)
    if done != (need.done_at is not None):
        need.done_at, need.done_by = (timezone.now(), by) if done else (None, None)
        need.save(update_fields=["done_at", "done_by"])
