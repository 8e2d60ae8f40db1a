"""What people need to take part, as a list of work: for those alone who prepare it."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from events.bookings.actions import prepare
from events.bookings.desk.queries import needs
from events.bookings.models import AccessNeed
from events.bookings.policies import may_manage, may_see_needs

from .base import Screen


class Needs(Screen):
    """Of one event, or of all that are to come; by reference, without names."""

    template_name = "events/cms/bookings/needs.html"
    page_title = "Access needs to prepare"
    header_icon = "tasks"
    may = staticmethod(may_see_needs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = list(needs(self.event))
        return super().get_context_data(
            groups=[
                (rows[0].booking.event, rows)
                for rows in (list(group) for _, group in groupby(found, lambda need: need.booking.event_id))
            ],
            total=len(found),
            to_do=sum(need.done_at is None for need in found),
            manages=may_manage(self.request.user),
            **kwargs,
        )


class Prepared(Screen):
    """Ticks one off, or takes the tick back."""

    http_method_names = ["post"]
    may = staticmethod(may_see_needs)

    def post(self, request: HttpRequest, need: int) -> HttpResponse:
        found = get_object_or_404(AccessNeed.objects.select_related("booking"), pk=need)
        prepare(need=found, done=request.POST.get("done") == "yes", by=self.by)
        if request.POST.get("from") == "event":
            address = reverse("events_booking_needs", args=[found.booking.event_id])
        elif request.POST.get("from") == "booking" and may_manage(request.user):
            return redirect(f"{reverse('events_booking', args=[found.booking_id])}#needs")
        else:
            address = reverse("events_needs")
        return redirect(f"{address}#need-{found.pk}")
