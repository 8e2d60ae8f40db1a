"""What the directory adds to the CMS: its lists, the check of a profile, the table of needs, the import."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from core import dashboard
from core.page_listings import PageListing
from directory.models import (
    Kind,
    Need,
    OrganisationPage,
    Place,
    ProfileChange,
    RelationKind,
    Sector,
    Source,
    Stage,
    Theme,
)
from directory.views import changes_in_cms, imports_in_cms
from directory.views.checks import ConfirmCheck, overdue
from directory.views.support_table import SupportTable

__all__ = ["changes_in_cms", "imports_in_cms"]  # importing them registers their hooks


# ---- organisations --------------------------------------------------------------------------------------------------
class OrganisationFilters(WagtailFilterSet):
    class Meta:
        model = OrganisationPage
        fields = ["kind", "role", "themes", "sectors", "places", "stage", "demonstration"]


class OrganisationListing(PageListing):
    model = OrganisationPage
    name = "organisations"
    icon = "group"
    menu_label = "Organisations"
    menu_order = 150
    filterset_class = OrganisationFilters
    columns = [
        *PageListing.columns,
        Column("kind", label="Kind", sort_key="kind__sort_order"),
        Column("get_role_display", label="Role", sort_key="role"),
        DateColumn("checked_on", label="Checked", sort_key="checked_on"),
    ]


@hooks.register("register_admin_viewset")
def organisation_listing() -> OrganisationListing:
    return OrganisationListing()


@hooks.register("register_page_header_buttons")
def check_button(
    page: Any, user: Any, next_url: str | None = None, view_name: str = "", **kwargs: Any
) -> Iterator[Button]:
    if (
        isinstance(page.specific_deferred, OrganisationPage)
        and page.live
        and page.permissions_for_user(user).can_publish()
    ):
        yield Button(
            "Mark as checked today",
            reverse("directory_confirm_check", args=[page.pk]),
            icon_name="check",
            priority=15,
        )
        if change := ProfileChange.objects.visible_to(user).waiting().filter(organisation=page.pk).first():
            yield Button(
                "Change that waits", reverse("directory_change", args=[change.pk]), icon_name="mail", priority=14
            )


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("directory/organisations/<int:pk>/checked/", ConfirmCheck.as_view(), name="directory_confirm_check"),
        path("directory/needs-and-stages/", SupportTable.as_view(), name="directory_support_table"),
    ]


dashboard.register(
    "overdue-checks",
    heading="Profiles to check",
    order=210,
    listing=overdue,
    help_text="Nobody has confirmed these for a year. Ask the organisation, correct the page, then mark it as checked.",
)


# ---- controlled lists -----------------------------------------------------------------------------------------------
class TermViewSet(SnippetViewSet):
    """A controlled list in the order in which readers see it."""

    icon = "list-ul"
    list_display = ["name", "slug", "sort_order"]
    search_fields = ["name", "slug"]
    inspect_view_enabled = True  # says where a term is used before somebody takes it away


class KindViewSet(TermViewSet):
    model = Kind
    list_display = ["name", "short_name", "tone", "sort_order"]


class SectorViewSet(TermViewSet):
    model = Sector


class ThemeViewSet(TermViewSet):
    model = Theme


class PlaceViewSet(TermViewSet):
    model = Place
    list_display = ["name", "postcode", "slug", "sort_order"]


class StageViewSet(TermViewSet):
    model = Stage
    list_display = ["number", "name", "short_name"]
    ordering = ["number"]


class NeedViewSet(TermViewSet):
    model = Need
    list_display = ["name", "short_name", "sort_order"]


class RelationKindViewSet(TermViewSet):
    model = RelationKind
    list_display = ["name", "inverse_name", "sort_order"]


class SourceViewSet(TermViewSet):
    model = Source
    list_display = ["name", "dated", "website"]


class SupportTableMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm("directory.change_need"))


class TaxonomyGroup(SnippetViewSetGroup):
    """What profiles are described with. Editors own every list."""

    menu_label = "Lists"
    menu_icon = "list-ul"
    menu_order = 310
    items = (
        NeedViewSet,
        StageViewSet,
        KindViewSet,
        SectorViewSet,
        ThemeViewSet,
        PlaceViewSet,
        RelationKindViewSet,
        SourceViewSet,
    )

    def get_submenu_items(self) -> list[MenuItem]:
        table = SupportTableMenuItem(
            "Needs and stages", reverse("directory_support_table"), icon_name="table", order=len(self.items) + 1
        )
        return [*super().get_submenu_items(), table]


register_snippet(TaxonomyGroup)
