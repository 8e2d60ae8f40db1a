"""Who may see what figures are counted from, and change or sign it: asked of what they were given, never of superusers.

A site administrator runs the machine; behind an entry there may be a private record.
"""

from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Q

from accounts.models import User

from .models import ENTER, SEE, SIGN


def may_see(user: User | AnonymousUser) -> bool:
    """See entries and the records behind them: account managers and the leadership."""
    return _is_given(user, SEE)


def may_enter(user: User | AnonymousUser) -> bool:
    """Enter figures, take entries out and count them again."""
    return _is_given(user, ENTER)


def may_sign(user: User | AnonymousUser) -> bool:
    """Sign off a quarter: the leadership alone."""
    return _is_given(user, SIGN)


def _is_given(user: User | AnonymousUser, permission: str) -> bool:
    if not isinstance(user, User) or not user.is_active:
        return False
    kept: frozenset[str] | None = user.__dict__.get("_granted_evidence")
    if kept is None:
        given = Q(group__user=user) | Q(user=user)
        named = Permission.objects.filter(given, content_type__app_label="impact").values_list("codename", flat=True)
        kept = user.__dict__["_granted_evidence"] = frozenset(f"impact.{codename}" for codename in named)
    return permission in kept
