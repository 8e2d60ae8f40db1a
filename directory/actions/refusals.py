"""Why something can't be done, in words for the person, each with what would work."""

from django.core.exceptions import PermissionDenied


class Refusal(Exception):
    """Says in words for the person which rule keeps it from being done."""


class ChangedMeanwhile(Refusal):
    """Somebody decided about what is no longer there: they have to look again."""


def require(why_not: str) -> None:
    """Raises PermissionDenied with the policy's words where there are any."""
    if why_not:
        raise PermissionDenied(why_not)
