"""Whom we may write to: about a request, and about the public profile of a company that has no admin here."""

from django.db.models import Q

from accounts.models import User
from directory.models import OrganisationPage

from .choices import AccountState
from .models import Contact, SupportRequest


def first_to_ask(organisation: OrganisationPage) -> list[str]:
    """The address of one contact, whom the account managers speak with first."""
    known = Contact.objects.current().filter(account__organisation=organisation, do_not_contact=False)
    known = known.exclude(email="").exclude(account__state=AccountState.CLOSED)
    return list(known.order_by("-is_primary", "pk").values_list("email", flat=True)[:1])


def who_asked(request: SupportRequest) -> User | None:
    """Whoever of the company raised ``request``, while they may read it and have not asked to be left alone."""
    user = request.raised_by
    if user is None or not user.is_active or not SupportRequest.objects.own_of(user).filter(pk=request.pk).exists():
        return None
    as_contact = Contact.objects.filter(Q(user=user) | Q(email=user.email), account=request.account_id)
    return None if as_contact.filter(do_not_contact=True).exists() else user
