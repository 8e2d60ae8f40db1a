"""Lists of the pages of one kind, in the CMS."""

from django.http import HttpRequest
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.pages import PageListingViewSet


class EditorsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(user_has_any_page_permission(request.user))


class PageListing(PageListingViewSet):
    """Every page of a kind in one table, wherever it stands in the tree; in the menu of those only who may open it."""

    add_to_admin_menu = True
    menu_item_class = EditorsMenuItem
