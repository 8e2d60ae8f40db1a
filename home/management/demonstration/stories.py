"""Stories and the podcast from ``stories.yaml`` and ``podcast.yaml``; dates count from the day of loading."""

from collections.abc import Callable
from datetime import date
from typing import Any

from core.models import VillageImage
from core.relative_dates import resolve_day
from directory.models import OrganisationPage, Source, Theme
from home.choices import StoryKind
from home.models import (
    EpisodeOrganisation,
    EpisodePage,
    PodcastOrganisation,
    PodcastPage,
    StoryIndexPage,
    StoryOrganisation,
    StoryPage,
)

from .files import BySlug, paragraphs, rich_text
from .publishing import has_child, publish

KINDS = {"news": StoryKind.NEWS, "case study": StoryKind.CASE_STUDY}
INVENTED = "demonstration"  # stands where a document would be named
OPENING = 2  # paragraphs before the figure that is set large


def load_stories(
    entries: list[dict[str, Any]], pictures: dict[str, VillageImage], today: date, done: Callable[[], None]
) -> int:
    """Add the stories that are missing; returns how many."""
    index = StoryIndexPage.objects.get()
    source, theme, organisation = BySlug(Source), BySlug(Theme), BySlug(OrganisationPage)
    added = 0
    for entry in entries:
        where = f"The story {entry['slug']}"
        if not has_child(index, entry["slug"]):
            page = _story(entry, pictures, today)
            page.theme = theme(entry["theme"], where)
            page.sources = [source(slug, where) for slug in entry["sources"] if slug != INVENTED]
            if entry["figure"]["source"] != INVENTED:
                page.figure_source = source(entry["figure"]["source"], where)
            page.related_organisations.set(
                [
                    StoryOrganisation(organisation=organisation(slug, where), sort_order=place)
                    for place, slug in enumerate(entry["related"])
                ]
            )
            publish(page, under=index)
            added += 1
        done()
    return added


def load_podcast(tree: dict[str, Any], pictures: dict[str, VillageImage], today: date, done: Callable[[], None]) -> int:
    """Add the series and the episodes that are missing; returns how many pages."""
    index = StoryIndexPage.objects.get()
    source, theme, organisation = BySlug(Source), BySlug(Theme), BySlug(OrganisationPage)
    series = tree["series"]
    where = f"The podcast {series['slug']}"
    added = 0
    if not has_child(index, series["slug"]):
        page = PodcastPage(
            title=series["name"],
            slug=series["slug"],
            search_description=series["words"],
            summary=series["words"],
            notice=series["demonstration_notice"],
            cover=pictures[series["picture"]],
            made_by=organisation(series["made_by"], where),
            source=source(series["source"], where),
        )
        page.related_organisations.set(
            [
                PodcastOrganisation(organisation=organisation(slug, where), sort_order=place)
                for place, slug in enumerate(series["related"])
            ]
        )
        publish(page, under=index)
        added += 1
    podcast = PodcastPage.objects.child_of(index).get(slug=series["slug"])
    for entry in tree["episodes"]:
        where = f"The episode {entry['slug']}"
        if not has_child(podcast, entry["slug"]):
            episode = _episode(entry, pictures, today)
            episode.theme = theme(entry["theme"], where)
            episode.related_organisations.set(
                [
                    EpisodeOrganisation(organisation=organisation(slug, where), sort_order=place)
                    for place, slug in enumerate(entry["related"])
                ]
            )
            publish(episode, under=podcast)
            added += 1
        done()
    return added


def _story(entry: dict[str, Any], pictures: dict[str, VillageImage], today: date) -> StoryPage:
    words = paragraphs(entry["text"])
    figure = entry["figure"]
    return StoryPage(
        title=entry["title"],
        slug=entry["slug"],
        kind=KINDS[entry["kind"]],
        kicker=entry["kicker"].removesuffix(", demonstration"),  # the page carries its own mark
        summary=entry["summary"],
        search_description=entry["summary"],
        published_on=resolve_day(entry["published"], today),
        cover=pictures[entry["picture"]],
        body=[("text", rich_text(part)) for part in (words[:OPENING], words[OPENING:])],
        figure=figure["figure"],
        figure_what=figure["what"],
        figure_dated=figure["date"],
        counts_towards=entry.get("counts_towards", ""),
        demonstration=entry.get("demonstration", False),
    )


def _episode(entry: dict[str, Any], pictures: dict[str, VillageImage], today: date) -> EpisodePage:
    notes = paragraphs(entry["notes"])
    first, dot, rest = notes[0].partition(". ")
    return EpisodePage(
        title=entry["title"],
        slug=entry["slug"],
        number=entry["number"],
        minutes=entry["minutes"],
        notes=rich_text([rest, *notes[1:]]) if dot and rest else rich_text(notes),
        summary=f"{first}." if dot else notes[0],
        search_description=f"{first}." if dot else notes[0],
        published_on=resolve_day(entry["published"], today),
        cover=pictures[entry["picture"]],
        demonstration=entry.get("demonstration", False),
    )
