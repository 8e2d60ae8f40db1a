"""Where a cohort stands today, what comes next, and who is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from core.visibility import is_public, public
from directory.choices import CohortStatus, MembershipStatus, ProgrammeStatus
from directory.models import CohortOutcome, CohortPage, OrganisationPage, ProgrammePage


# ---- where it stands ------------------------------------------------------------------------------------------------
def status_of(cohort: CohortPage, now: datetime | None = None) -> CohortStatus:
    """Where ``cohort`` stands at ``now``: its dates decide, and where they say nothing, the status that editors chose.

    A day begins and ends at midnight in London. Applications close at the very moment that is named.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    if cohort.status == CohortStatus.ALUMNI or (cohort.ends_on and today > cohort.ends_on):
        return CohortStatus.ALUMNI
    if cohort.starts_on and today >= cohort.starts_on:
        return CohortStatus.RUNNING
    if cohort.applications_close_at and now >= cohort.applications_close_at:
        return CohortStatus.CLOSED
    if cohort.applications_open_on:
        return CohortStatus.OPEN if today >= cohort.applications_open_on else CohortStatus.PLANNED
    return CohortStatus(cohort.status)


def changes_at(cohort: CohortPage, now: datetime | None = None) -> datetime | None:
    """The next moment at which ``status_of`` may give another answer."""
    now = now or timezone.now()
    days = [cohort.applications_open_on, cohort.starts_on, cohort.ends_on and cohort.ends_on + timedelta(days=1)]
    moments = [midnight(day) for day in days if day]
    if cohort.applications_close_at:
        moments.append(cohort.applications_close_at)
    return min((moment for moment in moments if moment > now), default=None)


def midnight(day: date) -> datetime:
    """The moment at which ``day`` begins in London."""
    return timezone.make_aware(datetime.combine(day, time.min))


# ---- what comes next ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Milestone:
    heading: str
    when: str
    icon: str
    words: str = ""


def milestones(cohort: CohortPage, now: datetime | None = None) -> list[Milestone]:
    """The dates of ``cohort`` in their order; those gone by are ticked."""
    now = now or timezone.now()
    dated: list[tuple[datetime, str, str]] = []
    for day, heading in (
        (cohort.applications_open_on, "Applications open"),
        (cohort.briefing_on, "Briefing, with questions"),
        (cohort.interviews_on, "Interviews"),
        (cohort.decisions_on, "Decisions sent"),
        (cohort.starts_on, "Start"),
        (cohort.demo_day_on, "Demo day"),
        (cohort.ends_on, "End"),
    ):
        if day:
            dated.append((midnight(day), heading, words_for(day)))
    if cohort.applications_close_at:
        closes = timezone.localtime(cohort.applications_close_at)
        dated.append((closes, "Applications close", f"{words_for(closes.date())}, {closes:%-H:%M}"))
    return [
        Milestone(heading, when, "check" if moment <= now else "calendar")
        for moment, heading, when in sorted(dated, key=lambda entry: entry[0])
    ]


def words_for(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


# ---- who is in it ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Member:
    organisation: OrganisationPage
    status: str


def members_of(cohort: CohortPage) -> list[Member]:
    """Its public companies in the editors' order, without those that withdrew; a draft's in a preview."""
    entries = [m for m in cohort.memberships.all() if m.status != MembershipStatus.WITHDRAWN]
    companies = public(OrganisationPage.objects.filter(pk__in=[m.organisation_id for m in entries]))
    found = companies.select_related("kind", "stage").prefetch_related("sectors").in_bulk()
    return [
        Member(found[m.organisation_id], str(MembershipStatus(m.status).label))
        for m in entries
        if m.organisation_id in found
    ]


def outcomes_of(cohort: CohortPage, members: Sequence[Member]) -> list[tuple[CohortOutcome, OrganisationPage | None]]:
    """What came of it, the latest first, each with its company where that is public."""
    companies = {member.organisation.pk: member.organisation for member in members}
    outcomes = sorted(cohort.outcomes.all(), key=lambda outcome: outcome.on, reverse=True)
    return [
        (o, companies.get(o.organisation_id))
        for o in outcomes
        if not o.organisation_id or o.organisation_id in companies
    ]


# ---- lists ----------------------------------------------------------------------------------------------------------
def cohorts(**where: Any) -> list[CohortPage]:
    """Public cohorts with their programme and the number of public companies, the next to start first."""
    present = Q(is_public("memberships__organisation__"), ~Q(memberships__status=MembershipStatus.WITHDRAWN))
    found: QuerySet[CohortPage] = public(CohortPage.objects.filter(**where)).select_related("programme", "theme")
    return list(found.annotate(company_count=Count("memberships", filter=present)).order_by("starts_on", "path"))


PROGRAMMES_FIRST = (
    ProgrammeStatus.RUNNING,
    ProgrammeStatus.ANNOUNCED,
    ProgrammeStatus.PLANNED,
    ProgrammeStatus.ENDED,
)


def programmes() -> list[ProgrammePage]:
    """Public programmes with who runs them: what runs first, what has ended last."""
    found = public(ProgrammePage.objects.select_related("run_by__kind"))
    return sorted(found, key=lambda p: (PROGRAMMES_FIRST.index(ProgrammeStatus(p.status)), p.path))
