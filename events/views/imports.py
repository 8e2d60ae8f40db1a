"""The import of events in the CMS: the same steps as for organisations."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from directory.views import imports
from events.importing.columns import COLUMNS
from events.importing.loading import load_events
from events.models import EventIndexPage


def may_import(user: Any) -> bool:
    """Whoever may add and publish events may import them."""
    index = EventIndexPage.objects.first()
    if index is None or not user.is_active:
        return False
    permissions = index.permissions_for_user(user)
    return bool(permissions.can_add_subpage() and permissions.can_publish_subpage())


EVENTS = imports.Importer(
    namespace="events_import",
    title="Import events",
    noun="event",
    introduction="A row with a slug that is there already corrects that event; any other adds one, and publishes it.",
    required="slug, starts_at and ends_at",
    command="load_events",
    columns={name: column.hint for name, column in COLUMNS.items()},
    load=load_events,
    may=may_import,
)


class Upload(imports.Upload):
    importer = EVENTS


class Review(imports.Review):
    importer = EVENTS


@hooks.register("register_admin_urls")
def import_addresses() -> list[URLResolver]:
    addresses = [path("", Upload.as_view(), name="upload"), path("review/", Review.as_view(), name="review")]
    return [path("events/import/", include((addresses, "events_import"), namespace="events_import"))]


class ImportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_import(request.user)


@hooks.register("register_admin_menu_item")
def import_in_menu() -> MenuItem:
    return ImportMenuItem("Import events", reverse_lazy("events_import:upload"), icon_name="upload", order=451)
