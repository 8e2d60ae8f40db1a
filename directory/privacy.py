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


A_YEAR = "one year after it was decided"


def _decided_by(model: str, what: str) -> PersonalData:
    return PersonalData(
        model=model,
        fields=("decided_by",),
        purpose=f"Shows colleagues who {what}.",
        basis=Basis.PUBLIC_TASK,
        retention=A_YEAR,
        erasure=Erasure.NAMELESS,
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
    PersonalData(
        model="directory.ProfileChange",
        fields=("by",),
        purpose="Says who proposed a change of a profile, so that they hear what was decided.",
        basis=Basis.PUBLIC_TASK,
        retention=A_YEAR,
        erasure=Erasure.NAMELESS,
    ),
    PersonalData(
        model="directory.ProfileChange",
        fields=("words",),
        purpose="Says why a profile should change.",
        basis=Basis.PUBLIC_TASK,
        retention=A_YEAR,
        erasure=Erasure.NAMES_ONLY,
    ),
    _decided_by("directory.ProfileChange", "decided about a change of a profile"),
    PersonalData(
        model="directory.ProfileQuestion",
        fields=("email", "user"),
        purpose="Asks once a year whether a profile is still true.",
        basis=Basis.PUBLIC_TASK,
        retention="60 days: as long as the link in the letter is good",
        erasure=Erasure.NAMELESS,
    ),
    PersonalData(
        model="directory.Claim",
        fields=("user", "name", "words", "reason"),
        purpose="Lets a person find out whether somebody belongs to the organisation that they say they belong to.",
        basis=Basis.PUBLIC_TASK,
        retention=A_YEAR,
        erasure=Erasure.WITH_ACCOUNT,
    ),
    _decided_by("directory.Claim", "decided whether somebody belongs to an organisation"),
)
