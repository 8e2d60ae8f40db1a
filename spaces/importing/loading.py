"""Loads a file of spaces into pages, with the lists that stand beside them: checks all of it, then writes in one transaction.

What a load guarantees is what the load of a directory does: one fault and nothing is written; a page changes only in what
the file states; a second run changes nothing; a draft that waits stays one.
"""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from directory.importing.cells import fault_of, read_cells
from directory.importing.faults import Fault, Refused
from directory.importing.files import read_rows, read_tree
from directory.importing.pages import PageLoad, faults_of_columns
from directory.importing.reports import Progress, Report
from directory.importing.values import Mapping
from spaces.choices import Audience, SpaceKind, Takes
from spaces.models import OpeningDay, OpeningHours, SpaceIndexPage, SpacePage, Unit
from spaces.pounds import contradiction

from . import sections, units
from .columns import COLUMNS, SYNONYMS, Known, Stated

GIVEN_BACK_AFTER = 20  # minutes, where a file asks for it and the page says no other
PARTS_OF_THE_LIST = tuple(SpaceIndexPage.parts)  # addresses beside those of spaces
OUR_OWN = [str(Audience.TENANTS), str(Audience.PARTNERS), str(Audience.COHORT_MEMBERS)]
NOT_STATED = "hours-not-stated"
PRICED = ("price", "fee", "fee_minutes", "fee_begun", "fee_most")


