"""What every page knows about the village. Nothing here may look at the session of a reader who has none."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.functional import cached_property
from wagtail.models import Site

from .models import SiteSettings
from .navigation import Navigation, navigation
from .page_cache import PRIVATE_COOKIES, remembered

DEMONSTRATION_NOTICE = "Demonstration. Organisations are real; tenants, people, dates and dealings are invented."


class Village:
    """``village`` in every template. Each part is fetched when a template first asks for it."""

    name = "Innovation Village Leeds"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def settings(self) -> SiteSettings:
        """What editors set once for the whole site; blank where there is no site yet."""
        return remembered(self.request, "site-settings", self._settings)

    def _settings(self) -> SiteSettings:
        site = Site.find_for_request(self.request)
        # Not for_request(): that writes a row where there is none, and reading a page may not write.
        return SiteSettings.objects.filter(site=site).first() or SiteSettings()

    @cached_property
    def navigation(self) -> Navigation:
        return navigation(self.request)

    @cached_property
    def section(self) -> str:
        return self.navigation.section(self.request.path)

    @property
    def demonstration_notice(self) -> str:
        if not settings.DEMONSTRATION:
            return ""
        return self.settings.demonstration_notice or DEMONSTRATION_NOTICE

    @property
    def address_lines(self) -> list[str]:
        return [line.strip() for line in self.settings.address.splitlines() if line.strip()]

    @cached_property
    def has_cookies(self) -> bool:
        """Whether the reader is known to us at all. Without a cookie there is no user, no message and no session."""
        return not PRIVATE_COOKIES.isdisjoint(self.request.COOKIES)

    @cached_property
    def signed_in(self) -> bool:
        user = getattr(self.request, "user", None)
        return settings.SESSION_COOKIE_NAME in self.request.COOKIES and bool(user and user.is_authenticated)

    @property
    def base_url(self) -> str:
        return settings.BASE_URL

    @property
    def canonical_url(self) -> str:
        """The address without its query: filters and campaign marks are not pages of their own."""
        return settings.BASE_URL + self.request.path

    @property
    def social_card_url(self) -> str:
        return settings.BASE_URL + static("svg/social-card.png")


def site(request: HttpRequest) -> dict[str, Any]:
    return {"village": Village(request)}
