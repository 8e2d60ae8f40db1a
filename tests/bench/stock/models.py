"""A record of about 120 words with the filters of the directory. The table is made without migrations."""

from django.db import models
from wagtail.search import index


class Entry(index.Indexed, models.Model):
    title = models.CharField(max_length=200)
    summary = models.TextField()
    body = models.TextField()
    facets = models.JSONField()  # every value of every filter, as the village has them
    # The first value of three of them: Wagtail's search filters by, and counts, a single value only.
    kind = models.CharField(max_length=40, db_index=True)
    stage = models.CharField(max_length=40, db_index=True)
    theme = models.CharField(max_length=40, db_index=True)

    search_fields = [
        index.SearchField("title", boost=8),
        index.AutocompleteField("title"),
        index.SearchField("summary", boost=3),
        index.SearchField("body"),
        index.FilterField("kind"),
        index.FilterField("stage"),
        index.FilterField("theme"),
    ]

    def __str__(self) -> str:
        return self.title
