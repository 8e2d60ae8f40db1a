"""What spaces add to the CMS: their table, the lists that they draw on, the import."""

from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from core.page_listings import PageListing
from directory.wagtail_hooks import TermViewSet
from spaces.desk import deleting
from spaces.desk import wagtail_hooks as desk
from spaces.models import AccessFeature, Allowance, Floor, Gate, OpeningHours, SpacePage, Unit
from spaces.views import imports

__all__ = ["deleting", "desk", "imports"]  # importing them registers their hooks


# ---- spaces ---------------------------------------------------------------------------------------------------------
class SpaceFilters(WagtailFilterSet):
    class Meta:
        model = SpacePage
        fields = ["kind", "floor", "access_features", "hours", "allowance", "approval", "demonstration"]


class SpaceListing(PageListing):
    model = SpacePage
    name = "spaces"
    icon = "home"
    menu_label = "Spaces"
    menu_order = 170
    filterset_class = SpaceFilters
    columns = [
        *PageListing.columns,
        Column("get_kind_display", label="Kind", sort_key="kind"),
        Column("capacity", label="People", sort_key="capacity"),
        Column("floor", label="Floor", sort_key="floor__level"),
        Column("hours", label="Hours", sort_key="hours__sort_order"),
    ]


@hooks.register("register_admin_viewset")
def space_listing() -> SpaceListing:
    return SpaceListing()


# ---- lists ----------------------------------------------------------------------------------------------------------
class FloorViewSet(SnippetViewSet):
    model = Floor
    icon = "site"
    list_display = ["name", "building", "level"]
    search_fields = ["name", "slug"]
    inspect_view_enabled = True


class UnitViewSet(SnippetViewSet):
    model = Unit
    icon = "tag"
    list_display = ["label", "slug", "area", "adjustable"]
    list_filter = ["area", "adjustable"]
    search_fields = ["label", "slug"]
    inspect_view_enabled = True


class OpeningHoursViewSet(TermViewSet):
    model = OpeningHours
    list_display = ["name", "holiday_opens", "holiday_closes"]


class AccessFeatureViewSet(TermViewSet):
    model = AccessFeature


class GateViewSet(TermViewSet):
    model = Gate
    list_display = ["name", "valid_days", "sort_order"]


class AllowanceViewSet(TermViewSet):
    model = Allowance
    list_display = ["name", "units", "carries_months", "sort_order"]


class ListsOfSpaces(SnippetViewSetGroup):
    menu_label = "Lists of spaces"
    menu_icon = "list-ul"
    menu_order = 175
    items = (
        OpeningHoursViewSet,
        AccessFeatureViewSet,
        GateViewSet,
        AllowanceViewSet,
        FloorViewSet,
        UnitViewSet,
    )


register_snippet(ListsOfSpaces)
