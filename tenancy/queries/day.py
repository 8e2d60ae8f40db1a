"""What one account manager should do today, and what would otherwise be forgotten."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from tenancy.choices import AccountState, EnquiryState, RequestState
from tenancy.models import Account, CheckBack, ChecklistItem, Enquiry, SupportRequest, Task, Tenancy

from .accounts import nobodys, silent

AHEAD = timedelta(days=7)
STAYS_END_WITHIN = timedelta(days=120)
MOST_SHOWN = 12


@dataclass(frozen=True)
class Day:
    tasks: list[Task]  # overdue, and due within a week
    enquiries: list[Enquiry]
    requests: list[SupportRequest]  # nobody has answered them yet
    check_backs: list[CheckBack]
    silent: list[Account]
    reviews: list[Account]
    stays: list[Tenancy]
    checklist: list[ChecklistItem]  # of moving in and out, overdue

    @property
    def is_clear(self) -> bool:
        waiting = (self.tasks, self.enquiries, self.requests, self.check_backs, self.silent, self.reviews)
        return not any(waiting) and not self.checklist


def of(viewer: User) -> Day:
    """The day of ``viewer``: their own accounts, tasks and enquiries. What belongs to nobody is in ``cover``."""
    today = timezone.localdate()
    accounts = Account.objects.visible_to(viewer).filter(manager=viewer).exclude(state=AccountState.MERGED)
    return Day(
        tasks=list(_tasks(viewer, today)),
        enquiries=list(_enquiries(viewer)),
        requests=list(_requests(viewer)),
        check_backs=list(_check_backs(viewer, today)),
        silent=list(accounts.filter(silent()).order_by("last_contact_at", "pk")[:MOST_SHOWN]),
        reviews=list(accounts.filter(next_review_on__lte=today + AHEAD).order_by("next_review_on", "pk")[:MOST_SHOWN]),
        stays=list(_stays(viewer, today)),
        checklist=list(_checklist(viewer, today)),
    )


def _tasks(viewer: User, today: date) -> QuerySet[Task]:
    found = Task.objects.visible_to(viewer).open().filter(owner=viewer, due_on__lte=today + AHEAD)
    return found.select_related("account").order_by("due_on", "pk")[: 3 * MOST_SHOWN]


def _enquiries(viewer: User) -> QuerySet[Enquiry]:
    waiting = Enquiry.objects.visible_to(viewer).filter(
        assigned_to=viewer, state__in=[EnquiryState.NEW, EnquiryState.TRIAGED]
    )
    return waiting.order_by("reply_by", "pk")[:MOST_SHOWN]


def _requests(viewer: User) -> QuerySet[SupportRequest]:
    mine = Q(owner=viewer) | Q(account__manager=viewer)
    unanswered = SupportRequest.objects.visible_to(viewer).open().filter(mine)
    unanswered = unanswered.filter(Q(state=RequestState.NEW) | Q(answered_at=None))
    return unanswered.select_related("account", "need").order_by("respond_by", "pk")[:MOST_SHOWN]


def _check_backs(viewer: User, today: date) -> QuerySet[CheckBack]:
    due = CheckBack.objects.visible_to(viewer).filter(done_at=None, due_on__lte=today + AHEAD)
    due = due.filter(Q(introduction__by=viewer) | Q(introduction__request__account__manager=viewer))
    return due.select_related("introduction__request__account").order_by("due_on", "pk")[:MOST_SHOWN]


def _stays(viewer: User, today: date) -> QuerySet[Tenancy]:
    ending = Tenancy.objects.visible_to(viewer).filter(account__manager=viewer, ends_on__gte=today)
    return (
        ending.filter(ends_on__lte=today + STAYS_END_WITHIN).select_related("account").order_by("ends_on")[:MOST_SHOWN]
    )


def _checklist(viewer: User, today: date) -> QuerySet[ChecklistItem]:
    """Theirs to do; and of their accounts what is nobody's."""
    late = ChecklistItem.objects.visible_to(viewer).filter(done_at=None, due_on__lt=today)
    late = late.filter(Q(owner=viewer) | (nobodys("owner") & Q(tenancy__account__manager=viewer)))
    return late.select_related("tenancy__account").order_by("due_on", "pk")[:MOST_SHOWN]
