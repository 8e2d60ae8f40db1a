"""Puts what comes from organisations into the CMS: its addresses, its entry in the menu, its list on the first page.

Imported by ``wagtail_hooks``, which is where Wagtail looks.
"""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from core import dashboard

from .profile_changes import DecideChange, DecideClaim, Waiting, may_open, waiting


class WaitingMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_open(request.user)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("directory/from-organisations/", Waiting.as_view(), name="directory_changes"),
        path("directory/from-organisations/changes/<int:pk>/", DecideChange.as_view(), name="directory_change"),
        path("directory/from-organisations/claims/<int:pk>/", DecideClaim.as_view(), name="directory_claim"),
    ]


@hooks.register("register_admin_menu_item")
def entry() -> MenuItem:
    return WaitingMenuItem("From organisations", reverse_lazy("directory_changes"), icon_name="mail", order=155)


dashboard.register(
    "from-organisations",
    heading="From organisations",
    order=205,
    listing=waiting,
    help_text="They wait for you. Nothing is live before you approve it.",
)
