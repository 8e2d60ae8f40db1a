"""Who answers an enquiry, by what it is about."""

from django.contrib.auth.models import Permission

from accounts.models import User

from .choices import EnquiryKind
from .grants import LEAD, WORK
from .models import Account, Enquiry

FOR_THOSE_WHO_LEAD = (EnquiryKind.PARTNERSHIP, EnquiryKind.INVESTMENT)


def who_answers(enquiry: Enquiry) -> User | None:
    """The manager of the account, where there is one; else whoever has the fewest open enquiries of those whose kind it is."""
    if enquiry.matched_organisation is not None:
        account = Account.objects.filter(organisation=enquiry.matched_organisation).select_related("manager").first()
        if account is not None and account.manager is not None and account.manager.is_active:
            return account.manager
    leads = enquiry.kind in FOR_THOSE_WHO_LEAD
    return _least_busy(LEAD if leads else WORK) or _least_busy(WORK if leads else LEAD)


def _least_busy(permission: str) -> User | None:
    given = Permission.objects.filter(content_type__app_label="tenancy", codename=permission)
    people = list(User.objects.filter(is_active=True, groups__permissions__in=given).distinct().order_by("pk"))
    waiting = list(
        Enquiry.objects.filter(state__in=["new", "triaged"], assigned_to__in=people).values_list(
            "assigned_to", flat=True
        )
    )
    return min(people, key=lambda person: (waiting.count(person.pk), person.pk), default=None)
