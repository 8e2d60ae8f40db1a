"""Where the CMS leads to bookings, and what it may not do to events that have some.

Imported by ``events.wagtail_hooks``, which is where Wagtail looks.
"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button

from events.bookings.actions import copy_rules
from events.bookings.models import Booking
from events.bookings.policies import may_manage, may_see_needs
from events.models import EventPage

from . import panels
from .addresses import addresses
from .queries import EXPORTED, EXPORTED_NEEDS

__all__ = ["panels"]  # importing it registers them

hooks.register("register_admin_urls", addresses)


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def bookings_button(
    page: Any, user: Any, next_url: str | None = None, view_name: str = "", **kwargs: Any
) -> Iterator[Button]:
    if isinstance(page.specific_deferred, EventPage) and may_manage(user):
        yield Button("Bookings", reverse("events_bookings", args=[page.pk]), icon_name="group", priority=5)


# ---- menus ----------------------------------------------------------------------------------------------------------
class _ForManagers(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_manage(request.user)


class _ForThoseWhoPrepare(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_needs(request.user)


@hooks.register("register_admin_menu_item")
def bookings_in_menu() -> MenuItem:
    address = reverse_lazy("events_to_come")
    return _ForManagers("Event bookings", address, name="events-bookings", icon_name="group", order=162)


@hooks.register("register_reports_menu_item")
def needs_in_menu() -> MenuItem:
    address = reverse_lazy("events_needs")
    return _ForThoseWhoPrepare("Access needs to prepare", address, name="events-needs", icon_name="tasks", order=310)


@hooks.register("register_reports_menu_item")
def past_events_in_menu() -> MenuItem:
    address = reverse_lazy("events_people_of_past_events")
    words = "Personal data in past events"
    return _ForManagers(words, address, name="events-past", icon_name="history", order=320)


@hooks.register("register_log_actions")
def exports_in_history(actions: Any) -> None:
    actions.register_action(EXPORTED, "Export who comes", "Took the list of people who come as a file")
    actions.register_action(EXPORTED_NEEDS, "Export needs", "Took the list of what people need as a file")


# ---- what happens to the page ---------------------------------------------------------------------------------------
@hooks.register("after_copy_page")
def copied(request: HttpRequest, page: Any, new_page: Any) -> None:
    """Wagtail's own copy is booked by the same rules, as ours to another date is."""
    source, target = page.specific, new_page.specific
    if isinstance(source, EventPage) and isinstance(target, EventPage):
        copy_rules(source=source, target=target)


@hooks.register("before_delete_page")
def refuse_to_delete(request: HttpRequest, page: Any) -> HttpResponse | None:
    if not _has_bookings(page):
        return None
    messages.error(request, _why_not(page))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def refuse_to_delete_many(request: HttpRequest, action_type: str, objects: Any, action: Any) -> HttpResponse | None:
    if action_type != "delete" or not objects or not hasattr(objects[0], "path"):
        return None
    kept = [page for page in objects if _has_bookings(page)]
    if not kept:
        return None
    messages.error(request, f"Nothing was deleted. {_why_not(kept[0])}")
    return redirect("wagtailadmin_explore", kept[0].get_parent().pk)


def _has_bookings(page: Any) -> bool:
    """Whether somebody booked ``page``, or an event below it."""
    return Booking.objects.filter(event__path__startswith=page.path).exists()


def _why_not(page: Any) -> str:
    return (
        f"“{page.get_admin_display_title()}” can’t be deleted: people have booked, and their bookings would be lost. "
        "Cancel the event instead, so that they and their calendars hear of it; or unpublish it when it is over."
    )
