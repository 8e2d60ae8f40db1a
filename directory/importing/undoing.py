"""Takes back what one load wrote, page by page, from the entries that the load left in the log."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min
from django.db.models.fields.json import KT
from wagtail.models import PageLogEntry, Revision

from directory.models import NeedSuggestion, OrganisationPage

from .loading import IMPORTED


@dataclass(frozen=True)
class Run:
    """One load, as the log remembers it."""

    run: str
    file: str
    at: datetime
    by: str
    pages: int


@dataclass
class Undone:
    removed: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)  # title: why it was left as it is


def recent_runs(limit: int = 10) -> list[Run]:
    """The last loads that wrote something, the newest first."""
    entries = PageLogEntry.objects.filter(action=IMPORTED).annotate(run=KT("data__run"))
    groups = (
        entries.values("run").annotate(pages=Count("pk"), first=Min("pk"), at=Max("timestamp")).order_by("-at", "run")
    )
    firsts = {entry.pk: entry for entry in PageLogEntry.objects.filter(pk__in=[g["first"] for g in groups[:limit]])}
    return [
        Run(
            g["run"],
            firsts[g["first"]].data.get("file", ""),
            g["at"],
            firsts[g["first"]].user_display_name,
            g["pages"],
        )
        for g in groups[:limit]
    ]


def entries_of(run: str) -> list[PageLogEntry]:
    """What the load ``run`` wrote in the histories of its pages, in its order."""
    return list(PageLogEntry.objects.filter(action=IMPORTED, data__run=run).order_by("pk"))


def undo(run: str, *, by: Any) -> Undone:
    """Delete the pages that the load ``run`` made and give the others back what they said before.

    A page that somebody has edited since stays as it is, and so does a new one that others name by now; the answer says
    which and why. Undoing twice does nothing more.
    """
    undone = Undone()
    with transaction.atomic():
        entries = entries_of(run)
        pages = OrganisationPage.objects.in_bulk([entry.page_id for entry in entries])
        touched = set(pages)
        # Updated pages first, so that they no longer name the new ones.
        for entry in sorted(entries, key=lambda entry: entry.data["before"] is None):
            page = pages.get(entry.page_id)
            if page is None:
                undone.kept[entry.label] = "it was deleted since"
            elif page.latest_revision_id != entry.data["revision"]:
                undone.kept[page.title] = "somebody has edited it since"
            elif entry.data["before"] is not None and not _is_kept(entry.data):
                undone.kept[page.title] = "the version before it is too old to be kept"
            elif entry.data["before"] is not None:
                _restore(page, entry.data, by)
                undone.restored.append(page.title)
            elif reason := _needed_by_others(page, touched):
                undone.kept[page.title] = reason
            else:
                undone.removed.append(page.title)
                page.delete(user=by)
    return undone


def _is_kept(data: dict[str, Any]) -> bool:
    needed = {data["before"], data.get("draft")} - {None}
    return Revision.objects.filter(pk__in=needed).count() == len(needed)


def _restore(page: OrganisationPage, data: dict[str, Any], by: Any) -> None:
    before = Revision.objects.get(pk=data["before"])
    revision = before.as_object().save_revision(user=by, previous_revision=before, log_action=True, clean=False)
    if page.live:
        revision.publish(user=by, previous_revision=before)
    if data.get("draft"):
        Revision.objects.get(pk=data["draft"]).as_object().save_revision(user=by, clean=False)


def _needed_by_others(page: OrganisationPage, touched: set[int]) -> str:
    if page.cohort_memberships.exists() or page.programmes.exists() or page.programmes_run.exists():
        return "a programme or cohort names it by now"
    if NeedSuggestion.objects.filter(organisation=page).exists():
        return "the support navigator names it by now"
    if page.relations_to.exclude(organisation__in=touched).exists():
        return "another organisation is related to it by now"
    return ""
