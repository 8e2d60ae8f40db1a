"""Who may see how many people came."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from events.bookings.policies import may_manage

SEE_REPORT = "events.see_attendance_report"


def may_see_report(user: User | AnonymousUser) -> bool:
    """Those who manage bookings, and those who answer for what came of it: numbers only, without names."""
    return may_manage(user) or user.has_perm(SEE_REPORT)
