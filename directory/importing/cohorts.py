"""Loads programmes and cohorts, with their mentors, companies and outcomes. What exists is left as it is.

Dates may count from the day of loading (``core.relative_dates``); so a cohort that is there already never moves.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from core.relative_dates import resolve_day, resolve_moment
from directory.choices import CohortStatus, MembershipStatus, ProgrammeStatus
from directory.models import (
    CohortIndexPage,
    CohortMembership,
    CohortMentor,
    CohortOffer,
    CohortOutcome,
    CohortPage,
    OrganisationPage,
    ProgrammePage,
)

from .applying import rich_text
from .cells import entries, plain_text, texts
from .faults import Fault, Refused, did_you_mean
from .files import read_tree
from .values import Items, Mapping, Value
from .vocabulary import UnknownTerm, Vocabulary

PROGRAMME = ("slug", "name", "run_by", "organisation", "source", "status", "summary", "description", "needs", "for")
COHORT = (
    "slug", "name", "demonstration", "programme", "status", "theme", "themes", "summary", "description", "stages", "places",
    "dates", "companies", "mentors", "offers", "timetable", "how_to_apply", "outcomes",
)  # fmt: skip
LOAD_FIRST = "Load it first, or correct the slug."
MENTOR = ("slug", "name", "demonstration", "role", "words", "email")
# Key in the file: field of the page.
DAYS = {
    "applications_open": "applications_open_on",
    "briefing": "briefing_on",
    "interviews": "interviews_on",
    "decisions": "decisions_on",
    "starts": "starts_on",
    "ends": "ends_on",
    "demo_day": "demo_day_on",
}


@dataclass
class CohortReport:
    created: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{len(self.created)} created, {len(self.unchanged)} unchanged"


def load_cohorts(
    name: str, data: bytes, *, by: Any = None, dry_run: bool = False, today: date | None = None
) -> CohortReport:
    """Create the programmes and cohorts of ``data`` that are missing.

    Raises Refused, having written nothing, with all that is wrong with the file.
    """
    tree = read_tree(name, data)
    if not isinstance(tree, Mapping):
        raise Refused([Fault(1, "name the lists: programmes, mentors and cohorts.")])
    with transaction.atomic():
        load = _Load(tree, by, today or timezone.localdate())
        load.build()
        if load.faults:
            raise Refused(load.faults)
        if not dry_run:
            load.write()
        return load.report


class _Load:
    """Builds every page in memory first, collecting faults; writes when there are none."""

    def __init__(self, tree: Mapping, by: Any, today: date) -> None:
        self.tree, self.by, self.today = tree, by, today
        self.faults: list[Fault] = []
        self.report = CohortReport()
        self.vocabulary = Vocabulary.read()
        self.organisations = {page.slug: page for page in OrganisationPage.objects.all()}
        self.programmes = {page.slug: page for page in ProgrammePage.objects.all()}
        self.new: list[Page] = []
        index = CohortIndexPage.objects.first()
        if index is None:
            words = "there is no page for programmes and cohorts. Run “manage.py load_demonstration”, or add one in the CMS."
            raise Refused([Fault(0, words)])
        self.index = index
        self.taken = set(Page.objects.child_of(index).values_list("slug", flat=True))
        self.mentors = {str(m.get("slug")): m for m in self._list("mentors", MENTOR)}

    def build(self) -> None:
        for entry in self._list("programmes", PROGRAMME):
            self._build(entry, self._programme)
        for entry in self._list("cohorts", COHORT):
            self._build(entry, self._cohort)

    def write(self) -> None:
        for page in self.new:
            # The programme got its key after the cohort was given it.
            if isinstance(page, CohortPage):
                page.programme = self.programmes[page.programme.slug] if page.programme else None
            page.live = False
            self.index.add_child(instance=page)
            page.save_revision(user=self.by, log_action=True).publish(user=self.by)

    # ---- reading -----------------------------------------------------------------------------------------------
    def _list(self, key: str, known: tuple[str, ...]) -> list[Mapping]:
        value = self.tree.get(key) or Items()
        found = []
        for number, entry in enumerate(value if isinstance(value, Items) else []):
            line = value.line_of(number) if isinstance(value, Items) else 0
            if not isinstance(entry, Mapping) or not entry.get("name") or not entry.get("slug"):
                self.faults.append(Fault(line, "an entry needs a slug and a name.", key))
                continue
            for column in entry:
                if column not in known:
                    hint = did_you_mean(column, known, otherwise=f"The fields are: {', '.join(known)}.")
                    words = f"there is no such field. {hint}"
                    self.faults.append(Fault(entry.line_of(column), words, column[:60]))
            found.append(entry)
        return found

    def _build(self, entry: Mapping, make: Any) -> None:
        slug = str(entry["slug"])
        if slug in self.taken:
            self.report.unchanged.append(slug)
            return
        try:
            page = make(entry)
            page.clean_fields(exclude=["path", "depth", "content_type", "owner", "draft_title", "programme"])
        except (ValueError, UnknownTerm) as error:
            self.faults.append(Fault(entry.line, str(error), slug))
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.faults.append(Fault(entry.line_of(name), " ".join(messages), f"{slug}, {name}"))
        else:
            self.taken.add(slug)
            self.new.append(page)
            self.report.created.append(slug)

    def _organisation(self, value: Value) -> OrganisationPage | None:
        slug = plain_text(value)
        if not slug:
            return None
        if slug not in self.organisations:
            raise ValueError(
                f"“{slug}” is not in the directory. {did_you_mean(slug, self.organisations, otherwise=LOAD_FIRST)}"
            )
        return self.organisations[slug]

    def _programme(self, entry: Mapping) -> ProgrammePage:
        page = ProgrammePage(
            title=plain_text(entry["name"]),
            slug=plain_text(entry["slug"]),
            run_by=self._organisation(entry.get("run_by")),
            organisation=self._organisation(entry.get("organisation")),
            status=plain_text(entry.get("status")) or ProgrammeStatus.PLANNED,
            summary=plain_text(entry.get("summary")),
            description=rich_text(plain_text(entry.get("description"))),
            audience=plain_text(entry.get("for")),
            source=self.vocabulary.find("source", plain_text(entry["source"])) if entry.get("source") else None,
        )
        page.needs.set([self.vocabulary.find("need", word) for word in texts(entry.get("needs"))])
        self.programmes[page.slug] = page
        return page

    def _cohort(self, entry: Mapping) -> CohortPage:
        programme = plain_text(entry.get("programme"))
        if programme and programme not in self.programmes:
            raise ValueError(
                f"“{programme}” is not a programme. {did_you_mean(programme, self.programmes, otherwise=LOAD_FIRST)}"
            )
        page = CohortPage(
            title=plain_text(entry["name"]),
            slug=plain_text(entry["slug"]),
            demonstration=entry.get("demonstration") == "true",
            status=plain_text(entry.get("status")) or CohortStatus.PLANNED,
            summary=plain_text(entry.get("summary")),
            description=rich_text(plain_text(entry.get("description"))),
            places=int(plain_text(entry["places"])) if entry.get("places") else None,
            theme=self.vocabulary.find("theme", plain_text(entry["theme"])) if entry.get("theme") else None,
            **self._dates(entry.get("dates")),
            **self._how_to_apply(entry.get("how_to_apply")),
        )
        page.programme = self.programmes.get(programme)
        page.stages.set([self.vocabulary.find("stage", word) for word in texts(entry.get("stages"))])
        page.themes.set([self.vocabulary.find("theme", word) for word in texts(entry.get("themes"))])
        self._add_companies(page, entry)
        self._add_people(page, entry)
        self._add_words(page, entry)
        return page

    def _dates(self, value: Value) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            return {}
        found: dict[str, Any] = {}
        for key, spec in value.items():
            if key == "applications_close":
                found["applications_close_at"] = resolve_moment(spec, self.today)
            elif key in DAYS:
                found[DAYS[key]] = resolve_day(spec, self.today)
            else:
                raise ValueError(
                    f"“{key}” is not a date of a cohort. {did_you_mean(key, [*DAYS, 'applications_close'])}"
                )
        return found

    @staticmethod
    def _how_to_apply(value: Value) -> dict[str, str]:
        if not isinstance(value, Mapping):
            return {}
        names = {"intro": "application_intro", "decision": "application_decision", "cost": "cost", "access": "access"}
        return {field: plain_text(value.get(key)) for key, field in names.items()}

    def _add_companies(self, page: CohortPage, entry: Mapping) -> None:
        for order, company in enumerate(_entries(entry, "companies", "slug", "status", needed="slug")):
            status = plain_text(company.get("status")) or MembershipStatus.ENROLLED
            organisation = self._organisation(company["slug"])
            _add(page.memberships, CohortMembership(organisation=organisation, status=status), order)
        for order, outcome in enumerate(
            _entries(entry, "outcomes", "company", "in_days", "on", "words", "measure", "value", needed="words")
        ):
            row = CohortOutcome(
                organisation=self._organisation(outcome.get("company")),
                on=resolve_day(outcome, self.today),
                words=plain_text(outcome["words"]),
                measure=plain_text(outcome.get("measure")),
                value=plain_text(outcome.get("value")) or None,
            )
            _add(page.outcomes, row, order)

    def _add_people(self, page: CohortPage, entry: Mapping) -> None:
        for order, slug in enumerate(texts(entry.get("mentors"))):
            mentor = self.mentors.get(slug)
            if mentor is None:
                raise ValueError(f"“{slug}” is not among the mentors of this file. {did_you_mean(slug, self.mentors)}")
            if mentor.get("demonstration") != "true":
                raise ValueError(
                    f"{mentor['name']} is not marked as invented. Add real mentors in the CMS, with their consent."
                )
            row = CohortMentor(
                name=plain_text(mentor["name"]),
                role=plain_text(mentor.get("role")),
                words=plain_text(mentor.get("words")),
                consented_on=self.today,
            )
            _add(page.mentors, row, order)

    def _add_words(self, page: CohortPage, entry: Mapping) -> None:
        for order, offer in enumerate(_entries(entry, "offers", "need", "words", needed="need")):
            need = self.vocabulary.find("need", plain_text(offer["need"]))
            _add(page.offers, CohortOffer(need=need, words=plain_text(offer.get("words"))), order)
        for month in _entries(entry, "timetable", "month", "words", needed="month"):
            number = int(plain_text(month["month"]))
            page.months.append(("month", {"month": number, "words": plain_text(month.get("words"))}))
        how = entry.get("how_to_apply")
        if not isinstance(how, Mapping):
            return
        for question in _entries(how, "questions", "words", "limit", needed="words"):
            limit = int(plain_text(question["limit"])) if question.get("limit") else None
            page.questions.append(("question", {"words": plain_text(question["words"]), "limit": limit}))
        for criterion in _entries(how, "criteria", "words", "weight", needed="words"):
            weight = int(plain_text(criterion["weight"])) if criterion.get("weight") else None
            page.criteria.append(("criterion", {"words": plain_text(criterion["words"]), "weight": weight}))


def _entries(entry: Mapping, key: str, *keys: str, needed: str) -> list[Mapping]:
    return entries(entry[key], *keys, needed=needed) if entry.get(key) else []


def _add(manager: Any, row: Any, order: int) -> None:
    row.sort_order = order
    row.clean_fields(exclude=["cohort"])
    manager.add(row)
