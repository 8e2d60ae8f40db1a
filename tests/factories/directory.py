"""Records of the directory, valid and minimal.

An organisation takes its lists at once: ``OrganisationFactory(offers=[OfferFactory.build(need=need, stages=[stage])])``.
"""

from typing import Any

import factory
from django.utils import timezone
from django.utils.text import slugify
from factory.django import DjangoModelFactory
from wagtail.models import Page

from directory.choices import CohortStatus, IdentifierScheme, MembershipStatus, NameKind, ProgrammeStatus, Role, Tone
from directory.models import (
    CohortIndexPage,
    CohortMembership,
    CohortMentor,
    CohortOutcome,
    CohortPage,
    DirectoryIndexPage,
    Kind,
    Need,
    NeedPreparation,
    NeedStatement,
    NeedSuggestion,
    Offer,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationPage,
    OrganisationPerson,
    OrganisationRelation,
    Place,
    ProgrammePage,
    RelationKind,
    Sector,
    Seek,
    Source,
    Stage,
    SupportPage,
    Theme,
)

from .pages import PageFactory


# ---- controlled lists -----------------------------------------------------------------------------------------------
class TermFactory(DjangoModelFactory):
    """The same name twice is the same term."""

    class Meta:
        abstract = True
        django_get_or_create = ("slug",)

    slug = factory.LazyAttribute(lambda term: slugify(term.name)[:80])


class KindFactory(TermFactory):
    class Meta:
        model = Kind

    name = factory.Sequence(lambda n: f"Kind {n}")
    tone = Tone.RESEARCH


class SectorFactory(TermFactory):
    class Meta:
        model = Sector

    name = factory.Sequence(lambda n: f"Sector {n}")


class ThemeFactory(TermFactory):
    class Meta:
        model = Theme

    name = factory.Sequence(lambda n: f"Theme {n}")


class PlaceFactory(TermFactory):
    class Meta:
        model = Place

    name = factory.Sequence(lambda n: f"Place {n}")


class SourceFactory(TermFactory):
    class Meta:
        model = Source

    name = factory.Sequence(lambda n: f"Source {n}")


class RelationKindFactory(TermFactory):
    class Meta:
        model = RelationKind

    name = "Hosts"
    inverse_name = factory.LazyAttribute(
        lambda kind: {"Hosts": "Hosted by"}.get(kind.name, f"{kind.name} (other side)")
    )


class StageFactory(DjangoModelFactory):
    class Meta:
        model = Stage
        django_get_or_create = ("number",)

    number = factory.Sequence(lambda n: n % 7 + 1)
    name = factory.LazyAttribute(lambda stage: f"Stage name {stage.number}")
    slug = factory.LazyAttribute(lambda stage: slugify(stage.name))


class NeedFactory(TermFactory):
    """``NeedFactory(stages=[...])`` says at which stages it usually comes up."""

    class Meta:
        model = Need
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Need {n}")
    sort_order = 100  # after those of the demonstration, where both are

    @factory.post_generation
    def stages(need: Need, create: bool, stages: list[Stage] | None) -> None:  # noqa: N805 -- factory's convention
        if stages is not None:
            need.stages.set(stages)
            if create:
                need.save()


class NeedPreparationFactory(DjangoModelFactory):
    class Meta:
        model = NeedPreparation

    need = factory.SubFactory(NeedFactory)
    words = factory.Sequence(lambda n: f"Thing to have ready {n}")


class NeedSuggestionFactory(DjangoModelFactory):
    class Meta:
        model = NeedSuggestion

    need = factory.SubFactory(NeedFactory)
    organisation = factory.SubFactory("tests.factories.directory.OrganisationFactory")


