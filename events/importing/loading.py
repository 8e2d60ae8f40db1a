"""Loads a file of events into pages: checks all of it, plans, then writes in one transaction.

What a load guarantees is what the load of a directory does: one fault and nothing is written; a page changes only in what
the file states; a second run changes nothing; a draft that waits stays one.
"""

from typing import Any

from django.db import transaction
from django.utils.html import strip_tags

from directory.importing.applying import rich_text
from directory.importing.cells import read_cells
from directory.importing.faults import Fault, Refused
from directory.importing.files import read_rows
from directory.importing.pages import PageLoad, faults_of_columns
from directory.importing.reports import Progress, Report
from directory.importing.values import Mapping
from events.choices import EventStatus, PlaceKind
from events.models import CALENDARS_OF_SERIES, EventHost, EventIndexPage, EventPage

from .columns import COLUMNS, SYNONYMS, Known, Stated

ALWAYS = ("slug", "starts_at", "ends_at")


def load_events(
    name: str, data: bytes, *, by: Any = None, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Load the events in ``data``, the content of the file called ``name``, and say what became of each row.

    Raises Refused, having written nothing, with all that is wrong with the file.
    """
    rows = read_rows(name, data, under="events")
    with transaction.atomic():
        index = EventIndexPage.objects.first()
        if index is None:
            words = (
                "there is no page for events to load into. Run “manage.py load_demonstration”, or add one in the CMS."
            )
            raise Refused([Fault(0, words)])
        pages = {page.slug: page for page in EventPage.objects.child_of(index)}
        stated = check(rows, Known.read(), pages)
        notes = [note for one in stated for note in one.notes]
        load = PageLoad(index, pages, apply, _blank, by)
        return Report(load.run(stated, dry_run=dry_run, progress=progress), notes)


# ---- checking -------------------------------------------------------------------------------------------------------
def check(rows: list[Mapping], known: Known, pages: dict[str, EventPage]) -> list[Stated]:
    """Read every row. Raises Refused with all that is wrong with the file."""
    faults = faults_of_columns(rows, COLUMNS, SYNONYMS)
    if faults:
        raise Refused(faults)
    found: list[Stated] = []
    lines: dict[str, int] = {}
    for row in rows:
        stated, wrong = _read(row, known)
        if stated.slug in lines:
            words = f"“{stated.slug}” stands on line {lines[stated.slug]} already. Keep one row for an event."
            wrong.append(Fault(stated.line, words, "slug"))
        elif stated.slug:
            lines[stated.slug] = stated.line
        faults += wrong or _faults_together(stated, pages.get(stated.slug))
        found.append(stated)
    if faults:
        raise Refused(faults)
    return found


def _read(row: Mapping, known: Known) -> tuple[Stated, list[Fault]]:
    stated = Stated(row=row)
    faults = read_cells(row, COLUMNS, stated, known)
    complained = {fault.column for fault in faults}
    for column in ALWAYS:
        if column not in complained and not (stated.slug if column == "slug" else column in stated.plain):
            faults.append(Fault(row.line, f"“{column}” is missing. Every event needs it.", column))
    return stated, faults


def _faults_together(stated: Stated, page: EventPage | None) -> list[Fault]:
    """What is right in each cell, and wrong in a row."""
    faults = []
    if stated.plain["ends_at"] <= stated.plain["starts_at"]:
        words = "it would end before it starts. Look at the day as well as the time."
        faults.append(Fault(stated.row.line_of("ends_at"), words, "ends_at"))
    if stated.slug == CALENDARS_OF_SERIES:
        words = f"calendars of series stand below “{stated.slug}”. Give another slug."
        faults.append(Fault(stated.row.line_of("slug"), words, "slug"))
    notice = stated.plain.get("notice") or (page.notice if page else "")
    if stated.plain.get("status", EventStatus.SCHEDULED) != EventStatus.SCHEDULED and not notice:
        words = "say in “notice” why, and what comes next. Everybody who wanted to come reads it."
        faults.append(Fault(stated.row.line_of("status"), words, "status"))
    return faults


# ---- writing --------------------------------------------------------------------------------------------------------
def apply(stated: Stated, page: EventPage) -> list[str]:
    """Write what is stated into ``page`` and return the names of the fields that are now different."""
    changed = []
    values = dict(stated.plain)
    if stated.online is not None:
        values["place_kind"] = _place_kind(stated, page)
    if stated.description and _words(page.description) != _words(rich_text(stated.description)):
        values["description"] = rich_text(stated.description)
    for name, value in values.items():
        if getattr(page, name) != value:
            setattr(page, name, value)
            changed.append(name)
    for name, terms in stated.lists.items():
        manager = getattr(page, name)
        if {term.pk for term in manager.all()} != {term.pk for term in terms}:
            manager.set(terms)
            changed.append(name)
    if _add_hosts(stated, page):
        changed.append("hosts")
    return changed


def _place_kind(stated: Stated, page: EventPage) -> str:
    """Online, in a place, or both: a place is what this row names, or what the event has already."""
    names = any(stated.plain.get(name) for name in ("space", "building", "address"))
    has = names or bool(page.space or page.building_id or page.address)
    if stated.online:
        return PlaceKind.HYBRID if has else PlaceKind.ONLINE
    return PlaceKind.ADDRESS if stated.plain.get("address") else PlaceKind.SPACE


def _add_hosts(stated: Stated, page: EventPage) -> bool:
    """Hosts are added, never taken away: one that the file leaves out may be an editor's work."""
    rows = list(page.hosts.get_object_list())  # type: ignore[attr-defined] # modelcluster's; all() would read copies
    had = {row.organisation_id for row in rows}
    missing = [organisation for organisation in stated.hosts if organisation.pk not in had]
    for place, organisation in enumerate(missing, start=len(rows)):
        page.hosts.add(EventHost(organisation=organisation, sort_order=place))
    return bool(missing)


def _words(html: str) -> list[str]:
    return strip_tags(html.replace("<", " <")).split()


def _blank(stated: Stated) -> EventPage:
    title = stated.slug.replace("-", " ").capitalize()
    return EventPage(title=title, slug=stated.slug, live=False)
