"""How the pages of the directory are edited: what belongs together on one tab, in the order in which it is known."""

from collections.abc import Sequence

from django import forms
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    Panel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.widgets import AdminAutoHeightTextInput

from core.models import BasePage

ORGANISATION = "directory.OrganisationPage"


def tabs(**panels: Sequence[Panel]) -> TabbedInterface:
    """The tabs of a page; words in a name are parted by underscores. Address and schedule come last."""
    lists = [ObjectList(list(own), heading=name.replace("_", " ").capitalize()) for name, own in panels.items()]
    lists.append(ObjectList(BasePage.promote_panels, heading="Address and sharing"))
    lists.append(ObjectList(BasePage.settings_panels, heading="Schedule"))
    return TabbedInterface(lists)


def choice(name: str) -> FieldPanel:
    """One term of a list, from a menu: no list is so long that it must be searched."""
    return FieldPanel(name, widget=forms.Select)


def choices(name: str) -> FieldPanel:
    """Any of the terms of a list, as boxes to tick."""
    return FieldPanel(name, widget=forms.CheckboxSelectMultiple)


def statement_panels() -> list[Panel]:
    return [choice("need"), choices("stages"), FieldPanel("words"), FieldPanel("expires_on")]


def organisation_tabs() -> TabbedInterface:
    return tabs(
        profile=[
            TitleFieldPanel("title", help_text="The name it goes by today. Others go under Names and numbers."),
            FieldPanel("summary", widget=AdminAutoHeightTextInput),
            FieldPanel("description"),
            MultiFieldPanel(
                [FieldRowPanel([choice("kind"), FieldPanel("role")]), choice("stage")], heading="What it is"
            ),
            MultiFieldPanel([choices("themes"), choices("sectors"), choices("places")], heading="How it is found"),
            MultiFieldPanel(
                [
                    FieldPanel("website"),
                    FieldPanel("logo"),
                    FieldRowPanel([FieldPanel("founded"), FieldPanel("team_size")]),
                ],
                heading="Facts",
            ),
        ],
        offers_and_seeks=[
            HelpPanel(
                "Offers are what it does for others, seeks what it needs itself. Each is one of the needs, the stages it is "
                "about, and a sentence in its own words. They decide where it appears in filters and the support navigator."
            ),
            InlinePanel("offers", heading="Offers", label="Offer"),
            InlinePanel("seeks", heading="Seeks", label="Need it has"),
        ],
        connections=[
            PageChooserPanel("parent_organisation", ORGANISATION),
            InlinePanel(
                "relations",
                heading="Relations",
                label="Relation",
                help_text="Read each as a sentence: this organisation hosts … The other profile shows it the other way round.",
            ),
            InlinePanel(
                "people",
                heading="People who agreed to be shown",
                label="Person",
                help_text="Only with their consent. Take somebody away on the day they ask for it.",
            ),
        ],
        names_and_numbers=[
            FieldPanel("abbreviation"),
            InlinePanel("names", heading="Other and former names", label="Name"),
            InlinePanel("identifiers", heading="Numbers in public registers", label="Number"),
        ],
        check=[
            HelpPanel(
                "Readers see when the facts were last checked. After a year the profile says so and sinks in lists."
            ),
            FieldRowPanel([FieldPanel("checked_on"), FieldPanel("checked_by")]),
            choice("source"),
        ],
    )


def programme_tabs() -> TabbedInterface:
    return tabs(
        programme=[
            TitleFieldPanel("title"),
            FieldPanel("status"),
            FieldPanel("summary", widget=AdminAutoHeightTextInput),
            FieldPanel("description"),
            FieldPanel("audience"),
            choices("needs"),
        ],
        who_runs_it=[
            PageChooserPanel("run_by", ORGANISATION),
            PageChooserPanel("organisation", ORGANISATION),
            choice("source"),
        ],
    )


def cohort_tabs() -> TabbedInterface:
    return tabs(
        cohort=[
            TitleFieldPanel("title"),
            PageChooserPanel("programme", "directory.ProgrammePage"),
            FieldPanel("summary", widget=AdminAutoHeightTextInput),
            FieldPanel("description"),
            choices("stages"),
            MultiFieldPanel([choice("theme"), choices("themes")], heading="Themes"),
        ],
        dates=[
            HelpPanel(
                "Dates decide what readers are told: opens, open, closed, running, alumni. All times are London time."
            ),
            FieldPanel("status", help_text="Used only where the dates say nothing, and for Alumni."),
            FieldRowPanel([FieldPanel("applications_open_on"), FieldPanel("applications_close_at")]),
            FieldRowPanel([FieldPanel("briefing_on"), FieldPanel("interviews_on")]),
            FieldRowPanel([FieldPanel("decisions_on"), FieldPanel("demo_day_on")]),
            FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            FieldPanel("months"),
        ],
        companies=[
            choices("places"),
            InlinePanel("memberships", heading="Companies", label="Company"),
            InlinePanel("mentors", heading="Mentors who agreed to be shown", label="Mentor"),
            InlinePanel("outcomes", heading="What came of it", label="Outcome"),
        ],
        applying=[
            InlinePanel("offers", heading="What a company gets", label="Offer"),
            FieldPanel("application_intro"),
            FieldPanel("questions"),
            FieldPanel("criteria"),
            FieldPanel("application_decision"),
            FieldPanel("cost"),
            FieldPanel("access"),
        ],
    )
