"""An organisation's public profile, edited in the CMS, with everything it says about itself."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import PageChooserPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from core.models import BasePage
from directory.choices import CHECK_IS_GOOD_FOR, IdentifierScheme, NameKind, Role, TeamSize
from directory.identifiers import normalise_identifier
from directory.validators import at_most_25_words

from .index_pages import DirectoryIndexPage
from .panels import ORGANISATION, choice, organisation_tabs, statement_panels
from .taxonomy import Kind, Need, Place, RelationKind, Sector, Source, Stage, Theme

# Words that say nothing about whose initials they are.
UNINITIALLED = {"and", "at", "for", "in", "of", "on", "the", "to", "with", "&"}


def initials_of(title: str, abbreviation: str = "") -> str:
    """One or two letters for the tile of an organisation."""
    words = [w for w in title.replace("-", " ").split() if w.casefold() not in UNINITIALLED and w[0].isalnum()]
    letters = "".join(w[0] for w in words[:2]) or title[:2]
    return (abbreviation[:2] or letters).upper()


class OrganisationPage(BasePage):
    """``title`` is the name it goes by today; every other name it has or had is in ``names``."""

    abbreviation = models.CharField(
        max_length=20, blank=True, help_text="Such as NPIC. Searchable and shown beside the name."
    )
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="organisations")
    role = models.CharField(max_length=10, choices=Role, default=Role.PARTNER, help_text="What it is to the village.")
    parent_organisation = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="child_organisations",
        help_text="The organisation it is part of.",
    )
    summary = models.CharField(
        max_length=300,
        blank=True,
        validators=[at_most_25_words],
        help_text="What it does, in at most 25 words. Shown on cards and in search results.",
    )
    description = RichTextField(blank=True, features=["bold", "italic", "link", "ul", "ol"])
    logo = models.ForeignKey("core.VillageImage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    website = models.URLField(blank=True)
    founded = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The year.")
    team_size = models.CharField(max_length=6, choices=TeamSize, blank=True)
    stage = models.ForeignKey(
        Stage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="organisations",
        help_text="How far a company's own product has got. Leave empty for a partner.",
    )
    places = ParentalManyToManyField(Place, blank=True, related_name="organisations")
    sectors = ParentalManyToManyField(Sector, blank=True, related_name="organisations")
    themes = ParentalManyToManyField(Theme, blank=True, related_name="organisations")

    checked_on = models.DateField(
        null=True, blank=True, help_text="The day somebody last confirmed that all this is true."
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.ForeignKey(
        Source,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Where the facts were read.",
    )

    edit_handler = organisation_tabs()
    served_with = ("kind", "stage", "source", "logo")
    view = "directory.views.profiles.profile"
    template = "directory/organisation_page.html"
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "organisation"

    def clean(self) -> None:
        super().clean()
        if self.slug in DirectoryIndexPage.parts:
            words = f"/{self.slug}/ is a page of the directory itself. Choose another slug."
            raise ValidationError({"slug": words})
        above = self.parent_organisation
        while above is not None:
            if above.pk == self.pk:
                words = "An organisation can't be part of itself, or of one of its own parts."
                raise ValidationError({"parent_organisation": words})
            above = above.parent_organisation

    @property
    def initials(self) -> str:
        return initials_of(self.title, self.abbreviation)

    @property
    def check_due_on(self) -> date | None:
        return self.checked_on + CHECK_IS_GOOD_FOR if self.checked_on else None

    @property
    def is_check_overdue(self) -> bool:
        """True when nobody has confirmed the profile within the last year, or ever."""
        return self.check_due_on is None or self.check_due_on < timezone.localdate()


class OrganisationName(Orderable):
    """Another name under which the organisation is, or was, known."""

    organisation = ParentalKey(OrganisationPage, on_delete=models.CASCADE, related_name="names")
    kind = models.CharField(max_length=8, choices=NameKind, default=NameKind.ALIAS)
    name = models.CharField(max_length=200)
    until = models.DateField(null=True, blank=True, help_text="For a former name: the last day it was used.")

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="directory_one_name_an_organisation")
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationIdentifier(Orderable):
    """The number under which a public register lists the organisation."""

    organisation = ParentalKey(OrganisationPage, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=10, choices=IdentifierScheme)
    value = models.CharField(max_length=40)

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="directory_one_organisation_an_identifier")
        ]

    def __str__(self) -> str:
        return f"{self.scheme}-{self.value}"

    def clean(self) -> None:
        super().clean()
        self.value = normalise_identifier(self.scheme, self.value)


class NeedStatement(ClusterableModel, Orderable):
    """A need, the stages it is about and words of the organisation's own; gone from the site when it expires."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")
    stages = ParentalManyToManyField(Stage, related_name="+")
    words = models.CharField(max_length=240, blank=True, help_text="One sentence, as they would say it.")
    expires_on = models.DateField(null=True, blank=True, help_text="The last day it is shown. Empty: until taken away.")

    panels = statement_panels()

    class Meta(Orderable.Meta):
        abstract = True

    @property
    def is_current(self) -> bool:
        return self.expires_on is None or self.expires_on >= timezone.localdate()


class Offer(NeedStatement):
    """A need that the organisation meets for others."""

    organisation = ParentalKey(OrganisationPage, on_delete=models.CASCADE, related_name="offers")

    class Meta(NeedStatement.Meta):
        pass


class Seek(NeedStatement):
    """A need that the organisation has itself."""

    organisation = ParentalKey(OrganisationPage, on_delete=models.CASCADE, related_name="seeks")

    class Meta(NeedStatement.Meta):
        pass


class OrganisationRelation(Orderable):
    """Reads as a sentence: ``organisation`` ``kind`` ``to``."""

    organisation = ParentalKey(OrganisationPage, on_delete=models.CASCADE, related_name="relations")
    kind = models.ForeignKey(RelationKind, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(OrganisationPage, on_delete=models.CASCADE, related_name="relations_to")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    panels = [choice("kind"), PageChooserPanel("to", ORGANISATION), choice("source")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "to"], name="directory_one_relation_of_a_kind"),
            models.CheckConstraint(
                condition=~models.Q(organisation=models.F("to")), name="directory_relation_is_to_another"
            ),
        ]


class OrganisationPerson(Orderable):
    """Somebody who agreed to be named on the profile. Nobody else is ever stored here."""

    organisation = ParentalKey(OrganisationPage, on_delete=models.CASCADE, related_name="people")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True)
    consented_on = models.DateField(
        help_text="The day they agreed to be shown. Take the person away when they change their mind."
    )
