"""What loads of pages have in common: how columns are named, and how a page is changed without losing an editor's draft."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from wagtail.log_actions import LogContext, log
from wagtail.models import Page

from search.receivers import look_again, paused

from .faults import Fault, did_you_mean
from .reports import CREATED, UNCHANGED, UPDATED, Change, Progress
from .values import Mapping as Row


class Stated(Protocol):
    """What one row says of one page."""

    slug: str

    @property
    def line(self) -> int: ...


P = TypeVar("P", bound=Page)
S = TypeVar("S", bound=Stated)


def faults_of_columns(rows: list[Row], columns: Collection[str], synonyms: Mapping[str, str]) -> list[Fault]:
    """Rename every row's keys to those of ``columns``, and complain once about each that is none of them."""
    faults, seen = [], set()
    for row in rows:
        for key in list(row):
            column = "_".join(key.strip().casefold().replace("-", " ").split())
            line = row.line_naming(key)
            if column not in columns and column not in seen:
                seen.add(column)
                hint = did_you_mean(column, columns, otherwise=f"The columns are: {', '.join(columns)}.")
                other = f"this column is called “{synonyms[column]}” here." if column in synonyms else ""
                faults.append(Fault(line, other or f"there is no such column. {hint}", key[:60] or "(no name)"))
            elif column != key and column in row:
                faults.append(Fault(line, f"this column is given twice, also as “{column}”. Keep one.", key[:60]))
            if column != key:
                at = row.line_of(key)
                row.add(column, row.pop(key), at)
    return faults


@dataclass(frozen=True)
class PageLoad(Generic[P, S]):
    """Writes rows into the pages below ``index``: a page that says all of it already gets no new revision.

    A draft that waits stays one: what is stated goes into the public page and into the draft.
    """

    index: Page
    pages: Mapping[str, P]  # by slug, those that are there
    apply: Callable[[S, P], list[str]]  # writes into the page in memory; names the fields that are now different
    blank: Callable[[S], P]  # the page of a row that names none
    by: Any = None

    def run(self, rows: list[S], *, dry_run: bool, progress: Progress | None) -> list[Change]:
        changes = []
        with LogContext(user=self.by, generate_uuid=False), paused():  # the search looks at each page once, when whole
            for done, stated in enumerate(rows, start=1):
                changes.append(self._plan(stated) if dry_run else self._write(stated))
                if progress:
                    progress(done, len(rows))
        written = [change.slug for change in changes if not dry_run and change.what != UNCHANGED]
        for page in self.index.get_children().filter(slug__in=written).specific():
            look_again(page)
        return changes

    def _plan(self, stated: S) -> Change:
        live = self.pages.get(stated.slug)
        page = _edited(live) if live else self.blank(stated)
        fields = self.apply(stated, page)
        return _change(stated, page, (UPDATED if fields else UNCHANGED) if live else CREATED, fields)

    def _write(self, stated: S) -> Change:
        live = self.pages.get(stated.slug)
        if live is None:
            return self._create(stated)
        page = _edited(live)
        fields = self.apply(stated, page)
        if not fields:
            return _change(stated, page, UNCHANGED, fields)
        has_draft = live.has_unpublished_changes
        if live.live and has_draft:
            public = type(live)._default_manager.get(pk=live.pk)
            self.apply(stated, public)
            public.save_revision(user=self.by, clean=False).publish(user=self.by)
        revision = page.save_revision(user=self.by, clean=False, log_action=True)
        if live.live and not has_draft:
            revision.publish(user=self.by)
        return _change(stated, page, UPDATED, fields)

    def _create(self, stated: S) -> Change:
        page = self.blank(stated)
        fields = self.apply(stated, page)
        self.index.add_child(instance=page)
        log(instance=page, action="wagtail.create", user=self.by)
        page.save_revision(user=self.by, clean=False).publish(user=self.by)
        return _change(stated, page, CREATED, fields)


def _edited(page: P) -> P:
    """What an editor would see on opening ``page``: its newest draft, or the page itself."""
    if page.has_unpublished_changes or not page.live:
        draft: P = page.get_latest_revision_as_object()
        return draft
    return page


def _change(stated: Stated, page: Page, what: str, fields: list[str]) -> Change:
    return Change(stated.line, stated.slug, page.title, what, tuple(fields))
