"""What the pages of this app show of the village. Only what an anonymous visitor may open; no viewer is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, TypeVar

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import Truncator

from core.models import VillageImage
from core.pictures import specs
from core.visibility import public
from directory.models import CohortPage, Need, Offer, OrganisationPage, Stage
from events.models import EventPage
from home.choices import EnquiryKind
from home.models import EpisodePage, PodcastPage, StoryPage
from search.facets import terms_of
from search.query import query_from

C = TypeVar("C", StoryPage, EpisodePage, StoryPage | EpisodePage)
T = TypeVar("T", Need, Stage)
About: TypeAlias = OrganisationPage | CohortPage | EventPage

CARD_SHAPE, CARD_WIDTHS = "fill-640x360", (320, 640)
FEATURED = 6
NEVER_LONGER_THAN = 100  # characters of a slug in an address
LONGEST_ADDRESS = 2000
MOST_ASKED_ABOUT = 12  # as many as a shortlist holds


# ---- home page ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class NeedCount:
    name: str
    slug: str
    organisations: int


def needs_with_counts(today: date | None = None) -> list[NeedCount]:
    """Every need with the number of organisations that offer to meet it today; one that nobody meets has none."""
    today = today or timezone.localdate()
    offers = Offer.objects.filter(Q(expires_on=None) | Q(expires_on__gte=today), organisation__in=_organisations())
    counts = dict(offers.order_by().values_list("need").annotate(Count("organisation", distinct=True)))
    needs = Need.objects.values_list("pk", "name", "slug")
    return [NeedCount(name, slug, counts.get(pk, 0)) for pk, name, slug in needs]


def organisation_count() -> int:
    """How many real organisations the directory holds; what is invented is not counted."""
    return _organisations().filter(demonstration=False).count()


def featured_organisations(day: date, number: int = FEATURED) -> list[OrganisationPage]:
    """``number`` real organisations of as many kinds as there are; others each day, the same ones all day."""
    keys = list(
        _organisations()
        .filter(demonstration=False)
        .exclude(summary="")
        .order_by("kind__sort_order", "kind", "pk")
        .values_list("pk", flat=True)
    )
    step = len(keys) / number
    chosen = (
        list(dict.fromkeys(keys[(day.toordinal() + int(place * step)) % len(keys)] for place in range(number)))
        if keys
        else []
    )
    found = OrganisationPage.objects.filter(pk__in=chosen).select_related("kind").in_bulk()
    return [found[pk] for pk in chosen]


# ---- stories --------------------------------------------------------------------------------------------------------
def latest_stories(number: int, *, without: int | None = None) -> list[StoryPage]:
    """The newest stories with their covers ready to be shown on cards, leaving out the page ``without``."""
    stories = public(StoryPage.objects.newest_first())
    if without is not None:
        stories = stories.exclude(pk=without)
    return with_covers(list(stories[:number]))


def first_podcast() -> PodcastPage | None:
    """The series that is named beside the stories, with the number of its episodes as ``episode_count``."""
    podcast = public(PodcastPage.objects.all()).order_by("path").first()
    if podcast is not None:
        podcast.episode_count = episodes_of(podcast).count()
    return podcast


def episodes_of(podcast: PodcastPage) -> QuerySet[EpisodePage]:
    """The episodes of a series, the newest first."""
    episodes: QuerySet[EpisodePage] = public(EpisodePage.objects.child_of(podcast))
    return episodes.order_by("-number", "-pk")


def with_covers(pages: Sequence[C]) -> list[C]:
    """``pages``, whatever their types, with covers and the renditions that cards show: two queries for all of them."""
    pictures = VillageImage.objects.prefetch_renditions(*specs(CARD_SHAPE, CARD_WIDTHS))
    found = pictures.in_bulk({page.cover_id for page in pages if page.cover_id})
    for page in pages:
        page.cover = found.get(page.cover_id)
    return list(pages)


def related_organisations(page: Any) -> list[OrganisationPage]:
    """The live organisations that ``page`` names, in its order; a draft's in a preview."""
    keys = [mention.organisation_id for mention in page.related_organisations.all()]
    found = _organisations().filter(pk__in=keys).select_related("kind").in_bulk() if keys else {}
    return [found[pk] for pk in keys if pk in found]


# ---- enquiries ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class EnquirySubject:
    """What an enquiry is about, taken from an address and checked against what there is."""

    kind: str = ""
    about: tuple[About, ...] = ()
    need: str = ""  # “Work space, at stage 3 Validating concept”: what was chosen in the support navigator
    searched: str = ""  # “wet lab”, Investor: what a search was for that found nothing

    @property
    def words(self) -> str:
        """For the subject of a letter."""
        parts = (self.kind, ", ".join(page.title for page in self.about), self.need, self.searched)
        return ": ".join(part for part in parts if part)


def enquiry_subject(parameters: QueryDict) -> EnquirySubject | None:
    """Read ``kind``; ``organisation``, which may be said several times, ``cohort`` or ``event``; ``need``, ``stage``, ``searched``.

    What names nothing that is public is left out.
    """
    kind = dict(EnquiryKind.choices).get(parameters.get("kind", ""), "")
    about: tuple[About, ...] = ()
    models: dict[str, type[Any]] = {"organisation": OrganisationPage, "cohort": CohortPage, "event": EventPage}
    for name, model in models.items():
        asked = dict.fromkeys(slug[:NEVER_LONGER_THAN].replace("\x00", "") for slug in parameters.getlist(name))
        slugs = [slug for slug in asked if slug][:MOST_ASKED_ABOUT]
        if slugs and not about:
            found = {page.slug: page for page in public(model.objects.filter(slug__in=slugs))}
            about = tuple(found[slug] for slug in slugs if slug in found)
    need = _chosen(Need, parameters.get("need", ""))
    stage = _chosen(Stage, parameters.get("stage", ""))
    chosen = f"{need.name}, at stage {stage}" if need and stage else need.name if need else ""
    searched = _searched(parameters.get("searched", ""))
    return EnquirySubject(str(kind), about, chosen, searched) if kind or about or chosen or searched else None


def _searched(address: str) -> str:
    """The words and filters of a list's address, as they are called."""
    if not address:
        return ""
    query = query_from(QueryDict(address[:LONGEST_ADDRESS].partition("?")[2]))
    words = [f"“{Truncator(query.text).chars(NEVER_LONGER_THAN)}”"] if query.text else []
    for name, values in query.filters.items():
        terms = terms_of(name)
        words += [term.label for term in terms.terms if term.value in values]
    return ", ".join(words[:MOST_ASKED_ABOUT])


def _chosen(model: type[T], slug: str) -> T | None:
    return model._default_manager.filter(slug=slug).first() if slug and "\x00" not in slug else None


def _organisations() -> QuerySet[OrganisationPage]:
    organisations: QuerySet[OrganisationPage] = public(OrganisationPage.objects.all())
    return organisations
