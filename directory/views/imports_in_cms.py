"""Puts the import into the CMS: its addresses, its entry in the menu and how its runs read in a page's history.

Imported by ``wagtail_hooks``, which is where Wagtail looks; other apps put theirs beside it with ``put_into_cms``.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from directory.importing.loading import IMPORTED

from .imports import ORGANISATIONS, Importer, Result, Review, Undo, Upload


@hooks.register("register_log_actions")
def imports_in_history(actions: LogActionRegistry) -> None:
    @actions.register_action(IMPORTED)
    class Imported(LogFormatter):
        label = "Import"

        def format_message(self, log_entry: Any) -> str:
            return f"Imported from {log_entry.data.get('file', 'a file')}"


class ImportMenuItem(MenuItem):
    def __init__(self, label: str, importer: Importer, order: int) -> None:
        super().__init__(label, reverse_lazy(f"{importer.namespace}:upload"), icon_name="upload", order=order)
        self.importer = importer

    def is_shown(self, request: HttpRequest) -> bool:
        return self.importer.may(request.user)


def put_into_cms(importer: Importer, *, at: str, label: str, order: int) -> None:
    """Give an import its addresses below ``at`` and its entry in the menu."""
    addresses = [
        path("", Upload.as_view(importer=importer), name="upload"),
        path("review/", Review.as_view(importer=importer), name="review"),
    ]
    if importer.runs is not None:
        addresses += [
            path("<uuid:run>/", Result.as_view(importer=importer), name="result"),
            path("<uuid:run>/undo/", Undo.as_view(importer=importer), name="undo"),
        ]
    found = path(at, include((addresses, importer.namespace), namespace=importer.namespace))
    hooks.register("register_admin_urls", lambda: [found])
    hooks.register("register_admin_menu_item", lambda: ImportMenuItem(label, importer, order))


put_into_cms(ORGANISATIONS, at="directory/import/", label="Import", order=450)
