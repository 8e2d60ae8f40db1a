"""``/api/v1/organisations/``, ``/cohorts/`` and ``/programmes/``: what their pages say, for programs."""

from datetime import date
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from core.api import (
    ADDRESS,
    DAY,
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    Operation,
    Parameter,
    Schema,
    endpoint,
    perhaps,
    record,
    several,
)
from core.models import BasePage
from core.visibility import if_public, public
from directory.documents.organisations import plain
from directory.models import CohortPage, OrganisationPage, ProgrammePage
from directory.queries import cohorts as queries
from directory.queries.profiles import Label, Statement, mentions_of, profile_of
from search.open_lists import ROW, list_of, listed, parameters_of
from search.results import Hit

P = TypeVar("P", bound=BasePage)
ORGANISATION, COHORT, PROGRAMME = ("organisation",), ("cohort",), ("programme",)

TERM = record(value=TEXT, label=TEXT)
PAGE = record(title=TEXT, url=ADDRESS)
STATEMENT = record(need=TEXT, label=TEXT, words=TEXT, stages=several(NUMBER))
SLUG = Parameter("slug", TEXT, "The last part of the page's address.", place="path", required=True)
BASE: dict[str, Schema] = {
    "id": TEXT,
    "type": TEXT,
    "slug": TEXT,
    "title": TEXT,
    "url": ADDRESS,
    "summary": TEXT,
    "description": TEXT,
    "demonstration": FLAG,
    "published_at": perhaps(MOMENT),
}


def link(hit: Hit) -> str:
    """Where the API says more of an organisation, a cohort, a programme or an event: pages end in their slug."""
    return reverse(f"api_{hit.type}", args=[hit.url.rstrip("/").rsplit("/", 1)[-1]])


def found(pages: QuerySet[P], slug: str) -> P:
    """The public page of that slug. Raises Http404."""
    page = public(pages.filter(slug=slug)).first() if "\x00" not in slug else None
    if page is None:
        raise Http404
    return page


def base(request: HttpRequest, page: BasePage, type_: str, *, summary: str, description: str) -> dict[str, Any]:
    """What is said of every page."""
    return {
        "id": f"{type_}:{page.pk}",
        "type": type_,
        "slug": page.slug,
        "title": page.title,
        "url": request.build_absolute_uri(page.get_url(request) or "/"),
        "summary": summary,
        "description": plain(description),
        "demonstration": page.demonstration,
        "published_at": page.last_published_at.isoformat() if page.last_published_at else None,
    }


def page_link(request: HttpRequest, page: BasePage | None) -> dict[str, str] | None:
    if page is None:
        return None
    return {"title": page.title, "url": request.build_absolute_uri(page.get_url(request) or "/")}


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _terms(labels: list[Label]) -> list[dict[str, str]]:
    return [{"value": label.note, "label": label.text} for label in labels]


# ---- organisations --------------------------------------------------------------------------------------------------
@endpoint(
    Operation(
        "/api/v1/organisations/",
        "listOrganisations",
        "Organisations of the directory, with the filters of its page.",
        "organisations",
        list_of(
            record(
                **ROW,
                kind=perhaps(TEXT),
                role=perhaps(TEXT),
                part_of=perhaps(TEXT),
                meets_needs=several(TEXT),
                at_stages=several(TEXT),
                checked_on=perhaps(DAY),
            )
        ),
        lambda: parameters_of(ORGANISATION),
        (400, 404),
    )
)
def organisations(request: HttpRequest) -> dict[str, Any]:
    return listed(request, ORGANISATION, link)


