"""Who may do what with bookings, besides whoever holds the link of one."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User

MANAGE = "events.manage_bookings"
SEE_NEEDS = "events.see_accessneed"


def may_manage(user: User | AnonymousUser) -> bool:
    """See who comes, and change it."""
    return user.has_perm(MANAGE)


def may_see_needs(user: User | AnonymousUser) -> bool:
    """See what people need to take part: those alone who prepare it."""
    return user.has_perm(SEE_NEEDS)
