"""``/cohorts/``: programmes, and the cohorts of companies that go through them."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from core.blocks.links import look_up, reachable
from core.navigation import way_to
from core.visibility import if_public
from directory.choices import CohortStatus
from directory.models import CohortIndexPage, CohortPage, ProgrammePage
from directory.queries import cohorts as queries
from search.about import about

from . import structured_data

CONTACT, JOIN = "/contact/", "/join/"
MOST_TOLD, MOST_EVENTS = 4, 6
# In the order in which somebody who looks for a place wants to see them.
GROUPS = {
    CohortStatus.OPEN: "Open for applications",
    CohortStatus.PLANNED: "Opening next",
    CohortStatus.CLOSED: "About to start",
    CohortStatus.RUNNING: "Running now",
    CohortStatus.ALUMNI: "Alumni",
}
TONES = {CohortStatus.OPEN: "solid", CohortStatus.RUNNING: "solid", CohortStatus.CLOSED: "wait"}


def cohort_list(request: HttpRequest, page: CohortIndexPage) -> HttpResponse:
    found = [(queries.status_of(cohort), cohort) for cohort in queries.cohorts()]
    programmes = queries.programmes()
    for programme in programmes:
        programme.run_by = if_public(request, programme.run_by)
    for status, member in found:
        member.programme = if_public(request, member.programme)
        member.closes_at = _closes_at(member) if status == CohortStatus.OPEN else None  # type: ignore[attr-defined]
    groups = [(heading, [c for s, c in found if s == status]) for status, heading in GROUPS.items()]
    context = page.get_context(request) | {
        "groups": [(heading, members) for heading, members in groups if members],
        "programmes": programmes,
        "contact_url": reachable(request, CONTACT),
    }
    return TemplateResponse(request, page.get_template(request), context)


def cohort(request: HttpRequest, page: CohortPage) -> HttpResponse:
    look_up(request, (CONTACT, JOIN))
    members = queries.members_of(page)
    status = queries.status_of(page)
    numbers = sorted(stage.number for stage in page.stages.all())
    run_by = if_public(request, page.programme.run_by) if page.programme else None
    path, steps = page.get_url(request) or "", way_to(request, page)
    context = page.get_context(request) | {
        "status": status,
        "status_tone": TONES.get(status, ""),
        "programme": if_public(request, page.programme),
        "run_by": run_by,
        "members": members,
        "are_invented": bool(members) and all(m.organisation.demonstration for m in members),
        "milestones": queries.milestones(page),
        "mentors": list(page.mentors.all()),
        "offers": list(page.offers.select_related("need")),
        "outcomes": queries.outcomes_of(page, members),
        "events": about({f"cohort:{page.slug}"}, {"event"}, number=MOST_EVENTS),
        "stage_words": f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else "".join(map(str, numbers)),
        "places_left": max((page.places or 0) - len(members), 0),
        "closes_at": _closes_at(page),
        "contact_url": reachable(request, CONTACT),
        "join_url": reachable(request, JOIN),
        "structured_data": structured_data.cohort(page, path, steps, run_by=run_by),
    }
    return TemplateResponse(request, page.get_template(request), context)


def programme(request: HttpRequest, page: ProgrammePage) -> HttpResponse:
    run_by, profile = if_public(request, page.run_by), if_public(request, page.organisation)
    links = {f"programme:{page.slug}", *(f"organisation:{o.slug}" for o in (run_by, profile) if o)}
    found = [(queries.status_of(c), c) for c in queries.cohorts(programme=page.pk)] if page.pk else []
    needs = list(page.needs.all())
    path, steps = page.get_url(request) or "", way_to(request, page)
    context = page.get_context(request) | {
        "run_by": run_by,
        "profile": profile,
        "needs": needs,
        "cohorts": [(status, TONES.get(status, ""), cohort) for status, cohort in found],
        "mentions": about(links, {"story", "episode"}, number=MOST_TOLD),
        "events": about({f"programme:{page.slug}"}, {"event"}, number=MOST_EVENTS),
        "contact_url": reachable(request, CONTACT),
        "structured_data": structured_data.programme(page, path, steps, run_by=run_by, needs=needs),
    }
    return TemplateResponse(request, page.get_template(request), context)


def _closes_at(page: CohortPage) -> datetime | None:
    return timezone.localtime(page.applications_close_at) if page.applications_close_at else None
