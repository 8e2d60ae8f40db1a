"""What can be found of this app: content pages, stories, podcasts and episodes. The lists and the home page only lead to them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model, Prefetch, QuerySet
from django.utils.html import strip_tags

from core.visibility import is_public, public
from directory.documents.terms import THEME
from directory.models import OrganisationPage, Theme
from home.choices import StoryKind
from home.models import ContentPage, EpisodePage, HomePage, PodcastPage, StoryIndexPage, StoryPage
from search.documents import Document, DocumentSource, Facet, Term, exclude_from_search, register
from search.results import Hit

PODCAST = "podcast"
STORIES = "/stories/"
LONGEST_SUMMARY = 300


def _formats() -> Sequence[Term]:
    return [*(Term(value, str(label)) for value, label in StoryKind.choices), Term(PODCAST, "Podcast")]


FORMAT = Facet("format", "Kind", _formats)


class PageSource(DocumentSource):
    """Live, unrestricted pages with the organisations they are about."""

    def queryset(self) -> QuerySet[Any]:
        mentions: Any = self.model._meta.get_field("related_organisations").related_model
        named = mentions._default_manager.filter(is_public("organisation__")).select_related("organisation")
        pages: QuerySet[Any] = public(self.model._default_manager.all())
        return pages.prefetch_related(Prefetch("related_organisations", named))

    def affected_by(self, instance: Model) -> Iterable[Any]:
        """Pages that name an organisation, or belong to a theme, which was changed."""
        if isinstance(instance, OrganisationPage):
            return self.queryset().filter(related_organisations__organisation=instance.pk).values_list("pk", flat=True)
        if isinstance(instance, Theme) and any(field.name == "theme" for field in self.model._meta.get_fields()):
            return self.queryset().filter(theme=instance.pk).values_list("pk", flat=True)
        return ()

    @staticmethod
    def organisations(page: Any) -> list[OrganisationPage]:
        return [mention.organisation for mention in page.related_organisations.all()]


@register
class ContentSource(PageSource):
    type, label, label_plural, model = "page", "Page", "Pages", ContentPage

    def document(self, obj: ContentPage) -> Document:
        about = self.organisations(obj)
        return Document(
            type=self.type,
            key=str(obj.pk),
            title=obj.title,
            url=obj.url or "",
            summary=(obj.lead or obj.search_description)[:LONGEST_SUMMARY],
            keywords=tuple(organisation.title for organisation in about),
            body=stream_text(obj.body),
            links=tuple(f"organisation:{organisation.slug}" for organisation in about),
            card={"demonstration": obj.demonstration},
        )


@register
class StorySource(PageSource):
    type, label, label_plural, model = "story", "Story", "Stories", StoryPage
    listed_at = STORIES
    facets = (FORMAT, THEME)
    term_models = (Theme,)

    def queryset(self) -> QuerySet[Any]:
        return super().queryset().select_related("theme")

    def document(self, obj: StoryPage) -> Document:
        about = self.organisations(obj)
        kind = str(obj.get_kind_display())
        return Document(
            type=self.type,
            key=str(obj.pk),
            title=obj.title,
            url=obj.url or "",
            summary=obj.summary,
            keywords=(kind, obj.kicker, *_labels(obj.theme), *(organisation.title for organisation in about)),
            body=f"{obj.figure} {obj.figure_what} {stream_text(obj.body)}".strip(),
            facets={"format": (obj.kind,), "theme": _slugs(obj.theme)},
            links=tuple(f"organisation:{organisation.slug}" for organisation in about),
            card={"demonstration": obj.demonstration, "meta": [kind], "dated": _iso(obj)},
            sort_date=obj.dated,
        )

    def columns(self, hit: Hit) -> dict[str, Any]:
        return _told(hit)


@register
class EpisodeSource(PageSource):
    type, label, label_plural, model = "episode", "Podcast episode", "Podcast episodes", EpisodePage
    listed_at = STORIES
    facets = (FORMAT, THEME)
    term_models = (Theme,)

    def queryset(self) -> QuerySet[Any]:
        return super().queryset().select_related("theme")

    def document(self, obj: EpisodePage) -> Document:
        about = self.organisations(obj)
        notes = strip_tags(obj.notes)
        return Document(
            type=self.type,
            key=str(obj.pk),
            title=obj.title,
            url=obj.url or "",
            summary=obj.teaser,
            keywords=("Podcast", *_labels(obj.theme), *(organisation.title for organisation in about)),
            body=f"{notes} {strip_tags(obj.transcript)}".strip(),
            facets={"format": (PODCAST,), "theme": _slugs(obj.theme)},
            links=tuple(f"organisation:{organisation.slug}" for organisation in about),
            card={"demonstration": obj.demonstration, "meta": [f"Episode {obj.number}"], "dated": _iso(obj)},
            sort_date=obj.dated,
        )

    def columns(self, hit: Hit) -> dict[str, Any]:
        return _told(hit)


@register
class PodcastSource(PageSource):
    type, label, label_plural, model = "podcast", "Podcast", "Podcasts", PodcastPage

    def document(self, obj: PodcastPage) -> Document:
        about = self.organisations(obj)
        return Document(
            type=self.type,
            key=str(obj.pk),
            title=obj.title,
            url=obj.url or "",
            summary=obj.summary,
            keywords=tuple(organisation.title for organisation in about),
            links=tuple(f"organisation:{organisation.slug}" for organisation in about),
            card={"demonstration": obj.demonstration},
        )


for page_type in (HomePage, StoryIndexPage):
    exclude_from_search(page_type)


def stream_text(stream: Any) -> str:
    """The words of a StreamField as plain text."""
    content = (part for block in stream for part in block.block.get_searchable_content(block.value))
    return " ".join(strip_tags(str(part)) for part in content)


def _told(hit: Hit) -> dict[str, Any]:
    kind = "Podcast" if hit.type == "episode" else next(iter(hit.card.get("meta", ())), None)
    return {"kind": kind, "dated": hit.card.get("dated")}


def _iso(page: StoryPage | EpisodePage) -> str | None:
    return page.dated.isoformat() if page.dated else None


def _labels(theme: Theme | None) -> tuple[str, ...]:
    return (theme.name,) if theme else ()


def _slugs(theme: Theme | None) -> tuple[str, ...]:
    return (theme.slug,) if theme else ()
