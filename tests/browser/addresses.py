"""What a browser opens: a page of every kind that the village shows, and the states that lists and forms can be in."""

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from playwright.sync_api import Page as Tab
from playwright.sync_api import Response

from core.models import BasePage

Steps = Callable[[Tab], Response | None]


@dataclass(frozen=True)
class Address:
    name: str  # of the test
    path: str | Callable[[], str]
    status: int = 200
    keeps_cookie: bool = False  # forms that need a session or a token; a page to read never does
    who: str = ""  # the address of the person who is signed in
    more_requests: int = 0  # that its script makes for what changes meanwhile
    refused_before: int = 0  # the status of a refusal on the way there
    then: Steps | None = None  # what to do after the page was opened; returns the answer that is looked at

    def resolved(self) -> str:
        return self.path if isinstance(self.path, str) else self.path()


def page_types() -> list[type[BasePage]]:
    return sorted(
        (model for model in apps.get_models() if issubclass(model, BasePage) and not model._meta.abstract),
        key=lambda model: model._meta.label,
    )


def _one_of(model: type[BasePage], position: int) -> Callable[[], str]:
    def path() -> str:
        pages = list(model.objects.live().public().order_by("path"))
        assert pages, f"the demonstration has no live page of the type {model._meta.label}"
        return str(pages[position].get_url())

    return path


def _of_every_type() -> list[Address]:
    """The first and the last page of each type: they seldom have the same parts filled in."""
    found = []
    for model in page_types():
        name = model._meta.model_name or ""
        found.append(Address(name, _one_of(model, 0)))
        if model.max_count != 1 and model._meta.model_name != "homepage":
            found.append(Address(f"{name}-last", _one_of(model, -1)))
    return found


def _organisation_that_says_most() -> str:
    from directory.models import OrganisationPage

    pages = OrganisationPage.objects.live().public()
    return str(max(pages, key=lambda page: len(page.description or "")).get_url())


def _shortlist_of(number: int) -> Callable[[], str]:
    def path() -> str:
        from directory.models import OrganisationPage

        slugs = OrganisationPage.objects.live().public().order_by("path").values_list("slug", flat=True)[:number]
        return f"/directory/shortlist/?{'&'.join(f'o={slug}' for slug in slugs)}"

    return path


def _need_that_nobody_meets() -> str:
    from directory.queries import navigator

    for row in navigator.grid(navigator.table()).rows:
        for cell in row.cells:
            if not cell.partners:
                return f"/support/?stage={cell.stage.slug}&need={row.need.slug}"
    raise AssertionError("the demonstration has a partner for everything, so nothing shows the answer without one")


def _post_without_token(tab: Tab) -> Response | None:
    with tab.expect_navigation() as answered:
        tab.evaluate("""() => {
          const form = Object.assign(document.createElement("form"), {method: "post", action: "/refusals/posted/"});
          document.body.append(form); form.submit();
        }""")
    return answered.value


VILLAGE = [
    *_of_every_type(),
    Address("organisation-longest", _organisation_that_says_most),
    # pages whose address other documents rely on
    *(Address(name, f"/{name}/") for name in ("join", "contact", "accessibility", "privacy", "cookies")),
    # lists and searches in all their states
    Address("directory-search", "/directory/?q=pathology"),
    Address(
        "directory-filtered", "/directory/?need=seed-investment&need=clinical-expertise&stage=solution-development"
    ),
    Address("directory-filtered-to-nothing", "/directory/?kind=investor&kind=such&place=gilbert-scott-building&q=zzzz"),
    Address("directory-page-2", "/directory/?page=2"),
    Address("directory-nothing", "/directory/?q=zzzzqqqq"),
    Address("directory-misspelt", "/directory/?q=patholgy"),
    Address("shortlist", "/directory/shortlist/?o=npic&o=nexus&o=leeds-teaching-hospitals&o=nobody"),
    Address("shortlist-full", _shortlist_of(14)),
    Address("shortlist-empty", "/directory/shortlist/"),
    Address("search-empty", "/search/"),
    Address("search", "/search/?q=pathology"),
    Address("search-nothing", "/search/?q=zzzzqqqq"),
    Address("search-misspelt", "/search/?q=patholgy"),
    Address("support-stage", "/support/?stage=1"),
    Address("support-answer", "/support/?stage=3&need=clinical-expertise"),
    Address("support-gap", _need_that_nobody_meets),
    Address("support-unknown", "/support/?stage=none&need=such"),
    Address("events-past", "/events/?when=past"),
    Address("events-filtered", "/events/?audience=companies&attendance=online&event_kind=talk"),
    Address("events-nothing", "/events/?q=zzzzqqqq"),
    Address("events-calendar", "/events/?view=calendar"),
    *(Address(slug, f"/events/{slug}/") for slug in ("research-innovation-conference", "investors-evening")),
    Address("impact", "/impact/"),
    *(
        Address(f"impact-{slug}", f"/impact/{slug}/")
        for slug in ("collaborative-projects", "engagement-forums", "setup-days")
    ),
    Address("stories-of-a-kind", "/stories/?kind=case-study"),
    # refusals
    Address("not-found", "/there-is-no-such-page/", status=404),
    *(Address(f"refused-{status}", f"/refusals/{status}/", status=status) for status in (400, 403, 429, 500)),
    Address("refused-form", "/search/", status=403, then=_post_without_token),
]
