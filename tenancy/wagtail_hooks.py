"""From the CMS a link leads those who write the news to where they do: no record of ours is in the CMS itself."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from tenancy.grants import SEND_NEWS
from tenancy.policies import may_send_news


class _ForComms(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """On every page of the CMS: what they may do is known by then, but of a superuser that says nothing."""
        user = request.user
        return not may_send_news(user) if user.is_superuser else user.has_perm(f"tenancy.{SEND_NEWS}")


@hooks.register("register_admin_menu_item")
def news_in_menu() -> MenuItem:
    return _ForComms("News by e-mail", reverse_lazy("staff_news"), name="news-by-e-mail", icon_name="mail", order=174)
