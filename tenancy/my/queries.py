"""What is somebody's own, or their company's. Account managers see theirs here too, and not what they look after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from directory.choices import ChangeState, MemberRole
from directory.models import Claim, OrganisationMember, OrganisationPage, ProfileChange
from events.bookings import links
from events.bookings.queries import bookings_of as event_bookings_of
from spaces.queries.people import bookings_of as space_bookings_of
from tenancy.actions.people import why_not_claimed
from tenancy.choices import PausedFor, RequestState
from tenancy.models import Account, Contact, Enquiry, Introduction, SupportRequest
from tenancy.queries.enquiries import proven_domain

SHOWN = 6

# How a request stands, for whoever asked; and how loud that is said.
STANDS: dict[str, tuple[str, str]] = {
    RequestState.NEW: ("With the village", "wait"),
    RequestState.TRIAGED: ("We look for partners", "wait"),
    RequestState.MATCHED: ("Partners are being asked", "wait"),
    RequestState.INTRODUCED: ("You have been introduced", ""),
    RequestState.IN_PROGRESS: ("In progress", ""),
    RequestState.CLOSED_OUTCOME: ("Something came of it", "plain"),
    RequestState.CLOSED_UNMET: ("Closed, nobody was found", "plain"),
    RequestState.WITHDRAWN: ("Withdrawn", "plain"),
}


@dataclass(frozen=True)
class Coming:
    """Something that somebody goes to."""

    starts_at: datetime
    ends_at: datetime
    title: str
    where: str
    kind: str
    url: str
    status: str  # in words, unless it is sure


def coming(user: User) -> list[Coming]:
    """Events and spaces that are booked and not over, the soonest first."""
    return sorted((*_events(user), *_spaces(user)), key=lambda one: one.starts_at)


def _events(user: User) -> Iterator[Coming]:
    found = event_bookings_of(user).filter(event__ends_at__gt=timezone.now()).select_related("event__building")
    for one in found:
        if one.is_live:
            status = "" if one.status == "confirmed" else str(one.get_status_display())
            url = reverse("booking", args=[links.token(one, links.MANAGE)])
            event = one.event
            yield Coming(event.starts_at, event.ends_at, event.title, event.place_words, "Event", url, status)


def _spaces(user: User) -> Iterator[Coming]:
    for one in space_bookings_of(user).filter(ends_at__gt=timezone.now()).select_related("space"):
        if one.is_live:
            status = "" if one.status == "confirmed" else str(one.get_status_display())
            url = reverse("my_space_booking", args=[one.reference])
            yield Coming(one.starts_at, one.ends_at, one.space.title, one.words, "Space", url, status)


def memberships(user: User) -> list[OrganisationMember]:
    """The organisations of ``user``, the one they have belonged to longest first."""
    found = OrganisationMember.objects.filter(user=user).select_related("organisation")
    return list(found.order_by("since", "pk"))


def to_claim(user: User) -> list[OrganisationPage]:
    """Organisations without an admin whose website is at the domain of ``user``’s proven address."""
    domain = proven_domain(user)
    if not domain:
        return []
    found = OrganisationPage.objects.filter(live=True, website__icontains=domain)
    found = found.exclude(members__role=MemberRole.ADMIN).exclude(members__user=user)
    return [one for one in found.order_by("title") if not why_not_claimed(one, user)]


def accounts(user: User) -> list[Account]:
    """Those for which ``user`` may ask."""
    found = Account.objects.visible_to(user).own_of(user).select_related("manager", "organisation")
    return list(found)


@dataclass(frozen=True)
class Asked:
    """A request as the company reads it."""

    request: SupportRequest

    @property
    def waits_for_them(self) -> bool:
        return self.request.is_open and self.request.paused_for == PausedFor.COMPANY

    @property
    def stands(self) -> str:
        return "Waits for you" if self.waits_for_them else STANDS[self.request.state][0]

    @property
    def tone(self) -> str:
        return "warn" if self.waits_for_them else STANDS[self.request.state][1]


def requests(user: User) -> list[Asked]:
    """What ``user`` and their company asked for: what is open first, the latest on top."""
    found = SupportRequest.objects.visible_to(user).own_of(user).select_related("account", "need", "stage", "owner")
    rows = [Asked(one) for one in found.order_by("-opened_at", "-pk")]
    return sorted(rows, key=lambda row: not row.request.is_open)


def request(user: User, pk: int) -> Asked | None:
    found = SupportRequest.objects.visible_to(user).own_of(user).filter(pk=pk)
    one = found.select_related(
        "account__organisation", "account__manager", "need", "stage", "owner", "raised_by"
    ).first()
    return Asked(one) if one else None


def introductions(user: User, asked: SupportRequest) -> QuerySet[Introduction]:
    found = Introduction.objects.visible_to(user).own_of(user).filter(request=asked)
    return found.select_related("partner", "request__account", "partner_contact")


def introduction(user: User, pk: int) -> Introduction | None:
    found = Introduction.objects.visible_to(user).own_of(user).filter(pk=pk)
    return found.select_related("partner", "request__account", "request__need", "request__stage").first()


def enquiries(user: User) -> list[Enquiry]:
    """What ``user`` wrote to us, signed in, and nobody has turned into something else."""
    found = Enquiry.objects.visible_to(user).own_of(user).filter(purged_at=None, account=None)
    return list(found.order_by("-received_at")[:SHOWN])


def contacts(user: User) -> QuerySet[Contact]:
    """How we know ``user``; an admin sees how we know their colleagues."""
    return Contact.objects.visible_to(user).own_of(user).current()


# ---- what the public profile says -----------------------------------------------------------------------------------
def open_change(user: User, organisation: OrganisationPage) -> ProfileChange | None:
    """What the organisation has proposed, or was sent back, and is not decided."""
    found = ProfileChange.objects.own_of(user).filter(organisation=organisation).open()
    return found.select_related("by").first()


def sent_back(organisations: Iterable[OrganisationPage], user: User) -> set[int]:
    """Keys of those ``organisations`` whose change waits for them to put it right."""
    found = ProfileChange.objects.own_of(user).filter(organisation__in=list(organisations), state=ChangeState.RETURNED)
    return set(found.values_list("organisation", flat=True))


def last_change(user: User, organisation: OrganisationPage) -> ProfileChange | None:
    """The latest that is live."""
    found = ProfileChange.objects.own_of(user).filter(organisation=organisation, state=ChangeState.APPROVED)
    return found.order_by("-decided_at").first()


def claims(user: User) -> list[Claim]:
    """Those of ``user`` that wait for us."""
    return list(Claim.objects.own_of(user).waiting().select_related("organisation"))