@endpoint(
    Operation(
        "/api/v1/organisations/{slug}/",
        "getOrganisation",
        "An organisation: what its profile says.",
        "organisations",
        record(
            **BASE,
            abbreviation=TEXT,
            kind=TERM,
            role=TERM,
            stage=perhaps(record(number=NUMBER, label=TEXT)),
            website=TEXT,
            founded=perhaps(NUMBER),
            team_size=TEXT,
            checked_on=perhaps(DAY),
            check_overdue=FLAG,
            source=TEXT,
            names=several(record(name=TEXT, kind=TEXT)),
            identifiers=several(record(value=TEXT, scheme=TEXT)),
            people=several(record(name=TEXT, role=TEXT)),
            sectors=several(TERM),
            themes=several(TERM),
            places=several(TERM),
            offers=several(STATEMENT),
            seeks=several(STATEMENT),
            relations=several(record(label=TEXT, title=TEXT, url=ADDRESS)),
            cohorts=several(record(title=TEXT, slug=TEXT, status=TEXT, outcomes=several(TEXT))),
            mentions=several(record(type=TEXT, title=TEXT, url=ADDRESS)),
            events=several(record(title=TEXT, url=ADDRESS, starts_at=MOMENT)),
        ),
        lambda: (SLUG,),
        (404,),
    )
)
def organisation(request: HttpRequest, slug: str) -> dict[str, Any]:
    page = found(OrganisationPage.objects.select_related("kind", "stage", "source"), slug)
    said, mentions = profile_of(page), mentions_of(page)
    data = base(request, page, "organisation", summary=page.summary, description=page.description)
    directory = data["url"].removesuffix(f"{page.slug}/")
    return data | {
        "abbreviation": page.abbreviation,
        "kind": {"value": page.kind.slug, "label": page.kind.name},
        "role": {"value": page.role, "label": str(page.get_role_display())},
        "stage": {"number": page.stage.number, "label": page.stage.name} if page.stage else None,
        "website": page.website,
        "founded": page.founded,
        "team_size": str(page.get_team_size_display()),
        "checked_on": day(page.checked_on),
        "check_overdue": page.is_check_overdue,
        "source": page.source.name if page.source else "",
        "names": [{"name": n.text, "kind": n.note} for n in said.names],
        "identifiers": [{"value": i.text, "scheme": i.note} for i in said.identifiers],
        "people": [{"name": p.text, "role": p.note} for p in said.people],
        "sectors": _terms(said.sectors),
        "themes": _terms(said.themes),
        "places": _terms(said.places),
        "offers": [_statement(offer) for offer in said.offers],
        "seeks": [_statement(need) for need in said.seeks],
        "relations": [{"label": r.label, "title": r.title, "url": f"{directory}{r.slug}/"} for r in said.relatives],
        "cohorts": [
            {"title": c.cohort, "slug": c.slug, "status": c.status, "outcomes": list(c.outcomes)} for c in said.cohorts
        ],
        "mentions": [
            {"type": hit.type, "title": hit.title, "url": request.build_absolute_uri(hit.url)} for hit in mentions.told
        ],
        "events": [
            {"title": hit.title, "url": request.build_absolute_uri(hit.url), "starts_at": hit.card["starts_at"]}
            for hit in mentions.events
        ],
    }


def _statement(said: Statement) -> dict[str, Any]:
    return {"need": said.need_slug, "label": said.need, "words": said.words, "stages": list(said.stage_numbers)}


# ---- cohorts --------------------------------------------------------------------------------------------------------
DATES = (
    "applications_open_on",
    "briefing_on",
    "interviews_on",
    "decisions_on",
    "starts_on",
    "ends_on",
    "demo_day_on",
)


@endpoint(
    Operation(
        "/api/v1/cohorts/",
        "listCohorts",
        "Cohorts of companies, the next to start and those gone by.",
        "cohorts",
        list_of(record(**ROW, status=perhaps(TEXT), closes_on=perhaps(DAY))),
        lambda: parameters_of(COHORT),
        (400, 404),
    )
)
def cohorts(request: HttpRequest) -> dict[str, Any]:
    return listed(request, COHORT, link)


