"""``/my/notifications/``: which letters somebody gets, and which of them they may do without."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tenancy.my.forms import NotificationsForm
from tenancy.my.guarded import my_page
from tenancy.views.guarded import viewer_of


@my_page
def notifications(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    form = NotificationsForm(
        request.POST if request.method == "POST" else None, initial={"wants_reminders": user.wants_reminders}
    )
    if form.is_bound and form.is_valid():
        user.wants_reminders = form.cleaned_data["wants_reminders"]
        user.save(update_fields=["wants_reminders"])
        now = "We remind you of what you book." if user.wants_reminders else "We don’t remind you any more."
        messages.success(request, now)
        return redirect("my_notifications")
    return render(request, "tenancy/my/notifications.html", {"form": form})
