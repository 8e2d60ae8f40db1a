"""``/my/``: what is next, and where everything of one's own is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from directory.choices import MemberRole
from spaces.queries.statements import left_of
from tenancy.my import queries
from tenancy.my.guarded import my_page
from tenancy.my.turns import turns
from tenancy.views.guarded import viewer_of

NOON, EVENING = 12, 18
MOST_COMING = 7


@my_page
def my_village(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    coming = queries.coming(user)
    memberships = queries.memberships(user)
    accounts = queries.accounts(user)
    asked = queries.requests(user)
    administered = [one.organisation for one in memberships if one.role == MemberRole.ADMIN and one.organisation.live]
    left = left_of([one.organisation for one in memberships]) if memberships else {}
    context = {
        "greeting": _greeting(),
        "next": coming[0] if coming else None,
        "later": coming[1:MOST_COMING],
        "memberships": [(one, left.get(one.organisation_id, [])) for one in memberships],
        "administered": administered,
        "claims": [] if memberships else queries.claims(user),
        "accounts": accounts,
        "looked_after": {account.organisation_id for account in accounts},
        "managers": [account for account in accounts if account.manager],
        "asked": asked[: queries.SHOWN],
        "number_asked": len(asked),
        "enquiries": queries.enquiries(user),
        "turns": turns(user, memberships, asked),
    }
    return render(request, "tenancy/my/village.html", context)


def _greeting() -> str:
    hour = timezone.localtime().hour
    return "Good morning" if hour < NOON else "Good afternoon" if hour < EVENING else "Good evening"