# ---- pages that hold lists ------------------------------------------------------------------------------------------
class SingletonPageFactory(PageFactory):
    """The page of its type: made once, then found."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[Page], *args: Any, **kwargs: Any) -> Page:
        return model_class.objects.first() or super()._create(model_class, *args, **kwargs)


class DirectoryIndexPageFactory(SingletonPageFactory):
    class Meta:
        model = DirectoryIndexPage

    title = "Directory"
    slug = "directory"


class CohortIndexPageFactory(SingletonPageFactory):
    class Meta:
        model = CohortIndexPage

    title = "Programmes and cohorts"
    slug = "cohorts"


class SupportPageFactory(SingletonPageFactory):
    class Meta:
        model = SupportPage

    title = "Support navigator"
    slug = "support"


# ---- organisations --------------------------------------------------------------------------------------------------
class OrganisationFactory(PageFactory):
    """A live profile, checked today. Lists (offers, names, sectors ...) are taken as lists of what they hold."""

    class Meta:
        model = OrganisationPage

    title = factory.Sequence(lambda n: f"Organisation {n}")
    kind = factory.LazyFunction(lambda: KindFactory(name="Research infrastructure"))
    role = Role.PARTNER
    summary = "Helps a health idea along."
    checked_on = factory.LazyFunction(timezone.localdate)

    @classmethod
    def default_parent(cls) -> Page:
        return DirectoryIndexPageFactory()


class OrganisationNameFactory(DjangoModelFactory):
    class Meta:
        model = OrganisationName

    kind = NameKind.ALIAS
    name = factory.Sequence(lambda n: f"Other name {n}")


class OrganisationIdentifierFactory(DjangoModelFactory):
    class Meta:
        model = OrganisationIdentifier

    scheme = IdentifierScheme.COMPANIES_HOUSE
    value = factory.Sequence(lambda n: f"{n:08}")


class NeedStatementFactory(DjangoModelFactory):
    """``stages`` is set before the first save: a statement and its stages belong together."""

    class Meta:
        abstract = True

    need = factory.LazyFunction(NeedFactory)  # stored even by build()
    words = ""

    @classmethod
    def _create(cls, model_class: type[NeedStatement], *args: Any, **kwargs: Any) -> NeedStatement:
        statement = cls._build(model_class, *args, **kwargs)
        statement.save()
        return statement

    @classmethod
    def _build(cls, model_class: type[NeedStatement], *args: Any, **kwargs: Any) -> NeedStatement:
        stages = kwargs.pop("stages", [])
        statement = model_class(*args, **kwargs)
        statement.stages = list(stages)
        return statement


class OfferFactory(NeedStatementFactory):
    class Meta:
        model = Offer


class SeekFactory(NeedStatementFactory):
    class Meta:
        model = Seek


class OrganisationRelationFactory(DjangoModelFactory):
    """Stored: give ``organisation`` and ``to``. In a list of ``OrganisationFactory``: ``build(to=...)``."""

    class Meta:
        model = OrganisationRelation

    kind = factory.LazyFunction(RelationKindFactory)


class OrganisationPersonFactory(DjangoModelFactory):
    class Meta:
        model = OrganisationPerson

    name = factory.Sequence(lambda n: f"Person {n}")
    consented_on = factory.LazyFunction(timezone.localdate)


# ---- programmes and cohorts -----------------------------------------------------------------------------------------
class ProgrammeFactory(PageFactory):
    class Meta:
        model = ProgrammePage

    title = factory.Sequence(lambda n: f"Programme {n}")
    run_by = factory.SubFactory(OrganisationFactory)
    status = ProgrammeStatus.RUNNING
    summary = "Helps companies along."
    description = "<p>Helps companies along.</p>"

    @classmethod
    def default_parent(cls) -> Page:
        return CohortIndexPageFactory()


class CohortFactory(PageFactory):
    class Meta:
        model = CohortPage

    title = factory.Sequence(lambda n: f"Cohort {n}")
    programme = factory.SubFactory(ProgrammeFactory)
    status = CohortStatus.RUNNING
    summary = "Eight companies for six months."
    description = "<p>Eight companies for six months.</p>"

    @classmethod
    def default_parent(cls) -> Page:
        return CohortIndexPageFactory()


class CohortMembershipFactory(DjangoModelFactory):
    class Meta:
        model = CohortMembership

    cohort = factory.SubFactory(CohortFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    status = MembershipStatus.ENROLLED


class CohortMentorFactory(DjangoModelFactory):
    class Meta:
        model = CohortMentor

    cohort = factory.SubFactory(CohortFactory)
    name = factory.Sequence(lambda n: f"Mentor {n}")
    consented_on = factory.LazyFunction(timezone.localdate)


class CohortOutcomeFactory(DjangoModelFactory):
    class Meta:
        model = CohortOutcome

    cohort = factory.SubFactory(CohortFactory)
    on = factory.LazyFunction(timezone.localdate)
    words = "A pilot site agreed."
