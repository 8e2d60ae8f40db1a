"""Programmes and cohorts as search knows them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from core.visibility import is_public, public
from directory.choices import MembershipStatus
from directory.models import (
    CohortMembership,
    CohortOutcome,
    CohortPage,
    Need,
    OrganisationPage,
    ProgrammePage,
    Stage,
    Theme,
)
from directory.queries.cohorts import changes_at, status_of
from search.documents import Document, DocumentSource, register
from search.results import Hit

from .organisations import plain
from .terms import NEED, STAGE, STATUS, THEME


@register
class ProgrammeSource(DocumentSource):
    type, label, label_plural, model = "programme", "Programme", "Programmes", ProgrammePage
    facets = (STATUS, NEED)
    term_models = (Need,)

    def queryset(self) -> QuerySet[ProgrammePage]:
        programmes: QuerySet[ProgrammePage] = public(ProgrammePage.objects.all())
        organisations = public(OrganisationPage.objects.all())
        return programmes.prefetch_related(
            Prefetch("run_by", organisations), Prefetch("organisation", organisations), "needs"
        )

    def document(self, obj: ProgrammePage) -> Document:
        about = [o for o in (obj.run_by, obj.organisation) if o]
        return Document(
            type=self.type,
            key=str(obj.pk),
            title=obj.title,
            url=obj.url or "",
            summary=obj.summary,
            keywords=("programme", *(o.title for o in about), *(n.name for n in obj.needs.all())),
            body=f"{plain(obj.description)} {obj.audience}".strip(),
            facets={"status": (obj.status,), "need": tuple(n.slug for n in obj.needs.all())},
            links=tuple(f"organisation:{o.slug}" for o in about),
            card={
                "initials": "".join(w[0] for w in obj.title.split()[:2]).upper(),
                "tone": "accel",
                "meta": [
                    str(obj.get_status_display()),
                    *([f"Run by {obj.run_by.title}"] if obj.run_by else []),
                ],
                "status": obj.status,
                "note": f"For: {obj.audience}" if obj.audience else "",
                "demonstration": obj.demonstration,
            },
        )

    def columns(self, hit: Hit) -> dict[str, Any]:
        return {"status": hit.card.get("status")}

    def affected_by(self, instance: Model) -> Iterable[Any]:
        if isinstance(instance, OrganisationPage):
            return [*self.keys(run_by=instance.pk), *self.keys(organisation=instance.pk)]
        return self.keys(needs=instance.pk) if isinstance(instance, Need) else ()


@register
class CohortSource(DocumentSource):
    type, label, label_plural, model = "cohort", "Cohort", "Cohorts", CohortPage
    facets = (STATUS, NEED, STAGE, THEME)
    term_models = (Need, Stage, Theme)

    def queryset(self) -> QuerySet[CohortPage]:
        cohorts: QuerySet[CohortPage] = public(CohortPage.objects.all())
        is_open = is_public("organisation__")
        taking_part = CohortMembership.objects.filter(is_open).exclude(status=MembershipStatus.WITHDRAWN)
        return cohorts.select_related("theme").prefetch_related(
            Prefetch("programme", public(ProgrammePage.objects.all())),
            Prefetch("memberships", taking_part.select_related("organisation")),
            Prefetch("outcomes", CohortOutcome.objects.filter(is_open | Q(organisation=None))),
            "stages",
            "themes",
            "offers__need",
        )

    def document(self, obj: CohortPage) -> Document:
        companies = [m.organisation for m in obj.memberships.all()]
        programme = obj.programme
        themes = {t.slug: t.name for t in (*obj.themes.all(), *([obj.theme] if obj.theme else []))}
        offers = list(obj.offers.all())
        status = status_of(obj)
        return Document(
            type=self.type,
            key=str(obj.pk),
            title=obj.title,
            url=obj.url or "",
            summary=obj.summary,
            keywords=(
                "cohort",
                *([programme.title] if programme else []),
                *themes.values(),
                *(c.title for c in companies),
            ),
            body=" ".join(
                [
                    plain(obj.description),
                    *(f"{o.need.name} {o.words}" for o in offers),
                    *(o.words for o in obj.outcomes.all()),
                ]
            ),
            facets={
                "status": (status,),
                "need": tuple({o.need.slug for o in offers}),
                "stage": tuple(s.slug for s in obj.stages.all()),
                "theme": tuple(themes),
            },
            links=tuple(f"organisation:{c.slug}" for c in companies),
            card={
                "initials": "".join(w[0] for w in obj.title.split()[:2]).upper(),
                "tone": "accel",
                "meta": [str(status.label), *([programme.title] if programme else [])],
                "status": status,
                "closes_on": localdate(obj.applications_close_at).isoformat() if obj.applications_close_at else None,
                "demonstration": obj.demonstration,
            },
            sort_date=obj.starts_on,
            fresh_until=changes_at(obj),
        )

    def columns(self, hit: Hit) -> dict[str, Any]:
        return {"status": hit.card.get("status"), "closes_on": hit.card.get("closes_on")}

    def affected_by(self, instance: Model) -> Iterable[Any]:
        if isinstance(instance, OrganisationPage):
            return self.keys(memberships__organisation=instance.pk)
        if isinstance(instance, ProgrammePage):
            return self.keys(programme=instance.pk)
        if isinstance(instance, Theme):
            return [*self.keys(theme=instance.pk), *self.keys(themes=instance.pk)]
        return self.keys(offers__need=instance.pk) if isinstance(instance, Need) else ()
