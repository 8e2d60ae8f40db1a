"""On which terms a tenant books."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from directory.models import OrganisationPage
from spaces.choices import Tier
from spaces.models import TenantTerms
from spaces.policies import may_top_up


@transaction.atomic
def set_tier(*, organisation: OrganisationPage, tier: Tier, by: User) -> TenantTerms:
    """From the next month that is opened on, ``organisation`` has what ``tier`` gives. Months that are open stay as they are."""
    if not may_top_up(by):
        raise PermissionDenied("Only those who keep allowances set the terms of a tenant.")
    terms, _ = TenantTerms.objects.select_for_update(of=("self",)).get_or_create(organisation=organisation)
    if terms.tier != tier:
        terms.tier = tier
        terms.save(update_fields=["tier"])
    return terms
