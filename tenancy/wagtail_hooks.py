"""From the CMS a link leads those who write the news to where they do: no record of ours is in the CMS itself."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from tenancy.policies import may_send_news


class _ForComms(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return not may_send_news(request.user)


@hooks.register("register_admin_menu_item")
def news_in_menu() -> MenuItem:
    return _ForComms("News by e-mail", reverse_lazy("staff_news"), name="news-by-e-mail", icon_name="mail", order=174)
