"""A picture at the top of a page and on its card, which is never without words for those who cannot see it."""

from typing import Any

from django.db import models
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

COVER_PANEL = MultiFieldPanel(
    [FieldPanel("cover"), FieldPanel("cover_alt", heading="What the picture shows")],
    heading="Cover picture",
)


class CoveredPageForm(WagtailAdminPageForm):
    """Refuses a cover that nothing describes; a draft may still be saved without."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        cover = cleaned.get("cover")
        if cover and not self.is_deferred_validation and not (cleaned.get("cover_alt") or cover.description):
            self.add_error(
                "cover_alt",
                "Say what the picture shows, here or in its own description: it is read out to people who cannot see it.",
            )
        return cleaned


class Covered(models.Model):
    cover = models.ForeignKey(
        "core.VillageImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Shown under the arch and on cards. Its focal point stays in sight when it is cropped.",
    )
    cover_alt = models.CharField(
        "alternative text",
        max_length=240,
        blank=True,
        help_text="For people who cannot see it: A nurse and four residents talk round a table. Empty: the picture's own words.",
    )

    class Meta:
        abstract = True

    @property
    def cover_words(self) -> str:
        """What the cover shows, in words."""
        return self.cover_alt or (self.cover.description if self.cover else "")
