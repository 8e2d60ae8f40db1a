"""House rules of signing in, checked at every start."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def staff_need_a_second_factor(**kwargs: Any) -> list[Error]:
    """Only a demonstration, where nothing is real, may let staff in with a password alone."""
    if settings.DEMONSTRATION or getattr(settings, "STAFF_MFA_REQUIRED", False):
        return []
    return [
        Error(
            "Staff could open the CMS with a password alone.",
            hint="Set STAFF_MFA_REQUIRED = True. It may be off only where DEMONSTRATION is on.",
            id="accounts.E001",
        )
    ]
