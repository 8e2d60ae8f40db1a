"""Who may change what among private records, with the reason where they may not. What somebody may read is ``visible_to``."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from directory.models import OrganisationMember, OrganisationPage
from directory.policies import is_admin_of

from .choices import Answer as Consent
from .choices import Visibility
from .grants import leads_accounts, sends_news, works_with_accounts
from .models import Account, ChecklistItem, Interaction, Introduction, Note, SupportRequest, Task
from .models.accounts import contacts_of_own

Answer = str  # why not, in words for the person; empty where they may
STAFF_ONLY = "Only account managers and those who lead them work with these records."


def may_work(user: User | AnonymousUser) -> Answer:
    """Enter the staff area, and change what they see in it."""
    return "" if works_with_accounts(user) else STAFF_ONLY


def may_work_on(user: User | AnonymousUser, request: SupportRequest) -> Answer:
    """Find partners for a request, introduce and record what came of it: a restricted one is for few."""
    if may_work(user) or not SupportRequest.objects.visible_to(user).filter(pk=request.pk).exists():
        return "Only whoever manages this account, its team and those who lead work on this request."
    return ""


def may_merge(user: User | AnonymousUser, account: Account, other: Account) -> Answer:
    """Make one of two accounts: who then looks after it reads all of both, so whoever decides it reads all of both."""
    if why_not := may_work(user):
        return why_not
    if not _reads_every_request_of(user, account, other):
        return (
            "These two are merged by somebody who reads everything of both: whoever manages both, or who leads. "
            "Ask one of them."
        )
    return ""


def may_hand_over(user: User | AnonymousUser, account: Account) -> Answer:
    """Say who looks after an account, or whose it is: they then read all of it, so whoever decides it reads all of it."""
    if why_not := may_work(user):
        return why_not
    if not _reads_every_request_of(user, account):
        return (
            "This account has restricted requests. Who looks after it, and which company it is, is decided by somebody who "
            "reads all of them: whoever manages it, is in its team or leads. Ask one of them."
        )
    return ""


def may_choose_team(user: User | AnonymousUser, account: Account) -> Answer:
    """Add somebody who helps to look after an account: they read its restricted requests then, so it is as above."""
    if why_not := may_work(user):
        return why_not
    if not _reads_every_request_of(user, account):
        return (
            "This account has restricted requests, which its team reads. Who joins the team is decided by somebody who reads "
            "all of them: whoever manages it, is in its team or leads. Ask one of them."
        )
    return ""


def may_send_news(user: User | AnonymousUser) -> Answer:
    """Write to everybody who asked for news, without learning who they are."""
    return "" if sends_news(user) else "Only those who write the village’s news send it."


def may_say_away(user: User | AnonymousUser, whom: User) -> Answer:
    """Say when ``whom`` is away: themselves, and those who lead."""
    if why_not := may_work(user):
        return why_not
    if whom.pk != user.pk and not leads_accounts(user):
        return "When a colleague is away is said by themselves, or by somebody who leads."
    return ""


def may_read_log(user: User | AnonymousUser) -> Answer:
    return "" if leads_accounts(user) else "Only those who lead account management read the log of access."


def may_ask(user: User | AnonymousUser, account: Account) -> Answer:
    """Raise a request for the company of ``account``."""
    if works_with_accounts(user) or _belongs(user, account):
        return ""
    return "Only people of this company, and its account managers, can ask for it."


def may_withdraw(user: User | AnonymousUser, request: SupportRequest) -> Answer:
    if works_with_accounts(user) or _asks_for(user, request):
        return ""
    return "Only whoever asked, an admin of the company or its account manager can withdraw this request."


def may_answer_for_company(user: User | AnonymousUser, introduction: Introduction) -> Answer:
    """Say yes or no for the company that asked; by a signed link anybody may who holds it."""
    if _asks_for(user, introduction.request):
        return ""
    return "Only whoever asked, or an admin of the company, can agree to an introduction."


def may_answer_for_partner(user: User | AnonymousUser, introduction: Introduction) -> Answer:
    """Say yes or no for the partner, which hears of it once the company has agreed."""
    asked = introduction.tenant_answer == Consent.GIVEN
    if asked and introduction.partner_id and is_admin_of(user, introduction.partner_id):
        return ""
    return "Only an admin of the partner can agree to an introduction, once the company has."


def may_manage_people(user: User | AnonymousUser, organisation: OrganisationPage) -> Answer:
    """Invite people of a company, give them roles and take them out."""
    if is_admin_of(user, organisation.pk):
        return ""
    return "Only an admin of this organisation can invite people, change their roles or take them out."


def may_tick(user: User | AnonymousUser, item: ChecklistItem) -> Answer:
    """Say that something of a checklist is done: the company of what is its own to do."""
    if works_with_accounts(user) or (item.theirs and _belongs(user, item.tenancy.account)):
        return ""
    return "The company ticks what is marked as its own to do; everything else its account manager does."


def may_untick(user: User | AnonymousUser, item: ChecklistItem) -> Answer:
    """Say that it is not done after all: the company of what its own people ticked."""
    return may_tick(user, item) or _ours_to_take_back(user, item.done_by)


def may_finish(user: User | AnonymousUser, task: Task) -> Answer:
    """Say that a task is done: of the company, once it is shared, whom it is given to and its admins; else anybody there."""
    if works_with_accounts(user):
        return ""
    shared = Task.objects.visible_to(user).filter(pk=task.pk)
    if not isinstance(user, User) or not shared.exists():
        return STAFF_ONLY
    is_theirs = task.contact_id is None or _belongs(user, task.account, admin=True)
    if not is_theirs and not shared.filter(contacts_of_own(user, "contact")).exists():
        return "It is given to a colleague of yours. They say that it is done, or an admin."
    return ""


def may_reopen(user: User | AnonymousUser, task: Task) -> Answer:
    """Say that it is not done after all: the company of what its own people ticked."""
    return may_finish(user, task) or _ours_to_take_back(user, task.done_by)


def may_keep_record(user: User | AnonymousUser, account: Account) -> Answer:
    """Write to the village in the name of the company, and say whom of it we speak with."""
    if _belongs(user, account, admin=True):
        return ""
    return "Only an admin of this company does that. Ask one of them."


def may_delete_themselves(user: User) -> Answer:
    """End one’s own account; of those who work here somebody else does, once their work is handed over."""
    if works_with_accounts(user) or user.has_perm("wagtailadmin.access_admin"):
        return "You work here: hand over what you look after, and ask whoever leads to close your account."
    return ""


def may_be_erased(user: User) -> Answer:
    """Forget everything about somebody because they ask for it: of those who work here it is first handed over."""
    if may_delete_themselves(user):
        return "They work here: whoever leads hands over what they look after, and closes their account first."
    return ""


def may_correct(user: User | AnonymousUser, record: Note | Interaction) -> Answer:
    """Say a note or a talk in other words, or to other readers, once it is written down."""
    if why_not := may_work(user):
        return why_not
    if record.by_id != user.pk and not leads_accounts(user):
        return "What was written down is changed by whoever wrote it, or by somebody who leads. Ask one of them."
    return ""


def may_see_who_reads(user: User | AnonymousUser, note: Note) -> Answer:
    if note.visibility != Visibility.RESTRICTED or note.by_id == user.pk:
        return ""
    return "Only whoever wrote a restricted note chooses who reads it."


def _ours_to_take_back(user: User | AnonymousUser, done_by: User | None) -> Answer:
    if works_with_accounts(user) or done_by is None or not works_with_accounts(done_by):
        return ""
    return "The village ticked this. Tell your account manager if it is not done."


def _asks_for(user: User | AnonymousUser, request: SupportRequest) -> bool:
    """Looks after the company, or belongs to it and asked: who left it, or wrote the request down for it, does not."""
    return _belongs(user, request.account, admin=request.raised_by_id != user.pk)


def _reads_every_request_of(user: User | AnonymousUser, *accounts: Account) -> bool:
    requests = SupportRequest.objects.filter(account__in=accounts)
    return bool(requests.count() == requests.visible_to(user).count())


def _belongs(user: User | AnonymousUser, account: Account, *, admin: bool = False) -> bool:
    if not isinstance(user, User) or account.organisation_id is None:
        return False
    if admin:
        return is_admin_of(user, account.organisation_id)
    return OrganisationMember.objects.filter(user=user, organisation=account.organisation_id).exists()
