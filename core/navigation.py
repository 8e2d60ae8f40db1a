"""The links of header and footer, as data. A section that is not there yet is not linked."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from wagtail.models import Page, Site

from .page_cache import remembered
from .visibility import public


@dataclass(frozen=True)
class Link:
    label: str
    path: str

    def is_current(self, path: str) -> bool:
        return path.startswith(self.path)


MAIN = (
    Link("Directory", "/directory/"),
    Link("Events", "/events/"),
    Link("Spaces", "/spaces/"),
    Link("Support", "/support/"),
    Link("Stories", "/stories/"),
)
JOIN = Link("Join", "/join/")
FIND = (
    Link("Directory", "/directory/"),
    Link("Support navigator", "/support/"),
    Link("Cohorts", "/cohorts/"),
    Link("Stories and podcast", "/stories/"),
)
TAKE_PART = (
    Link("Events", "/events/"),
    Link("Book a space", "/spaces/"),
    Link("Register your interest", "/join/"),
    Link("News by e-mail", "/join/updates/"),
    Link("What came of it", "/impact/"),
    Link("Visiting", "/visiting/"),
    Link("About the village", "/about/"),
)
SMALL_PRINT = (
    Link("Accessibility", "/accessibility/"),
    Link("Privacy", "/privacy/"),
    Link("Cookies", "/cookies/"),
    Link("Contact", "/contact/"),
)
# Pages that belong to a section whose address is another: a cohort is part of the directory.
SECTION_OF = {"/cohorts/": "/directory/", "/programmes/": "/directory/"}

FIRST_WITH_A_WAY = 3  # depth: root, home page, section


@dataclass(frozen=True)
class Navigation:
    main: tuple[Link, ...]
    join: Link | None
    find: tuple[Link, ...]
    take_part: tuple[Link, ...]
    small_print: tuple[Link, ...]

    def section(self, path: str) -> str:
        """The path of the entry in the main navigation that ``path`` belongs to, or nothing."""
        for part, section in SECTION_OF.items():
            if path.startswith(part):
                path = section
        return next((link.path for link in self.main if link.is_current(path)), "")


def navigation(request: HttpRequest) -> Navigation:
    """The navigation with only those entries that lead somewhere."""
    return remembered(request, "navigation", lambda: _navigation(request))


def way_to(request: HttpRequest, page: Page) -> list[tuple[str, str]]:
    """The way from the top of the site to ``page``, without the home page: words and address of each step, the last without.

    Empty for pages directly under the home page. One query for all levels, kept until something is published.
    """
    if not page.path or page.depth <= FIRST_WITH_A_WAY:
        return []
    above = remembered(request, f"crumbs-{page.path[: -page.steplen]}", lambda: _above(page, request))
    return [*above, (page.title, "")] if above else []


def _above(page: Page, request: HttpRequest) -> list[tuple[str, str]]:
    ancestors = page.get_ancestors().filter(depth__gt=2, live=True).order_by("path")
    return [(ancestor.title, ancestor.get_url(request) or "") for ancestor in ancestors]


def _navigation(request: HttpRequest) -> Navigation:
    there = _paths_that_answer(request, {link.path for link in (*MAIN, JOIN, *FIND, *TAKE_PART, *SMALL_PRINT)})

    def only(links: tuple[Link, ...]) -> tuple[Link, ...]:
        return tuple(link for link in links if link.path in there)

    return Navigation(
        main=only(MAIN),
        join=JOIN if JOIN.path in there else None,
        find=only(FIND),
        take_part=only(TAKE_PART),
        small_print=only(SMALL_PRINT),
    )


def _paths_that_answer(request: HttpRequest, paths: set[str]) -> set[str]:
    """Those of ``paths`` at which a view is installed or a live, unrestricted page stands; one query."""
    answering = {path for path in paths if _has_view(path)}
    site = Site.find_for_request(request)
    if site is not None:
        prefix = site.root_page.url_path.rstrip("/")
        wanted = {prefix + path: path for path in paths - answering}
        live = public(Page.objects.filter(url_path__in=wanted)).values_list("url_path", flat=True)
        answering |= {wanted[url_path] for url_path in live}
    return answering


def _has_view(path: str) -> bool:
    try:
        return not resolve(path).view_name.startswith("wagtail_serve")
    except Resolver404:
        return False
