"""Links that editors set. One that leads nowhere is not shown: the section may not be built, or the page not be live."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from wagtail import blocks
from wagtail.models import Page, Site

from core.page_cache import remembered
from core.visibility import public

from .text import PREVIEW

ELSEWHERE = ("https", "http", "mailto", "tel")


def validate_address(address: str) -> None:
    """Raise ValidationError unless ``address`` is a path of this site, a web address, a mail address or a number."""
    parts = urlsplit(address)
    if parts.scheme in ELSEWHERE or (address.startswith("/") and not address.startswith("//")):
        return
    raise ValidationError("Write a path of this site, such as /support/, or a whole address that begins with https://.")


class LinkValue(blocks.StructValue):
    @property
    def address(self) -> str:
        """Where the link leads: the page chosen, wherever it has been moved to, else the address typed in."""
        page: Page | None = self.get("page")
        if page is not None:
            return page.url or "" if page.live else ""
        return quote(self.get("address") or "", safe="/:?&=#%+@,;~!*'()[]$")


class TargetBlock(blocks.StructBlock):
    """Where something leads; extended by what is clicked. Its template is given ``url``, empty where it leads nowhere."""

    page = blocks.PageChooserBlock(required=False, help_text="Follows the page when it is moved.")
    address = blocks.CharBlock(
        required=False,
        max_length=300,
        validators=[validate_address],
        help_text="Instead of a page, such as /directory/?need=seed-investment or https://www.nihr.ac.uk/.",
    )

    class Meta:
        value_class = LinkValue

    def get_context(self, value: LinkValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        request = context.get("request")
        context["url"] = value.address if request is None else reachable(request, value.address)
        return context


class LinkBlock(TargetBlock):
    """Optional as a whole: without words and target there is no link."""

    words = blocks.CharBlock(required=False, max_length=80, help_text="Say where it leads, such as: See the rooms.")

    class Meta:
        icon = "link"
        label = "Link"
        template = "blocks/link.html"
        preview_template = PREVIEW
        preview_value = {"words": "See who can help", "address": "/support/"}

    def clean(self, value: LinkValue) -> LinkValue:
        cleaned: LinkValue = super().clean(value)
        has_target = bool(cleaned["page"] or cleaned["address"])
        if cleaned["words"] and not has_target:
            raise blocks.StructBlockValidationError({"page": ValidationError("Choose a page or write an address.")})
        if has_target and not cleaned["words"]:
            raise blocks.StructBlockValidationError({"words": ValidationError("Say where the link leads.")})
        return cleaned


# ---- which of them lead somewhere -----------------------------------------------------------------------------------
def reachable(request: HttpRequest, address: str) -> str:
    """``address`` if it leads somewhere, else nothing. Call ``look_up`` first where there are several."""
    return address if address and look_up(request, [address])[address] else ""


def look_up(request: HttpRequest, addresses: Iterable[str]) -> dict[str, bool]:
    """Which of ``addresses`` lead somewhere; one query for those that nobody asked about since the last publication."""
    known: dict[str, bool] = remembered(request, "addresses", dict)
    wanted = {address for address in addresses if address}
    own = {address: urlsplit(address).path for address in wanted - known.keys() if address.startswith("/")}
    known.update({address: address in own and _has_view(path) for address, path in own.items()})
    known.update({address: True for address in wanted if not address.startswith("/")})
    known.update(_with_pages(request, {address: path for address, path in own.items() if not known[address]}))
    return {address: known[address] for address in wanted}


def _with_pages(request: HttpRequest, paths: dict[str, str]) -> dict[str, bool]:
    site = Site.find_for_request(request) if paths else None
    if site is None:
        return {}
    prefix = site.root_page.url_path.rstrip("/")
    urls = {prefix + path for path in paths.values()}
    live = set(public(Page.objects.filter(url_path__in=urls)).values_list("url_path", flat=True))
    return {address: prefix + path in live for address, path in paths.items()}


def _has_view(path: str) -> bool:
    try:
        return not resolve(path).view_name.startswith("wagtail_serve")
    except Resolver404:
        return False
