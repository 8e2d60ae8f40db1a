"""How long proposals, claims and questions are kept; docs/privacy.md says the same to people."""

from datetime import timedelta

from django.utils import timezone

from .actions.checks import forget_old_questions
from .choices import ChangeState, ClaimState
from .models import Claim, ProfileChange

KEPT_FOR = timedelta(days=365)  # after the decision


def forget() -> None:
    """Safe to run at any time, and twice at once."""
    until = timezone.now() - KEPT_FOR
    ProfileChange.objects.exclude(state=ChangeState.WAITING).filter(decided_at__lt=until).delete()
    Claim.objects.exclude(state=ClaimState.WAITING).filter(decided_at__lt=until).delete()
    forget_old_questions()
