"""Somebody of us notes who passed an induction or training, or takes back what was noted by mistake."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from spaces.models import Credential, Gate
from spaces.policies import may_give_credentials
from spaces.rules import Refusal

NOT_YOURS = "Only those who give inductions say who passed."


@transaction.atomic
def give_credentials(*, gate: Gate, people: Sequence[User], given_on: date, by: User) -> list[Credential]:
    """Note that ``people`` passed ``gate``: all of them, or nobody. Who passed it that day already has it once.

    Raises Refusal where somebody lacks what comes first.
    """
    if not may_give_credentials(by):
        raise PermissionDenied(NOT_YOURS)
    for needed in gate.needs.all():
        passed = Credential.objects.filter(gate=needed, user__in=people, expires_on__gte=given_on)
        have = set(passed.values_list("user", flat=True))
        if lacking := [user.email for user in people if user.pk not in have]:
            words = (
                f"“{needed.name}” comes first, and {', '.join(lacking)} {'lack' if len(lacking) > 1 else 'lacks'} it."
            )
            raise Refusal("training-needed", words, field="emails")
    expires_on = given_on + timedelta(days=gate.valid_days)
    return [
        Credential.objects.get_or_create(
            gate=gate, user=user, given_on=given_on, defaults={"expires_on": expires_on, "given_by": by}
        )[0]
        for user in people
    ]


def take_back_credential(*, credential: int, by: User) -> None:
    """Forget what was noted by mistake. Bookings that stand on it are refused at check-in."""
    if not may_give_credentials(by):
        raise PermissionDenied(NOT_YOURS)
    Credential.objects.filter(pk=credential).delete()
