"""The import of spaces in the CMS: the same steps as for organisations."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from directory.views import imports
from spaces.importing.columns import COLUMNS
from spaces.importing.loading import load_spaces
from spaces.models import SpaceIndexPage


def may_import(user: Any) -> bool:
    """Whoever may add and publish spaces may import them."""
    index = SpaceIndexPage.objects.first()
    if index is None or not user.is_active:
        return False
    permissions = index.permissions_for_user(user)
    return bool(permissions.can_add_subpage() and permissions.can_publish_subpage())


SPACES = imports.Importer(
    namespace="spaces_import",
    title="Import spaces",
    noun="space",
    introduction="A row with a slug or name that is there already corrects that space; any other adds one, and publishes it.",
    required="slug or name",
    command="load_spaces",
    columns={name: column.hint for name, column in COLUMNS.items()},
    load=load_spaces,
    may=may_import,
)


class Upload(imports.Upload):
    importer = SPACES


class Review(imports.Review):
    importer = SPACES


@hooks.register("register_admin_urls")
def import_addresses() -> list[URLResolver]:
    addresses = [path("", Upload.as_view(), name="upload"), path("review/", Review.as_view(), name="review")]
    return [path("spaces/import/", include((addresses, "spaces_import"), namespace="spaces_import"))]


class ImportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_import(request.user)


@hooks.register("register_admin_menu_item")
def import_in_menu() -> MenuItem:
    return ImportMenuItem("Import spaces", reverse_lazy("spaces_import:upload"), icon_name="upload", order=452)
