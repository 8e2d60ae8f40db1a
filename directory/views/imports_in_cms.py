"""Puts the import into the CMS: its addresses, its entry in the menu and how its runs read in a page's history.

Imported by ``directory.wagtail_hooks``, which is where Wagtail looks.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from directory.importing.loading import IMPORTED

from .imports import Result, Review, Undo, Upload, may_import


@hooks.register("register_log_actions")
def imports_in_history(actions: LogActionRegistry) -> None:
    @actions.register_action(IMPORTED)
    class Imported(LogFormatter):
        label = "Import"

        def format_message(self, log_entry: Any) -> str:
            return f"Imported from {log_entry.data.get('file', 'a file')}"


@hooks.register("register_admin_urls")
def import_addresses() -> list[URLResolver]:
    addresses = [
        path("", Upload.as_view(), name="upload"),
        path("review/", Review.as_view(), name="review"),
        path("<uuid:run>/", Result.as_view(), name="result"),
        path("<uuid:run>/undo/", Undo.as_view(), name="undo"),
    ]
    return [path("directory/import/", include((addresses, "directory_import"), namespace="directory_import"))]


class ImportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_import(request.user)


@hooks.register("register_admin_menu_item")
def import_in_menu() -> MenuItem:
    return ImportMenuItem("Import", reverse_lazy("directory_import:upload"), icon_name="upload", order=450)
