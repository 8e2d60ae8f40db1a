"""The embedded index as plain tables, what editors teach search, and what people search for.

``full_text`` adds what a model cannot say: FTS5 tables and triggers on SQLite, tsvector columns and a trigram index on
PostgreSQL. Nothing here is ever edited by hand but synonyms and pinned results.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from .alerts.models import SavedSearch, Subscriber  # noqa: F401 -- Django looks for them here
from .analysis import words_in

LONGEST_PHRASE = 10  # words of a synonym: “National Institute for Health and Care Excellence” has seven


class IndexedDocument(models.Model):
    """A document as it was last indexed: what is shown, and its tokens by field."""

    # Narrow columns first: SQLite reads a row from its beginning, and ranking needs only these.
    type = models.CharField(max_length=32)
    key = models.CharField(max_length=64)
    boost = models.FloatField(default=1.0)
    sort_date = models.DateField(null=True)
    sort_title = models.CharField(max_length=300)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=500)
    indexed_at = models.DateTimeField(auto_now=True)
    fresh_until = models.DateTimeField(null=True, db_index=True)
    version = models.BigIntegerField(default=0)  # rises with every write; microseconds since 1970 if the clock is right
    summary = models.TextField(blank=True)
    card = models.JSONField(default=dict)
    facets = models.JSONField(default=dict)  # the values of each, of those that are never shown too
    names = models.JSONField(default=list)
    keywords = models.JSONField(default=list)
    body = models.TextField(blank=True)

    name_words = models.TextField(blank=True)  # not stemmed: what suggestions are looked up in
    title_tokens = models.TextField(blank=True)
    names_tokens = models.TextField(blank=True)
    keywords_tokens = models.TextField(blank=True)
    summary_tokens = models.TextField(blank=True)
    body_tokens = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "key"], name="search_one_document_a_record")]
        indexes = [
            # Each is a whole order, down to the id: a list is read from it as far as its page, whatever it is filtered by.
            models.Index(models.F("boost").desc(), "sort_title", "id", name="search_document_in_order"),
            models.Index(fields=["sort_title", "id"], name="search_document_by_title"),
        ]

    def __str__(self) -> str:
        return self.title


class FacetSet(models.Model):
    """Which documents have a value of a facet, as bits: a piece of the set, for the ids of one chunk (see ``bitmaps``)."""

    facet = models.CharField(max_length=32)
    value = models.CharField(max_length=160)
    chunk = models.BigIntegerField()
    members = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facet", "value", "chunk"], name="search_one_set_a_value_and_chunk")
        ]


class ExactName(models.Model):
    """A whole name, abbreviation or identifier, folded: who is meant when somebody types exactly this."""

    document = models.ForeignKey(IndexedDocument, on_delete=models.CASCADE, related_name="exact_names")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "document"], name="search_one_exact_name_a_document")]


class VocabularyWord(models.Model):
    """A word that stands in some document, as it is written there (folded): what spelling is corrected to."""

    word = models.CharField(max_length=60, unique=True)
    stem = models.CharField(max_length=60, db_index=True)
    in_name = models.BooleanField(default=False)


class PendingChange(models.Model):
    """A change that a search server outside the database has still to be told of."""

    type = models.CharField(max_length=32)
    key = models.CharField(max_length=64)
    version = models.BigIntegerField(default=0)  # for what went: the version of its end
    noted_at = models.DateTimeField(auto_now_add=True, db_index=True)


class Synonym(models.Model):
    """What a visitor may mean. Works at once, on every engine, without rebuilding anything."""

    terms = models.TextField(
        help_text="Words or phrases that mean the same, separated by commas. Case and accents do not matter."
    )
    one_way_from = models.CharField(
        max_length=120,
        blank=True,
        help_text="Leave empty for a group that works both ways. Otherwise: a search for this also finds the words "
        "above, but not the other way round.",
    )
    note = models.CharField(max_length=240, blank=True, help_text="For your colleagues: why this is here.")

    panels = [FieldPanel("terms"), FieldPanel("one_way_from"), FieldPanel("note")]

    class Meta:
        ordering = ["one_way_from", "terms"]

    def __str__(self) -> str:
        return f"{self.one_way_from} → {self.terms}" if self.one_way_from else self.terms.replace(",", " =")

    @property
    def phrases(self) -> list[str]:
        return [t.strip() for t in self.terms.split(",") if t.strip()]

    def clean(self) -> None:
        super().clean()
        phrases = [" ".join(words_in(p)) for p in self.phrases]
        if any(not p for p in phrases):
            raise ValidationError({"terms": "A synonym needs letters or digits."})
        said = [" ".join(words_in(self.one_way_from))] if self.one_way_from else phrases
        if any(len(p.split()) > LONGEST_PHRASE for p in said):
            where = "one_way_from" if self.one_way_from else "terms"
            raise ValidationError(
                {where: f"A phrase has at most {LONGEST_PHRASE} words: a longer one is never looked up."}
            )
        if not self.one_way_from and len(set(phrases)) < 2:
            raise ValidationError({"terms": "Give at least two words or phrases, separated by a comma."})
        if self.one_way_from and not words_in(self.one_way_from):
            raise ValidationError({"one_way_from": "A synonym needs letters or digits."})


class PinnedResult(ClusterableModel):
    """Pages that stand first when exactly these words are searched for. Works at once, on every engine."""

    phrases = models.TextField(
        help_text="What is searched for: words or phrases, separated by commas. Case and accents do not matter. "
        "The whole search has to be one of them."
    )
    begins_with = models.BooleanField(
        "also longer searches",
        default=False,
        help_text="Also a search that goes on after one of the phrases: “wet lab” then stands for “wet lab to rent” too.",
    )
    valid_until = models.DateField(
        "until", null=True, blank=True, help_text="The last day. Leave empty for as long as it stands here."
    )
    note = models.CharField(max_length=240, blank=True, help_text="For your colleagues: why this is here.")

    panels = [
        FieldPanel("phrases"),
        FieldPanel("begins_with"),
        InlinePanel(
            "pages",
            heading="Pages, the first on top",
            label="Page",
            min_num=1,
            max_num=5,
            help_text="A page that a visitor may not open, or that the reader's filters leave out, is not shown.",
        ),
        FieldPanel("valid_until"),
        FieldPanel("note"),
    ]

    class Meta:
        ordering = ["phrases", "pk"]

    def __str__(self) -> str:
        return self.phrases

    @property
    def listed_phrases(self) -> list[str]:
        return [p.strip() for p in self.phrases.split(",") if p.strip()]

    @property
    def is_over(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    def clean(self) -> None:
        super().clean()
        if not self.listed_phrases or any(not words_in(p) for p in self.listed_phrases):
            raise ValidationError({"phrases": "A phrase needs letters or digits."})


class PinnedPage(Orderable):
    """A page of a pinned result, in its order."""

    pinned_result = ParentalKey(PinnedResult, on_delete=models.CASCADE, related_name="pages")
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("page")]


class DailyQuery(models.Model):
    """How often something was searched for in a list on one day: all that is kept of searches. See ``query_log``."""

    day = models.DateField()
    path = models.CharField(max_length=200)  # of the list
    text = models.CharField(max_length=100, blank=True)  # folded; empty for all whose words are not kept
    asked = models.PositiveIntegerField(default=0)
    found_nothing = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)  # searches from which a result was opened, as far as scripts tell
    places = models.PositiveBigIntegerField(default=0)  # of the results that were opened, added up
    last_total = models.PositiveIntegerField(default=0)  # how many results there were when it was last asked

    class Meta:
        verbose_name_plural = "daily queries"
        constraints = [
            models.UniqueConstraint(fields=["day", "path", "text"], name="search_one_count_a_day_list_and_text")
        ]
        indexes = [models.Index(fields=["text", "asked"], name="search_daily_query_by_text")]