@endpoint(
    Operation(
        "/api/v1/cohorts/{slug}/",
        "getCohort",
        "A cohort: its dates, its companies and what came of it.",
        "cohorts",
        record(
            **BASE,
            status=TERM,
            programme=perhaps(PAGE),
            run_by=perhaps(PAGE),
            theme=perhaps(TERM),
            stages=several(NUMBER),
            places=perhaps(NUMBER),
            places_left=NUMBER,
            **dict.fromkeys(DATES, perhaps(DAY)),
            applications_close_at=perhaps(MOMENT),
            cost=TEXT,
            access=TEXT,
            members=several(record(title=TEXT, url=ADDRESS, status=TEXT)),
            mentors=several(record(name=TEXT, role=TEXT, words=TEXT)),
            offers=several(record(need=TEXT, label=TEXT, words=TEXT)),
            outcomes=several(record(on=DAY, words=TEXT, measure=TEXT, value=perhaps(TEXT), organisation=perhaps(PAGE))),
        ),
        lambda: (SLUG,),
        (404,),
    )
)
def cohort(request: HttpRequest, slug: str) -> dict[str, Any]:
    page = found(CohortPage.objects.select_related("programme__run_by", "theme"), slug)
    members = queries.members_of(page)
    status = queries.status_of(page)
    data = base(request, page, "cohort", summary=page.summary, description=page.description)
    return data | {
        "status": {"value": str(status), "label": str(status.label)},
        "programme": page_link(request, if_public(request, page.programme)),
        "run_by": page_link(request, if_public(request, page.programme.run_by) if page.programme else None),
        "theme": {"value": page.theme.slug, "label": page.theme.name} if page.theme else None,
        "stages": sorted(stage.number for stage in page.stages.all()),
        "places": page.places,
        "places_left": max((page.places or 0) - len(members), 0),
        **{name: day(getattr(page, name)) for name in DATES},
        "applications_close_at": page.applications_close_at.isoformat() if page.applications_close_at else None,
        "cost": page.cost,
        "access": page.access,
        "members": [{**(page_link(request, member.organisation) or {}), "status": member.status} for member in members],
        "mentors": [{"name": m.name, "role": m.role, "words": m.words} for m in page.mentors.all()],
        "offers": [
            {"need": o.need.slug, "label": o.need.name, "words": o.words} for o in page.offers.select_related("need")
        ],
        "outcomes": [
            {
                "on": day(outcome.on),
                "words": outcome.words,
                "measure": outcome.measure,
                "value": str(outcome.value) if outcome.value is not None else None,
                "organisation": page_link(request, company),
            }
            for outcome, company in queries.outcomes_of(page, members)
        ],
    }


# ---- programmes -----------------------------------------------------------------------------------------------------
@endpoint(
    Operation(
        "/api/v1/programmes/",
        "listProgrammes",
        "Programmes that help companies or staff along.",
        "programmes",
        list_of(record(**ROW, status=perhaps(TEXT))),
        lambda: parameters_of(PROGRAMME),
        (400, 404),
    )
)
def programmes(request: HttpRequest) -> dict[str, Any]:
    return listed(request, PROGRAMME, link)


@endpoint(
    Operation(
        "/api/v1/programmes/{slug}/",
        "getProgramme",
        "A programme, who runs it and its cohorts.",
        "programmes",
        record(
            **BASE,
            status=TERM,
            audience=TEXT,
            run_by=perhaps(PAGE),
            organisation=perhaps(PAGE),
            source=TEXT,
            needs=several(TERM),
            cohorts=several(record(title=TEXT, url=ADDRESS, status=TEXT)),
        ),
        lambda: (SLUG,),
        (404,),
    )
)
def programme(request: HttpRequest, slug: str) -> dict[str, Any]:
    page = found(ProgrammePage.objects.select_related("run_by", "organisation", "source"), slug)
    data = base(request, page, "programme", summary=page.summary, description=page.description)
    return data | {
        "status": {"value": page.status, "label": str(page.get_status_display())},
        "audience": page.audience,
        "run_by": page_link(request, if_public(request, page.run_by)),
        "organisation": page_link(request, if_public(request, page.organisation)),
        "source": page.source.name if page.source else "",
        "needs": [{"value": need.slug, "label": need.name} for need in page.needs.all()],
        "cohorts": [
            {**(page_link(request, cohort) or {}), "status": str(queries.status_of(cohort))}
            for cohort in queries.cohorts(programme=page.pk)
        ],
    }
