"""What is still known of people who came to past events, so that nothing is forgotten to be forgotten."""

from typing import Any

from events.bookings.desk.queries import held_by_past_events

from .base import Screen


class PeopleOfPastEvents(Screen):
    template_name = "events/cms/bookings/past.html"
    page_title = "Personal data in past events"
    header_icon = "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = held_by_past_events()
        totals = {name: sum(getattr(one, name) for one in held) for name in ("people", "absent", "answers", "needs")}
        late = sum(one.is_late for one in held)
        return super().get_context_data(held=held, totals=totals, late=late, **kwargs)
