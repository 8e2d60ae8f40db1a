"""Who may see what figures are counted from, and change or sign it."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User

from .models import ENTER, SEE, SIGN


def may_see(user: User | AnonymousUser) -> bool:
    """See entries and the records behind them: account managers and the leadership."""
    return user.has_perm(SEE)


def may_enter(user: User | AnonymousUser) -> bool:
    """Enter figures, take entries out and count them again."""
    return user.has_perm(ENTER)


def may_sign(user: User | AnonymousUser) -> bool:
    """Sign off a quarter: the leadership alone."""
    return user.has_perm(SIGN)
