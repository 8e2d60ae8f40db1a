"""What is held about people of organisations."""

from django.db.models import Q

from core.subject_access import WORK, Person, erasure, give, give_not

from .models import Invitation, ProfileChange, ProfileQuestion

give("directory.OrganisationMember", lambda person: Q(user__in=person.users))
give("directory.Invitation", lambda person: Q(email__in=person.addresses))
give(
    "directory.ProfileChange",
    lambda person: Q(by__in=person.users),
    fields=("organisation", "by", "words", "after", "state", "sent_at", "reason"),
)
give("directory.ProfileQuestion", lambda person: person.owns())
give("directory.Claim", lambda person: Q(user__in=person.users))
give_not(
    "What public pages say of you with your agreement: it stands under a name alone, which proves nobody.",
    *("directory.OrganisationPerson", "directory.CohortMentor"),
)
give_not(WORK, "directory.OrganisationPage")


@erasure()
def forget_invitations(person: Person) -> None:
    Invitation.objects.filter(email__in=person.addresses).delete()


@erasure()
def forget_words_about_profiles(person: Person) -> None:
    """What was proposed for a profile stays with the organisation, without who proposed it and their words."""
    ProfileChange.objects.filter(by__in=person.users).update(by=None, words="")
    ProfileQuestion.objects.filter(person.owns()).update(email="", user=None)
