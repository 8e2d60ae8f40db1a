"""Everything about the bookings of one event: numbers, the list, the files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from wagtail.admin.paginator import WagtailPaginator
from wagtail.log_actions import log

from events.bookings.choices import BookingStatus
from events.bookings.desk import exports, queries
from events.bookings.models import BookingRules
from events.bookings.policies import may_see_needs

from .base import Screen

A_PAGE = 50


class Overview(Screen):
    template_name = "events/cms/bookings/overview.html"
    page_title = "Bookings"

    def steps(self) -> list[dict[str, Any]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        assert self.event is not None
        rules: BookingRules | None = getattr(self.event, "booking_rules", None)
        if rules is None:
            return super().get_context_data(rules=None, **kwargs)
        asked = self.request.GET
        status = asked.get("status", "") if asked.get("status") in BookingStatus.values else ""
        words = asked.get("q", "").strip()[:100]
        found = queries.bookings(self.event, status=status, words=words)
        page = WagtailPaginator(found, A_PAGE).get_page(asked.get("p"))
        numbers = queries.numbers(self.event)
        return super().get_context_data(
            rules=rules,
            numbers=numbers,
            statuses=[(code, label, numbers.bookings.get(code, 0)) for code, label in BookingStatus.choices],
            page=page,
            total=page.paginator.count,
            status=status,
            words=words,
            filtered=f"?{urlencode({'status': status, 'q': words})}",
            exports=queries.exports(self.event),
            sees_needs=may_see_needs(self.request.user),
            **kwargs,
        )


class ExportAttendees(Screen):
    """By POST: whoever takes people's names away is written down."""

    http_method_names = ["post"]
    action = queries.EXPORTED
    write = staticmethod(exports.attendees_file)

    def post(self, request: HttpRequest, event: int) -> HttpResponse:
        assert self.event is not None
        response, rows = self.write(self.event)
        log(instance=self.event, action=self.action, user=self.by, data={"rows": rows})
        return response


class ExportNeeds(ExportAttendees):
    may = staticmethod(may_see_needs)
    action = queries.EXPORTED_NEEDS
    write = staticmethod(exports.needs_file)
