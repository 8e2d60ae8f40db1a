"""Loads a file of organisations into pages: checks all of it, plans, then writes in one transaction.

What a load guarantees:

* One fault anywhere and nothing is written; the faults name line, rule and remedy.
* A page changes only in the fields that the file states, and never loses one to an empty cell.
* A page that says all this already gets no new revision, so a second run changes nothing.
* A page with changes that wait for publication keeps them: the file's words go into the live page and into the draft.
  A page that is not public stays so.
"""

from typing import Any
from uuid import uuid4

from django.db import transaction
from wagtail.log_actions import LogContext, log

from directory.choices import Tone
from directory.models import DirectoryIndexPage, Kind, OrganisationPage
from search.receivers import look_again, paused

from .applying import apply
from .faults import Fault, Refused
from .files import read_rows
from .organisations import Known, check_organisations
from .profiles import Profile
from .reports import CREATED, UNCHANGED, UPDATED, Change, Progress, Report
from .vocabulary import Vocabulary

IMPORTED = "directory.import"  # the log entry that every written page gets; undoing reads it


def load_organisations(
    name: str, data: bytes, *, by: Any = None, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Load the organisations in ``data``, the content of the file called ``name``, and say what became of each row.

    Raises Refused, having written nothing, with all that is wrong with the file.
    """
    rows = read_rows(name, data, under="organisations")
    with transaction.atomic():
        index = _index()
        pages = {page.slug: page for page in OrganisationPage.objects.child_of(index).prefetch_related("identifiers")}
        checked = check_organisations(rows, Vocabulary.read(), [_known(page) for page in pages.values()])
        load = _Load(index, pages, checked.profiles, by, progress)
        if dry_run:
            return Report(load.plan(), checked.notes)
        # No uuid of Wagtail's: pages that share one would show only the last of them in their histories.
        with LogContext(user=by, generate_uuid=False):
            return Report(load.write(name), checked.notes, run=load.run)


def _index() -> DirectoryIndexPage:
    index = DirectoryIndexPage.objects.first()
    if index is None:
        words = "there is no directory page to load into. Run “manage.py load_demonstration”, or add one in the CMS."
        raise Refused([Fault(0, words)])
    return index


def _known(page: OrganisationPage) -> Known:
    identifiers = tuple((row.scheme, row.value) for row in page.identifiers.all())
    return Known(page.pk, page.slug, page.title, page.parent_organisation_id, identifiers)


class _Load:
    def __init__(
        self,
        index: DirectoryIndexPage,
        pages: dict[str, OrganisationPage],
        profiles: list[Profile],
        by: Any,
        progress: Progress | None,
    ) -> None:
        self.index, self.pages, self.profiles, self.by = index, pages, profiles, by
        self.run = str(uuid4())
        self.progress = progress or (lambda done, total: None)
        self.no_kind = _kind_not_stated()
        self.new = {profile.slug: self._blank(profile) for profile in profiles if profile.slug not in pages}

    def find(self, slug: str) -> OrganisationPage:
        return self.pages.get(slug) or self.new[slug]

    def plan(self) -> list[Change]:
        changes = []
        for done, profile in enumerate(self.profiles, start=1):
            if profile.slug in self.new:
                page = self.new[profile.slug]
                changes.append(self._change(profile, page, CREATED, apply(profile, page, self.find)))
            else:
                page = _edited(self.pages[profile.slug])
                fields = apply(profile, page, self.find)
                changes.append(self._change(profile, page, UPDATED if fields else UNCHANGED, fields))
            self.progress(done, len(self.profiles))
        return changes

    def write(self, name: str) -> list[Change]:
        if any(page.kind is self.no_kind for page in self.new.values()) and self.no_kind.pk is None:
            self.no_kind.save()
        changes = []
        with paused():  # the search looks at each page once, when it is whole, not at every row that belongs to it
            # Bare pages first, so that parents and relations may point at any of them.
            for page in self.new.values():
                self.index.add_child(instance=page)
            for done, profile in enumerate(self.profiles, start=1):
                changes.append(self._create(profile, name) if profile.slug in self.new else self._update(profile, name))
                self.progress(done, len(self.profiles))
        for change in changes:
            if change.what != UNCHANGED:
                look_again(self.find(change.slug))
        return changes

    def _create(self, profile: Profile, name: str) -> Change:
        page = self.new[profile.slug]
        fields = apply(profile, page, self.find)
        log(instance=page, action="wagtail.create", user=self.by)
        revision = page.save_revision(user=self.by, clean=False)
        revision.publish(user=self.by)
        self._log(page, name, {"before": None}, revision)
        return self._change(profile, page, CREATED, fields)

    def _update(self, profile: Profile, name: str) -> Change:
        live = self.pages[profile.slug]
        page = _edited(live)
        fields = apply(profile, page, self.find)
        if not fields:
            return self._change(profile, page, UNCHANGED)
        # What was public before, and the draft that waited, by which a load is undone.
        before = live.live_revision or live.latest_revision
        if before is None:  # made by code and never edited
            before = OrganisationPage.objects.get(pk=live.pk).save_revision(clean=False)
        draft = live.latest_revision if live.live and live.has_unpublished_changes else None
        if draft:
            public = OrganisationPage.objects.get(pk=live.pk)
            apply(profile, public, self.find)
            public.save_revision(user=self.by, clean=False).publish(user=self.by)
        revision = page.save_revision(user=self.by, clean=False)
        if live.live and not draft:
            revision.publish(user=self.by)
        self._log(page, name, {"before": before.pk, "draft": draft.pk if draft else None}, revision)
        return self._change(profile, page, UPDATED, fields)

    def _log(self, page: OrganisationPage, name: str, was: dict[str, int | None], revision: Any) -> None:
        data = {"run": self.run, "file": name[:200], "revision": revision.pk, **was}
        log(instance=page, action=IMPORTED, user=self.by, revision=revision, data=data, content_changed=True)

    def _blank(self, profile: Profile) -> OrganisationPage:
        title = profile.name or profile.slug.replace("-", " ").capitalize()
        return OrganisationPage(title=title, slug=profile.slug, live=False, kind=profile.kind or self.no_kind)

    @staticmethod
    def _change(profile: Profile, page: OrganisationPage, what: str, fields: list[str] | None = None) -> Change:
        return Change(profile.line, profile.slug, page.title, what, tuple(fields or ()))


def _edited(page: OrganisationPage) -> OrganisationPage:
    """What an editor would see on opening ``page``: its newest draft, or the page itself."""
    if page.has_unpublished_changes or not page.live:
        return page.get_latest_revision_as_object()
    return page


def _kind_not_stated() -> Kind:
    """The kind of a new organisation whose row names none; not saved yet when it is the first."""
    kind = Kind.objects.filter(slug="not-stated").first()
    return kind or Kind(slug="not-stated", name="Kind not stated", tone=Tone.PUBLIC, sort_order=99)
