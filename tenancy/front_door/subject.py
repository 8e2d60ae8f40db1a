"""What an enquiry is about, as the address of its page says: read once, and carried along in one hidden field."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model
from django.http import QueryDict
from django.utils.text import Truncator, get_text_list
from wagtail.models import Page

from core.visibility import public
from directory.models import CohortPage, Need, OrganisationPage, Stage
from events.models import EventPage
from search.query import query_from
from tenancy.choices import EnquiryKind

T = TypeVar("T", bound=Model)

CARRIED = ("kind", "organisation", "cohort", "event", "need", "stage", "searched")
LONGEST = 2000
LONGEST_SLUG = 100
MOST_ASKED_ABOUT = 12  # as many as a shortlist holds


@dataclass(frozen=True)
class Subject:
    """``words`` is the first sentence of the message, which whoever writes it can change."""

    kind: str = ""
    about: OrganisationPage | None = None
    need: Need | None = None
    stage: Stage | None = None
    words: str = ""
    carried: str = ""


def subject_of(asked: QueryDict) -> Subject:
    """Read what ``/contact/`` takes; whatever names nothing that is public is left out."""
    organisations: list[OrganisationPage] = _pages(OrganisationPage, asked.getlist("organisation"))
    need, stage = _chosen(Need, asked.get("need", "")), _chosen(Stage, asked.get("stage", ""))
    words = []
    if organisations:
        names = get_text_list([page.title for page in organisations], "and")
        words.append(f"I would like to be introduced to {names}.")
    words += [f"It is about “{page.title}”." for page in _pages(CohortPage, asked.getlist("cohort"))]
    words += [f"It is about the event “{page.title}”." for page in _pages(EventPage, asked.getlist("event"))]
    if need:
        words.append(f"I need: {need}, at stage {stage}." if stage else f"I need: {need}.")
    if text := query_from(QueryDict(asked.get("searched", "")[:LONGEST].partition("?")[2])).text:
        words.append(f"I looked for “{Truncator(text).chars(LONGEST_SLUG)}”.")
    kind = asked.get("kind", "")
    if kind not in EnquiryKind.values:
        kind = EnquiryKind.INTRODUCTION if organisations or need else ""
    return Subject(
        kind=kind,
        about=organisations[0] if organisations else None,
        need=need,
        stage=stage,
        words=" ".join(words),
        carried=_carried(asked),
    )


def _carried(asked: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    for name in CARRIED:
        for value in asked.getlist(name)[:MOST_ASKED_ABOUT]:
            kept.appendlist(name, value)
    text = kept.urlencode()
    return text if len(text) <= LONGEST else ""


def _pages(model: type[Page], slugs: list[str]) -> list[Any]:
    asked = dict.fromkeys(slug[:LONGEST_SLUG].replace("\x00", "") for slug in slugs)
    wanted = [slug for slug in asked if slug][:MOST_ASKED_ABOUT]
    if not wanted:
        return []
    found = {page.slug: page for page in public(model.objects.filter(slug__in=wanted))}
    return [found[slug] for slug in wanted if slug in found]


def _chosen(model: type[T], slug: str) -> T | None:
    return model._default_manager.filter(slug=slug).first() if slug and "\x00" not in slug else None
