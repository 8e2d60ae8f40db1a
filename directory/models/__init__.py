from .cohort import (
    CohortMembership,
    CohortMentor,
    CohortOffer,
    CohortOutcome,
    CohortPage,
)
from .index_pages import CohortIndexPage, DirectoryIndexPage, SupportPage
from .organisation import (
    NeedStatement,
    Offer,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationPage,
    OrganisationPerson,
    OrganisationRelation,
    Seek,
)
from .programme import ProgrammePage
from .taxonomy import Kind, Need, NeedPreparation, NeedSuggestion, Place, RelationKind, Sector, Source, Stage, Term, Theme

__all__ = [
    "CohortIndexPage",
    "CohortMembership",
    "CohortMentor",
    "CohortOffer",
    "CohortOutcome",
    "CohortPage",
    "DirectoryIndexPage",
    "Kind",
    "Need",
    "NeedPreparation",
    "NeedStatement",
    "NeedSuggestion",
    "Offer",
    "OrganisationIdentifier",
    "OrganisationName",
    "OrganisationPage",
    "OrganisationPerson",
    "OrganisationRelation",
    "Place",
    "ProgrammePage",
    "RelationKind",
    "Sector",
    "Seek",
    "Source",
    "Stage",
    "SupportPage",
    "Term",
    "Theme",
]
