"""Every event to come that is booked here: the way to its bookings for those who keep them and edit no pages."""

from typing import Any

from events.bookings.desk.queries import coming

from .base import Screen


class EventsToCome(Screen):
    template_name = "events/cms/bookings/coming.html"
    page_title = "Event bookings"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(coming=coming(), **kwargs)
