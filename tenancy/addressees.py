"""Whom the directory may ask about the public profile of a company that has no admin here."""

from directory.models import OrganisationPage

from .choices import AccountState
from .models import Contact


def first_to_ask(organisation: OrganisationPage) -> list[str]:
    """The address of one contact, whom the account managers speak with first."""
    known = Contact.objects.current().filter(account__organisation=organisation, do_not_contact=False)
    known = known.exclude(email="").exclude(account__state=AccountState.CLOSED)
    return list(known.order_by("-is_primary", "pk").values_list("email", flat=True)[:1])
