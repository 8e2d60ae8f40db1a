"""What is held about people of organisations."""

from django.db.models import Q

from core.subject_access import WORK, Person, erasure, give, give_not

from .models import Invitation

give("directory.OrganisationMember", lambda person: Q(user__in=person.users))
give("directory.Invitation", lambda person: Q(email__in=person.addresses))
give_not(
    "What public pages say of you with your agreement: it stands under a name alone, which proves nobody.",
    *("directory.OrganisationPerson", "directory.CohortMentor"),
)
give_not(WORK, "directory.OrganisationPage")


@erasure()
def forget_invitations(person: Person) -> None:
    Invitation.objects.filter(email__in=person.addresses).delete()
