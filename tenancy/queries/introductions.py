"""What one side of an introduction may know of the other, before both have agreed and after; and which wait for somebody."""

from django.db.models import Q, QuerySet

from accounts.models import User
from tenancy.choices import Answer, Confidentiality, IntroductionState
from tenancy.models import Contact, Introduction


def named_to_partner(introduction: Introduction) -> str:
    """The company’s name for the partner to read; empty until both have agreed, unless it may be described by name."""
    is_open = introduction.request.confidentiality == Confidentiality.OPEN
    both = introduction.tenant_answer == introduction.partner_answer == Answer.GIVEN
    return introduction.request.account.name if is_open or both else ""


def waiting_for(contact: Contact, viewer: User) -> QuerySet[Introduction]:
    """Those in which ``contact`` still has something to answer or to hear."""
    theirs = Q(tenant_contact=contact) | Q(partner_contact=contact)
    begun = [IntroductionState.ASKED, IntroductionState.AGREED]
    return Introduction.objects.visible_to(viewer).filter(theirs, state__in=begun).select_related("request")
