"""Who works with private records: asked of what somebody was given, never of being a superuser.

A site administrator runs the machine and reads none of it; to read they would have to be given the role, which is logged.
"""

from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Q

from accounts.models import User

WORK = "work_with_accounts"
LEAD = "lead_accounts"
SEND_NEWS = "send_news"


def works_with_accounts(user: User | AnonymousUser) -> bool:
    """An account manager, or who leads them."""
    return not _granted(user).isdisjoint((WORK, LEAD))


def leads_accounts(user: User | AnonymousUser) -> bool:
    return LEAD in _granted(user)


def sends_news(user: User | AnonymousUser) -> bool:
    """Somebody of comms: they read what is written and to how many it goes, and no address."""
    return SEND_NEWS in _granted(user)


def _granted(user: User | AnonymousUser) -> frozenset[str]:
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    kept: frozenset[str] | None = user.__dict__.get("_granted_accounts")
    if kept is None:
        given = Q(group__user=user) | Q(user=user)
        named = Permission.objects.filter(
            given, content_type__app_label="tenancy", codename__in=(WORK, LEAD, SEND_NEWS)
        )
        kept = user.__dict__["_granted_accounts"] = frozenset(named.values_list("codename", flat=True))
    return kept
