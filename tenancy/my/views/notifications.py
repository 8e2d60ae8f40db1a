"""``/my/notifications/``: which letters somebody gets, and which of them they may do without."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from directory.choices import MemberRole
from tenancy.grants import works_with_accounts
from tenancy.my import queries
from tenancy.my.forms import NotificationsForm
from tenancy.my.guarded import my_page
from tenancy.views.guarded import viewer_of

ALWAYS = (
    "Your ticket or confirmation, and anything that moves, changes or cancels what you booked",
    "A place or a space that becomes free while you wait for it",
    "The number of a request that you send us, who answers it and by when; and that we wait for you before we can go on",
    (
        "Questions that need your yes or no: an introduction, whether an outcome is true, an invitation; and, where you "
        "answer those, requests for spaces"
    ),
    "What was decided about a change of your profile, or about where you said that you belong",
    "Who the other one is, once you are introduced",
    "Codes and notices about signing in",
)
FOR_COLLEAGUES = ("An enquiry or a request that is yours to answer, or while you stand in: its number, and by when",)


def _never_sent_to(user: User) -> list[str]:
    roles = {one.role for one in queries.memberships(user)}
    no = [] if roles else ["wants_request_news", "wants_check_backs"]
    no += [] if MemberRole.ADMIN in roles else ["wants_profile_questions"]
    return no + ([] if works_with_accounts(user) else ["wants_task_reminders"])


@my_page
def notifications(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    form = NotificationsForm(
        request.POST if request.method == "POST" else None, instance=user, without=_never_sent_to(user)
    )
    if form.is_bound and form.is_valid():
        user.save(update_fields=list(form.fields))
        messages.success(request, "Saved. What is ticked below is what we send you.")
        return redirect("my_notifications")
    always = ALWAYS + (FOR_COLLEAGUES if works_with_accounts(user) else ())
    return render(request, "tenancy/my/notifications.html", {"form": form, "always": always})
