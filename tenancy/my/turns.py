"""Whose turn it is: everything that waits for somebody, each as a question and the page where they answer it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.templatetags.village import nice_date
from directory.choices import MemberRole, Role
from directory.models import Invitation, OrganisationMember, OrganisationPage, Seek
from tenancy import links
from tenancy.actions import check_backs, introductions
from tenancy.choices import Answer, IntroductionState, OutcomeState
from tenancy.models import CheckBack, Introduction, OutcomeConfirmation, Task
from tenancy.models.accounts import contacts_of_own

from .queries import Asked, sent_back

SEEKERS = (Role.TENANT, Role.COMPANY)
NOT_MADE = (IntroductionState.ASKED, IntroductionState.AGREED)


@dataclass(frozen=True)
class Turn:
    words: str
    about: str
    url: str
    is_urgent: bool = True  # somebody waits; else it is only good to do


def turns(user: User, memberships: Collection[OrganisationMember], asked: Iterable[Asked]) -> list[Turn]:
    """What somebody waits for first. ``asked`` is what the company asked for, as it is read already."""
    administered = [one.organisation for one in memberships if one.role == MemberRole.ADMIN and one.organisation.live]
    found = [
        *_invitations(user, memberships),
        *_introductions(user, memberships),
        *_requests(asked),
        *_outcomes(user),
        *_check_backs(user),
        *_tasks(user, memberships),
        *(_profiles(user, administered) if administered else ()),
    ]
    return sorted(found, key=lambda one: not one.is_urgent)


def _invitations(user: User, memberships: Iterable[OrganisationMember]) -> Iterator[Turn]:
    """To join an organisation, at an address that is proven to be theirs."""
    proven = EmailAddress.objects.filter(user=user, verified=True).values(address=Lower("email"))
    found = Invitation.objects.filter(email__in=proven, accepted_at=None, expires_at__gt=timezone.now())
    found = found.exclude(organisation__in=[one.organisation_id for one in memberships])
    for one in found.select_related("organisation", "invited_by"):
        about = f"{one.invited_by or 'An admin'} invites you, until {nice_date(one.expires_at)}."
        yield Turn(f"Do you belong to {one.organisation.title}?", about, links.invitation_path(one))


def _introductions(user: User, memberships: Iterable[OrganisationMember]) -> Iterator[Turn]:
    """Those that they can agree to, or take their yes back from: as whoever asked, or as an admin of one side."""
    roles = {one.organisation_id: one.role for one in memberships}
    administered = [organisation for organisation, role in roles.items() if role == MemberRole.ADMIN]
    raised = Q(request__raised_by=user, request__account__organisation__in=list(roles))
    for_company = raised | Q(request__account__organisation__in=administered)
    for_partner = Q(partner__in=administered, tenant_answer=Answer.GIVEN)
    found = Introduction.objects.visible_to(user).own_of(user).filter(state__in=NOT_MADE)
    for one in found.filter(for_company | for_partner).select_related("partner", "request__account", "request__need"):
        company = one.request.account.organisation_id
        if company in administered or (one.request.raised_by_id == user.pk and company in roles):
            yield from _side(one, "tenant", f"you to {one.partner_name}")
        if one.partner_id in administered and one.tenant_answer == Answer.GIVEN:
            yield from _side(one, "partner", f"a company to {one.partner_name}")


def _side(one: Introduction, side: str, whom: str) -> Iterator[Turn]:
    if introductions.over(one):
        return
    url, answer = reverse("my_introduction", args=[side, one.pk]), getattr(one, f"{side}_answer")
    if answer == Answer.WAITING:
        yield Turn(f"May we introduce {whom}?", str(one.request.need), url)
    elif answer == Answer.GIVEN:
        words = f"You agreed that we introduce {whom}"
        yield Turn(words, "Until we have, you can take it back.", url, is_urgent=False)


def _requests(asked: Iterable[Asked]) -> Iterator[Turn]:
    for row in asked:
        if row.waits_for_them:
            request = row.request
            next_step = request.next_step or "Write to whoever sees to it: until then its days do not count."
            yield Turn(f"We wait for you: {request.number}", next_step, reverse("my_request", args=[request.pk]))


def _outcomes(user: User) -> Iterator[Turn]:
    found = OutcomeConfirmation.objects.visible_to(user).own_of(user).filter(answered_at=None)
    found = found.filter(expires_at__gt=timezone.now(), outcome__state=OutcomeState.CLAIMED)
    for one in found.select_related("outcome"):
        about = f"{one.outcome.get_kind_display()}, until {nice_date(one.expires_at)}."
        yield Turn("Is it true what we wrote down?", about, links.confirmation_url(one))


def _check_backs(user: User) -> Iterator[Turn]:
    found = CheckBack.objects.visible_to(user).own_of(user).filter(done_at=None)
    for one in found.select_related("introduction__request"):
        if not check_backs.over(one):
            about = f"We introduced you on {nice_date(one.introduction.introduced_at)}."
            yield Turn(f"What came of meeting {one.introduction.partner_name}?", about, links.check_back_url(one))


def _tasks(user: User, memberships: Iterable[OrganisationMember]) -> Iterator[Turn]:
    """What they said they would do: shared with the company, and given to them or, of what is given to nobody, to all."""
    companies = [one.organisation_id for one in memberships]
    found = Task.objects.visible_to(user).own_of(user).open().filter(account__organisation__in=companies)
    found = found.filter(Q(contact=None) | contacts_of_own(user, "contact")).order_by("due_on")
    for one in found.select_related("account__organisation"):
        assert one.account.organisation is not None  # as it is one of theirs
        url = f"{reverse('my_company', args=[one.account.organisation.slug])}#tasks"
        yield Turn(one.words, f"You said you would, by {nice_date(one.due_on)}.", url)


def _profiles(user: User, administered: list[OrganisationPage]) -> Iterator[Turn]:
    back = sent_back(administered, user)
    seeking = set(Seek.objects.filter(organisation__in=administered).values_list("organisation", flat=True))
    for one in administered:
        url = reverse("my_profile", args=[one.slug])
        if one.pk in back:
            yield Turn(f"Your change of {one.title} was sent back", "Put it right, and send it again.", url)
        if one.is_check_overdue:
            since = f"Last checked {nice_date(one.checked_on)}." if one.checked_on else "Nobody has checked it yet."
            yield Turn(f"Is the profile of {one.title} still right?", since, url, is_urgent=False)
        if one.role in SEEKERS and one.pk not in seeking:
            edit = reverse("my_profile_edit", args=[one.slug])
            yield Turn(f"Say what {one.title} seeks", "So that partners can find you.", edit, is_urgent=False)
