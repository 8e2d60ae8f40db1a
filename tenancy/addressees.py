"""Whom we may write to: about a request, and about the public profile of a company that has no admin here."""

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from core.models import SiteSettings
from directory.models import OrganisationPage
from directory.policies import is_admin_of

from .choices import AccountState, Confidentiality
from .grants import works_with_accounts
from .models import Absence, Account, Contact, SupportRequest, Task


@dataclass(frozen=True)
class Silence:
    """Why nobody of a company is written to, and what the staff can do about a request of theirs; words of a sentence."""

    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason}. {self.remedy}"


NOBODY_THERE = Silence("we know nobody there", "Add a contact, and tell them the number yourself")
NO_ADDRESS = Silence("of its contacts none has an e-mail address", "Tell them the number yourself")
LEFT_ALONE = Silence("its contacts are not to be contacted", "Tell the company the number when it next speaks with you")
SWITCHED_OFF = Silence(
    "its contacts switched letters about requests off", "An admin of the company reads it under My village"
)
NOT_FOR_THEM = Silence(
    "it is restricted, and none of its contacts is an admin of the company, who would read it under My village",
    "Tell whoever it is for yourself",
)


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


def who_sees_to(request: SupportRequest) -> User | None:
    """Its owner; while they are away, who stands in. None where that is nobody, or nobody who could open it."""
    away = {one.user_id: one.deputy for one in Absence.objects.on(timezone.localdate()).select_related("deputy")}
    person = request.owner
    if person is not None and person.pk in away:
        person = away[person.pk]
    if person is None or person.pk in away or not works_with_accounts(person):
        return None
    return person if SupportRequest.objects.visible_to(person).filter(pk=request.pk).exists() else None


def shared_address() -> str:
    """Where letters go that are nobody’s in particular, as it stands in the settings of the site."""
    found = SiteSettings.objects.filter(site__is_default_site=True).values_list("contact_email", flat=True)
    return found.first() or ""


def is_written_down_by_us(request: SupportRequest) -> bool:
    """Whether a colleague raised ``request`` for a company that they do not belong to."""
    by = request.raised_by
    return (
        by is not None
        and works_with_accounts(by)
        and not SupportRequest.objects.own_of(by).filter(pk=request.pk).exists()
    )


def whom_to_tell(account: Account, confidentiality: str) -> tuple[Contact | None, Silence | None]:
    """Who hears that we wrote a request down for their company: the first to ask of those who may be written to.

    Of a restricted one only who may read it. Where it is nobody: why.
    """
    there = list(Contact.objects.current().filter(account=account).select_related("user").order_by("-is_primary", "pk"))
    with_address = [one for one in there if one.email]
    may_be = [one for one in with_address if one.may_be_written_to]
    does_without = _do_without_request_news(may_be)
    left = [one for one in may_be if one.pk not in does_without]
    if confidentiality == Confidentiality.RESTRICTED:
        told = next((one for one in left if _is_admin(one, account)), None)
    else:
        told = next(iter(left), None)
    if told is not None:
        return told, None
    reasons = ((there, NOBODY_THERE), (with_address, NO_ADDRESS), (may_be, LEFT_ALONE), (left, SWITCHED_OFF))
    return None, next((why for some, why in reasons if not some), NOT_FOR_THEM)


def who_does(task: Task) -> tuple[Contact | None, str]:
    """Who of the company hears of a shared ``task``: whom it is given to, if they may be written to; else the first to ask.

    Where it is nobody: why, as the end of a sentence. What is of a restricted request is in no letter.
    """
    if task.request is not None and task.request.confidentiality == Confidentiality.RESTRICTED:
        return None, "its request is restricted"
    contact = task.contact
    if contact is None:
        told, silence = whom_to_tell(task.account, Confidentiality.OPEN)
        return told, silence.reason if silence else ""
    reasons = (
        (contact.left_on is not None, "has left"),
        (not contact.email, "has no e-mail address here"),
        (contact.do_not_contact, "is not to be contacted"),
        (_do_without_request_news([contact]), "switched such letters off"),
    )
    why_not = next((f"{contact.name} {why}" for holds, why in reasons if holds), "")
    return None if why_not else contact, why_not


def who_signs_in(contact: Contact) -> User | None:
    """``contact`` as somebody who signs in here: by their account, or by an address that is proven to be theirs."""
    if contact.user is not None:
        return contact.user
    proven = EmailAddress.objects.filter(email__iexact=contact.email, verified=True).select_related("user").first()
    return proven.user if proven else None


def _do_without_request_news(contacts: Iterable[Contact]) -> set[int]:
    without = User.objects.filter(wants_request_news=False)
    without = without.filter(
        Q(pk__in=[one.user_id for one in contacts if one.user_id]) | Q(email__in=[one.email for one in contacts])
    )
    known = {key for pair in without.values_list("pk", "email") for key in pair}
    return {one.pk for one in contacts if {one.user_id, one.email} & known}


def _is_admin(contact: Contact, account: Account) -> bool:
    user = who_signs_in(contact)
    return user is not None and account.organisation_id is not None and is_admin_of(user, account.organisation_id)
