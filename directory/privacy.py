"""People who agreed to be named in public, and colleagues who checked a profile."""

from core.privacy import Basis, Erasure, PersonalData, register


def _named(model: str, fields: tuple[str, ...], purpose: str) -> PersonalData:
    return PersonalData(
        model=model,
        fields=fields,
        purpose=purpose,
        basis=Basis.CONSENT,
        retention="until they change their mind, or the page goes; older versions of the page: one year",
        erasure=Erasure.BY_EDITOR,
    )


register(
    _named("directory.OrganisationPerson", ("name", "role", "consented_on"), "Says whom to ask in an organisation."),
    _named("directory.CohortMentor", ("name", "role", "words", "consented_on"), "Says who helps a cohort, with what."),
    PersonalData(
        model="directory.OrganisationMember",
        fields=("organisation", "user", "role", "since"),
        purpose="Says for which organisation somebody books and asks, and which places are kept for them.",
        basis=Basis.PUBLIC_TASK,
        retention="while they belong to it, at most as long as the account",
        erasure=Erasure.WITH_ACCOUNT,
    ),
    PersonalData(
        model="directory.Invitation",
        fields=("email", "role", "accepted_at"),
        purpose="Asks somebody to join their organisation here, as one of its admins wished.",
        basis=Basis.PUBLIC_TASK,
        retention="30 days",
        erasure=Erasure.NAMES_ONLY,
    ),
    PersonalData(
        model="directory.Invitation",
        fields=("invited_by",),
        purpose="Says in the letter who invites somebody.",
        basis=Basis.PUBLIC_TASK,
        retention="30 days",
        erasure=Erasure.NAMELESS,
    ),
    PersonalData(
        model="directory.OrganisationPage",
        fields=("checked_by",),
        purpose="Shows colleagues who last confirmed a profile.",
        basis=Basis.PUBLIC_TASK,
        retention="until somebody confirms it again",
        erasure=Erasure.NAMELESS,
    ),
)
