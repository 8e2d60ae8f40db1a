"""What the CMS's first page tells an editor to look at. Apps register their own lists; core brings those of any page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import date as format_date
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.images import get_image_model
from wagtail.models import Page, Revision, get_page_models
from wagtail.permission_policies.pages import PagePermissionPolicy

SHOWN = 8  # a list to act on, not a report


@dataclass(frozen=True)
class Item:
    title: str
    url: str
    reason: str  # why it is here, in words


@dataclass(frozen=True)
class Listing:
    items: tuple[Item, ...]
    total: int
    more_url: str = ""


class Panel(Component):
    """One list on the dashboard; not shown while there is nothing in it."""

    template_name = "core/cms/dashboard_panel.html"

    def __init__(
        self, key: str, heading: str, order: int, listing: Callable[[HttpRequest], Listing], help_text: str
    ) -> None:
        self.key = key
        self.heading = heading
        self.order = order
        self.listing = listing
        self.help_text = help_text

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        listing = self.listing(parent_context["request"])
        return {"panel": self, "listing": listing, "hidden": listing.total - len(listing.items)}

    def render_html(self, parent_context: Mapping[str, Any] | None = None) -> str:
        context = self.get_context_data(parent_context or {})
        if not context["listing"].items:
            return ""
        return render_to_string(self.template_name, context)


_panels: dict[str, Panel] = {}


def register(
    key: str, *, heading: str, order: int, listing: Callable[[HttpRequest], Listing], help_text: str = ""
) -> None:
    """Add a list to the dashboard. ``listing`` takes the request and shows only what its user may edit."""
    _panels[key] = Panel(key, heading, order, listing, help_text)


def panels() -> list[Panel]:
    return sorted(_panels.values(), key=lambda panel: panel.order)


def editable_pages(request: HttpRequest) -> QuerySet[Page]:
    """The pages that the reader of the dashboard may edit."""
    policy: PagePermissionPolicy = PagePermissionPolicy()
    return policy.instances_user_has_permission_for(request.user, "change")


def page_items(pages: Iterable[Page], reason: Callable[[Page], str]) -> tuple[Item, ...]:
    return tuple(
        Item(page.get_admin_display_title(), reverse("wagtailadmin_pages:edit", args=[page.pk]), reason(page))
        for page in pages
    )


# ---- core's own lists -----------------------------------------------------------------------------------------------
def scheduled(request: HttpRequest) -> Listing:
    """Pages that will go out or come down by themselves, with the time in London."""
    revisions = (
        Revision.page_revisions.filter(approved_go_live_at__gt=timezone.now())
        .order_by("approved_go_live_at")
        .values_list("object_id", "approved_go_live_at")
    )
    mine = editable_pages(request)
    going_live = {int(pk): at for pk, at in revisions}
    pages = mine.filter(Q(pk__in=going_live) | Q(live=True, expire_at__gt=timezone.now()))
    timed = sorted(
        ((going_live.get(page.pk) or page.expire_at, page) for page in pages), key=lambda pair: (pair[0], pair[1].pk)
    )

    def when(page: Page) -> str:
        at = going_live.get(page.pk)
        word, instant = ("Goes live", at) if at else ("Comes down", page.expire_at)
        return f"{word} {format_date(timezone.localtime(instant), 'l j F Y, G:i')}, London time"

    return Listing(page_items((page for _, page in timed[:SHOWN]), when), len(timed))


def without_description(request: HttpRequest) -> Listing:
    """Live pages about which a search engine or a shared link has nothing to say; a summary says enough."""
    summed_up = [model for model in get_page_models() if any(f.name == "summary" for f in model._meta.get_fields())]
    pages = (
        editable_pages(request)
        .filter(live=True, search_description="", depth__gt=1)
        .exclude(content_type__in=ContentType.objects.get_for_models(*summed_up).values())
        .order_by("-last_published_at", "pk")
    )
    return Listing(page_items(pages[:SHOWN], lambda page: "No search description"), pages.count())


def pictures_without_description(request: HttpRequest) -> Listing:
    """Pictures whose alternative text would otherwise have to be made up anew wherever they are used."""
    if not request.user.has_perm(f"{get_image_model()._meta.app_label}.change_{get_image_model()._meta.model_name}"):
        return Listing((), 0)
    pictures = get_image_model().objects.filter(description="").order_by("-created_at", "pk")
    items = tuple(
        Item(picture.title, reverse("wagtailimages:edit", args=[picture.pk]), "No description of what it shows")
        for picture in pictures[:SHOWN]
    )
    return Listing(items, pictures.count(), reverse("wagtailimages:index"))


register(
    "scheduled",
    heading="Scheduled (London time)",
    order=230,
    listing=scheduled,
    help_text="These go out or come down by themselves. Open one to change its time.",
)
register(
    "without-description",
    heading="Pages without a search description",
    order=310,
    listing=without_description,
    help_text="One or two sentences, under Promote. Search engines and shared links show them.",
)
register(
    "pictures-without-description",
    heading="Pictures without a description",
    order=320,
    listing=pictures_without_description,
    help_text="Say what the picture shows: it is read out to people who cannot see it.",
)
