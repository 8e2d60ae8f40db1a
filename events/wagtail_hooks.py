"""What events add to the CMS: their list, people and audiences, what can be done with a date, the import."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from core import dashboard
from core.page_listings import PageListing
from events.actions import copy_rooms, keep_joining_link
from events.attendance.views import cms as attendance
from events.bookings.desk import wagtail_hooks as bookings
from events.models import Audience, EventPage, Speaker
from events.models.panels import EventPageForm
from events.views import imports
from events.views.dates import Announce, ApplyToSeries, CopyToDate, Repeat
from events.views.rooms import Rooms, hold_before_publishing
from events.views.waiting import not_ready

__all__ = ["attendance", "bookings", "imports"]  # importing them registers their hooks


# ---- events ---------------------------------------------------------------------------------------------------------
class EventFilters(WagtailFilterSet):
    class Meta:
        model = EventPage
        fields = ["kind", "status", "place_kind", "audiences", "themes", "building", "demonstration"]


def _starts(event: EventPage) -> str:
    return f"{timezone.localtime(event.starts_at):%a %d %b %Y, %H:%M}"


class LatestFirst(IndexView):
    default_ordering = "-starts_at"


class EventListing(PageListing):
    """Every event in one table, the latest date first: what is being prepared stands at the top."""

    model = EventPage
    name = "events"
    icon = "calendar-alt"
    menu_label = "Events"
    menu_order = 160
    filterset_class = EventFilters
    index_view_class = LatestFirst
    columns = [
        *PageListing.columns,
        Column("starts_at", label="Starts", accessor=_starts, sort_key="starts_at"),
        Column("get_kind_display", label="Kind", sort_key="kind"),
        Column("place_words", label="Where"),
        Column("get_status_display", label="On or off", sort_key="status"),
    ]


@hooks.register("register_admin_viewset")
def event_listing() -> EventListing:
    return EventListing()


@hooks.register("register_page_header_buttons")
def date_buttons(
    page: Any, user: Any, next_url: str | None = None, view_name: str = "", **kwargs: Any
) -> Iterator[Button]:
    if not isinstance(page.specific_deferred, EventPage):
        return
    allowed = page.permissions_for_user(user)
    event = page.specific
    in_series = hasattr(event, "occurrence")
    if page.get_parent().permissions_for_user(user).can_add_subpage():
        yield _button("Copy to another date", "events_copy", page, "copy", 11)
        if not in_series:
            yield _button("Repeat", "events_repeat", page, "repeat", 12)
    if allowed.can_publish():
        yield _button("Rooms", "events_rooms", page, "home", 10)
    if page.live and allowed.can_publish():
        yield _button("Cancel or postpone", "events_announce", page, "warning", 13)
        if in_series:
            yield _button("Apply to other dates", "events_apply", page, "list-ul", 14)


def _button(label: str, name: str, page: Any, icon: str, priority: int) -> Button:
    return Button(label, reverse(name, args=[page.pk]), icon_name=icon, priority=priority)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("events/<int:pk>/copy/", CopyToDate.as_view(), name="events_copy"),
        path("events/<int:pk>/repeat/", Repeat.as_view(), name="events_repeat"),
        path("events/<int:pk>/announce/", Announce.as_view(), name="events_announce"),
        path("events/<int:pk>/apply/", ApplyToSeries.as_view(), name="events_apply"),
        path("events/<int:pk>/rooms/", Rooms.as_view(), name="events_rooms"),
    ]


hooks.register("before_publish_page", hold_before_publishing)


@hooks.register("after_copy_page")
def copied(request: HttpRequest, page: Any, new_page: Any) -> None:
    """Wagtail's own copy needs the same rooms, as ours to another date does."""
    if isinstance(page.specific, EventPage):
        copy_rooms(source=page.specific, target=new_page.specific)


# ---- how to join online: kept beside the page -----------------------------------------------------------------------
@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def joining_link(request: HttpRequest, page: Any) -> None:
    if isinstance(page, EventPage) and "joining_address" in request.POST:
        fields = EventPageForm.base_fields  # which have let it pass: the page's own form was valid
        typed = {name: fields[name].clean(request.POST.get(name, "")) for name in ("joining_address", "joining_words")}
        keep_joining_link(event=page, address=typed["joining_address"], words=typed["joining_words"])


dashboard.register(
    "events-not-ready",
    heading="Events that lack something",
    order=215,
    listing=not_ready,
    help_text="They begin within three weeks. Open one to add what is missing.",
)


# ---- lists ----------------------------------------------------------------------------------------------------------
class SpeakerViewSet(SnippetViewSet):
    model = Speaker
    icon = "user"
    list_display = ["name", "role", "organisation", "consented_on"]
    search_fields = ["name", "role"]
    inspect_view_enabled = True


class AudienceViewSet(SnippetViewSet):
    model = Audience
    icon = "group"
    list_display = ["name", "slug", "sort_order"]
    search_fields = ["name", "slug"]
    inspect_view_enabled = True


class PeopleAndAudiences(SnippetViewSetGroup):
    menu_label = "Speakers and audiences"
    menu_icon = "user"
    menu_order = 165
    items = (SpeakerViewSet, AudienceViewSet)


register_snippet(PeopleAndAudiences)