def load_spaces(
    name: str, data: bytes, *, by: Any = None, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Load the spaces in ``data``, the content of the file called ``name``, and say what became of each row.

    Raises Refused, having written nothing, with all that is wrong with the file.
    """
    tree = read_tree(name, data)
    is_whole = isinstance(tree, Mapping) and any(key in tree for key in ("building", *sections.SECTIONS))
    rows = read_rows(name, data, under="spaces")
    with transaction.atomic():
        index = SpaceIndexPage.objects.first()
        if index is None:
            words = (
                "there is no page for spaces to load into. Run “manage.py load_demonstration”, or add one in the CMS."
            )
            raise Refused([Fault(0, words)])
        if isinstance(tree, Mapping) and is_whole:
            records, faults = sections.read_sections(tree)
            if faults:
                raise Refused(faults)
            sections.add_missing(records, index, by)
        pages = {page.slug: page for page in SpacePage.objects.child_of(index)}
        stated = _check(rows, Known.read(), pages)
        _add_units(stated, pages)
        load = PageLoad(SpaceIndexPage.objects.get(pk=index.pk), pages, apply, _Blank(), by)
        changes = load.run(stated, dry_run=dry_run, progress=progress)
        transaction.set_rollback(dry_run)  # lists and units were made to look the rows up in them
    return Report(changes, [note for one in stated for note in one.notes])


# ---- checking -------------------------------------------------------------------------------------------------------
def _check(rows: list[Mapping], known: Known, pages: dict[str, SpacePage]) -> list[Stated]:
    """Read every row. Raises Refused with all that is wrong with the file."""
    if faults := faults_of_columns(rows, COLUMNS, SYNONYMS):
        raise Refused(faults)
    titles = {page.title.casefold(): slug for slug, page in pages.items()}
    found: list[Stated] = []
    lines: dict[str, int] = {}
    for row in rows:
        stated, wrong = _read(row, known, titles)
        if stated.slug in lines:
            words = f"“{stated.slug}” stands on line {lines[stated.slug]} already. Keep one row for a space."
            wrong.append(Fault(stated.line, words, "slug"))
        elif stated.slug:
            lines[stated.slug] = stated.line
        faults += wrong or _faults_together(stated, pages.get(stated.slug))
        found.append(stated)
    if faults := faults or _faults_of_units(found):
        raise Refused(faults)
    return found


def _read(row: Mapping, known: Known, titles: dict[str, str]) -> tuple[Stated, list[Fault]]:
    stated = Stated(row=row)
    faults = read_cells(row, COLUMNS, stated, known)
    if not stated.slug and stated.name:
        stated.slug = titles.get(stated.name.casefold()) or slugify(stated.name)[:80]
    if not stated.slug and not faults:
        faults.append(Fault(row.line, "give “slug” or “name”. Every space needs one of them.", "slug"))
    if stated.units is not None and stated.slug:
        try:
            name = stated.name or stated.slug.replace("-", " ").capitalize()
            stated.lists["units"] = units.units_of(stated.units, stated.slug, name)
        except ValueError as error:
            faults.append(fault_of(row, "units", error))
    return stated, faults


def _faults_together(stated: Stated, page: SpacePage | None) -> list[Fault]:
    """What is right in each cell, and wrong in a row."""
    faults = []
    blank = page or SpacePage()
    least, most = (stated.plain.get(name, getattr(blank, name)) for name in ("min_minutes", "max_minutes"))
    if least > most:
        column = "max_minutes" if "max_minutes" in stated.plain else "min_minutes"
        words = f"the longest booking ({most} minutes) would be shorter than the shortest ({least} minutes)."
        faults.append(Fault(stated.row.line_of(column), words, column))
    if priced := [name for name in ("price", "fee") if name in stated.plain]:
        price, amount, minutes, when_begun, top = (stated.plain.get(name, getattr(blank, name)) for name in PRICED)
        if wrong := contradiction(price, amount, minutes, when_begun=when_begun, most=top):
            faults.append(Fault(stated.row.line_of(priced[0]), wrong, priced[0]))
    if stated.slug in PARTS_OF_THE_LIST:
        words = f"another page of ours has the address “{stated.slug}”. Give another slug."
        faults.append(Fault(stated.row.line_of("slug"), words, "slug"))
    return faults


def _faults_of_units(found: list[Stated]) -> list[Fault]:
    """Pieces that are counted off belong to one space alone."""
    owners: dict[str, str] = {}
    counted = {unit.slug for stated in found for unit in stated.lists.get("units", []) if unit.is_own}
    for slug, owner in Unit.objects.filter(slug__in=counted).values_list("slug", "spaces__slug"):
        owners[slug] = owner or ""
    faults = []
    for stated in found:
        for unit in stated.lists.get("units", []):
            if unit.is_own and owners.setdefault(unit.slug, stated.slug) not in ("", stated.slug):
                words = f"“{unit.slug}” belongs to “{owners[unit.slug]}” already. Count them off with another prefix."
                faults.append(Fault(stated.row.line_of("units"), words, "units"))
                break
    return faults


# ---- writing --------------------------------------------------------------------------------------------------------
def _add_units(found: list[Stated], pages: dict[str, SpacePage]) -> None:
    """Turn what rows name into units, and give a new space that names none one of its own."""
    for stated in found:
        if "units" not in stated.lists and stated.slug not in pages:
            name = stated.name or stated.slug.replace("-", " ").capitalize()
            stated.lists["units"] = [units.UnitSpec(stated.slug[: units.LENGTH], name)]
    there = units.add_missing(
        (unit, stated.area) for stated in _alone_first(found) for unit in stated.lists.get("units", [])
    )
    for stated in found:
        if "units" in stated.lists:
            named: list[units.UnitSpec] = stated.lists["units"]
            stated.lists["units"] = [there[unit.slug] for unit in named]
            is_pool = any(unit.is_own for unit in named) or stated.plain.get("kind") == SpaceKind.HOT_DESKS
            stated.plain.setdefault("takes", str(Takes.ANY if is_pool else Takes.ALL))


def _alone_first(found: Iterable[Stated]) -> list[Stated]:
    """A room says of itself what it is called; a combination only names it."""
    return sorted(found, key=lambda stated: len(stated.lists.get("units", [])))


def apply(stated: Stated, page: SpacePage) -> list[str]:
    """Write what is stated into ``page`` and return the names of the fields that are now different."""
    changed = []
    values = dict(stated.plain)
    if stated.gives_back is not None:
        values["release_minutes"] = (page.release_minutes or GIVEN_BACK_AFTER) if stated.gives_back else None
    for name, value in values.items():
        if getattr(page, name, None) != value:  # a new page has no hours yet
            setattr(page, name, value)
            changed.append(name)
    had = [(layout.value["name"], layout.value["people"]) for layout in page.layouts]
    if stated.layouts and had != stated.layouts:
        page.layouts = [("layout", {"name": name, "people": people}) for name, people in stated.layouts]
        changed.append("layouts")
    for name, records in stated.lists.items():
        manager = getattr(page, name)
        if {record.pk for record in manager.all()} != {record.pk for record in records}:
            manager.set(records)
            changed.append(name)
    return changed


class _Blank:
    """The page of a new space. What a row leaves out is said in a note, where it decides who can book or when."""

    def __init__(self) -> None:
        self._hours: OpeningHours | None = None

    def __call__(self, stated: Stated) -> SpacePage:
        title = stated.name or stated.slug.replace("-", " ").capitalize()
        page = SpacePage(title=title, slug=stated.slug, live=False, kind=SpaceKind.MEETING_ROOM, open_to=OUR_OWN)
        page.capacity = len(stated.lists["units"])
        page.description = f"{SpaceKind(stated.plain.get('kind', page.kind)).label}."  # a page is never without one
        said = stated.row
        if not said.get("kind"):
            stated.notes.append(f"line {stated.line}: no kind is stated, so “{title}” is a meeting room.")
        if not said.get("who"):
            stated.notes.append(f"line {stated.line}: nobody is named who may book “{title}”, so our own people may.")
        if not said.get("hours"):
            page.hours = self.hours
            stated.notes.append(f"line {stated.line}: no hours are stated, so “{title}” has “{page.hours}”.")
        return page

    @property
    def hours(self) -> OpeningHours:
        """Those that come first among ours; where there are none, weekdays from 9:00 to 17:00."""
        self._hours = self._hours or OpeningHours.objects.first()
        if self._hours is None:
            days = [OpeningDay(weekday=day, opens=time(9), closes=time(17)) for day in range(5)]
            self._hours = OpeningHours(slug=NOT_STATED, name="Weekdays, 9:00 to 17:00")
            self._hours.days.set(days)
            self._hours.save()
        return self._hours
