"""How an event is edited: what is needed to publish one on the first tab, the rest where it is looked for."""

from typing import Any

from django import forms
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.widgets import AdminAutoHeightTextInput

from core.models import COVER_PANEL, CoveredPageForm
from directory.models.panels import ORGANISATION, choice, choices, tabs


class EventPageForm(CoveredPageForm):
    """Shows the joining link beside what is public; it is kept apart, and never in a version of the page."""

    joining_address = forms.URLField(
        label="Joining link",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Private. Never shown on the site: only people with a confirmed place are led there. May follow later.",
    )
    joining_words = forms.CharField(
        label="What else is needed to join",
        required=False,
        max_length=300,
        help_text="Private as well, such as a passcode or a telephone number.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        link = getattr(self.instance, "joining_link", None) if self.instance.pk else None
        if link is not None:
            self.initial.setdefault("joining_address", link.address)
            self.initial.setdefault("joining_words", link.words)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("joining_words") and not cleaned.get("joining_address") and not self.is_deferred_validation:
            self.add_error("joining_address", "Give the link too: these words alone lead nowhere.")
        return cleaned


def event_tabs() -> TabbedInterface:
    return tabs(
        event=[
            TitleFieldPanel("title"),
            FieldPanel("kind"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                    FieldRowPanel([FieldPanel("status"), FieldPanel("notice")]),
                ],
                heading="When",
                help_text="London time, summer and winter. An event of several days ends on its last one.",
            ),
            MultiFieldPanel(
                [
                    FieldPanel("place_kind"),
                    FieldRowPanel([FieldPanel("space"), choice("building")]),
                    FieldPanel("address"),
                    FieldPanel("access", widget=AdminAutoHeightTextInput),
                ],
                heading="Where",
            ),
            FieldPanel("summary", widget=AdminAutoHeightTextInput),
            FieldPanel("description"),
            choices("audiences"),
            COVER_PANEL,
        ],
        programme=[
            HelpPanel("Only where the event has parts. Readers see them by time; with tracks, side by side."),
            InlinePanel("sessions", heading="Sessions", label="Session"),
        ],
        people=[
            HelpPanel(
                "People are chosen from Speakers and hosts in the menu, where the day of their consent is kept. "
                "Every profile of an organisation shows the event in return."
            ),
            InlinePanel("hosts", heading="Hosts", label="Host"),
            InlinePanel("speakers", heading="Speakers", label="Speaker"),
        ],
        coming=[
            FieldRowPanel([FieldPanel("places"), FieldPanel("price")]),
            MultiFieldPanel(
                [FieldPanel("joining_address"), FieldPanel("joining_words")],
                heading="Joining online: private",
                help_text="Applies as soon as you save, also while the page is a draft.",
            ),
            MultiFieldPanel(
                [FieldPanel("booking_url"), FieldPanel("our_part", widget=AdminAutoHeightTextInput)],
                heading="Run by others",
            ),
        ],
        connections=[
            MultiFieldPanel([choices("themes"), choices("needs")], heading="How it is found"),
            PageChooserPanel("programme", "directory.ProgrammePage"),
            PageChooserPanel("cohort", "directory.CohortPage"),
        ],
        afterwards=[
            FieldRowPanel([FieldPanel("recording_url"), FieldPanel("recording_minutes")]),
            FieldPanel("chapters"),
            FieldPanel("transcript"),
            FieldPanel("outcome"),
            InlinePanel("attachments", heading="Files", label="File"),
        ],
    )


__all__ = ["ORGANISATION", "EventPageForm", "choices", "event_tabs"]
